"""From a scenario's name to a lab, and work done in it: how `--lab` reaches `xenferry.lab`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from xenferry.cli.frame.beyond import NEIGHBOURS
from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.hearing import KNOCK
from xenferry.lab import scenario
from xenferry.lab.clock import virtual_run
from xenferry.lab.dial import Wire
from xenferry.lab.lab import Lab
from xenferry.lab.network import hearing
from xenferry.lab.scenario import Scenario
from xenferry.lab.scenario.generate import named
from xenferry.lab.site import Site
from xenferry.xapi import connect

if TYPE_CHECKING:
    from xenferry.xapi import Connection

T = TypeVar("T")


def read(name: str) -> Scenario:
    """A shipped scenario by name, a made-up pool such as `generated-64x4000`, or one of your own by its file's name.

    Raises:
        Wrong: there is none.
        ScenarioError: it cannot be understood; the message says on which line and why.
    """
    if name in scenario.shipped():
        return scenario.load(name)
    text = named(name)
    if text is not None:
        return scenario.parse(text, source=name)
    if Path(name).is_file():
        return scenario.parse(Path(name).read_text("utf-8"), source=name)
    raise Wrong(f"There is no scenario {name!r}; shipped are {', '.join(scenario.shipped())}, or give a file's name.")


def act_in(name: str, work: Callable[[Connection], Awaitable[T]], beside: str = "") -> T:
    """Boot the scenario, connect to it in process, do the work in virtual time, forget it.

    `beside`: a second scenario, a pool on the same site; the work finds its connection among the neighbours.

    Raises:
        Wrong: the two have the same name.
    """
    try:
        site = Site.from_scenarios(read(each) for each in (name, beside) if each)
    except ValueError as error:
        raise Wrong(f"These scenarios cannot be on one site: {error}.") from None

    async def main() -> T:
        async with AsyncExitStack() as stack:
            connection, *others = [await stack.enter_async_context(_connected(lab)) for lab in site.labs]
            pools = [next(iter(lab.db.all("pool").values()))["uuid"] for lab in site.labs[1:]]
            NEIGHBOURS.set(dict(zip(pools, others, strict=True)))
            KNOCK.set(partial(_answers, site))
            return await work(connection)

    return virtual_run(main())


async def _answers(site: Site, address: str) -> bool:
    return any(hearing.answers(lab, address) for lab in site.labs)


def _connected(lab: Lab) -> AbstractAsyncContextManager[Connection]:
    sessions, address = lab.sessions, lab.address(lab.coordinator)
    return connect(address, sessions.username, sessions.password, pin=None, dial=lambda at: Wire(lab, at))
