"""Which use a forward pass makes of each parameter."""
