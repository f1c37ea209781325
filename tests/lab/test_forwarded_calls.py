"""Calls that a host must answer itself are refused when XAPI believes it dead, or does not know it."""

from __future__ import annotations

from typing import Any

import pytest
from stage import PAIR, Stage, play, refused

CALLS: list[tuple[str, list[Any]]] = [
    ("host.get_data_sources", []),
    ("host.query_data_source", ["memory_total_kib"]),
    ("host.get_server_certificate", []),
    ("host.get_servertime", []),
    ("host.get_log", []),
    ("host.set_numa_affinity_policy", ["best_effort"]),
]


@pytest.mark.parametrize(("method", "params"), CALLS)
def test_a_host_that_is_not_there_cannot_answer(method: str, params: list[Any]) -> None:
    async def scene(stage: Stage) -> list[list[str]]:
        south = stage.host("south")
        stage.lab.db.update("host_metrics", stage.lab.db.get("host", south)["metrics"], live=False)
        return [await refused(stage.call(method, host, *params)) for host in (south, "OpaqueRef:none")]

    stage, errors = play(PAIR, scene)
    assert errors == [["HOST_OFFLINE", stage.host("south")], ["HOST_OFFLINE", "OpaqueRef:none"]]


def test_the_coordinator_asks_the_host_that_is_named_for_its_certificate() -> None:
    async def scene(stage: Stage) -> list[str]:
        return [await stage.call("host.get_server_certificate", stage.host(name)) for name in ("north", "south")]

    stage, (north, south) = play(PAIR, scene)
    assert (north, south) == tuple(stage.lab.certificate(stage.host(name)).pem for name in ("north", "south"))
    assert north != south


def test_what_is_measured_of_an_sr_is_asked_where_it_is_plugged() -> None:
    async def scene(stage: Stage) -> list[str]:
        sr = await stage.call("SR.introduce", "", "new", "", "nfs", "user", True, {})
        assert await refused(stage.call("SR.get_data_sources", sr)) == ["SR_HAS_NO_PBDS", sr]
        return list(await stage.call("SR.get_data_sources", stage.ref("SR", "pool-disks")))

    assert play(PAIR, scene)[1] == []


def test_the_threads_of_logins_are_not_written_down() -> None:
    async def scene(stage: Stage) -> list[str]:
        (pool,) = stage.lab.db.all("pool")
        before = stage.lab.db.get("pool", pool)["local_auth_max_threads"]
        await stage.call("pool.set_local_auth_max_threads", pool, 4)
        assert stage.lab.db.get("pool", pool)["local_auth_max_threads"] == before
        return await refused(stage.call("pool.set_ext_auth_max_threads", pool, 0))

    text = "The semaphore 'External auth' must have at least 1 resource available, requested: 0"
    assert play(PAIR, scene)[1] == ["INTERNAL_ERROR", f'Invalid_argument("{text}")']
