"""Tasks, sessions, faults and dead toolstacks, seen through the in-process connection."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from test_kernel import GUEST, HOST, MEMBER, own_calls, small_pool

from xenferry.lab import registry
from xenferry.lab.clock import virtual_run
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.lab import Lab
from xenferry.lab.world import Fault

__all__ = ["own_calls"]


async def ask(lab: Lab, method: str, *params: Any, address: str = "192.0.2.11") -> Any:
    """A JSON-RPC call in process: the result, or `[code, params...]`."""
    body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, "id": 1}).encode()
    reply = json.loads(await lab.dial(address).post("/jsonrpc", body, content_type="application/json"))
    return reply["result"] if "result" in reply else [reply["error"]["message"], *reply["error"]["data"]]


async def login(lab: Lab) -> str:
    session: str = await ask(lab, "session.login_with_password", "root", "lab", "1.0", "test")
    return session


def test_the_result_of_a_task_is_a_fragment_of_xml() -> None:
    async def main() -> list[tuple[str, str]]:
        lab = small_pool()
        session = await login(lab)
        tasks = [
            await ask(lab, "Async.network.create", session, {"name_label": "n", "other_config": {}, "bridge": "b"}),
            await ask(lab, "Async.message.destroy_many", session, []),
        ]
        await lab.tasks.settle()
        records = [await ask(lab, "task.get_record", session, task) for task in tasks]
        return [(record["status"], record["result"]) for record in records]

    network, void = virtual_run(main())
    assert network[0] == "success"
    assert network[1].startswith("<value>OpaqueRef:")
    assert void == ("success", "<value></value>")


def test_an_error_of_the_work_is_in_the_task_and_an_error_of_the_request_is_not() -> None:
    async def main() -> tuple[Any, Any, Any]:
        lab = small_pool()
        session = await login(lab)
        task = await ask(lab, "Async.network.destroy", session, "OpaqueRef:none")
        await lab.tasks.settle()
        too_few = await ask(lab, "Async.network.destroy", session)
        never = await ask(lab, "Async.VM.get_all", session)
        return await ask(lab, "task.get_error_info", session, task), too_few, never

    in_task, too_few, never = virtual_run(main())
    assert in_task == ["HANDLE_INVALID", "network", "OpaqueRef:none"]
    assert too_few == ["MESSAGE_PARAMETER_COUNT_MISMATCH", "network.destroy", "1", "0"]
    assert never == ["Fault", "No async mode for this operation (rpc: VM.get_all)"]


def test_a_task_of_a_client_is_only_what_the_client_says() -> None:
    async def main() -> dict[str, Any]:
        lab = small_pool()
        session = await login(lab)
        task = await ask(lab, "task.create", session, "mine", "by a client")
        await ask(lab, "task.destroy", session, task)
        await ask(lab, "task.set_progress", session, task, 0.25)
        await ask(lab, "task.set_status", session, task, "success")
        await ask(lab, "task.cancel", session, task)
        record: dict[str, Any] = await ask(lab, "task.get_record", session, task)
        await ask(lab, "task.destroy", session, task)
        assert await ask(lab, "task.get_uuid", session, task) == ["HANDLE_INVALID", "task", task]
        return record

    record = virtual_run(main())
    assert (record["status"], record["progress"], record["finished"]) == ("success", 0.25, "19700101T00:00:00Z")
    assert list(record["current_operations"].values()) == ["cancel"]  # a wish to cancel replaces all other marks
    assert "forwarded_to" not in record


@pytest.mark.usefixtures("own_calls")
def test_the_toolstack_of_a_member_takes_its_tasks_with_it() -> None:
    @registry.call("host.dmesg_clear")
    async def dmesg_clear(ctx: Context, host: str) -> str:
        ctx.forward(host)
        await asyncio.sleep(3600)
        return "never"

    async def main() -> tuple[Any, Any]:
        lab = small_pool()
        session = await login(lab)
        task = await ask(lab, "Async.host.dmesg_clear", session, MEMBER)
        other = await ask(lab, "Async.host.dmesg_clear", session, HOST)
        await asyncio.sleep(1)
        lab.db.update("VM", GUEST, current_operations={task: "pool_migrate", other: "pool_migrate"})
        await lab.crash(MEMBER)
        assert lab.db.get("VM", GUEST)["current_operations"] == {other: "pool_migrate"}
        assert (await ask(lab, "task.get_record", session, other))["status"] == "pending"
        return await ask(lab, "task.get_record", session, task), task

    gone, task = virtual_run(main())
    assert gone == ["HANDLE_INVALID", "task", task]


def test_a_crashed_coordinator_answers_nobody_and_forgets_who_was_logged_in() -> None:
    async def main() -> Any:
        lab = small_pool()
        session = await login(lab)
        await lab.crash(HOST)
        with pytest.raises(ConnectionRefusedError):
            await ask(lab, "host.get_all", session)
        lab.revive(HOST)
        return await ask(lab, "host.get_all", session), session

    answer, session = virtual_run(main())
    assert answer == ["SESSION_INVALID", session]


def test_a_restarting_toolstack_answers_a_while_is_silent_and_comes_back() -> None:
    async def main() -> list[str]:
        lab = small_pool()
        session = await login(lab)
        lab.restart_toolstack(HOST)
        seen = []
        for _ in range(10):
            await asyncio.sleep(1)
            try:
                answer = await ask(lab, "host.get_all", session)
                seen.append("answers" if answer == [HOST, MEMBER] else answer[0])
            except ConnectionResetError:
                seen.append("silent")
            assert (await ask(lab, "host.get_all", session, address="192.0.2.12"))[0] in {
                "HOST_IS_SLAVE",
                "SESSION_INVALID",
            }
        return seen

    assert virtual_run(main()) == ["answers"] * 4 + ["silent"] * 3 + ["SESSION_INVALID"] * 3


def test_logging_in_takes_its_time_when_the_password_is_wrong() -> None:
    async def main() -> tuple[Any, float, Any]:
        lab = small_pool()
        refusal = await ask(lab, "session.login_with_password", "root", "no", "1.0", "test")
        seconds = asyncio.get_running_loop().time()
        member = await ask(lab, "session.login_with_password", "root", "no", "1.0", "test", address="192.0.2.12")
        return refusal, seconds, member

    refusal, seconds, member = virtual_run(main())
    assert refusal == ["SESSION_AUTHENTICATION_FAILED", "root", "Authentication failure"]
    assert seconds > 1
    assert member == ["HOST_IS_SLAVE", "192.0.2.11"]


def test_a_local_session_reads_on_its_host_only() -> None:
    async def main() -> tuple[Any, Any]:
        lab = small_pool()
        local = await ask(lab, "session.slave_local_login_with_password", "root", "lab", address="192.0.2.12")
        here = await ask(lab, "host.get_all", local, address="192.0.2.12")
        return here, (await ask(lab, "host.get_all", local))[0]

    assert virtual_run(main()) == ([HOST, MEMBER], "SESSION_INVALID")


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_fault_loses_the_call_or_its_answer(drop: str) -> None:
    async def main() -> str:
        lab = small_pool()
        session = await login(lab)
        lab.world.faults.append(Fault("VM.set_name_label", on=GUEST, drop=drop, after=1))
        await ask(lab, "VM.set_name_label", session, GUEST, "one")
        with pytest.raises(ConnectionResetError):
            await ask(lab, "VM.set_name_label", session, GUEST, "two")
        return str(await ask(lab, "VM.get_name_label", session, GUEST))

    assert virtual_run(main()) == {"before": "one", "after": "two"}[drop]


def test_a_fault_answers_an_error_as_often_as_ordered() -> None:
    async def main() -> list[Any]:
        lab = small_pool()
        session = await login(lab)
        lab.world.faults.append(Fault("host.get_all", error=("INTERNAL_ERROR", "ordered"), times=2, slow=5))
        return [await ask(lab, "host.get_all", session) for _ in range(3)]

    failed = ["INTERNAL_ERROR", "ordered"]
    assert virtual_run(main()) == [failed, failed, [HOST, MEMBER]]


def test_a_call_goes_on_when_its_caller_gives_up() -> None:
    async def main() -> Any:
        lab = small_pool()
        session = await login(lab)
        lab.world.faults.append(Fault("VM.set_name_label", slow=60))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ask(lab, "VM.set_name_label", session, GUEST, "late"), 10)
        before = await ask(lab, "VM.get_name_label", session, GUEST)
        await asyncio.sleep(60)
        return before, await ask(lab, "VM.get_name_label", session, GUEST)

    assert virtual_run(main()) == ("web", "late")


def test_a_finished_task_is_collected_after_an_hour() -> None:
    async def main() -> None:
        lab = small_pool()
        task = await lab.call("Async.message.destroy_many", [])
        await lab.tasks.settle()
        await asyncio.sleep(3600)
        assert lab.db.exists("task", task)
        await asyncio.sleep(600)
        with pytest.raises(LabError):
            await lab.call("task.get_record", task)

    virtual_run(main())
