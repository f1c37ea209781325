"""Every fault that can be ordered does what its name says, in a scenario and in a lab that runs."""

from __future__ import annotations

import asyncio
import http.client
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any

import pytest
from stage import Stage, play
from test_wire_server import Client

from xenferry.lab.change import change_world
from xenferry.lab.clock import ScaledLoop
from xenferry.lab.error import LabError
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.lab.scenario.error import ScenarioError
from xenferry.lab.server import Served

PAIR = """
host north memory=64GiB
host south memory=64GiB
sr disks nfs default
guest mail on=north memory=2GiB
  disk root
"""


async def connect(stage: Stage) -> Callable[..., Any]:
    lab = stage.lab
    session = await lab.answer(lab.coordinator, "session.login_with_password", ["root", "lab", "1.0", "test"])

    async def call(method: str, *params: Any) -> Any:
        return await lab.answer(lab.coordinator, method, [session, *params])

    return call


def test_a_task_fails_though_its_call_was_accepted() -> None:
    async def scene(stage: Stage) -> tuple[str, list[str]]:
        call = await connect(stage)
        return await stage.outcome(await call("Async.VM.clean_shutdown", stage.vm("mail")))

    text = PAIR + "fault VM.clean_shutdown on=mail error=INTERNAL_ERROR,ordered when=task\n"
    stage, outcome = play(text, scene)
    assert outcome == ("failure", ["INTERNAL_ERROR", "ordered"])
    assert stage.guest("mail")["power_state"] == "Running"


def test_a_migration_fails_when_its_memory_is_over() -> None:
    async def scene(stage: Stage) -> tuple[str, list[str], float]:
        call = await connect(stage)
        task = await call("Async.VM.pool_migrate", stage.vm("mail"), stage.host("south"), {})
        seen = 0.0
        while stage.lab.db.get("task", task)["status"] == "pending":
            seen = max(seen, stage.lab.db.get("task", task)["progress"])
            await asyncio.sleep(0.1)
        return (*await stage.outcome(task), seen)

    text = PAIR + "fault VM.pool_migrate on=mail error=INTERNAL_ERROR,broken when=late\n"
    stage, (status, error, seen) = play(text, scene)
    assert (status, error) == ("failure", ["INTERNAL_ERROR", "broken"])
    assert seen > 0.9
    guest = stage.guest("mail")
    assert (guest["power_state"], guest["resident_on"]) == ("Running", stage.host("north"))
    assert guest["current_operations"] == {}


def test_a_guest_that_fails_late_stays_behind_when_its_host_is_evacuated() -> None:
    async def scene(stage: Stage) -> tuple[str, list[str]]:
        call = await connect(stage)
        return await stage.outcome(await call("Async.host.evacuate", stage.host("north"), "OpaqueRef:NULL", 10))

    text = PAIR + "fault VM.pool_migrate on=mail error=INTERNAL_ERROR,broken when=late\n"
    stage, outcome = play(text, scene)
    assert outcome == ("failure", ["INTERNAL_ERROR", "broken"])
    assert stage.guest("mail")["resident_on"] == stage.host("north")


def test_chance_follows_from_the_seed() -> None:
    def failures(seed: int) -> list[bool]:
        async def scene(stage: Stage) -> list[bool]:
            call = await connect(stage)
            found = []
            for _ in range(40):
                error = await _error(call("host.get_all"))
                assert error in ([], ["INTERNAL_ERROR", "ordered"])
                found.append(bool(error))
            return found

        text = PAIR + f"fault host.get_all error=INTERNAL_ERROR,ordered times=0 chance=30% seed={seed}\n"
        return play(text, scene)[1]

    assert failures(1) == failures(1) != failures(2)
    assert 3 < sum(failures(1)) < 25


