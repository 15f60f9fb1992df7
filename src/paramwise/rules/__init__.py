"""What each parameter gets, and why, without torch."""
