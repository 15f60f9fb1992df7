"""Plans, and who makes them."""
