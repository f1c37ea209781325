"""Hosts that are to be emptied, disabled, enabled or restarted."""
