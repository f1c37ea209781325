"""What a person knows of the cables and the pool does not tell: options of the `nics` commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.names import find
from xenferry.cli.frame.paper import warn
from xenferry.cli.frame.source import Command, Source

if TYPE_CHECKING:
    from xenferry.plan.steps import Plan
    from xenferry.pool.neighbour import Neighbour
    from xenferry.pool.records import Ref
    from xenferry.pool.snapshot import Snapshot


def telling(command: Command) -> Command:
    """Give a command `--name HOST:NIC=NAME` and `--shut-down`; called with `told=` and `shut_down=`."""

    def gather(told: tuple[str, ...], **given: Any) -> Any:
        return command(told=told, **given)

    gather.__doc__ = command.__doc__
    gather.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]
    name = click.option(
        "--name",
        "told",
        multiple=True,
        metavar="HOST:NIC=NAME",
        help="The cable of this NIC shall be called NAME on all hosts; for what the pool does not tell.",
    )
    shut_down = click.option(
        "--shut-down",
        is_flag=True,
        help="Guests that cannot leave a host to be rebooted are shut down and started again.",
    )
    return name(shut_down(gather))


def aligned(snapshot: Snapshot, told: tuple[str, ...], *, shut_down: bool) -> Plan:
    """The plan, with what was told.

    Raises:
        Wrong: a `--name` that cannot be understood, a host or NIC that does not exist, one name for two cables.
    """
    from xenferry.plan.align_nics import align_nics

    known = dict(_told(snapshot, text) for text in told)
    try:
        return align_nics(snapshot, shut_down=shut_down, told=known)
    except ValueError as error:
        raise Wrong(f"--name: {error}.") from None


def _told(snapshot: Snapshot, text: str) -> tuple[Ref, str]:
    place, equals, name = text.partition("=")
    host, colon, device = place.rpartition(":")
    if not (equals and colon and name and device):
        raise Wrong(f"--name {text!r}: write HOST:NIC=NAME, e.g. xcp2:eth4=eth0.")
    if not (name.startswith("eth") and name[3:].isdecimal()):
        raise Wrong(f"--name {text!r}: dom0 calls NICs eth0, eth1, ..., so {name!r} cannot be one's name.")
    own = find(snapshot, host, ["host"])[1]
    nics = {pif.device: ref for ref, pif in snapshot.PIF.items() if pif.physical and pif.host == own}
    if device not in nics:
        raise Wrong(f"Host {snapshot.name(own)} has no NIC {device!r}; it has {', '.join(sorted(nics)) or 'none'}.")
    return nics[device], name


switches = click.option(
    "--dom0", "ask_dom0", is_flag=True, help="Ask dom0 over ssh which switch each NIC is plugged into (LLDP)."
)
"""Gives a command `--dom0`; called with `ask_dom0=`."""


def switched(source: Source, snapshot: Snapshot, *, ask_dom0: bool) -> Snapshot:
    """The snapshot, on demand with what switches say of the NICs."""
    from xenferry.pool.neighbour import with_neighbours

    return with_neighbours(snapshot, ask_switches(source, snapshot)) if ask_dom0 else snapshot


def ask_switches(source: Source, snapshot: Snapshot) -> dict[Ref, Neighbour]:
    """What each host's dom0 says; hosts that say nothing are told.

    Raises:
        Wrong: there is no dom0 that ssh could reach.
    """
    import asyncio

    from xenferry.cli.frame.dom0 import of_pool

    dom0 = None if source.capture else of_pool(source)
    if dom0 is None:
        raise Wrong("--dom0 asks the hosts of a live pool over ssh: give -p NAME.")
    found, silent = asyncio.run(dom0.neighbours(snapshot))
    for reason in silent:
        warn(reason, style="yellow", hang=2)
    return found
