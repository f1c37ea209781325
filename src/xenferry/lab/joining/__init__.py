"""A stand-alone host becomes a member of another pool, and a member a pool of its own again."""
