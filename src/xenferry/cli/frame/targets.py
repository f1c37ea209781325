"""Which hosts take guests first, and which take none: options of the commands that empty hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from xenferry.cli.frame.names import find
from xenferry.cli.frame.source import Command

if TYPE_CHECKING:
    from xenferry.plan.evacuate_policy import Targets
    from xenferry.pool.snapshot import Snapshot

Aims = tuple[tuple[str, ...], tuple[str, ...]]
"""Names of hosts to avoid, and to prefer, as typed."""


def aiming(command: Command) -> Command:
    """Give a command `--avoid HOST` and `--prefer HOST`; called with `aims=(avoided, preferred)`."""

    def gather(avoid: tuple[str, ...], prefer: tuple[str, ...], **given: Any) -> Any:
        return command(aims=(avoid, prefer), **given)

    gather.__doc__ = command.__doc__
    gather.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]
    options = (
        click.option("--avoid", multiple=True, metavar="HOST", help="Move no guest to this host."),
        click.option("--prefer", multiple=True, metavar="HOST", help="Move guests to this host first."),
    )
    decorated: Command = gather
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


def targets_of(snapshot: Snapshot, aims: Aims) -> Targets:
    """The hosts by their references.

    Raises:
        Wrong: no such host.
    """
    from xenferry.plan.evacuate_policy import Targets

    avoid, prefer = (frozenset(find(snapshot, name, ["host"])[1] for name in names) for names in aims)
    return Targets(avoid=avoid, prefer=prefer)
