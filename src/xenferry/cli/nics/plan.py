"""The smallest renaming after which names and cables agree."""

from __future__ import annotations

import click

from xenferry.cli.frame.cabling import aligned, switched, switches, telling
from xenferry.cli.frame.doing import How, show
from xenferry.cli.frame.source import Source, load, reads


@click.command()
@telling
@switches
@click.option("--save", default="", metavar="FILE", help="Keep the plan as FILE; `xenferry run FILE` does it later.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@reads
def command(source: Source, told: tuple[str, ...], shut_down: bool, ask_dom0: bool, save: str, as_json: bool) -> int:
    """Show the smallest renaming of NICs after which every cable has one name on all hosts. Changes nothing.

    What cannot be known is asked, never guessed; the answer is given with --name.
    """
    plan = aligned(switched(source, load(source), ask_dom0=ask_dom0), told, shut_down=shut_down)
    return show(plan, How(plan_only=True, save=save, as_json=as_json))
