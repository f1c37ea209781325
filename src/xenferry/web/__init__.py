"""The same product in a browser."""
