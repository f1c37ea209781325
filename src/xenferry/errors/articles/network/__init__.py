"""NICs, networks, bonds and VLANs."""
