"""Another pool as the destination: the options that name it, and every guest judged against every host of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.names import find
from xenferry.cli.frame.source import Command, Source, load

if TYPE_CHECKING:
    from xenferry.plan.crossing.way import Maps
    from xenferry.pool.records import VM, Host, Ref
    from xenferry.pool.snapshot import Snapshot
    from xenferry.rules.crossings import Objection


class Beyond(Struct, frozen=True):
    """What was given on the command line about another pool."""

    pool: Source
    srs: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    via: str = ""
    cold: bool = False

    def __bool__(self) -> bool:
        return bool(self.pool.words)


_OPTIONS = (
    click.option("--to-pool", default="", metavar="NAME", help="Hosts of this other pool of the configuration."),
    click.option("--to-capture", default="", metavar="FILE", help="Hosts of another pool, from its capture."),
    click.option("--to-lab", default="", metavar="SCENARIO", help="Hosts of another pool, embedded."),
    click.option(
        "--sr", "srs", multiple=True, metavar="[HERE=]THERE", help="The SR there for disks (of SR HERE, or disk HERE)."
    ),
    click.option("--net", "networks", multiple=True, metavar="HERE=THERE", help="The network there instead of HERE."),
    click.option("--via", default="", metavar="NETWORK", help="The network there over which everything is sent."),
    click.option("--cold", is_flag=True, help="Judge running guests as if they were shut down."),
)


def crossing(command: Command) -> Command:
    """Give a command the options about another pool; it is called with `beyond=Beyond(...)`."""

    def gather(to_pool: str, to_capture: str, to_lab: str, **rest: Any) -> Any:
        if sum(map(bool, (to_pool, to_capture, to_lab))) > 1:
            raise Wrong("Give one of --to-pool, --to-capture and --to-lab.")
        given = {name: rest.pop(name) for name in ("srs", "networks", "via", "cold")}
        beyond = Beyond(Source(to_pool, to_capture, to_lab), **given)
        if not beyond and any(given.values()):
            raise Wrong(
                "--sr, --net, --via and --cold are about another pool: give --to-pool NAME or --to-capture FILE."
            )
        return command(beyond=beyond, **rest)

    gather.__doc__ = command.__doc__
    gather.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]
    decorated: Command = gather
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


class Pair(Struct, frozen=True):
    """A guest and a host of the other pool, judged."""

    vm: VM
    host: Host
    disk_bytes: int
    """What is in the disks that would be copied."""
    live: tuple[Objection, ...]
    """What speaks against it as the guest is now (or as if it were halted, if that was asked)."""
    halted: tuple[Objection, ...]
    """The same as if it were shut down; equal to `live` unless it runs."""
    asked_cold: bool
    """It runs, and was judged as if it were halted."""

    @property
    def refused(self) -> bool:
        """Something blocks the guest as it is."""
        return any(one.severity == "blocks" for one in self.live)

    @property
    def cold(self) -> bool:
        """It may go, but only after it has been shut down, as it must be or was asked for."""
        return (self.refused or self.asked_cold) and not any(one.severity == "blocks" for one in self.halted)


def load_there(here: Snapshot, beyond: Beyond) -> Snapshot:
    """The other pool as it is now.

    Raises:
        Wrong: it is the same pool; and what `source.load` raises.
    """
    there = load(beyond.pool)
    if there.pool.uuid == here.pool.uuid:
        raise Wrong(f"Both are the same pool, {here.pool.name_label}; give the other one.")
    return there


def judge(here: Snapshot, there: Snapshot, beyond: Beyond, wanted: Iterable[str] = ()) -> Iterator[Pair]:
    """Every guest (or the wanted ones) against every host there, guest by guest.

    Raises:
        Wrong: an SR or a network that was named does not exist.
    """
    from xenferry.rules.journey import as_halted

    only = set(wanted)
    maps = maps_of(here, there, beyond)
    guests = [vm for vm in here.guests if not only or vm.ref in only]
    cold = as_halted(here, [vm for vm in guests if vm.power_state == "Running"])
    for vm in guests if there.hosts else ():
        yield from _pairs(here, cold, vm, there, maps, beyond.cold)


def _pairs(here: Snapshot, cold: Snapshot, vm: VM, there: Snapshot, maps: Maps, as_halted: bool) -> Iterator[Pair]:
    """One guest and every host there."""
    from dataclasses import replace

    from xenferry.rules.crossings import why_there
    from xenferry.rules.journey import to_pool

    first = replace(to_pool(here, vm, there, there.hosts[0], srs=maps.srs, networks=maps.networks), via=maps.via)
    halted = live = why_there(replace(first, here=cold, vm=cold.VM[vm.ref]), there.hosts)
    asked_cold = as_halted and vm.power_state == "Running"
    if not asked_cold:
        live = why_there(first, there.hosts)
    known = ((here.VDI[vdi], sr) for vdi, sr in first.disks.items() if vdi in here.VDI)
    moving = sum(vdi.physical_utilisation for vdi, sr in known if not _same(here, vdi.ref, there, sr))
    for host, now, later in zip(there.hosts, live, halted, strict=True):
        yield Pair(vm, host, moving, now, later, asked_cold)


def _same(here: Snapshot, vdi: Ref, there: Snapshot, sr: Ref) -> bool:
    """Both pools have this SR: nothing is copied."""
    home = here.SR.get(here.VDI[vdi].SR)
    return home is not None and sr in there.SR and there.SR[sr].uuid == home.uuid


def maps_of(here: Snapshot, there: Snapshot, beyond: Beyond) -> Maps:
    """The SRs and networks that were named, found in the two pools.

    Raises:
        Wrong: one of them does not exist.
    """
    from xenferry.plan.crossing.way import Maps

    srs, networks = _map(here, there, beyond.srs, "SR"), _map(here, there, beyond.networks, "network")
    return Maps(srs=srs, networks=networks, via=_via(there, beyond))


def _map(here: Snapshot, there: Snapshot, given: Sequence[str], kind: str) -> dict[Ref, Ref]:
    """`HERE=THERE` for each; a bare `THERE` is for everything that is not named."""
    from xenferry.pool.records import NULL

    found: dict[Ref, Ref] = {}
    for text in given:
        mine, equals, theirs = text.rpartition("=")
        if not equals and kind == "network":
            raise Wrong(f"--net {text}: say which network here it is for, as in --net HERE={text}.")
        source = find(here, mine, [kind, "VDI"] if kind == "SR" else [kind])[1] if equals else NULL
        found[source] = find_there(there, theirs, kind)
    return found


def find_there(there: Snapshot, typed: str, kind: str) -> Ref:
    """An object of the other pool, which a message names.

    Raises:
        Wrong: nothing fits, or several things do.
    """
    try:
        return find(there, typed, [kind])[1]
    except Wrong as wrong:
        said = wrong.message.replace("in this pool", f"in pool {there.pool.name_label}")
        own = " For an interface give both networks, HERE=THERE." if kind == "network" else ""
        raise Wrong(said + own) from None


def _via(there: Snapshot, beyond: Beyond) -> Ref:
    from xenferry.pool.records import NULL

    return find_there(there, beyond.via, "network") if beyond.via else NULL
