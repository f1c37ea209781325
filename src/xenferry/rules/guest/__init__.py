"""How guests are set up, as far as it matters when they move."""
