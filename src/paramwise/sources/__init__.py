"""From a SOURCE to a catalog or a model."""
