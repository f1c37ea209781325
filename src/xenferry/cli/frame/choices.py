"""What a person chooses for guests that cannot be moved: options of `evacuate` and `maintenance enter`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.names import find
from xenferry.cli.frame.source import Command

if TYPE_CHECKING:
    from xenferry.plan.evacuate import Choice
    from xenferry.pool.records import Ref
    from xenferry.pool.snapshot import Snapshot

_HELP = {
    "shutdown": "Shut this guest down instead of moving it.",
    "suspend": "Suspend this guest instead of moving it.",
    "eject": "Take the CD out of this guest's drive, then move it.",
    "leave": "Leave this guest where it is.",
    "move": "Move this guest, although it may stand still longer than its tag allows.",
}


def choosing(command: Command) -> Command:
    """Give a command `--shutdown`, `--suspend`, `--eject`, `--leave` GUEST; called with `chosen={guest: what}`."""

    def gather(**given: Any) -> Any:
        chosen = {guest: what for what in _HELP for guest in given.pop(what)}
        return command(chosen=chosen, **given)

    gather.__doc__ = command.__doc__
    gather.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]
    decorated: Command = gather
    for what, words in reversed(_HELP.items()):
        decorated = click.option(f"--{what}", multiple=True, metavar="GUEST", help=words)(decorated)
    return decorated


def resolve(snapshot: Snapshot, chosen: dict[str, Choice], *hosts: Ref) -> dict[Ref, Choice]:
    """The choices by the guests' references.

    Raises:
        Wrong: no such guest, or it is on none of the hosts that shall be emptied.
    """
    found: dict[Ref, Choice] = {find(snapshot, typed, ["VM"])[1]: what for typed, what in chosen.items()}
    for ref, what in found.items():
        guest = snapshot.VM[ref]
        if guest.resident_on not in hosts:
            where = (
                f"it runs on {snapshot.name(guest.resident_on)}" if guest.resident_on in snapshot.host else "it is off"
            )
            names = " or ".join(snapshot.name(host) for host in hosts)
            raise Wrong(f"--{what} {guest.name_label}: this guest is not on host {names}; {where}.")
    return found
