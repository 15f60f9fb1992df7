"""Optimizer state, kept by name."""
