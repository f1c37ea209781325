"""The way to another pool: what a person may choose of it, and the plan that a form asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from xenferry.plan.crossing.way import Maps
from xenferry.plan.crossing.wish import cross
from xenferry.plan.steps import Plan
from xenferry.pool.records import NULL, SR, Network, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.web import order
from xenferry.web.wishes import Form, Unclear, disk_srs, guests_of, one


class Choices(Struct, frozen=True):
    """What there is to choose from."""

    networks: Sequence[tuple[Network, str]]
    """Each network here that a guest is on, and the name of that over there which it goes to if nothing is chosen;
    empty: there is none of its name."""
    there: Sequence[Network]
    srs: Sequence[SR]
    """Those over there that hold disks."""


def choices(here: Snapshot, there: Snapshot) -> Choices:
    """What a form offers."""
    used = {here.VIF[ref].network for vm in here.guests for ref in vm.VIFs if ref in here.VIF}
    named = {network.name_label for network in there.network.values()}
    mine = _by_name([here.network[ref] for ref in used if ref in here.network])
    pairs = [(each, each.name_label if each.name_label in named else "") for each in mine]
    return Choices(pairs, _by_name(there.network.values()), disk_srs(there))


def _by_name(networks: Iterable[Network]) -> list[Network]:
    return sorted(networks, key=lambda each: order.natural(each.name_label))


def plan(here: Snapshot, there: Snapshot, form: Form, configured: str) -> Plan:
    """The plan that the form asks for.

    Raises:
        Unclear: it does not say which guests, or names something that is not there.
    """
    if here.pool.uuid == there.pool.uuid:
        raise Unclear("Both are the same pool.")
    everybody = bool(one(form, "all"))
    guests = [vm.ref for vm in here.guests] if everybody else guests_of(here, form)
    target = _found(there.host, one(form, "host"), "host")
    networks = {
        ref: other
        for ref, network in here.network.items()
        if (other := _found(there.network, one(form, f"net-{network.uuid}"), "network")) is not None
    }
    sr, via = _found(there.SR, one(form, "sr"), "SR"), _found(there.network, one(form, "via"), "network")
    maps = Maps(srs={NULL: sr} if sr else {}, networks=networks, via=via or NULL)
    return cross(here, there, guests, configured=configured, target=target, maps=maps, cold=bool(one(form, "cold")))


def _found(table: Mapping[Ref, object], uuid: str, kind: str) -> Ref | None:
    """The object with this UUID; None when none was chosen."""
    if not uuid:
        return None
    for ref, record in table.items():
        if getattr(record, "uuid", "") == uuid:
            return ref
    raise Unclear(f"The other pool has no {kind} {uuid!r} any more.")
