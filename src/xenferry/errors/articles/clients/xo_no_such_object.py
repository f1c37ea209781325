"""Xen Orchestra does not know the object

Xen Orchestra keeps a copy of what its connected pools have. It looked in that copy, not in the pool.

Cause: the object was deleted or was replaced meanwhile, and the page, job or script still has its old identifier.
Tell: `xe CLASS-list uuid=ID` on the pool finds nothing.
Fix: Reload the page; in jobs and scripts choose the object anew.

Cause: the pool that has it is not connected to this Xen Orchestra, or the connection was just lost.
Tell: Settings, Servers shows the pool's server as disconnected or with a warning; `xe` on the pool finds the object.
Fix: Connect the server; the object is back when its pool has been read.

Cause: the host has no free PIF or the pool no SR, default SR or suspend SR where the call needs one.
Tell: The identifier is empty or “undefined”.
Fix: Set what is missing in the pool, e.g. the default SR.

Example:
    XoError: no such VM 622a2cd9-537c-4a49-933c-e47ce1f8555e
"""

from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("XO_NO_SUCH_OBJECT",)
CAUSES = ("deleted", "not-connected", "nothing-set")
SAID = "Xen Orchestra has no {p0} {p1}"


def evidence_deleted(reading: Reading, look: Look) -> Evidence:
    """What the pool has now."""
    wanted = reading.param(1)
    if look.snapshot is None or not wanted:
        return UNSEEN
    return contradicts("The pool has it now.") if look.find(wanted) else supports("The pool has no such object now.")


def evidence_not_connected(reading: Reading, look: Look) -> Evidence:
    """The pool has what Xen Orchestra does not know."""
    wanted = reading.param(1)
    if look.snapshot is None or not wanted or not look.find(wanted):
        return UNSEEN
    return supports("The pool has it now, so Xen Orchestra does not see this pool.")


def evidence_nothing_set(reading: Reading, _look: Look) -> Evidence:
    """An identifier that is none."""
    wanted = reading.param(1)
    if not wanted:
        return UNSEEN
    if wanted in ("undefined", "null"):
        return supports("No object was named.")
    return contradicts("An object was named.")
