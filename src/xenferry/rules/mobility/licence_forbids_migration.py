"""The pool's licence does not allow live migration.

The source host asks the licence last, after all other checks have passed.

Cause: the edition restricts live migration (restrict_xen_motion), or the licence has expired.
Fix:
- Apply a licence that includes it: `xe pool-apply-edition edition=... licence-server-address=...`.
- Shut guests down and start them on the other host.

Example:
    pool p restrict=xen_motion
    host xcp1
    host xcp2
    guest web   # rule: licence-forbids-migration
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_move

where = (Place("execute", 1),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Everywhere, if the pool restricts it; the source host asks this, after all the coordinator's checks."""
    if s.pool.restrictions.get("restrict_xen_motion") != "true":
        return {}
    return {vm.ref: int(s.everywhere) for vm in guests}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("LICENCE_RESTRICTION", "Xen_motion")


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """That it is the licence."""
    seen = f"{cannot_move(vm)} while it runs: the pool's licence does not allow live migration."
    cold = f"Shut {vm.name_label} down and start it on the other host."
    return Words(s.pool.ref, seen, ("Apply a licence that does: `xe pool-apply-edition`.", cold))
