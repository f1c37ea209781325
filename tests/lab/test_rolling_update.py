"""A pool is updated host by host in the order of calls in which Xen Orchestra does it, while its guests run on."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from stage import Stage, play, refused

POOL = """
host north memory=64GiB
  update xen-hypervisor-4.17.5-16
host south memory=64GiB
  update xen-hypervisor-4.17.5-16
host west memory=64GiB
sr pool-disks nfs default
guest mail on=north memory=8GiB
  disk root
guest wiki on=south memory=4GiB
  disk root
guest pinned on=west memory=4GiB block=pool_migrate:licence
  disk root
"""
LONGEST_S = 1200.0


async def plugin(stage: Stage, host: str, function: str) -> Any:
    return json.loads(await stage.call("host.call_plugin", host, "updater.py", function, {}))


async def wait_for(stage: Stage, host: str, since: float) -> None:
    """Until the host's toolstack has started anew and the host is enabled and alive."""
    end = stage.lab.now() + LONGEST_S
    while stage.lab.now() < end:
        await asyncio.sleep(5)
        record = stage.lab.db.get("host", host)
        live = stage.lab.db.get("host_metrics", record["metrics"])["live"]
        if live and record["enabled"] and float(record["other_config"]["agent_start_time"]) > since:
            return
    raise AssertionError("the host did not come back")


async def update_host(stage: Stage, host: str) -> None:
    """One host: empty it, install, reboot, wait."""
    await stage.call("host.assert_can_evacuate", host)
    await stage.call("host.disable", host)
    assert await stage.outcome(await stage.start("host.evacuate", host)) == ("success", [])
    result = await stage.outcome(await stage.start("host.call_plugin", host, "updater.py", "update", {}))
    assert result == ("success", [])
    started = stage.lab.now()
    assert await stage.outcome(await stage.start("host.reboot", host)) == ("success", [])
    await wait_for(stage, host, started)


def test_guests_run_on_while_their_hosts_are_updated() -> None:
    async def scene(stage: Stage) -> list[Any]:
        blocked = await stage.call("host.get_vms_which_prevent_evacuation", stage.host("west"))
        missing = {
            name: len(await plugin(stage, stage.host(name), "check_update")) for name in ("north", "south", "west")
        }
        for name in ("north", "south"):
            await update_host(stage, stage.host(name))
        for guest, name in (("mail", "north"), ("wiki", "south")):
            assert await stage.outcome(await stage.migrate(guest, name)) == ("success", [])
        left = [await plugin(stage, stage.host(name), "check_update") for name in ("north", "south")]
        return [list(blocked.values()), missing, left, [stage.home(guest) for guest in ("mail", "wiki", "pinned")]]

    stage, (blocked, missing, left, homes) = play(POOL, scene)
    assert [error[0] for error in blocked] == ["OPERATION_BLOCKED"]
    assert missing == {"north": 1, "south": 1, "west": 0}
    assert left == [[], []]
    assert homes == ["north", "south", "west"]
    assert not any(stage.lab.history.stopped(stage.vm(guest)) for guest in ("mail", "wiki", "pinned"))


def test_a_pinned_guest_stops_it_before_anything_is_done() -> None:
    async def scene(stage: Stage) -> tuple[list[str], bool]:
        error = await refused(stage.call("host.assert_can_evacuate", stage.host("west")))
        return error, bool(stage.lab.db.get("host", stage.host("west"))["enabled"])

    _, (error, enabled) = play(POOL, scene)
    assert error[0] == "CANNOT_EVACUATE_HOST"
    assert "OPERATION_BLOCKED" in error[1]
    assert enabled
