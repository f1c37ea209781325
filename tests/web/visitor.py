"""Somebody who visits the application, without a browser and without a network."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from httpx2 import ASGITransport, AsyncClient, Response

from xenferry.lab.clock import virtual_run
from xenferry.lab.dial import Wire
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.lab.site import Site
from xenferry.pool.snapshot import Snapshot
from xenferry.runs.audit import Audit
from xenferry.runs.journal import Journal
from xenferry.web.app import create
from xenferry.web.control import ControlDomains
from xenferry.web.desk import Connect, Desk
from xenferry.web.door import Door
from xenferry.web.house import House
from xenferry.web.roles import Role
from xenferry.xapi import connect

T = TypeVar("T")
HOST = "localhost:8765"
PAIR = """\
pool pair
host alpha memory=64GiB
host beta memory=64GiB
sr pool-disks nfs default
sr corner ext on=alpha
guest mail on=alpha memory=2GiB
  disk root
guest stuck on=alpha memory=2GiB
  disk root sr=corner
"""


class Visitor:
    """A client of one application."""

    def __init__(self, client: AsyncClient, house: House, door: Door) -> None:
        self.client, self.house, self.door = client, house, door

    async def get(self, path: str, **settings: object) -> Response:
        return await self.client.get(path, **settings)  # type: ignore[arg-type]

    async def enter(self) -> None:
        answer = await self.get(self.door.link())
        assert answer.status_code == 303, answer.text

    async def token(self) -> str:
        """What this visitor's forms carry."""
        found = re.search(r'name="csrf" value="([^"]+)"', (await self.get("/explain")).text)
        assert found
        return found[1]

    async def post(self, path: str, **fields: str | list[str]) -> Response:
        """Send a form of ours."""
        return await self.client.post(path, data={"csrf": await self.token(), **fields})

    def deeds(self) -> list[str]:
        return [deed.deed for deed in self.house.audit.latest(100)]


def visit(
    folder: Path,
    work: Callable[[Visitor], Awaitable[T]],
    *,
    role: Role = "act",
    scenario: str = PAIR,
    known: bool = True,
    file: str = "",
    name: str = "pair",
) -> T:
    """Let a visitor do the work; `known`: who has come in by the link; `file`: where the pool's capture lies."""
    url = f"sqlite:///{folder}/journal.db"
    journal, audit = Journal(url, clock=lambda: 0.0), Audit(url, clock=lambda: 0.0)

    async def main() -> T:
        still = Snapshot.from_tables(parse(scenario).tables)
        house = House(
            [Desk(name, lambda: 0.0, still=still, file=file)],
            journal,
            audit,
            plans=folder / "plans",
            owner="test",
            gone=lambda _: True,
        )
        door = Door(b"k" * 32, frozenset({HOST}), name="anna", role=role)
        transport = ASGITransport(app=create(house, door), raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
            visitor = Visitor(client, house, door)
            if known:
                await visitor.enter()
            try:
                return await work(visitor)
            finally:
                await house.bench.close()

    try:
        return asyncio.run(main())
    finally:
        journal.close()
        audit.close()


def live_visit(
    folder: Path,
    work: Callable[[Visitor], Awaitable[T]],
    scenario: str,
    *others: str,
    control: Callable[[Lab], ControlDomains | None] = lambda lab: None,
) -> T:
    """Let a visitor do the work on live pools, in virtual time: `pool`, and `pool 2` and so on for the others."""
    labs = [Lab.from_scenario(parse(text), seed=seed) for seed, text in enumerate((scenario, *others))]
    if others:
        Site(tuple(labs))

    async def main() -> T:
        url, now = f"sqlite:///{folder}/journal.db", asyncio.get_running_loop().time
        journal, audit = Journal(url, clock=now), Audit(url, clock=now)
        names = ["pool", *(f"pool {number}" for number in range(2, len(labs) + 1))]
        desks = [
            Desk(name, now, connect=_dialled(lab), control=control(lab)) for name, lab in zip(names, labs, strict=True)
        ]
        house = House(desks, journal, audit, plans=folder / "plans", owner="test", gone=lambda _: True)
        door = Door(b"k" * 32, frozenset({HOST}), name="anna", role="act")
        transport = ASGITransport(app=create(house, door), raise_app_exceptions=False)
        try:
            async with house.open(), AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
                visitor = Visitor(client, house, door)
                await visitor.enter()
                for desk in desks:
                    await _seen(desk)
                return await work(visitor)
        finally:
            journal.close()
            audit.close()

    return virtual_run(main())


async def _seen(desk: Desk) -> None:
    async for _ in desk.changes(1.0):
        if desk.view is not None:
            return


def _dialled(lab: Lab) -> Connect:
    sessions = lab.sessions
    address = lab.address(lab.coordinator)
    return lambda: connect(address, sessions.username, sessions.password, pin=None, dial=lambda at: Wire(lab, at))
