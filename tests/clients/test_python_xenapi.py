"""XenAPI's Python client (PyPI, XML-RPC) on a served lab: events, tasks, downloads, and what a member answers."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from typing import Any

import pytest
import XenAPI
from foreign import served
from outside import Pool, wait_until

CLASSES = ["vm", "task"]
BATCH_S = 5.0


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    with served(tmp_path_factory.mktemp("xenapi")) as found:
        yield found


def find(xapi: Any, cls: str, name: str) -> str:
    (found,) = getattr(xapi, cls).get_by_name_label(name)
    return str(found)


def ended(xapi: Any, task: str) -> Any:
    """The task's record once it is no longer pending."""
    wait_until(lambda: xapi.task.get_status(task) != "pending", "the task ends")
    return xapi.task.get_record(task)


def test_events_tell_of_a_migration_in_order(pool: Pool) -> None:
    with pool.session() as xapi:
        vm, host = find(xapi, "VM", "mail"), find(xapi, "host", "south")
        token, events = xapi.event_from(CLASSES, "", BATCH_S)["token"], []
        task = xapi.Async.VM.pool_migrate(vm, host, {"live": "true"})
        while not [one for one in events if one["ref"] == task and one["snapshot"]["status"] == "success"]:
            answer = xapi.event_from(CLASSES, token, BATCH_S)
            token = answer["token"]
            events += [one for one in answer["events"] if one["ref"] in (vm, task) and one["operation"] != "del"]
        guest = [one["snapshot"] for one in events if one["class"] == "vm"]
    assert "pool_migrate" in guest[0]["current_operations"].values()
    assert guest[-1]["resident_on"] == host
    fractions = [float(one["snapshot"]["progress"]) for one in events if one["class"] == "task"]
    assert fractions[-1] == 1.0


def test_a_call_that_waits_for_events_is_freed_by_a_change(pool: Pool) -> None:
    with pool.session() as waiting, pool.session() as changing:
        vm = find(changing, "VM", "wiki")
        token = waiting.event_from([f"VM/{vm}"], "", BATCH_S)["token"]
        timer = threading.Timer(0.3, lambda: changing.VM.set_name_description(vm, "changed"))
        timer.start()
        started = time.monotonic()
        answer = waiting.event_from([f"VM/{vm}"], token, 600.0)
        timer.join()
    assert time.monotonic() - started < BATCH_S
    assert [one["snapshot"]["name_description"] for one in answer["events"]] == ["changed"]


def test_a_task_keeps_its_result_and_its_error(pool: Pool) -> None:
    with pool.session() as xapi:
        vm = find(xapi, "VM", "wiki")
        made = ended(xapi, xapi.Async.VM.snapshot(vm, "before"))
        assert made["status"] == "success"
        snapshot = made["result"].removeprefix("<value>").removesuffix("</value>")
        assert xapi.VM.get_name_label(snapshot) == "before"
        failed = ended(xapi, xapi.Async.VM.start(vm, False, False))
        assert failed["error_info"] == ["VM_BAD_POWER_STATE", vm, "halted", "running"]
        with pytest.raises(XenAPI.Failure) as refused:
            xapi.VM.start(vm, False, False)
        assert refused.value.details == failed["error_info"]


def test_a_member_names_the_coordinator_in_xml_too(pool: Pool) -> None:
    coordinator = pool.addresses[0].partition(":")[0]
    with XenAPI.Session(f"https://{pool.addresses[1]}", ignore_ssl=True) as session:
        with pytest.raises(XenAPI.Failure) as refused:
            session.xenapi.login_with_password("root", "lab")
        assert refused.value.details == ["HOST_IS_SLAVE", coordinator]
        local = session.session.slave_local_login_with_password("root", "lab")["Value"]
        assert session.VM.get_all(local)["Status"] == "Success"


def test_strings_survive_xml(pool: Pool) -> None:
    words = "<b> & \"quotes\" 'single' ]]> tab\tline\nend é 漢"
    with pool.session() as xapi:
        vm = find(xapi, "VM", "wiki")
        xapi.VM.set_name_description(vm, words)
        assert xapi.VM.get_name_description(vm) == words


def get(pool: Pool, path: str, host: int = 0, *, right: bool = True) -> http.client.HTTPResponse:
    """A download with a name and a password; the answer has been read to its end."""
    unverified = ssl.create_default_context()
    unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection(pool.addresses[host], timeout=10, context=unverified)
    word = base64.b64encode(f"root:{'lab' if right else 'wrong'}".encode()).decode()
    connection.request("GET", path, headers={"Authorization": f"Basic {word}"})
    answer = connection.getresponse()
    answer.text = answer.read().decode()  # type: ignore[attr-defined]
    connection.close()
    return answer


