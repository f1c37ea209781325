"""What is there: an immutable, typed snapshot of a pool, from a live pool, a capture or a lab scenario."""
