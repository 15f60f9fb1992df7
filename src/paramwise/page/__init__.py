"""The page: a plan, a difference and a run as one HTML file that any browser opens."""
