"""NICs: which name dom0 gives each at boot, and how XAPI's PIFs and networks follow from the names."""
