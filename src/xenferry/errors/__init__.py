"""What an error text means: one article per error, and the reading of any paste."""
