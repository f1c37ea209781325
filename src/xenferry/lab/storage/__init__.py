"""The storage drivers (SM) of each host's dom0: what they do, in which order, and how exactly they fail."""
