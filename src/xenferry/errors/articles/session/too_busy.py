"""XAPI has too much to do

It refused the call at once, so that nothing was begun.

Cause: too many calls or tasks are open at once: several programs poll the pool, or tasks are never deleted.
Tell: `xe task-list | grep -c uuid` counts hundreds, or xensource.log shows one address calling many times a second.
Fix: `xe task-list`; stop the program that asks too often, and let it delete its finished tasks.
    `xe-toolstack-restart` on the coordinator ends what hangs (running guests are not touched).

Cause: dom0 of the coordinator is out of CPU or memory.
Tell: `top` in dom0: xapi or stunnel takes whole CPUs, or swap is in use.
Fix: `top`, `free -m` in dom0; give dom0 more memory and virtual CPUs.

Cause: the program asks for events without having registered, or with a session that has ended.
Tell: The parameters name the event call; the client's session ended shortly before in xensource.log.
Fix: Log in again; use `event.from` instead of `event.next`.

Example:
    TOO_MANY_PENDING_TASKS()
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import told, was_read
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

SAYS = {
    "TOO_BUSY": "XAPI has too much to do to take this call",
    "TOO_MANY_PENDING_TASKS": "too many tasks are open",
    "SESSION_NOT_REGISTERED": "the session asks for events without having registered for any",
}
CAUSES = ("many-calls", "dom0", "not-registered")
ONLY = {
    "many-calls": ("TOO_BUSY", "TOO_MANY_PENDING_TASKS"),
    "dom0": ("TOO_BUSY", "TOO_MANY_PENDING_TASKS"),
    "not-registered": ("SESSION_NOT_REGISTERED",),
}


_MANY = 100


def evidence_many_calls(_reading: Reading, look: Look) -> Evidence:
    """How many tasks are open now."""
    if look.snapshot is None or not was_read(look.snapshot, "task"):
        return UNSEEN
    count = len(look.snapshot.task)
    return told(count >= _MANY, f"The pool has {count} tasks.", f"The pool has {count} tasks now, which is few.")
