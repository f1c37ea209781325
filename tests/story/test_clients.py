"""Somebody else's XenAPI client (PyPI) believes that a served lab is a pool."""

from __future__ import annotations

import http.client
import time
import xmlrpc.client
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import XenAPI
from outside import SECONDS_MAX, Place, Pool, wait_until

SCENARIO = """\
pool for-clients
host north memory=64GiB cpus=16
host south memory=64GiB cpus=16
sr pool-disks nfs default
guest mail on=north memory=8GiB
  disk root
guest wiki on=north memory=4GiB
  disk root
fault VM.clean_reboot drop=before times=2
"""
SPEED = 60.0


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    folder: Path = tmp_path_factory.mktemp("clients")
    (folder / "pool.txt").write_text(SCENARIO)
    with Place(folder).lab(str(folder / "pool.txt"), speed=SPEED) as served:
        yield served


def connect(pool: Pool, host: int = 0) -> Any:
    return XenAPI.Session(f"https://{pool.addresses[host]}", ignore_ssl=True)


def find(xapi: Any, cls: str, name: str) -> str:
    (found,) = getattr(xapi, cls).get_by_name_label(name)
    return str(found)


def names(pool: Pool) -> set[str]:
    return set(pool.guests())


def test_a_client_logs_in_and_sees_the_guests(pool: Pool) -> None:
    assert names(pool) == {"mail", "wiki"}
    assert len(pool.addresses) == 2
    with pool.session() as xapi:
        (record,) = xapi.pool.get_all_records().values()
        assert record["name_label"] == "for-clients"
        assert xapi.host.get_name_label(record["master"]) == "north"


def test_a_wrong_password_is_refused(pool: Pool) -> None:
    with connect(pool) as session, pytest.raises(XenAPI.Failure) as refused:
        session.login_with_password("root", "not it", "2.23", "tests")
    assert refused.value.details[0] == "SESSION_AUTHENTICATION_FAILED"
    assert "not it" not in str(refused.value.details)


def test_a_session_that_has_logged_out_is_worth_nothing(pool: Pool) -> None:
    with connect(pool) as session:
        session.login_with_password("root", "lab", "2.23", "tests")
        reference = session.handle
        session.xenapi.session.logout()
        answer = session.VM.get_all(reference)
    assert answer["ErrorDescription"][0] == "SESSION_INVALID"


def test_a_member_sends_clients_to_the_coordinator(pool: Pool) -> None:
    coordinator = pool.addresses[0].partition(":")[0]
    with connect(pool, host=1) as session, pytest.raises(XenAPI.Failure) as sent:
        session.login_with_password("root", "lab", "2.23", "tests")
    assert sent.value.details == ["HOST_IS_SLAVE", coordinator]
    with connect(pool) as known, connect(pool, host=1) as member:
        known.login_with_password("root", "lab", "2.23", "tests")
        assert member.VM.get_all(known.handle)["ErrorDescription"] == ["HOST_IS_SLAVE", coordinator]


def test_a_guest_migrates_while_the_caller_waits(pool: Pool) -> None:
    with pool.session() as xapi:
        guest, south = find(xapi, "VM", "wiki"), find(xapi, "host", "south")
        xapi.VM.pool_migrate(guest, south, {"live": "true"})
        assert xapi.VM.get_resident_on(guest) == south
    assert pool.where()["wiki"] == ["south"]
    assert pool.migrations()["wiki"] == 1


def test_a_guest_migrates_as_a_task_that_is_polled(pool: Pool) -> None:
    with pool.session() as xapi:
        guest, south = find(xapi, "VM", "mail"), find(xapi, "host", "south")
        task = xapi.Async.VM.pool_migrate(guest, south, {"live": "true"})
        seen = []
        wait_until(lambda: seen.append(xapi.task.get_record(task)) or seen[-1]["status"] != "pending", "the task ends")
        assert (seen[-1]["status"], seen[-1]["error_info"]) == ("success", [])
        progress = [one["progress"] for one in seen[:-1]]
        assert any(0 < value < 1 for value in progress), "progress is seen while it goes on"
        assert xapi.VM.get_resident_on(guest) == south
        xapi.task.destroy(task)
        with pytest.raises(XenAPI.Failure) as gone:
            xapi.task.get_status(task)
        assert gone.value.details == ["HANDLE_INVALID", "task", task]


def test_what_xapi_refuses_is_a_failure_in_the_task_too(pool: Pool) -> None:
    with pool.session() as xapi:
        guest = find(xapi, "VM", "wiki")
        task = xapi.Async.VM.pool_migrate(guest, "OpaqueRef:nowhere", {})
        wait_until(lambda: xapi.task.get_status(task) != "pending", "the task ends")
        assert xapi.task.get_status(task) == "failure"
        assert xapi.task.get_error_info(task) == ["HANDLE_INVALID", "host", "OpaqueRef:nowhere"]


def test_events_tell_what_changes_and_nothing_else(pool: Pool) -> None:
    with pool.session() as xapi:
        everything = getattr(xapi.event, "from")(["vm"], "", SECONDS_MAX)
        assert {event["snapshot"]["name_label"] for event in everything["events"]} >= {"mail", "wiki"}
        guest = find(xapi, "VM", "mail")
        xapi.VM.set_name_description(guest, "now with a description")
        batch = getattr(xapi.event, "from")(["vm"], everything["token"], SECONDS_MAX)
        assert [(event["operation"], event["ref"]) for event in batch["events"]] == [("mod", guest)]
        assert batch["events"][0]["snapshot"]["name_description"] == "now with a description"
        assert batch["token"] != everything["token"]
        assert int(batch["valid_ref_counts"]["vm"]) >= 2


def test_silence_is_answered_when_the_time_is_up(pool: Pool) -> None:
    with pool.session() as xapi:
        token = getattr(xapi.event, "from")(["pool_update"], "", 30.0)["token"]
        begin = time.monotonic()
        batch = getattr(xapi.event, "from")(["pool_update"], token, 30.0)
        assert batch["events"] == []
        assert 0.4 <= time.monotonic() - begin < 10.0, f"30 seconds at {SPEED} times the speed"


def test_a_connection_that_breaks_is_an_error_and_the_next_call_works(pool: Pool) -> None:
    with pool.session() as xapi:
        guest = find(xapi, "VM", "mail")
        with pytest.raises((OSError, http.client.HTTPException)):  # after one try of its own more
            xapi.VM.clean_reboot(guest)
        assert xapi.VM.get_power_state(guest) == "Running"


def test_a_coordinator_whose_toolstack_restarts_is_lost_and_found_again(pool: Pool) -> None:
    before = pool.where()
    with connect(pool) as session:
        session.login_with_password("root", "lab", "2.23", "tests")
        xapi = session.xenapi
        xapi.host.restart_agent(find(xapi, "host", "north"))

        def is_lost() -> bool:
            try:
                session.xenapi.VM.get_all()
            except (XenAPI.Failure, OSError, http.client.HTTPException, xmlrpc.client.Error):
                return True
            return False

        wait_until(is_lost, "the coordinator stops answering")

        def is_back() -> bool:
            return not is_lost()

        wait_until(is_back, "it answers again, and the client's old session or a new login is accepted")
    assert pool.where() == before, "guests do not notice"
