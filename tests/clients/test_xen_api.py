"""Xen Orchestra's own XenAPI client follows a served lab: log-in by way of a member, events, tasks, storage, data."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from foreign import fetched, served

SCRIPT = Path(__file__).parent / "xen_api" / "follow.mjs"
ENTRIES = Path(__file__).parents[1] / "data" / "xo-log-entries"
SECONDS_MAX = 60.0


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the client saw; it is told the address of the member."""
    client = fetched("xen_api")
    with served(tmp_path_factory.mktemp("xen_api")) as pool:
        done = subprocess.run(
            ["node", str(SCRIPT), f"https://{pool.addresses[1]}", "mail", "south", "nas", "/srv/closed"],
            env=os.environ | {"XENAPI_PASSWORD": "lab", "XEN_API_FOLDER": str(client)},
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def entry(name: str) -> list[str]:
    """Code and parameters of an error in a log of Xen Orchestra."""
    text = (ENTRIES / name).read_text()
    found = json.JSONDecoder().raw_decode(text[text.index('"params": [') + len('"params": ') :])[0]
    code = text.split('"code": "')[1].split('"')[0]
    return [code, *found]


def test_a_member_sends_it_to_the_coordinator(seen: dict[str, Any]) -> None:
    assert (seen["asked"], seen["answered"]) == ("127.0.1.1", "127.0.0.1")
    assert seen["pool"] == "for-clients"


def test_all_objects_come_as_events(seen: dict[str, Any]) -> None:
    assert {"host", "network", "pool", "PBD", "PIF", "SR", "VBD", "VDI", "VM", "VM_guest_metrics"} <= set(seen["types"])


def test_it_sees_a_migration_as_it_happens(seen: dict[str, Any]) -> None:
    assert (seen["before"], seen["after"], seen["result"]) == ("north", "south", "")
    assert {"on": "north", "doing": ["pool_migrate"]} in seen["updates"]
    places = [update["on"] for update in seen["updates"]]
    assert places == sorted(places), "first there, then here, never back"
    assert seen["updates"][-1]["on"] == "south"


def test_a_failed_task_carries_the_error(seen: dict[str, Any]) -> None:
    assert seen["there"][0] == "VM_BAD_POWER_STATE"
    assert seen["there"][2:] == ["halted", "running"]


def test_storage_fails_in_the_words_of_xen_orchestra_s_logs(seen: dict[str, Any]) -> None:
    assert seen["denied"] == entry("sr-create-nfs-88-errno-13.txt")
    assert seen["unknown"] == entry("sr-probe-nfs-140.txt")
    assert seen["exports"] == "SR_BACKEND_FAILURE_101"


def test_plugins_answer_or_are_missing(seen: dict[str, Any]) -> None:
    assert json.loads(seen["plugin"]) == {}
    assert seen["missing"] == ["XENAPI_MISSING_PLUGIN", "none.py"]


def test_what_it_writes_comes_back_as_an_event(seen: dict[str, Any]) -> None:
    assert seen["note"] == "node"


def test_performance_data_are_downloaded(seen: dict[str, Any]) -> None:
    assert seen["stats"]["step"] == "5"
    measured = {name.rsplit(":", 1)[1] for name in seen["stats"]["legend"]}
    assert {"memory_free_kib", "cpu0", "pif_eth0_rx", "memory", "vbd_xvda_read"} <= measured


def test_it_leaves_and_comes_back_with_another_session(seen: dict[str, Any]) -> None:
    assert seen["session"] is True
    assert seen["status"] == "disconnected"
