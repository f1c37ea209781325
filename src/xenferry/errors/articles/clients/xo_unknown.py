"""Xen Orchestra's page was told of an error without a name

The server raised something that it does not pass on: the page shows only that there was an error.

Cause: the true error stands in Xen Orchestra's own log.
Tell: Settings, Logs has an entry of the same time; else `journalctl -u xo-server` on its machine.
Fix: Paste that entry here.

Cause: a fault of Xen Orchestra itself: it reads a property of something that is not there.
Tell: The log has “Cannot read properties of undefined” (or “of null”), and no code in capitals.
Fix: Update Xen Orchestra; if it stays, report it with the log. What was asked can be done by `xe` or `xenferry`
    meanwhile.

Example:
    Error: unknown error from the peer
"""

CODES = ("XO_UNKNOWN_ERROR",)
CAUSES = ("log", "fault")
SAID = "Xen Orchestra met an error and did not say which"
WORDS = {"fault": ("Cannot read",)}
