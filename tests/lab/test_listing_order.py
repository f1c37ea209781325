"""In which order lists are answered: by reference in a captured pool, messages newest first in any."""

from __future__ import annotations

from typing import Any

from stage import PAIR, Stage, play

from xenferry.lab.clock import virtual_run
from xenferry.lab.lab import Lab


def test_a_captured_pool_lists_by_reference_the_highest_first() -> None:
    stage = Stage(PAIR)
    lab = Lab.from_capture(stage.lab.db.tables)

    async def lists() -> list[list[str]]:
        every = 'field "uuid" = field "uuid"'
        found = [await lab.call("VM.get_all"), await lab.call("VM.get_all_records")]
        found += [await lab.call(f"VM.{name}", every) for name in ("get_all_where", "get_all_records_where")]
        return [list(each) for each in found]

    refs = sorted(lab.db.all("VM"), reverse=True)
    assert virtual_run(lists()) == [refs] * 4


def test_messages_are_answered_newest_first_whether_captured_or_new() -> None:
    async def scene(stage: Stage) -> Any:
        uuid = stage.guest("mail")["uuid"]
        for name in ("first", "second"):
            await stage.call("message.create", name, 5, "VM", uuid, "")
        return await stage.call("message.get_all_records")

    stage, records = play(PAIR, scene)
    names = [record["name"] for record in records.values()]
    assert names[:2] == ["second", "first"]
    dated = (
        (ref, {**record, "timestamp": f"20261123T00:00:0{9 - at}Z"}) for at, (ref, record) in enumerate(records.items())
    )
    captured = dict(dated)
    lab = Lab.from_capture({**stage.lab.db.tables, "message": captured}, seed=9)

    async def again() -> list[str]:
        uuid = stage.guest("mail")["uuid"]
        await lab.call("message.create", "third", 5, "VM", uuid, "")
        return [record["name"] for record in (await lab.call("message.get_all_records")).values()]

    assert virtual_run(again()) == ["third", *names]
