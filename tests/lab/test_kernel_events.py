"""event.from: what is reported since a token, in which order and when."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from test_kernel import GUEST, HOST, small_pool

from xenferry.lab.batching import FIRST_BETWEEN_S
from xenferry.lab.clock import virtual_run
from xenferry.lab.error import LabError
from xenferry.lab.faults import Dropped
from xenferry.lab.lab import Lab


class Client:
    """A session that asks for events."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.session = lab.sessions.open("root", "test", lab.coordinator)

    async def ask(self, classes: list[str], token: str = "", limit_s: float = 1.0) -> dict[str, Any]:
        params = [self.session, classes, token, limit_s]
        answer: dict[str, Any] = await self.lab.answer(self.lab.coordinator, "event.from", params)
        return answer


def kinds(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(event["class"], event["operation"]) for event in answer["events"]]


def test_the_first_call_reports_every_object_and_the_second_waits() -> None:
    async def main() -> tuple[dict[str, Any], dict[str, Any], float]:
        client = Client(small_pool())
        first = await client.ask(["*"])
        second = await client.ask(["*"], first["token"], 30.0)
        return first, second, asyncio.get_running_loop().time()

    first, second, seconds = virtual_run(main())
    assert kinds(first) == [("pool", "add"), ("vm", "add"), ("host", "add"), ("host", "add")]
    assert second["events"] == []
    assert 30.0 <= seconds < 30.2
    assert second["token"] >= first["token"]
    assert first["valid_ref_counts"]["host"] == 2


def test_changes_collapse() -> None:
    async def main() -> list[tuple[str, str]]:
        lab = small_pool()
        client = Client(lab)
        token = (await client.ask(["network", "vm"]))["token"]
        kept, gone = lab.db.create("network", name_label="kept"), lab.db.create("network")
        lab.db.update("network", kept, name_label="renamed")
        lab.db.destroy("network", gone)
        lab.db.update("VM", GUEST, name_label="web")
        return kinds(await client.ask(["network", "VM"], token))

    assert virtual_run(main()) == [("network", "add")]


def test_a_deletion_has_no_snapshot_and_comes_last() -> None:
    async def main() -> dict[str, Any]:
        lab = small_pool()
        network = lab.db.create("network")
        client = Client(lab)
        token = (await client.ask(["*"]))["token"]
        lab.db.destroy("network", network)
        lab.db.update("VM", GUEST, name_label="db")
        return await client.ask(["*"], token)

    answer = virtual_run(main())
    assert kinds(answer) == [("vm", "mod"), ("network", "del")]
    assert "snapshot" not in answer["events"][1]


def test_a_blocked_call_answers_soon_after_a_change() -> None:
    async def main() -> tuple[float, list[tuple[str, str]]]:
        lab = small_pool()
        client = Client(lab)
        token = (await client.ask(["vm"]))["token"]
        loop = asyncio.get_running_loop()
        start = loop.time()
        loop.call_later(7.0, lambda: lab.db.update("VM", GUEST, name_label="db"))
        loop.call_later(7.01, lambda: lab.db.update("host", HOST, name_label="ant2"))
        answer = await client.ask(["vm"], token, 60.0)
        return loop.time() - start, kinds(answer)

    seconds, events = virtual_run(main())
    assert events == [("vm", "mod")]
    assert 7.0 < seconds < 7.2


def test_logging_out_ends_a_blocked_call() -> None:
    async def main() -> LabError:
        lab = small_pool()
        client = Client(lab)
        token = (await client.ask(["*"]))["token"]
        asyncio.get_running_loop().call_later(1.0, lab.sessions.close, client.session)
        with pytest.raises(LabError) as refusal:
            await client.ask(["*"], token, 60.0)
        assert refusal.value.params == (client.session,)
        return refusal.value

    assert virtual_run(main()).code == "SESSION_INVALID"


@pytest.mark.parametrize("token", ["bad", "0", "1,2,3", ",", "99999999999999999999,0"])
def test_a_token_that_is_none_is_refused(token: str) -> None:
    async def main() -> list[str]:
        with pytest.raises(LabError) as refusal:
            await Client(small_pool()).ask(["pool"], token)
        return refusal.value.description

    assert virtual_run(main()) == ["EVENT_FROM_TOKEN_PARSE_FAILURE", token]


@pytest.mark.parametrize("filters", [["nosuchclass"], ["vm/"], ["*/x"], ["a/b/c"], [""], [], ["session"], ["role"]])
def test_nonsense_filters_wait(filters: list[str]) -> None:
    answer = virtual_run(Client(small_pool()).ask(filters))
    assert (answer["events"], answer["token"]) == ([], f"{0:020d},{0:020d}")


