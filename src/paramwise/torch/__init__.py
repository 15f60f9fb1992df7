"""The part of paramwise that works on torch modules and optimizers."""
