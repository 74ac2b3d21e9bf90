"""Word lists of the checks: what a phrase gives away, as data."""
