"""A live snapshot follows the pool and notices what it was not told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable
from typing import Any

import msgspec

from xenferry.lab import scenario
from xenferry.lab.clock import virtual_run
from xenferry.lab.lab import Lab
from xenferry.pool import capture
from xenferry.pool.live import Change, watch
from xenferry.xapi import Batch, Event, connect
from xenferry.xapi.events import Broken


def event(operation: str, ref: str, **fields: Any) -> Event:
    return Event("vm", operation, ref, msgspec.Raw(msgspec.json.encode(fields)))


class Scripted:
    """Gives batches; notes with which token it was asked."""

    def __init__(self, *batches: Batch) -> None:
        self.batches = list(batches)
        self.asked: list[str] = []
        self.open = 0
        """Streams that were begun and not closed."""

    async def events(
        self, classes: Iterable[str], token: str = "", broken: Broken | None = None
    ) -> AsyncGenerator[Batch, None]:
        assert not self.open, "the stream before this one was left open"
        self.asked.append(token)
        self.open += 1
        try:
            while self.batches:
                yield self.batches.pop(0)
            raise EOFError
        finally:
            self.open -= 1


def collect(source: Scripted) -> list[Change]:
    async def main() -> list[Change]:
        found = []
        try:
            async for change in watch(source):
                found.append(change)  # noqa: PERF401  # what came before the error counts
        except EOFError:
            return found
        raise AssertionError("a live snapshot ended")

    return asyncio.run(main())


ALL = Batch((event("add", "OpaqueRef:1", name_label="web"),), "1,0", {"vm": 1}, resync=True)


def test_changes_are_followed() -> None:
    rename = Batch((event("mod", "OpaqueRef:1", name_label="mail"),), "2,0", {"vm": 1})
    first, second = collect(Scripted(ALL, rename))
    assert [guest.name_label for guest in first.snapshot.guests] == ["web"]
    assert [guest.name_label for guest in second.snapshot.guests] == ["mail"]
    assert second.touched == {"OpaqueRef:1"}


def test_a_batch_without_news_is_no_change() -> None:
    assert len(collect(Scripted(ALL, Batch((), "2,0", {"vm": 1})))) == 1


def test_deletions_are_followed() -> None:
    assert (
        collect(Scripted(ALL, Batch((Event("vm", "del", "OpaqueRef:1"),), "2,0", {"vm": 0})))[1].snapshot.guests == ()
    )


def test_a_deletion_that_was_not_told_makes_it_begin_anew() -> None:
    source = Scripted(ALL, Batch((event("add", "OpaqueRef:2"),), "2,0", {"vm": 1}), ALL)
    changes = collect(source)
    assert source.asked == ["", ""]
    assert [change.resync for change in changes] == [True, True]


def test_a_count_that_no_listing_meets_does_not_make_it_read_for_ever() -> None:
    odd = msgspec.structs.replace(ALL, valid_ref_counts={"vm": 3})
    source = Scripted(odd, Batch((event("mod", "OpaqueRef:1", name_label="mail"),), "2,0", {"vm": 3}), odd)
    assert [change.resync for change in collect(source)] == [True, False, True]
    assert source.asked == [""]


def test_who_leaves_it_ends_the_waiting_for_news() -> None:
    source = Scripted(ALL, ALL)

    async def main() -> None:
        changes = watch(source)
        await anext(changes)
        assert source.open == 1
        await changes.aclose()
        assert source.open == 0

    asyncio.run(main())


def test_it_shows_what_a_fresh_look_shows() -> None:
    lab = Lab.from_scenario(scenario.load("calm-pair"))

    async def main() -> None:
        async with connect("192.0.2.11", "root", "lab", dial=lab.dial) as pool:
            changes = watch(pool)
            first = await anext(changes)
            vm = first.snapshot.guests[0]
            await pool.call("VM.set_name_label", vm.ref, "renamed")
            second = await anext(changes)
            fresh = await capture.read_pool(pool)
            assert second.snapshot.VM[vm.ref].name_label == "renamed"
            assert dict(second.snapshot.VM) == dict(fresh.VM)
            assert dict(first.snapshot.PIF) == dict(fresh.PIF)
            await changes.aclose()

    virtual_run(main())
