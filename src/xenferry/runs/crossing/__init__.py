"""Carrying guests into another pool: the calls, looking at both pools, what a refusal means, whether all arrived."""
