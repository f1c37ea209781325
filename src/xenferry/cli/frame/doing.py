"""From a wish to its end: show the plan, ask, keep or carry it out. Every command that changes a pool goes this way."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.paper import say, say_json
from xenferry.cli.frame.rehearsing import rehearsed
from xenferry.cli.frame.source import Command, Source, act, load, reads, remembered

if TYPE_CHECKING:
    from xenferry.plan.steps import Plan
    from xenferry.pool.snapshot import Snapshot
    from xenferry.xapi import Connection


class How(Struct, frozen=True):
    """What shall become of the plan."""

    yes: bool = False
    plan_only: bool = False
    save: str = ""
    as_json: bool = False
    to_pool: str = ""
    """What this configuration calls the pool that guests are taken to, if not as the plan does."""


_OPTIONS = (
    click.option("-y", "--yes", is_flag=True, help="Carry the plan out without asking."),
    click.option("--plan-only", is_flag=True, help="Show the plan and stop. Exit status 1 if something is left."),
    click.option(
        "--save",
        default="",
        metavar="FILE",
        help="Keep the plan as FILE (its picture as FILE.svg); `xenferry run FILE` does it later.",
    ),
    click.option("--json", "as_json", is_flag=True, help="The plan as JSON; needs --plan-only."),
)


def plans(command: Command) -> Command:
    """Give a command the sources of a pool and the fate of its plan; it is called with `source=` and `how=`."""

    def gather(yes: bool, plan_only: bool, save: str, as_json: bool, **rest: Any) -> Any:
        if as_json and not plan_only:
            raise Wrong("--json shows the plan as data and asks nothing: give --plan-only with it.")
        return command(how=How(yes, plan_only, save, as_json), **rest)

    gather.__doc__ = command.__doc__
    gather.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]
    decorated: Command = gather
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return reads(decorated)


def fulfil(source: Source, how: How, make: Callable[[Snapshot], Plan], beside: str = "") -> int:
    """Make the plan of a pool, show it and, if a person says yes, carry it out. The exit status.

    A capture cannot be changed: its plan is shown and kept only. `beside`: an embedded pool on the site of `source`.
    """
    rehearse = rehearsed()
    if rehearse is not None:
        return rehearse(how, make)
    if source.capture or how.plan_only:
        return show(make(load(source)), how)

    async def work(connection: Connection) -> int:
        from xenferry.pool.capture import read_pool

        plan = make(remembered(source, await read_pool(connection)))
        return await ask_and_drive(connection, source, how, plan)

    return act(source, work, beside)


def show(plan: Plan, how: How) -> int:
    """Show a plan and keep it if asked; 1 if it leaves something undone."""
    if how.as_json:
        say_json(plan)
    else:
        from xenferry.cli.frame.plans import say_plan

        say_plan(plan)
    if how.save:
        keep(plan, Path(how.save), quiet=how.as_json)
    return 1 if plan.left else 0


def keep(plan: Plan, path: Path, *, quiet: bool) -> None:
    """Write the plan into a file, and its timeline beside it.

    Raises:
        OSError: a file cannot be written.
    """
    from xenferry.plan import file

    file.save(plan, path)
    picture = _draw(plan, path)
    if not quiet:
        say(f"The plan is kept in {path}; carry it out with `xenferry run {path}`.{picture}")


def _draw(plan: Plan, path: Path) -> str:
    """The plan's timeline beside its file; nothing where that is no file (a pipe)."""
    if not path.is_file():
        return ""
    from xenferry.plan.timeline.svg import timeline_svg

    picture = path.with_name(f"{path.name}.svg")
    picture.write_text(timeline_svg(plan, alone=True), "utf-8")
    return f" Its timeline is drawn in {picture}."


async def ask_and_drive(connection: Connection, source: Source, how: How, plan: Plan) -> int:
    """Show the plan, ask unless told not to, carry it out."""
    from xenferry.cli.frame.rundown import warn_of_abandoned

    left = show(plan, how)
    warn_of_abandoned(source, plan.pool.uuid)
    if not plan.steps:
        return left
    if not how.yes and not _asked(plan):
        say("Nothing was done.")
        return 1
    from xenferry.cli.frame.driving import drive

    return max(left, await drive(connection, source, plan, how.to_pool))


def _asked(plan: Plan) -> bool:
    """Whether a person says yes.

    Raises:
        Wrong: there is nobody to ask.
    """
    from xenferry.cli.frame.plans import question

    try:
        return click.confirm(question(plan), default=False)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        raise Wrong("Nothing was done: nobody is there to say yes. Give --yes, or --plan-only to only look.") from None
