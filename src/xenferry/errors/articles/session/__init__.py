"""Sessions, tasks and calls."""