@pytest.mark.parametrize(
    ("fault", "method", "error"),
    [
        ("deaf-to-shutdown", "VM.clean_shutdown", "VM_FAILED_SHUTDOWN_ACKNOWLEDGMENT"),
        ("deaf-to-suspend", "VM.suspend", "VM_FAILED_SUSPEND_ACKNOWLEDGMENT"),
    ],
)
def test_a_deaf_guest_goes_on(fault: str, method: str, error: str) -> None:
    async def scene(stage: Stage) -> list[tuple[str, list[str]]]:
        call = await connect(stage)
        first = await stage.outcome(await call(f"Async.{method}", stage.vm("mail")))
        change_world(stage.lab, "fault listening on=mail")
        return [first, await stage.outcome(await call(f"Async.{method}", stage.vm("mail")))]

    stage, outcomes = play(PAIR + f"fault {fault} on=mail\n", scene)
    assert outcomes == [("failure", [error, stage.vm("mail")]), ("success", [])]


def test_a_guest_deaf_to_suspend_cannot_migrate() -> None:
    async def scene(stage: Stage) -> tuple[str, list[str]]:
        await connect(stage)
        return await stage.outcome(await stage.migrate("mail", "south"))

    stage, outcome = play(PAIR + "fault deaf-to-suspend on=mail\n", scene)
    assert outcome == ("failure", ["VM_FAILED_SUSPEND_ACKNOWLEDGMENT", stage.vm("mail")])
    assert stage.guest("mail")["resident_on"] == stage.host("north")


def test_a_toolstack_restart_takes_tasks_and_sessions_along_at_its_time() -> None:
    async def scene(stage: Stage) -> list[str]:
        call = await connect(stage)
        task = await call("Async.VM.clean_shutdown", stage.vm("mail"))
        await asyncio.sleep(30)
        assert not stage.lab.db.exists("task", task)
        return await _error(call("task.get_status", task))

    _, error = play(PAIR + "fault toolstack-restart on=north at=1s\n", scene)
    assert error[0] == "SESSION_INVALID"


def test_a_host_crashes_and_boots_by_a_line_typed() -> None:
    async def scene(stage: Stage) -> list[bool]:
        await connect(stage)
        seen = []
        for line in ("fault host-crash on=south", "fault host-boot on=south"):
            change_world(stage.lab, line)
            await asyncio.sleep(1)
            seen.append(stage.lab.toolstacks.answers(stage.host("south")))
        return seen

    assert play(PAIR, scene)[1] == [False, True]


def test_passwords_and_sessions_are_lost_by_name() -> None:
    async def scene(stage: Stage) -> list[Any]:
        call = await connect(stage)
        change_world(stage.lab, "fault wrong-password")
        still = await call("host.get_all")
        login = ["root", "lab", "1.0", "test"]
        refused = await _error(stage.lab.answer(stage.lab.coordinator, "session.login_with_password", login))
        change_world(stage.lab, "fault sessions-lost")
        return [len(still), refused[0], (await _error(call("host.get_all")))[0]]

    assert play(PAIR, scene)[1] == [2, "SESSION_AUTHENTICATION_FAILED", "SESSION_INVALID"]


def test_lost_events_are_told_of_once_and_deletions_never() -> None:
    async def scene(stage: Stage) -> list[Any]:
        call = await connect(stage)
        await call("event.register", ["network"])
        named = {"name_label": "n", "name_description": "", "bridge": ""}
        record = named | {"MTU": 1500, "other_config": {}, "managed": True, "tags": []}
        network = await call("network.create", record)
        token = (await call("event.from", ["network"], "", 1.0))["token"]
        await call("network.destroy", network)
        change_world(stage.lab, "fault events-lost")
        lost = await _error(call("event.next"))
        told = await call("event.from", ["network"], token, 1.0)
        await call("network.set_name_label", stage.lab.db.find("network", bridge="xenbr0")[0], "office")
        return [lost, told["events"], len(await call("event.next"))]

    assert play(PAIR, scene)[1] == [["EVENTS_LOST"], [], 1]


