"""Everything that a training step changes, kept before it and put back after it."""
