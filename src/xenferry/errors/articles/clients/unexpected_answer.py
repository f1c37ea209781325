"""The host answered, but not as a toolstack answers

HTTP's own status came instead of an answer of XAPI, or an answer that the client cannot read.

Cause: the host is a pool member or the coordinator changed: the address given is that of a member, or of a proxy.
Tell: The status is 301, 302 or 307.
Fix: Connect to the coordinator's address.

Cause: the session has ended, or the user may not do this.
Tell: The status is 401 or 403.
Fix: Connect again; exports and consoles need a session of a user with the role for it.

Cause: this XAPI does not have what was asked for: its version is older, the object is gone, or something else than a
    toolstack answers at this address.
Tell: The status is 404 or 405; `curl -k https://ADDRESS` shows a page of XCP-ng or XenServer, or of something else.
Fix: Check the address; update the host.

Cause: the host broke off inside: the export of a disk or guest failed on the storage, XAPI is overloaded, or has just
    been restarted.
Tell: The status is 500, 502 or 503; /var/log/xensource.log of that second has the true error.
Fix: Paste the lines of xensource.log of that second here.

Example:
    Error: unexpected 500
"""

CODES = ("XO_UNEXPECTED_STATUS",)
CAUSES = ("member", "session", "not-there", "broke")
SAID = "the answer was HTTP status {p0}"
WORDS = {
    "member": ("301", "302", "307", "308"),
    "session": ("401", "403"),
    "not-there": ("404", "405"),
    "broke": ("500", "502", "503", "504"),
}
