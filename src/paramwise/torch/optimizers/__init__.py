"""From a plan to a torch optimizer."""
