"""The coordinator has lost contact with the host that the guest is on.

A migration is carried out by the host the guest is on; if that does not answer, nothing can be moved off it.

Cause: the host is down, or its network or toolstack is.
Fix:
- Look at its console; restart its toolstack: `xe-toolstack-restart`.
- If it is dead and its guests are certainly not running: `xe host-declare-dead uuid=...`, then start them elsewhere.

Example:
    pool p
    host xcp1
    host xcp2 dead
    guest web on=xcp2   # rule: source-not-live
    guest ok on=xcp1
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts.agility import live
from xenferry.rules.finding import Error
from xenferry.rules.once import once_of
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_move

where = (Place("source", 1),)


@once_of("host", "host_metrics")
def _dead(s: Snapshot) -> frozenset[Ref]:
    """Nobody is, where nobody looked."""
    alive = live(s)
    return frozenset(host.ref for at, host in enumerate(s.hosts) if s.host_metrics and not alive >> at & 1)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Everywhere, if its host is not live."""
    dead = _dead(s)
    return {vm.ref: int(s.everywhere) for vm in guests if vm.resident_on in dead} if dead else {}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("HOST_OFFLINE", vm.resident_on)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """Which host does not answer."""
    own = s.name(vm.resident_on)
    seen = f"{cannot_move(vm)}: the coordinator has no contact with {own}, where it runs."
    return Words(vm.resident_on, seen, (f"Look at the console of {own}: restart its toolstack, or start the host.",))
