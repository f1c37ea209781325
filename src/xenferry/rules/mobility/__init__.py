"""May this guest be on that host? One rule per check of XAPI, in XAPI's order."""
