"""Messages: which are answered, in which order, and what is refused."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from test_kernel import GUEST, HOST, small_pool

from xenferry.lab.clock import virtual_run
from xenferry.lab.error import LabError
from xenferry.lab.lab import Lab


async def tell(lab: Lab, cls: str, uuid: str, name: str) -> Any:
    return await lab.call("message.create", name, 3, cls, uuid, "")


def test_messages_of_an_object_come_newest_first_and_only_younger_ones() -> None:
    async def main() -> tuple[list[str], list[str]]:
        lab = small_pool()
        uuid = lab.db.get("VM", GUEST)["uuid"]
        for name in ("first", "second", "third"):
            await tell(lab, "VM", uuid, name)
            await asyncio.sleep(1)
        since = "20261123T00:00:01Z"
        of_object = await lab.call("message.get", "VM", uuid, since)
        of_all = await lab.call("message.get_since", since)
        return [one["name"] for one in of_object.values()], [one["name"] for one in of_all.values()]

    assert virtual_run(main()) == (["third"], ["third", "second"])


def test_an_object_that_is_not_there_is_refused_in_two_ways() -> None:
    async def main() -> None:
        lab = small_pool()
        with pytest.raises(LabError) as told:
            await tell(lab, "Host", "nobody", "lost")
        assert told.value.description == ["UUID_INVALID", "Host", "nobody"]
        with pytest.raises(LabError) as asked:
            await lab.call("message.get", "Host", "nobody", "19700101T00:00:00Z")
        assert asked.value.description == ["UUID_INVALID"]
        assert await tell(lab, "Host", lab.db.get("host", HOST)["uuid"], "found")

    virtual_run(main())
