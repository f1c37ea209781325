"""A guest leaves its pool for another one of the site, with its disks, snapshots, messages and identity."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest
from stage import check_menus, refused

from xenferry.lab.clock import virtual_run
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.lab.site import Site

T = TypeVar("T")
NULL = "OpaqueRef:NULL"
EAST = """
pool east
host north memory=64GiB
host south memory=64GiB
sr disks nfs default
sr images iso
  image rescue.iso
guest mail on=south memory=8GiB writes=10MiB/s
  disk root size=40GiB
  cd rescue.iso
  nic eth0 mac=02:00:00:00:00:01
  vtpm
  snapshot before
guest wiki halted
  disk data
  nic eth0
"""
WEST = """
pool west
host upper memory=64GiB
host lower memory=64GiB
sr store nfs default
"""


class Pair:
    """East and west."""

    def __init__(self, east: str = EAST, west: str = WEST) -> None:
        self.site = Site.from_scenarios([parse(east), parse(west)])
        self.east, self.west = self.site.labs

    async def destination(self, host: str = "lower") -> dict[str, str]:
        (ref,) = self.west.db.find("host", name_label=host)
        answer: dict[str, str] = await self.west.call("host.migrate_receive", ref, self.network(), {})
        return answer

    def network(self) -> str:
        pif = self.west.db.find("PIF", management=True)[0]
        return str(self.west.db.get("PIF", pif)["network"])

    def vm(self, name: str, lab: Lab | None = None) -> str:
        (ref,) = (lab or self.east).db.find("VM", name_label=name)
        return ref

    def disks(self, name: str, lab: Lab | None = None) -> list[str]:
        lab = lab or self.east
        vbds = [lab.db.get("VBD", vbd) for vbd in lab.db.get("VM", self.vm(name, lab))["VBDs"]]
        return [vbd["VDI"] for vbd in vbds if vbd["type"] == "Disk"]

    async def wish(self, name: str, **options: str) -> tuple[Any, ...]:
        """The parameters of a call that must succeed."""
        (store,) = self.west.db.find("SR", name_label="store")
        vifs = self.east.db.get("VM", self.vm(name))["VIFs"]
        maps = dict.fromkeys(self.disks(name), store), dict.fromkeys(vifs, self.network())
        return (self.vm(name), await self.destination(), True, *maps, options, {})

    async def outcome(self, task: str) -> dict[str, Any]:
        while self.east.db.get("task", task)["status"] == "pending":  # noqa: ASYNC110 (a client polls)
            await asyncio.sleep(0.25)
        return dict(self.east.db.get("task", task))


def play(scene: Callable[[Pair], Awaitable[T]], east: str = EAST, west: str = WEST) -> tuple[Pair, T]:
    pair = Pair(east, west)

    async def main() -> T:
        result = await scene(pair)
        for lab in pair.site.labs:
            await lab.tasks.settle()
        return result

    result = virtual_run(main())
    for lab in pair.site.labs:
        assert lab.history.twice() == []
        check_menus(lab)
    return pair, result


def test_a_running_guest_arrives_under_a_new_reference_with_the_same_uuid() -> None:
    async def scene(pair: Pair) -> tuple[dict[str, Any], dict[str, Any], str]:
        before = dict(pair.east.db.get("VM", pair.vm("mail")))
        old = pair.vm("mail")
        task = await pair.outcome(await pair.east.call("Async.VM.migrate_send", *await pair.wish("mail")))
        return before, task, old

    pair, (before, task, old) = play(scene)
    assert (task["status"], task["error_info"]) == ("success", [])
    new = pair.vm("mail", pair.west)
    assert task["result"] == f"<value>{new}</value>"
    record = pair.west.db.get("VM", new)
    assert new != old
    assert (record["uuid"], record["version"], record["power_state"]) == (
        before["uuid"],
        before["version"] + 1,
        "Running",
    )
    assert pair.west.history.where(new) == [record["resident_on"]]
    assert pair.west.db.get("host", record["resident_on"])["name_label"] == "lower"
    assert not pair.east.history.stopped(old)
    assert pair.east.history.longest_pause_s(old) < 1
    assert record["scheduled_to_be_resident_on"] == NULL


def test_nothing_of_it_is_left_where_it_was() -> None:
    async def scene(pair: Pair) -> list[str]:
        gone = [pair.vm("mail"), *pair.east.db.get("VM", pair.vm("mail"))["snapshots"]]
        await pair.east.call("VM.migrate_send", *await pair.wish("mail"))
        return gone

    pair, gone = play(scene)
    assert not any(pair.east.db.exists("VM", ref) for ref in gone)
    for cls in ("VBD", "VIF", "VTPM"):
        assert [ref for ref, record in pair.east.db.all(cls).items() if record["VM"] in gone] == []
    (disks,) = pair.east.db.find("SR", name_label="disks")
    left = [pair.east.db.get("VDI", vdi)["name_label"] for vdi in pair.east.db.get("SR", disks)["VDIs"]]
    assert all("data" in name for name in left), left


def test_devices_disks_and_snapshots_arrive() -> None:
    async def scene(pair: Pair) -> tuple[list[dict[str, Any]], list[str]]:
        vifs = pair.east.db.get("VM", pair.vm("mail"))["VIFs"]
        before = [dict(pair.east.db.get("VIF", vif)) for vif in vifs]
        uuids = [pair.east.db.get("VDI", vdi)["uuid"] for vdi in pair.disks("mail")]
        await pair.east.call("VM.migrate_send", *await pair.wish("mail"))
        return before, uuids

    pair, ((vif_before,), uuids) = play(scene)
    west = pair.west.db
    record = west.get("VM", pair.vm("mail", pair.west))
    (vif,) = [west.get("VIF", ref) for ref in record["VIFs"]]
    assert (vif["uuid"], vif["MAC"], vif["network"]) == (vif_before["uuid"], vif_before["MAC"], pair.network())
    assert vif["currently_attached"]
    (root,) = pair.disks("mail", pair.west)
    disk = west.get("VDI", root)
    assert disk["uuid"] not in uuids
    assert (disk["name_label"], disk["virtual_size"]) == ("mail root", 40 * 2**30)
    assert [west.get("VBD", vbd)["empty"] for vbd in record["VBDs"] if west.get("VBD", vbd)["type"] == "CD"] == [True]
    (snapshot,) = record["snapshots"]
    assert west.get("VM", snapshot)["snapshot_of"] == pair.vm("mail", pair.west)
    frozen = [west.get("VDI", west.get("VBD", vbd)["VDI"]) for vbd in west.get("VM", snapshot)["VBDs"]
              if west.get("VBD", vbd)["type"] == "Disk"]  # fmt: skip
    assert [(one["is_a_snapshot"], one["snapshot_of"]) for one in frozen] == [(True, root)]
    assert len(record["VTPMs"]) == 1
    assert west.exists("VM_metrics", record["metrics"])
    assert west.exists("VM_guest_metrics", record["guest_metrics"])


def test_messages_follow_and_none_is_written_about_the_journey() -> None:
    async def scene(pair: Pair) -> None:
        vm = pair.east.db.get("VM", pair.vm("mail"))
        await pair.east.call("message.create", "REMEMBER", 3, "VM", vm["uuid"], "told before")
        await pair.east.call("VM.migrate_send", *await pair.wish("mail"))

    pair, _ = play(scene)
    assert not pair.east.db.all("message")
    assert [(one["name"], one["body"]) for one in pair.west.db.all("message").values()] == [("REMEMBER", "told before")]


def test_a_copy_is_another_guest_and_the_original_stays() -> None:
    async def scene(pair: Pair) -> None:
        await pair.east.call("VM.migrate_send", *await pair.wish("wiki", copy="true"))

    pair, _ = play(scene)
    old, new = pair.east.db.get("VM", pair.vm("wiki")), pair.west.db.get("VM", pair.vm("wiki", pair.west))
    assert old["uuid"] != new["uuid"]
    assert old["other_config"]["mac_seed"] != new["other_config"]["mac_seed"]
    assert (new["version"], new["power_state"]) == (0, "Halted")
    macs = [lab.db.get("VIF", one["VIFs"][0])["MAC"] for lab, one in ((pair.east, old), (pair.west, new))]
    assert macs[0] != macs[1]
    assert pair.east.db.exists("VDI", pair.disks("wiki")[0])


def test_only_a_stopped_guest_is_copied() -> None:
    async def scene(pair: Pair) -> tuple[str, list[str]]:
        return pair.vm("mail"), await refused(
            pair.east.call("VM.assert_can_migrate", *await pair.wish("mail", copy="true"))
        )

    _, (vm, error) = play(scene)
    assert error == ["VM_BAD_POWER_STATE", vm, "halted", "running"]


def test_what_the_other_pool_refuses() -> None:
    async def scene(pair: Pair) -> dict[str, list[str]]:
        found = {}
        (lower,) = pair.west.db.find("host", name_label="lower")
        vm, dest, _, disks, vifs, *rest = await pair.wish("mail")

        async def ask(what: str, *params: Any) -> None:
            found[what] = await refused(pair.east.call("VM.assert_can_migrate", *params))

        await ask("no network", vm, dest, True, disks, {}, *rest)
        await ask("no such host", vm, dest | {"host": "OpaqueRef:none"}, True, disks, vifs, *rest)
        await ask("session", vm, dest | {"session_id": "OpaqueRef:over"}, True, disks, vifs, *rest)
        await ask("receiver", vm, dest | {"xenops": "http://203.0.113.9/services/xenops"}, True, disks, vifs, *rest)
        metrics = pair.west.db.get("host", lower)["metrics"]
        pair.west.db.update("host_metrics", metrics, memory_total=2**32)
        await ask("memory", vm, dest, True, disks, vifs, *rest)
        pair.west.db.update("host_metrics", metrics, memory_total=2**36)
        cpu = pair.west.db.get("host", lower)["cpu_info"]
        pair.west.db.update("host", lower, cpu_info={**cpu, "vendor": "AuthenticAMD"})
        await ask("CPU", vm, dest, True, disks, vifs, *rest)
        await pair.east.call("VM.assert_can_migrate", vm, dest, True, disks, vifs, {"force": "true"}, {})
        pair.west.db.update("host", lower, cpu_info={**cpu, "cpu_count": "1"})
        await ask("CPUs", vm, dest, True, disks, vifs, *rest)
        pair.west.db.update("host", lower, enabled=False)
        await ask("disabled", vm, dest, True, disks, vifs, *rest)
        return found

    pair, found = play(scene)
    (lower,) = pair.west.db.find("host", name_label="lower")
    (vif,) = pair.east.db.get("VM", pair.vm("mail"))["VIFs"]
    assert found["no network"] == ["VIF_NOT_IN_MAP", vif]
    assert found["no such host"] == ["HANDLE_INVALID", "host", "OpaqueRef:none"]
    assert found["session"] == ["SESSION_INVALID", "OpaqueRef:over"]
    assert found["receiver"] == ["TLS_CONNECTION_FAILED", "203.0.113.9", "443"]
    assert found["memory"][0] == "HOST_NOT_ENOUGH_FREE_MEMORY"
    assert found["CPU"][:3] == ["VM_INCOMPATIBLE_WITH_THIS_HOST", NULL, lower]
    assert found["CPUs"] == ["HOST_NOT_ENOUGH_PCPUS", "2", "1"]
    assert found["disabled"] == ["HOST_DISABLED", lower]


def test_a_guest_that_is_there_already_is_not_brought_again() -> None:
    async def scene(pair: Pair) -> tuple[list[str], list[str]]:
        vm = pair.east.db.get("VM", pair.vm("mail"))
        other = await pair.west.call("VM.create", {**vm, "name_label": "namesake", "affinity": NULL})
        seed = await refused(pair.east.call("VM.assert_can_migrate", *await pair.wish("mail")))
        pair.west.db.tables["VM"][other]["uuid"] = vm["uuid"]
        pair.west.db.update("VM", other, version=5)
        return seed, await refused(pair.east.call("VM.assert_can_migrate", *await pair.wish("mail")))

    pair, (seed, version) = play(scene)
    assert seed == ["DUPLICATE_MAC_SEED", pair.east.db.get("VM", pair.vm("mail"))["other_config"]["mac_seed"]]
    assert version == ["VM_TO_IMPORT_IS_NOT_NEWER_VERSION", pair.vm("namesake", pair.west), "5", "0"]


@pytest.mark.parametrize("after_s", [5, 200])
def test_when_the_other_host_dies_the_guest_goes_on_where_it_was(after_s: float) -> None:
    """While its disks go, and while its memory does."""

    async def scene(pair: Pair) -> dict[str, Any]:
        (lower,) = pair.west.db.find("host", name_label="lower")
        task = await pair.east.call("Async.VM.migrate_send", *await pair.wish("mail"))
        await asyncio.sleep(after_s)
        assert pair.east.db.get("task", task)["status"] == "pending"
        await pair.west.crash(lower)
        return await pair.outcome(task)

    pair, task = play(scene, EAST.replace("memory=8GiB", "memory=8GiB dirty=250MiB/s"))
    assert (task["status"], task["error_info"][0]) == ("failure", "INTERNAL_ERROR")
    record = pair.east.db.get("VM", pair.vm("mail"))
    assert (record["power_state"], record["current_operations"]) == ("Running", {})
    assert pair.east.history.where(pair.vm("mail")) == [record["resident_on"]]
    assert not pair.west.db.find("VM", name_label="mail")
    (store,) = pair.west.db.find("SR", name_label="store")
    assert pair.west.db.get("SR", store)["VDIs"] == []


def test_a_suspended_guest_takes_its_memory_along() -> None:
    async def scene(pair: Pair) -> None:
        await pair.east.call("VM.migrate_send", *await pair.wish("mail"))
        await pair.west.call("VM.resume", pair.vm("mail", pair.west), False, False)

    text = EAST.replace("memory=8GiB", "memory=8GiB suspended").replace("  cd rescue.iso\n", "").replace("  vtpm\n", "")
    pair, _ = play(scene, text)
    record = pair.west.db.get("VM", pair.vm("mail", pair.west))
    assert (record["power_state"], record["suspend_VDI"]) == ("Running", NULL)


def test_a_guest_that_ran_in_two_pools_at_once_would_be_noticed() -> None:
    async def scene(pair: Pair) -> None:
        await pair.east.call("VM.migrate_send", *await pair.wish("mail"))

    pair, _ = play(scene)
    assert pair.site.twice() == []
    (run,) = [run for run in pair.east.history.runs if run.guest in pair.west.history.earlier.values()]
    assert run.end is not None
    run.end += 0.001
    assert pair.site.twice() == [run.guest], "history says when it ended here, and when it began there"
