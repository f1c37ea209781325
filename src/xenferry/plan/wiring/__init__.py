"""How NICs get names that agree with their cables: who hangs where, which names are fewest changes, what it takes."""
