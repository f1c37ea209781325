"""What would happen if a host joined a pool: what XAPI refuses, and what it keeps quiet about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from msgspec import Struct

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.findings import WORD
from xenferry.cli.frame.named import Named, named
from xenferry.cli.frame.paper import say, say_json
from xenferry.cli.frame.source import Source, load, reads

if TYPE_CHECKING:
    from xenferry.rules.joining import Hurdle

STYLE = {"blocks": "bold red", "unknown": "bold cyan", "risk": "bold yellow", "note": "bold"}


class Answer(Struct, frozen=True):
    """The answer as JSON gives it."""

    host: Named
    pool: Named
    joins: bool
    """XAPI would let it in."""
    hurdles: tuple[Hurdle, ...]
    not_looked_at: tuple[str, ...]
    format: int = 1


@click.command("rehearse-join")
@click.option("--to-pool", default="", metavar="NAME", help="The pool to join, of the configuration.")
@click.option("--to-capture", default="", metavar="FILE", help="The pool to join, from its capture.")
@click.option("--to-lab", default="", metavar="SCENARIO", help="The pool to join, embedded.")
@click.option("--force", is_flag=True, help="As with pool-join force=true: processors and versions may differ.")
@click.option("--json", "as_json", is_flag=True, help="As JSON (docs/json.md).")
@reads
def command(source: Source, to_pool: str, to_capture: str, to_lab: str, force: bool, as_json: bool) -> int:
    """Ask whether the host of one pool (-p, --capture, --lab) may join another, and what becomes of it there.

    Every condition of XAPI's is judged, not only the first that fails; besides, which of its networks would be joined
    to another cable or lost, and which guests would not reach it. Nothing is changed. Exit status 1 if XAPI refuses.
    """
    from xenferry.rules.joining import NOT_LOOKED_AT, join

    if sum(map(bool, (to_pool, to_capture, to_lab))) != 1:
        raise Wrong("Which pool shall it join? Give one of --to-pool, --to-capture and --to-lab.")
    joiner, pool = load(source), load(Source(to_pool, to_capture, to_lab))
    hurdles = join(joiner, pool, force=force)
    joins = not any(each.severity == "blocks" for each in hurdles)
    host = named(joiner, joiner.pool.master)
    answer = Answer(host, named(pool, pool.pool.ref), joins, hurdles, NOT_LOOKED_AT)
    if as_json:
        say_json(answer)
    else:
        _say(answer)
    return 0 if joins else 1


def _say(answer: Answer) -> None:
    host, pool = answer.host.name, answer.pool.name or "the pool"
    for each in answer.hurdles:
        say(f"{WORD[each.severity]}  {each.code}", style=STYLE[each.severity])
        say(each.seen, indent=2, hang=2)
        if each.error:
            say(f"XAPI: {', '.join(each.error)}", indent=4, hang=2, style="dim")
        for number, cure in enumerate(each.cures):
            say(f"{'or: ' if number else 'Cure: '}{cure}", indent=4, hang=2, style="green")
        say()
    say(f"Not looked at: {'; '.join(answer.not_looked_at)}.", hang=2)
    blocked = sum(each.severity == "blocks" for each in answer.hurdles)
    if answer.joins:
        rest = "; read what is said above first" if answer.hurdles else ""
        say(f"{host} may join {pool}{rest}.", style="bold green")
        say("Joining keeps its local disks and its halted guests; leaving again erases them.", hang=2)
    else:
        reasons = "1 reason" if blocked == 1 else f"{blocked} reasons"
        say(f"{host} may not join {pool}, for {reasons}.", style="bold red")
