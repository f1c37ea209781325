"""May this host join that pool, and what would it find there: pool.join's own checks, and what it keeps quiet about.

The checks are XAPI's, in its order (xapi/xapi_pool.ml: pre_join_checks); `force` leaves out `HOMOGENEOUS` alone. What
a join does to networks and processors is told besides: XAPI joins networks by the names of NICs, loses others without
a word, and lowers what processors offer to guests.

Simplifications: trusted certificates without a name are not looked at (`NOT_LOOKED_AT`); editions are compared by name,
where XAPI knows an order of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.joining import aftermath, cluster, machine, network, trust, unread, version
from xenferry.rules.joining.hurdle import Hurdle, Sides

Check = Callable[[Sides], Iterator[Hurdle]]

FIRST: tuple[Check, ...] = (
    machine.size,
    machine.booted,
    machine.own_ha,
    cluster.own,
    cluster.network,
    machine.other_ha,
    machine.not_itself,
    machine.alone,
    machine.guests,
    machine.busy_guests,
    machine.guidance,
    version.compatible,
)
HOMOGENEOUS: tuple[Check, ...] = (version.same_software, version.same_processors)
LAST: tuple[Check, ...] = (
    machine.shared_srs,
    network.bonds,
    network.tunnels,
    network.sriovs,
    network.vlans,
    network.management_vlan,
    trust.authentication,
    version.edition,
    network.backend,
    network.controller,
    version.api,
    version.schema,
    version.updates,
    network.address_type,
    network.purposes,
    trust.tls,
    trust.certificates,
    machine.updating,
    version.drivers,
)
AFTERWARDS: tuple[Check, ...] = (
    unread.classes,
    aftermath.other_cable,
    aftermath.lost_networks,
    aftermath.missing_nics,
    aftermath.lower_level,
    aftermath.guests_that_stay,
)
NOT_LOOKED_AT = ("trusted certificates without a name",)


def join(joiner: Snapshot, pool: Snapshot, *, force: bool = False) -> tuple[Hurdle, ...]:
    """Everything that stands against it, in XAPI's order, then what follows from it.

    Args:
        joiner: the pool of one host that shall join.
        pool: the pool to join.
        force: as pool.join_force.
    """
    sides = Sides(joiner, pool)
    checks = (*FIRST, *(() if force else HOMOGENEOUS), *LAST, *AFTERWARDS)
    return tuple(hurdle for check in checks for hurdle in check(sides))


__all__ = ["NOT_LOOKED_AT", "Hurdle", "join"]
