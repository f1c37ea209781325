"""Do it, and prove it: plans are carried out durably and verified against the pool itself."""
