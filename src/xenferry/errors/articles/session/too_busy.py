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