def test_performance_data_agree_in_xml_and_json(pool: Pool) -> None:
    answers = {
        form: get(pool, f"/rrd_updates?start=-100000&interval=3600&host=true{form}") for form in ("", "&json=true")
    }
    assert [one.getheader("content-type") for one in answers.values()] == ["text/xml", "application/json"]
    tree = ElementTree.fromstring(answers[""].text)  # noqa: S314 (the lab's own text)
    whole = json.loads(answers["&json=true"].text)
    assert [entry.text for entry in tree.findall("meta/legend/entry")] == whole["meta"]["legend"]
    assert {tree.findtext("meta/step"), whole["meta"]["step"]} == {"3600"}
    assert len(tree.findall("data/row")) == len(whole["data"]) == int(whole["meta"]["rows"]) > 20
    assert tree.findtext("data/row/t") == whole["meta"]["end"]


def test_memory_that_is_measured_is_memory_that_is_there(pool: Pool) -> None:
    with pool.session() as xapi:
        uuid = xapi.host.get_uuid(find(xapi, "host", "north"))
        total = int(xapi.host_metrics.get_memory_total(xapi.host.get_metrics(find(xapi, "host", "north"))))
    found = json.loads(get(pool, "/rrd_updates?start=-10&host=true&json=true").text)
    newest = dict(zip(found["meta"]["legend"], map(float, found["data"][0]["values"]), strict=True))
    assert newest[f"AVERAGE:host:{uuid}:memory_total_kib"] * 1024 == total
    assert 0 < newest[f"AVERAGE:host:{uuid}:memory_free_kib"] * 1024 < total


def test_a_guest_s_data_are_where_the_guest_is(pool: Pool) -> None:
    with pool.session() as xapi:
        record = xapi.VM.get_record(find(xapi, "VM", "mail"))
        here = xapi.host.get_name_label(record["resident_on"])
        address = xapi.host.get_address(record["resident_on"])
    home = 0 if here == "north" else 1
    whole = ElementTree.fromstring(get(pool, f"/vm_rrd?uuid={record['uuid']}", home).text)  # noqa: S314
    assert "memory_target" in [each.text for each in whole.findall("ds/name")]
    assert [each.text for each in whole.findall("rra/pdp_per_row")] == ["1", "12", "720", "17280"]
    elsewhere = get(pool, f"/vm_rrd?uuid={record['uuid']}", 1 - home)
    assert (elsewhere.status, elsewhere.getheader("location")) == (
        302,
        f"https://{address}/vm_rrd?uuid={record['uuid']}",
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/host_rrd?session_id=OpaqueRef:none", 401),
        ("/rrd_updates", 400),
        ("/rrd_updates?start=soon", 500),
        ("/vm_rrd?uuid=none", 404),
        ("/audit_log", 501),
    ],
)
def test_downloads_are_refused_as_by_xapi(pool: Pool, path: str, status: int) -> None:
    assert get(pool, path).status == status


def test_a_download_wants_the_right_password(pool: Pool) -> None:
    assert get(pool, "/host_rrd", right=False).status == 401
    assert get(pool, "/host_rrd").status == 200


def test_a_measurement_is_listed_and_has_a_value(pool: Pool) -> None:
    with pool.session() as xapi:
        host = find(xapi, "host", "north")
        names = {source["name_label"] for source in xapi.host.get_data_sources(host)}
        assert {"memory_free_kib", "cpu15", "loadavg"} <= names
        assert 0 < float(xapi.host.query_data_source(host, "memory_free_kib")) < 64 * 2**20
        with pytest.raises(XenAPI.Failure, match="Invalid_data_source"):
            xapi.host.query_data_source(host, "cpu99")


def test_a_halted_guest_is_not_measured(pool: Pool) -> None:
    with pool.session() as xapi:
        halted = find(xapi, "VM", "base")
        with pytest.raises(XenAPI.Failure) as refused:
            xapi.VM.get_data_sources(halted)
        assert refused.value.details == ["VM_BAD_POWER_STATE", halted, "running", "halted"]
        with pytest.raises(XenAPI.Failure) as refused:
            xapi.VM.query_data_source(halted, "cpu0")
        assert refused.value.details == ["VM_BAD_POWER_STATE", halted, "running;paused", "halted"]
