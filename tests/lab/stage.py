"""A lab on a virtual clock, spoken to by names."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from xenferry.lab.clock import virtual_run
from xenferry.lab.error import LabError
from xenferry.lab.lab import Lab
from xenferry.lab.menus import MENUS
from xenferry.lab.scenario import parse

T = TypeVar("T")

PAIR = """
host north memory=64GiB
host south memory=64GiB
sr pool-disks nfs default
sr other-disks nfs
guest mail on=north memory=8GiB
  disk root size=40GiB
guest wiki on=north memory=4GiB
  disk root
guest build on=south memory=12GiB
  disk root
"""


class Stage:
    """`vm`, `host` and `sr` give references by name."""

    def __init__(self, text: str, seed: int = 0) -> None:
        self.lab = Lab.from_scenario(parse(text), seed=seed)

    def ref(self, cls: str, name: str) -> str:
        (found,) = self.lab.db.find(cls, name_label=name)
        return found

    def vm(self, name: str) -> str:
        return self.ref("VM", name)

    def host(self, name: str) -> str:
        return self.ref("host", name)

    def guest(self, name: str) -> dict[str, Any]:
        return dict(self.lab.db.get("VM", self.vm(name)))

    def home(self, name: str) -> str:
        """The name of the host a guest is on, both as XAPI says and in truth."""
        where = self.guest(name)["resident_on"]
        assert self.lab.history.where(self.vm(name)) == [where]
        return str(self.lab.db.get("host", where)["name_label"])

    async def call(self, method: str, *params: Any) -> Any:
        return await self.lab.call(method, *params)

    async def start(self, method: str, *params: Any) -> str:
        return str(await self.lab.call(f"Async.{method}", *params))

    async def migrate(self, guest: str, host: str, **options: str) -> str:
        return await self.start("VM.pool_migrate", self.vm(guest), self.host(host), options)

    async def outcome(self, task: str) -> tuple[str, list[str]]:
        """Status and error of a task, once it has ended."""
        while self.lab.db.get("task", task)["status"] == "pending":  # noqa: ASYNC110 (a client polls)
            await asyncio.sleep(0.25)
        record = self.lab.db.get("task", task)
        return record["status"], record["error_info"]


def play(text: str, scene: Callable[[Stage], Awaitable[T]], seed: int = 0) -> tuple[Stage, T]:
    """Plays a scene in virtual time; afterwards no guest may have run twice and every menu must be true."""
    stage = Stage(text, seed)

    async def main() -> T:
        result = await scene(stage)
        await stage.lab.tasks.settle()
        return result

    result = virtual_run(main())
    assert stage.lab.history.twice() == []
    check_menus(stage.lab)
    return stage, result


def check_menus(lab: Lab) -> None:
    """allowed_operations of every object are what the checks say now."""
    lab.menus.settle()
    facts = lab.hypervisor.facts
    for cls, listing in MENUS.items():
        for ref, record in lab.db.all(cls).items():
            assert record["allowed_operations"] == listing(facts, ref), (cls, record.get("name_label", ref))


async def refused(call: Awaitable[Any]) -> list[str]:
    """The error of a call that must fail."""
    try:
        await call
    except LabError as error:
        return error.description
    raise AssertionError("the call was not refused")
