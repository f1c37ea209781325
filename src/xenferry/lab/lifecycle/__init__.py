"""Which operations a guest or a host allows, in the order in which XAPI finds something against them."""
