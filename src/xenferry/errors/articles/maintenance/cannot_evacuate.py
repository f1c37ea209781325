"""The host cannot be emptied: guests cannot leave it

The parameter lists one error for each such guest, joined by `|`; each is explained by itself. XAPI demands that a
guest could run on every enabled host before it plans the move, so one odd host blocks all.

Cause: guests that cannot move: disks on local storage, an ISO in a drive, a device passed through, no tools.
Tell: The parameter lists a code for each guest that stays: these codes name the reasons.
Fix: See each guest's own error; `xenferry check` and `xenferry evacuate HOST --plan-only` name the guests and their
    cures.

Cause: one of the other hosts lacks an SR or a network, although the guest would fit on the others.
Tell: The same guest can be moved by hand to another host of the pool.
Fix: Disable that host while this one is emptied (`xe host-disable`), or move guests one by one: `xenferry evacuate`
    plans each guest by itself.

Example:
    CANNOT_EVACUATE_HOST(VM_REQUIRES_SR,OpaqueRef:16468b5e-8e7a-452d-9fc9-01111af3fd60,
    OpaqueRef:da55acb9-552e-4a08-b2d6-7540db0f6b40)
"""

RULES = ("host-cannot-be-emptied",)
CODES = ("CANNOT_EVACUATE_HOST",)
CAUSES = ("guests", "odd-host")
SAID = "the answer was no, because of the guests listed"
