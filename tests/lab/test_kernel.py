"""The lab's kernel: how a call is defined, called and seen, through the lab itself (no wire)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from xenferry.lab import registry
from xenferry.lab.clock import virtual_run
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.lab import Lab

HOST, MEMBER, GUEST = "OpaqueRef:host-1", "OpaqueRef:host-2", "OpaqueRef:guest-1"


def small_pool() -> Lab:
    """Two hosts and a guest on the first; every other field has its default."""
    tables = {
        "pool": {"OpaqueRef:pool": {"master": HOST}},
        "host": {
            HOST: {"name_label": "ant", "address": "192.0.2.11", "uuid": "a"},
            MEMBER: {"name_label": "bee", "address": "192.0.2.12", "uuid": "b"},
        },
        "VM": {GUEST: {"name_label": "web", "resident_on": HOST, "power_state": "Running", "uuid": "g"}},
    }
    return Lab(tables, seed=1)


@pytest.fixture
def own_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls registered by a test are forgotten afterwards. host.dmesg_clear is free for them."""
    others = {name: call for name, call in registry.simulated().items() if name != "host.dmesg_clear"}
    monkeypatch.setattr(registry, "_calls", others)
    monkeypatch.setattr(registry, "simulated", lambda: registry._calls)


@pytest.mark.usefixtures("own_calls")
def test_a_call_is_an_async_function_with_converted_arguments() -> None:
    lab = small_pool()

    @registry.call("host.dmesg_clear")
    async def dmesg_clear(ctx: Context, host: str) -> str:
        ctx.progress(0.5)
        await asyncio.sleep(3600)
        return f"log of {ctx.db.get('host', host)['name_label']}"

    assert virtual_run(lab.call("host.dmesg_clear", HOST)) == "log of ant"


@pytest.mark.usefixtures("own_calls")
def test_an_async_call_is_seen_through_its_task() -> None:
    lab = small_pool()

    @registry.call("host.dmesg_clear")
    async def dmesg_clear(ctx: Context, host: str) -> str:
        while True:
            await asyncio.sleep(60)
            ctx.checkpoint()

    async def main() -> dict[str, Any]:
        task = await lab.call("Async.host.dmesg_clear", HOST)
        assert (await lab.call("task.get_record", task))["status"] == "pending"
        lab.tasks.cancel(task)
        await lab.tasks.settle()
        record: dict[str, Any] = await lab.call("task.get_record", task)
        return record

    record = virtual_run(main())
    assert (record["status"], record["error_info"], record["progress"]) == ("cancelled", [], 1.0)


def test_reverse_references_follow() -> None:
    lab = small_pool()
    assert lab.db.get("host", HOST)["resident_VMs"] == [GUEST]
    lab.db.update("VM", GUEST, resident_on=MEMBER)
    assert lab.db.get("host", HOST)["resident_VMs"] == []
    assert lab.db.get("host", MEMBER)["resident_VMs"] == [GUEST]
    with pytest.raises(ValueError, match="follows from other objects"):
        lab.db.update("host", HOST, resident_VMs=[GUEST])


def test_a_call_that_is_not_simulated_says_so() -> None:
    with pytest.raises(LabError) as refusal:
        virtual_run(small_pool().call("host.bugreport_upload", HOST, "https://example.org", {}))
    assert refusal.value.description == ["NOT_IMPLEMENTED", "host.bugreport_upload"]


def test_the_same_seed_gives_the_same_references() -> None:
    assert small_pool().db.create("network") == small_pool().db.create("network")
