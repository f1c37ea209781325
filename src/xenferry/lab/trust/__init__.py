"""Certificates: which are good enough for XAPI, and the records it keeps of them."""
