"""Live optimizers, checked."""
