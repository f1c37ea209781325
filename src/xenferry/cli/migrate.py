"""Move guests: live where the pool allows it, with disks where they must, cold if asked; also to another pool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from xenferry.cli.frame.crossing import Beyond
from xenferry.cli.frame.doing import How, fulfil, plans
from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.learnt import model_of
from xenferry.cli.frame.names import find
from xenferry.cli.frame.source import Source
from xenferry.cli.frame.via import via

if TYPE_CHECKING:
    from xenferry.plan.steps import Plan
    from xenferry.pool.records import Ref
    from xenferry.pool.snapshot import Snapshot


@click.command()
@click.argument("guests", nargs=-1, metavar="[GUEST]...")
@click.option("--all", "everybody", is_flag=True, help="All guests of the pool; needs --to-pool.")
@click.option("--to", "target", default="", metavar="HOST", help="Where to; without it the best host for each guest.")
@click.option("--to-pool", default="", metavar="NAME", help="Into this other pool of the configuration.")
@click.option("--to-capture", default="", metavar="FILE", help="The same, planned on its capture.")
@click.option("--to-lab", default="", metavar="SCENARIO", help="The same, with an embedded pool.")
@click.option(
    "--sr",
    "srs",
    multiple=True,
    metavar="[HERE=]SR",
    help="Where their disks shall be afterwards; with another pool also for those of SR HERE, or disk HERE.",
)
@click.option(
    "--network",
    "--net",
    "networks",
    multiple=True,
    metavar="NET | HERE=THERE",
    help="The network that the migrations use; with another pool: network THERE for interfaces on HERE.",
)
@click.option(
    "--via", default="", metavar="NET", help="The network that the migrations use; with another pool: one there."
)
@click.option("--cold", is_flag=True, help="Shut running guests down, move them, start them there.")
@plans
def command(source: Source, how: How, guests: tuple[str, ...], everybody: bool, **wish: Any) -> int:
    """Move guests to another host, their disks to another SR, or both; or into another pool.

    Disks stay where they are unless the target cannot see them or --sr is given; the plan says how many bytes move.

    Into another pool disks always go along: to its default SR or one with room, unless --sr names one. Interfaces go to
    the network of the same name, unless --network HERE=THERE says otherwise. `xenferry check GUEST --to-pool NAME` says
    what stands in the way.
    """
    if bool(guests) == everybody:
        raise click.UsageError("Name the guests to move, or give --all with --to-pool; not both.")
    over, networks = _networks(wish.pop("networks"), wish.pop("via"))
    there = Source(wish.pop("to_pool"), wish.pop("to_capture"), wish.pop("to_lab"))
    if there.words:
        return _abroad(source, how, guests, Beyond(there, wish["srs"], networks, over, wish["cold"]), wish["target"])
    return _at_home(source, how, guests, networks, over, **wish)


def _networks(given: tuple[str, ...], over: str) -> tuple[str, tuple[str, ...]]:
    """The network of the migrations, and the pairs `HERE=THERE`; one whose own name holds a `=` needs --via."""
    alone = [text for text in given if "=" not in text]
    if len(alone) + bool(over) > 1:
        raise Wrong("Name one network for the migrations, not several.")
    return over or (alone[0] if alone else ""), tuple(text for text in given if "=" in text)


def _at_home(
    source: Source,
    how: How,
    guests: tuple[str, ...],
    networks: tuple[str, ...],
    over: str,
    *,
    target: str,
    srs: tuple[str, ...],
    cold: bool,
) -> int:
    """Inside the pool."""
    if not guests or networks or len(srs) > 1:
        raise Wrong("--all, --network HERE=THERE and several --sr are about another pool: give --to-pool NAME.")

    def make(snapshot: Snapshot) -> Plan:
        from xenferry.plan.migrate import migrate

        return migrate(
            snapshot,
            [find(snapshot, typed, ["VM"])[1] for typed in guests],
            target=seek(snapshot, target, "host"),
            sr=seek(snapshot, srs[0] if srs else "", "SR"),
            network=via(snapshot, over),
            cold=cold,
            model=model_of(source, snapshot),
        )

    return fulfil(source, how, make)


def _abroad(source: Source, how: How, guests: tuple[str, ...], beyond: Beyond, target: str) -> int:
    """Into another pool, which is looked at before this one."""
    from xenferry.cli.frame.source import load

    there = load(beyond.pool)

    def make(here: Snapshot) -> Plan:
        from xenferry.cli.frame.crossing import find_there, maps_of
        from xenferry.plan.crossing.wish import cross

        if there.pool.uuid == here.pool.uuid:
            raise Wrong(f"Both are the same pool, {here.pool.name_label}; give the other one.")
        wanted = [find(here, typed, ["VM"])[1] for typed in guests] or [vm.ref for vm in here.guests]
        maps, host = maps_of(here, there, beyond), find_there(there, target, "host") if target else None
        return cross(here, there, wanted, configured=beyond.pool.pool, target=host, maps=maps, cold=beyond.cold)

    if not how.plan_only and bool(source.lab) is not bool(beyond.pool.lab):
        raise Wrong("An embedded pool reaches no other one than --to-lab; `xenferry lab up A B` serves two of them.")
    return fulfil(source, how, make, beyond.pool.lab)


def seek(snapshot: Snapshot, typed: str, kind: str) -> Ref | None:
    """The object of an option, None when the option was not given."""
    return find(snapshot, typed, [kind])[1] if typed else None
