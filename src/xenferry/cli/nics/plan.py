"""The smallest renaming after which names and cables agree."""

from __future__ import annotations

import click

from xenferry.cli.frame.doing import How, show
from xenferry.cli.frame.source import Source, load, reads


@click.command()
@click.option("--shut-down", is_flag=True, help="Guests on a host that must reboot are shut down and started again.")
@click.option("--save", default="", metavar="FILE", help="Keep the plan as FILE; `xenferry run FILE` does it later.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@reads
def command(source: Source, shut_down: bool, save: str, as_json: bool) -> int:
    """Show the smallest renaming of NICs after which every cable has one name on all hosts. Changes nothing."""
    from xenferry.plan.align_nics import align_nics

    return show(align_nics(load(source), shut_down=shut_down), How(plan_only=True, save=save, as_json=as_json))
