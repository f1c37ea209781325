"""Tasks and sessions that XAPI throws away by itself."""

from __future__ import annotations

import asyncio
from typing import Any

from test_kernel import HOST, small_pool

from xenferry.lab.clock import virtual_run
from xenferry.lab.lab import Lab

HOUR_S = 3600.0


async def ask(lab: Lab, session: str, method: str, *params: Any) -> Any:
    return await lab.answer(HOST, method, [session, *params])


def login(lab: Lab, originator: str = "test", user: str = "root") -> str:
    return lab.sessions.open(user, originator, HOST)


def test_a_task_that_ended_stays_for_65_minutes() -> None:
    async def main() -> tuple[bool, bool]:
        lab = small_pool()
        task = await ask(lab, login(lab), "Async.message.destroy_many", [])
        await asyncio.sleep(65 * 60 - 1)
        before = lab.db.exists("task", task)
        await asyncio.sleep(32)
        return before, lab.db.exists("task", task)

    assert virtual_run(main()) == (True, False)


def test_of_more_than_200_tasks_pending_ones_stay_and_of_the_others_the_newest() -> None:
    async def main() -> tuple[list[str], list[str], set[str]]:
        lab = small_pool()
        pending = [lab.tasks.create("pending", host=HOST) for _ in range(120)]
        ended = [lab.tasks.create(f"{number}", host=HOST) for number in range(120)]
        for task in ended[:40]:
            lab.tasks.succeed(task)
        await asyncio.sleep(5)
        for task in ended[40:]:
            lab.tasks.succeed(task)
        await asyncio.sleep(31)
        return pending, ended, set(lab.db.all("task"))

    pending, ended, left = virtual_run(main())
    assert left == {*pending, *ended[40:]}


def test_200_tasks_are_not_too_many() -> None:
    async def main() -> int:
        lab = small_pool()
        for number in range(200):
            lab.tasks.succeed(lab.tasks.create(f"{number}", host=HOST))
        await asyncio.sleep(31)
        return len(lab.db.all("task"))

    assert virtual_run(main()) == 200


def test_a_pending_task_of_yesterday_goes_unless_it_gets_on() -> None:
    async def main() -> tuple[bool, bool]:
        lab = small_pool()
        hung, moving = (lab.tasks.create(name, host=HOST) for name in ("hung", "moving"))
        await asyncio.sleep(24 * HOUR_S)
        for step in range(1, 10):
            lab.db.update("task", moving, progress=step / 10)
            await asyncio.sleep(30)
        return lab.db.exists("task", hung), lab.db.exists("task", moving)

    assert virtual_run(main()) == (False, True)


def test_a_task_that_was_destroyed_while_pending_goes_when_it_has_ended() -> None:
    async def main() -> tuple[bool, bool]:
        lab = small_pool()
        task = lab.tasks.create("unwanted", host=HOST)
        lab.tasks.destroy(task)
        await asyncio.sleep(61)
        pending = lab.db.exists("task", task)
        lab.tasks.succeed(task)
        await asyncio.sleep(31)
        return pending, lab.db.exists("task", task)

    assert virtual_run(main()) == (True, False)


def test_a_session_ends_when_nobody_has_used_it_for_a_day() -> None:
    async def main() -> tuple[Any, bool]:
        lab = small_pool()
        used, idle = login(lab), login(lab)
        for _ in range(30):
            await asyncio.sleep(HOUR_S)
            await ask(lab, used, "host.get_all")
        return await ask(lab, used, "session.get_last_active", used), lab.db.exists("session", idle)

    assert virtual_run(main()) == ("20261124T06:00:00Z", False)


def test_a_use_is_written_down_every_ten_minutes_at_most() -> None:
    async def main() -> list[str]:
        lab = small_pool()
        session = login(lab)
        seen = []
        for _ in range(3):
            await asyncio.sleep(301)
            seen.append(await ask(lab, session, "session.get_last_active", session))
        return seen

    assert virtual_run(main()) == ["20261123T00:00:00Z", "20261123T00:10:02Z", "20261123T00:10:02Z"]


def test_of_too_many_sessions_of_one_program_those_idle_for_longest_end() -> None:
    async def main() -> tuple[int, int, bool, bool]:
        lab = small_pool()
        first = login(lab, "many")
        busy = login(lab, "many")
        lab.tasks.create("long work", host=HOST, session=busy)
        await asyncio.sleep(5)
        others = [login(lab, "many") for _ in range(500)]
        anonymous = [login(lab, "") for _ in range(401)]
        await asyncio.sleep(31)
        left = lab.db.all("session")
        return sum(ref in left for ref in others), sum(ref in left for ref in anonymous), first in left, busy in left

    assert virtual_run(main()) == (500, 400, False, True)


def test_a_session_names_its_tasks() -> None:
    async def main() -> tuple[list[str], str, list[str]]:
        lab = small_pool()
        session = login(lab)
        task = await ask(lab, session, "Async.message.destroy_many", [])
        named = await ask(lab, session, "session.get_tasks", session)
        await lab.tasks.settle()
        await ask(lab, session, "task.destroy", task)
        return named, task, await ask(lab, session, "session.get_tasks", session)

    named, task, after = virtual_run(main())
    assert (named, after) == ([task], [])


def test_of_too_many_messages_the_oldest_go() -> None:
    async def main() -> tuple[int, bool]:
        lab = small_pool()
        messages = [lab.db.create("message", name=str(number)) for number in range(10_003)]
        await asyncio.sleep(31)
        return len(lab.db.all("message")), any(lab.db.exists("message", ref) for ref in messages[:3])

    assert virtual_run(main()) == (10_000, False)
