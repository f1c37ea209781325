"""The session or object is no longer there

References live only as long as their object; those of sessions and tasks end with the toolstack.

Cause: the toolstack of the coordinator was restarted, or another host became coordinator: all sessions and tasks end
    with it.
Fix: Connect again and look at what is there now: a task's work may have gone on, or may have been undone.

Cause: somebody deleted the object meanwhile, or it has a new reference.
Fix: Refresh the client's view; look it up by UUID: `xe CLASS-list uuid=UUID`.

Cause: the object was never known to this pool: a UUID of another pool, or a slip of the pen.
Tell: No log of this pool has the UUID: `zgrep -l UUID /var/log/xensource.log*` finds nothing.
Fix: Compare it with `xe CLASS-list`.

Cause: the client asked about nothing: the reference is OpaqueRef:NULL, e.g. the host of a guest that does not run, or
    the disk of an empty drive.
Fix: Look at the object whose field is empty: is the guest running, an SR chosen, a disk in the drive? Otherwise it is
    a fault of the client: update it.

Example:
    HANDLE_INVALID(VM, OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e)
"""

from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading
from xenferry.pool.records import NULL

CODES = ("HANDLE_INVALID", "UUID_INVALID", "SESSION_INVALID", "EVENTS_LOST")
CAUSES = ("restart", "deleted", "never", "nothing")
ONLY = {"nothing": ("HANDLE_INVALID",)}
WORDS = {"nothing": ("OpaqueRef:NULL",)}
SAID = "XAPI does not know {p1} as {p0}"
SAYS = {
    "HANDLE_INVALID": "XAPI does not know {p1} as {p0}",
    "UUID_INVALID": "XAPI knows no {p0} with the UUID {p1}",
    "SESSION_INVALID": "the session has ended or was never there",
    "EVENTS_LOST": "events were lost: the client must read everything anew",
}


def evidence_restart(reading: Reading, _look: Look) -> Evidence:
    """Sessions, tasks and references end with the toolstack; UUIDs do not."""
    if reading.code == "UUID_INVALID":
        return contradicts("A UUID stays the same when the toolstack restarts.")
    kind = reading.param(0)
    if kind.lower() in ("session", "task"):
        return supports(f"A {kind.lower()} ends with the toolstack.")
    if reading.code == "HANDLE_INVALID" and kind:
        return contradicts(f"The reference of a {kind} stays the same when the toolstack restarts.")
    return UNSEEN


def evidence_deleted(reading: Reading, look: Look) -> Evidence:
    """What the pool has now."""
    wanted = reading.param(1)
    if look.snapshot is None or not wanted or wanted == NULL or reading.param(0).lower() in ("session", "task"):
        return UNSEEN
    found = look.find(wanted)
    if found is not None:
        return contradicts(f"The pool has it now: {look.snapshot.name(found[1].ref)}.")
    return supports("The pool as it is now has no such object.")
