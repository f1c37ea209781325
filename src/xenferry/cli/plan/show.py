"""A kept plan in words, as a picture of its time, or as data."""

from __future__ import annotations

from pathlib import Path

import click

from xenferry.cli.frame.paper import say, say_json


@click.command()
@click.argument("plan", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--svg", default=None, metavar="OUT", type=click.Path(path_type=Path), help="Draw its timeline in OUT.")
@click.option("--json", "as_json", is_flag=True, help="Its timeline as data (docs/json.md).")
def command(plan: Path, svg: Path | None, as_json: bool) -> int:
    """Show PLAN, a file written with --save; no pool is asked. Exit status 1 if it leaves something out."""
    from xenferry.plan import file

    known = file.load(plan)
    if as_json:
        from xenferry.plan.timeline.rows import timeline

        say_json(timeline(known))
    else:
        from xenferry.cli.frame.plans import say_plan

        say_plan(known)
    if svg is not None:
        from xenferry.plan.timeline.svg import timeline_svg

        svg.write_text(timeline_svg(known, alone=True), "utf-8")
        if not as_json:
            say(f"The picture of its timeline is in {svg}.")
    return 1 if known.left else 0
