"""Say no more of a finding, in a pool or for some of its objects; the reason is kept and shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.codes import check_code
from xenferry.cli.frame.doing import How, fulfil, plans
from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.findings import KINDS
from xenferry.cli.frame.names import find
from xenferry.cli.frame.source import Source
from xenferry.text import escape

if TYPE_CHECKING:
    from xenferry.plan.steps import Plan
    from xenferry.pool.records import Ref
    from xenferry.pool.snapshot import Snapshot


@click.command()
@click.argument("finding")
@click.argument("what", nargs=-1)
@click.option("--reason", default="", metavar="TEXT", help="Why it may be so; other administrators will read it.")
@click.option("--lift", is_flag=True, help="Show the finding again.")
@plans
def command(source: Source, how: How, finding: str, what: tuple[str, ...], reason: str, lift: bool) -> int:
    """Silence a FINDING (its code) in the whole pool, or only for WHAT: guests, hosts, SRs, networks.

    The reason is kept in the pool's other_config, where every administrator's xenferry finds it. `xenferry check` goes
    on counting the finding, below the others and with the reason; it no longer makes the pool "not ready".
    """
    check_code(finding)
    if bool(reason.strip()) == lift:
        raise Wrong("Say why with --reason TEXT." if not lift else "Give either --reason or --lift.")
    if escape(reason) != reason:
        raise Wrong(f"A reason is plain text of one line; this one has control characters: {escape(reason)}")

    def make(snapshot: Snapshot) -> Plan:
        from xenferry.plan.silence import silence

        objects = [find(snapshot, typed, KINDS) for typed in what]
        if lift:
            _check_lift(snapshot, finding, objects)
        return silence(snapshot, finding, objects, None if lift else reason.strip())

    return fulfil(source, how, make)


def _check_lift(snapshot: Snapshot, code: str, objects: Sequence[tuple[str, Ref]]) -> None:
    """Is there anything to take out?

    Raises:
        Wrong: there is not; what is silenced of this finding, or else at all, is named.
    """
    from xenferry.rules.silence import entries

    kept = list(entries(snapshot))
    wanted = {snapshot.tables[kind][ref].uuid for kind, ref in objects} or {""}
    if any(one.code == code and one.uuid in wanted for one in kept):
        return
    listed = [one for one in kept if one.code == code] or kept
    names = "; ".join(f"{one.code} {_where(snapshot, one.uuid)} ({one.reason})" for one in listed)
    asked = ", ".join(snapshot.name(ref) for _, ref in objects) or "the whole pool"
    raise Wrong(
        f"{code} is not silenced for {asked}. Silenced {'is' if len(listed) == 1 else 'are'}: {names or 'none'}."
    )


def _where(snapshot: Snapshot, uuid: str) -> str:
    """What an entry is about; an object that is no more keeps its UUID."""
    if not uuid:
        return "in the whole pool"
    records = (record for table in snapshot.tables.values() for record in table.values())
    found = next((record for record in records if record.uuid == uuid), None)
    return f"for {snapshot.name(found.ref) if found else f'an object that is no more, {uuid}'}"