@pytest.mark.parametrize(
    "line",
    ["fault host-crsh on=north", "fault host-crash", "fault wrong-password on=north", "fault VM.start",
     "fault VM.start error=X chance=2", "fault VM.start error=X garble=half", "fault host-crash on=nord"],
)  # fmt: skip
def test_a_wrong_fault_says_what_would_be_right(line: str) -> None:
    with pytest.raises(ScenarioError):
        parse(PAIR + line + "\n")
    with pytest.raises(ScenarioError):
        change_world(Lab.from_scenario(parse(PAIR)), line)


def test_faults_are_taken_back() -> None:
    lab = Lab.from_scenario(parse(PAIR + "fault VM.start error=X\nfault host-crash on=north at=60s\n"))
    change_world(lab, "fault none")
    assert (lab.world.faults, lab.world.mishaps) == ([], [])


async def _error(call: Any) -> list[str]:
    """The error of a call; empty when there was none."""
    try:
        await call
    except LabError as error:
        return error.description
    return []


def served(work: Callable[[Lab, Served], Any], text: str = PAIR, speed: float = 1.0) -> Any:
    """The result of blocking work against a served lab."""

    async def main() -> Any:
        lab = Lab.from_scenario(parse(text))
        async with lab.serve() as hosts:
            return await asyncio.get_running_loop().run_in_executor(None, work, lab, hosts[lab.coordinator])

    with asyncio.Runner(loop_factory=lambda: ScaledLoop(speed)) as runner:
        return runner.run(main())


@pytest.mark.parametrize(
    ("garble", "error"),
    [("cut", http.client.IncompleteRead), ("html", AssertionError), ("nonsense", ValueError)],
)
def test_a_served_answer_is_spoilt_once(garble: str, error: type[Exception]) -> None:
    def work(_lab: Lab, where: Served) -> int:
        client = Client(where)
        with pytest.raises((error, ConnectionError)):
            client.call("host.get_all_records")
        client.close()
        again = Client(where)
        try:
            return len(again.call("host.get_all_records"))
        finally:
            again.close()

    assert served(work, PAIR + f"fault host.get_all_records garble={garble}\n") == 2


def test_an_answer_in_drops_arrives_whole_and_keeps_nobody_waiting() -> None:
    def work(_lab: Lab, where: Served) -> list[str]:
        slow, quick, order = Client(where), Client(where), []

        def ask(client: Client, name: str, method: str) -> None:
            client.call(method)
            order.append(name)

        first = threading.Thread(target=ask, args=(slow, "slow", "host.get_all_records"))
        first.start()
        ask(quick, "quick", "pool.get_all_records")
        first.join()
        slow.close()
        quick.close()
        return order

    assert served(work, PAIR + "fault host.get_all_records drip=30s\n", speed=60) == ["quick", "slow"]


def test_a_client_that_stops_in_the_middle_of_its_request_keeps_nobody_waiting() -> None:
    def work(_lab: Lab, where: Served) -> int:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection((where.address, where.port)) as plain, context.wrap_socket(plain) as stuck:
            stuck.sendall(b"POST /jsonrpc HTTP/1.1\r\nhost: lab\r\ncontent-length: 1000\r\n\r\n{")
            client = Client(where)
            try:
                return len(client.call("host.get_all"))
            finally:
                client.close()

    assert served(work) == 2


def test_a_client_that_does_not_read_keeps_nobody_waiting() -> None:
    def work(_lab: Lab, where: Served) -> int:
        lazy, client = Client(where), Client(where)
        body = b'{"jsonrpc":"2.0","method":"VM.get_all_records","params":["%s"],"id":1}' % lazy.session.encode()
        head = b"POST /jsonrpc HTTP/1.1\r\nhost: lab\r\ncontent-length: %d\r\n\r\n" % len(body)
        try:
            for _ in range(50):
                lazy.connection.sock.sendall(head + body)
            return len(client.call("host.get_all"))
        finally:
            lazy.close()
            client.close()

    assert served(work) == 2
