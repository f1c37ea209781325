"""Where a guest may be: XAPI's checks as pure functions of its tables, read from XAPI's own description of them.

Written independently of `xenferry.rules`, which judges the same questions for people: the two check each other.
"""
