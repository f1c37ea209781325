"""The news between two pictures of a pool tell every change, and nothing else."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import pytest

from xenferry.lab.clock import virtual_run
from xenferry.lab.dial import Wire
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.plan import picture
from xenferry.plan.picture import News, Picture
from xenferry.pool import live
from xenferry.pool.snapshot import Snapshot
from xenferry.rules import matrix
from xenferry.rules.live import LiveMatrix
from xenferry.runs.do import RUN_TAG
from xenferry.xapi import connect

POOL = """
pool p
host a memory=32GiB
host b memory=32GiB
sr s nfs default
guest web on=a memory=4GiB
  disk r
guest db on=b memory=8GiB
  disk r
guest idle halted memory=2GiB
  disk r
"""


def drawn(lab: Lab) -> Picture:
    s = Snapshot.from_tables({cls: dict(table) for cls, table in lab.db.tables.items()})
    return picture.draw(s, matrix(s))


def ref(lab: Lab, cls: str, name: str) -> str:
    (found,) = lab.db.find(cls, name_label=name)
    return found


def after(change: Callable[[Lab], Awaitable[object]], text: str = POOL) -> list[News]:
    """The news of a change that is made in a lab."""
    lab = Lab.from_scenario(parse(text))

    async def main() -> list[News]:
        before = drawn(lab)
        assert list(picture.news(before, before)) == []
        await change(lab)
        return list(picture.news(before, drawn(lab)))

    return virtual_run(main())


def test_a_guest_that_moved() -> None:
    async def move(lab: Lab) -> None:
        await lab.call("VM.pool_migrate", ref(lab, "VM", "web"), ref(lab, "host", "b"), {})

    said = {each.kind: each for each in after(move)}
    assert said["moved"].text == "Guest web moved from a to b."
    assert {"moved", "memory"} <= said.keys()


def test_a_guest_that_starts_and_stops() -> None:
    async def start(lab: Lab) -> None:
        await lab.call("VM.start", ref(lab, "VM", "idle"), False, False)
        await lab.call("VM.hard_shutdown", ref(lab, "VM", "web"))

    said = [(each.name, each.before, each.after) for each in after(start) if each.kind == "state"]
    assert sorted(said) == [("idle", "halted", "running"), ("web", "running", "halted")]


def test_a_finding_appears_and_is_cured() -> None:
    async def unplug(lab: Lab) -> None:
        (pbd,) = [
            pbd
            for pbd in lab.db.find("PBD", SR=ref(lab, "SR", "s"))
            if lab.db.get("PBD", pbd)["host"] == ref(lab, "host", "b")
        ]
        await lab.call("VM.hard_shutdown", ref(lab, "VM", "db"))
        await lab.call("PBD.unplug", pbd)

    said = after(unplug)
    assert ("blocks", "disk-not-on-host") in {(each.severity, each.code) for each in said if each.kind == "finding"}
    assert [each.score < 100 for each in said if each.kind == "readiness"] == [True]
    assert [each.before for each in said if each.kind == "readiness"] == ["100"]


def test_a_host_is_disabled() -> None:
    async def disable(lab: Lab) -> None:
        await lab.call("host.disable", ref(lab, "host", "b"))

    said = after(disable)
    assert [(each.name, each.after) for each in said if each.kind == "host"] == [("b", "disabled")]


def test_a_task_is_told_with_its_guest_where_it_goes_and_the_run_that_started_it() -> None:
    async def begin(lab: Lab) -> None:
        task = await lab.call("Async.VM.pool_migrate", ref(lab, "VM", "web"), ref(lab, "host", "b"), {})
        await lab.call("task.add_to_other_config", task, RUN_TAG, "r7")
        await asyncio.sleep(1)

    (told,) = [each for each in after(begin) if each.kind == "task"]
    assert (told.after, told.run) == ("pending", "r7")
    assert "of web to b (run r7) is under way" in told.text


def test_what_is_silenced_is_no_news() -> None:
    async def silence(lab: Lab) -> None:
        (pool,) = lab.db.all("pool")
        await lab.call("pool.add_to_other_config", pool, "xenferry-silenced:nfs-mounted-soft", "we know")

    assert [(each.kind, each.code) for each in after(silence)] == [("cured", "nfs-mounted-soft")]


def test_the_first_picture_says_what_there_is() -> None:
    lab = Lab.from_scenario(parse(POOL))
    said = [each.kind for each in picture.begin(drawn(lab))]
    assert said[:4] == ["pool", "host", "host", "readiness"]
    assert set(said[4:]) == {"finding"}


@pytest.mark.parametrize("seed", range(3))
def test_news_add_up_to_the_last_picture(seed: int) -> None:
    """Where guests are and how hosts are, told from the news alone, over a live stream of changes in a lab."""
    lab, dice = Lab.from_scenario(parse(POOL), seed=seed), random.Random(seed)  # noqa: S311 made-up changes
    told: dict[str, str] = {}

    async def meddle() -> None:
        for _ in range(12):
            await asyncio.sleep(dice.random() * 10)
            vm = ref(lab, "VM", dice.choice(["web", "db"]))
            here = lab.db.get("VM", vm)["resident_on"]
            (there,) = lab.db.all("host").keys() - {here}
            await lab.call("VM.pool_migrate", vm, there, {})
        lab.db.update("pool", next(iter(lab.db.all("pool"))), tags=["the end"])

    async def main() -> Picture:
        login = lab.sessions.username, lab.sessions.password
        seen: Picture | None = None
        async with (
            connect(lab.address(lab.coordinator), *login, dial=lambda to: Wire(lab, to)) as pool,
            aclosing(live.watch(pool)) as changes,
            asyncio.TaskGroup() as group,
        ):
            group.create_task(meddle())
            async for change in changes:
                now = picture.draw(change.snapshot, LiveMatrix(change.snapshot).matrix)
                moves = [each for each in picture.news(seen, now) if each.kind == "moved"] if seen else []
                told.update({each.name: each.after for each in moves})
                seen = now
                if change.snapshot.pool.tags:
                    return now
        raise AssertionError("the stream ended")

    last = virtual_run(main())
    at = {guest.name: last.hosts[guest.host].name for guest in last.guests.values() if guest.host in last.hosts}
    assert told
    assert {name: at[name] for name in told} == told