def test_after_a_restart_of_the_coordinator_everything_is_new() -> None:
    async def main() -> tuple[list[tuple[str, str]], str]:
        lab = small_pool()
        token = (await Client(lab).ask(["*"]))["token"]
        lab.restart_toolstack(HOST)
        blocked = asyncio.ensure_future(Client(lab).ask(["*"], token, 3600.0))
        await asyncio.sleep(20)
        with pytest.raises(Dropped):
            await blocked
        return kinds(await Client(lab).ask(["*"], token)), token

    events, _ = virtual_run(main())
    assert {kind for _, kind in events} == {"add"}
    assert len(events) == 4


def test_of_many_deletions_only_some_are_remembered() -> None:
    async def main() -> int:
        lab = small_pool()
        client = Client(lab)
        networks = [lab.db.create("network") for _ in range(600)]
        token = (await client.ask(["network"]))["token"]
        for network in networks:
            lab.db.destroy("network", network)
        return len((await client.ask(["network"], token))["events"])

    assert 256 <= virtual_run(main()) <= 512


def test_inject_makes_a_change_and_wants_the_exact_class_name() -> None:
    async def main() -> list[tuple[str, str]]:
        lab = small_pool()
        client = Client(lab)
        token = (await client.ask(["vm"]))["token"]
        with pytest.raises(LabError):
            await lab.call("event.inject", "vm", GUEST)
        before = await lab.call("event.inject", "VM", GUEST)
        assert kinds(await client.ask(["vm"], before)) == [("vm", "mod")]
        return kinds(await client.ask(["vm"], token))

    assert virtual_run(main()) == [("vm", "mod")]


def test_the_old_interface_reports_each_change() -> None:
    async def main() -> list[str]:
        lab = small_pool()
        client = Client(lab)

        async def ask(name: str, *params: Any) -> Any:
            return await lab.answer(HOST, name, [client.session, *params])

        with pytest.raises(LabError, match="SESSION_NOT_REGISTERED"):
            await ask("event.next")
        await ask("event.register", ["network"])
        lab.db.destroy("network", lab.db.create("network", name_label="short"))
        events = await ask("event.next")
        assert events[1]["snapshot"]["name_label"] == "short"
        return [event["operation"] for event in events]

    assert virtual_run(main()) == ["add", "del"]


class Old:
    """A session that uses the old interface."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.session = lab.sessions.open("root", "test", HOST)

    async def ask(self, name: str, *params: Any) -> Any:
        return await self.lab.answer(HOST, f"event.{name}", [self.session, *params])

    async def refs(self) -> list[str]:
        return [event["ref"] for event in await self.ask("next")]


def test_what_others_registered_for_is_read_by_whoever_registers_before_he_reads() -> None:
    async def main() -> tuple[list[str], list[str], str]:
        lab = small_pool()
        first, second = Old(lab), Old(lab)
        await first.ask("register", ["VM"])
        await second.ask("register", ["Network"])
        network = lab.db.create("network")
        await first.ask("register", ["network"])
        await second.ask("unregister", ["*"])
        assert await first.ask("get_current_id") == 1
        return await first.refs(), await second.refs(), network

    first, second, network = virtual_run(main())
    assert first == second == [network]


def test_who_does_not_read_loses_what_the_queue_has_no_room_for_and_hears_of_it_once() -> None:
    async def main() -> tuple[list[str], str]:
        lab = small_pool()
        slow = Old(lab)
        await slow.ask("register", ["network"])
        for number in range(12):
            lab.db.create("network", name_label=str(number), other_config={"text": "x" * 1_000_000})
        with pytest.raises(LabError, match="EVENTS_LOST"):
            await slow.ask("next")
        last = lab.db.create("network")
        return await slow.refs(), last

    events, last = virtual_run(main())
    assert events == [last]


def test_the_second_look_comes_soon_after_a_change() -> None:
    async def main() -> float:
        lab = small_pool()
        client = Client(lab)
        token = (await client.ask(["vm"]))["token"]
        waiting = asyncio.create_task(client.ask(["vm"], token, 5.0))
        await asyncio.sleep(1)
        lab.db.update("VM", GUEST, name_label="changed")
        await waiting
        return asyncio.get_running_loop().time()

    assert virtual_run(main()) == pytest.approx(1.05 + FIRST_BETWEEN_S)


def test_a_call_of_old_events_ends_when_its_session_does() -> None:
    async def main() -> None:
        lab = small_pool()
        old = Old(lab)
        await old.ask("register", ["vm"])
        waiting = asyncio.create_task(old.ask("next"))
        await asyncio.sleep(1)
        lab.sessions.close(old.session)
        with pytest.raises(LabError, match="SESSION_INVALID"):
            await waiting

    virtual_run(main())
