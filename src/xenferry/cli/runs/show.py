"""One run: its plan, every step's state, its history."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from xenferry.cli.frame.paper import say, say_json, say_table
from xenferry.cli.frame.rundown import newest, standing
from xenferry.cli.frame.source import Source
from xenferry.cli.runs.list import moment


@click.command()
@click.argument("run", metavar="[ID]", default="")
@click.option("--history", is_flag=True, help="Every event, not only the state.")
@click.option("--svg", default=None, metavar="OUT", type=click.Path(path_type=Path), help="Draw its timeline in OUT.")
@click.option("--json", "as_json", is_flag=True, help="As JSON: run, plan, steps, events.")
def command(run: str, history: bool, svg: Path | None, as_json: bool) -> int:
    """Show a run: what was approved, how far it came, what was seen at the end. ID may be its first characters.

    Without ID the newest."""
    from xenferry.cli.frame.driving import open_journal, say_proof, seen_on
    from xenferry.cli.frame.progress import said
    from xenferry.plan.timeline.svg import timeline_svg
    from xenferry.plan.words import summary
    from xenferry.runs.took import took
    from xenferry.runs.verify import Proof

    journal = open_journal(Source())
    try:
        found = newest(journal, run)
        plan, steps, events, proof = (
            journal.plan(found.id),
            journal.steps(found.id),
            journal.events(found.id),
            journal.proof(found.id),
        )
    finally:
        journal.close()
    if svg is not None:
        svg.write_text(timeline_svg(plan, took(plan, steps, events), alone=True), "utf-8")
    if as_json:
        say_json({"run": found, "plan": plan, "steps": steps, "events": events})
        return 0
    say(f"Run {found.id}: {found.wish} (pool {found.pool_name}), {found.state}", style="bold")
    say(f"begun {moment(found.created)}; last word {moment(found.changed)}, from {found.owner}", indent=2)
    rows = [(steps[step.key].state if step.key in steps else "not begun", summary(step)) for step in plan.steps]
    say_table(("state", "step"), rows, indent=2)
    if history:
        for entry in events:
            say(f"{entry.time - found.created:6.0f} s  {entry.kind}: {said(entry.text)}", hang=10)
    if proof:
        say_proof(msgspec.json.decode(proof, type=Proof), seen_on(plan))
    if standing(found):
        say(standing(found), style="yellow", hang=2)
    if svg is not None:
        say(f"The timeline, forecast and what it took, is drawn in {svg}.")
    return 0
