"""Which operations each object allows, in the order in which XAPI finds something against them: a file for a class."""
