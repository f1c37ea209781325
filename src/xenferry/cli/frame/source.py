"""Where a command's pool comes from: a live pool (`-p`), a capture (`--capture`) or a lab scenario (`--lab`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from msgspec import Struct

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.rehearsing import look_of_twin, refuse_if_rehearsed

if TYPE_CHECKING:
    from xenferry.config import Config, PoolEntry
    from xenferry.pool.snapshot import Snapshot
    from xenferry.xapi import Connection

T = TypeVar("T")
Command = Callable[..., Any]


class Source(Struct, frozen=True):
    """What was given on the command line; at most one is set."""

    pool: str = ""
    capture: str = ""
    lab: str = ""
    others: tuple[str, ...] = ()
    """Which options the command takes in place of a configured pool, as a message names them."""

    @property
    def words(self) -> str:
        """The same options again, for a command shown to a person."""
        given = (("-p", self.pool), ("--capture", self.capture), ("--lab", self.lab))
        return " ".join(f"{option} {value}" for option, value in given if value)


_POOL = click.option("-p", "--pool", default="", metavar="NAME", help="A pool of the configuration (`xenferry pool`).")
_CAPTURE = click.option("--capture", default="", metavar="FILE", help="A file made by `xenferry capture`.")
_LAB = click.option("--lab", default="", metavar="SCENARIO", help="An embedded pool (`xenferry lab scenarios`).")


def reads(command: Command) -> Command:
    """Give a command `-p`, `--capture` and `--lab`; it is called with `source=Source(...)`."""
    return _POOL(_CAPTURE(_LAB(_gathering(command, "--capture FILE", "--lab SCENARIO"))))


def changes(command: Command) -> Command:
    """Give a command `-p` and `--lab`: a capture cannot be changed."""
    return _POOL(_LAB(_gathering(command, "--lab SCENARIO")))


def _gathering(command: Command, *others: str) -> Command:
    def gather(pool: str, lab: str, capture: str = "", **rest: Any) -> Any:
        if sum(map(bool, (pool, capture, lab))) > 1:
            raise Wrong("Give one of -p, --capture and --lab.")
        return command(source=Source(pool, capture, lab, others), **rest)

    gather.__doc__ = command.__doc__
    gather.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]
    return gather


def load(source: Source) -> Snapshot:
    """The pool as it is now, or as the capture holds it.

    Raises:
        Wrong, CaptureError, ScenarioError, ConfigError, Unreachable, Untrusted, XapiError
    """
    seen = look_of_twin(source.words)
    if seen is not None:
        return seen
    if source.capture:
        from xenferry.pool import capture

        return capture.load(Path(source.capture))

    async def read(connection: Connection) -> Snapshot:
        from xenferry.pool.capture import read_pool

        return remembered(source, await read_pool(connection))

    return act(source, read)


def remembered(source: Source, snapshot: Snapshot) -> Snapshot:
    """The same snapshot; a configured pool's names are kept for the shell's completion."""
    if not (source.lab or source.capture):
        from xenferry import config
        from xenferry.cli.frame.remembered import keep

        keep(chosen(config.load(), source.pool)[0], snapshot)
    return snapshot


def act(source: Source, work: Callable[[Connection], Awaitable[T]], beside: str = "") -> T:
    """Connect to the live pool or the lab, let `work` do its part, disconnect. A lab's time is virtual.

    `beside`: the scenario of a second lab on the site of the first.
    """
    refuse_if_rehearsed()
    if source.lab:
        from xenferry.cli.lab.boot import act_in

        return act_in(source.lab, work, beside)
    import asyncio

    return asyncio.run(_with_live(source, work))


async def _with_live(source: Source, work: Callable[[Connection], Awaitable[T]]) -> T:
    from xenferry import config
    from xenferry.xapi import connect

    name, entry = chosen(config.load(), source.pool, source.others)
    async with connect(entry.address, entry.user, ask_password(name, entry), pin=entry.fingerprints) as connection:
        return await work(connection)


_TYPED: dict[str, str] = {}
"""Question -> the password that a person typed: a command that connects to a pool twice asks once."""


def ask_password(name: str, entry: PoolEntry) -> str:
    """The pool's password from wherever its entry says; asked on the terminal, once, if it says so."""
    from xenferry import config

    def ask(question: str) -> str:
        if question not in _TYPED:
            _TYPED[question] = str(click.prompt(question, hide_input=True, err=True))
        return _TYPED[question]

    return config.read_password(name, entry, ask)


def chosen(configured: Config, name: str, others: Sequence[str] = ()) -> tuple[str, PoolEntry]:
    """The pool of that name, or the only one there is. `others`: options that this command takes in its place.

    Raises:
        Wrong: no such pool, none at all, or several and none was named.
    """
    pools = configured.pools
    if name:
        if name not in pools:
            from xenferry import config

            raise Wrong(f"There is no pool {name!r} in {config.find()}. {_listed(pools)}")
        return name, pools[name]
    if len(pools) == 1:
        return next(iter(pools.items()))
    if pools:
        raise Wrong(f"Which pool? Give -p NAME. {_listed(pools)}")
    ways = ("Add one with `xenferry pool add NAME ADDRESS`", *(f"give {option}" for option in others))
    raise Wrong(f"No pool is configured. {', or '.join(ways)}{', or see `xenferry demo`' if others else ''}.")


def _listed(pools: dict[str, PoolEntry]) -> str:
    return f"Configured: {', '.join(sorted(pools))}." if pools else "None is configured."
