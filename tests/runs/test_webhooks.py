"""Webhooks: what is told of a run, to whom, signed; and that nothing about them harms the run."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from outside import Place, Pool

from xenferry import config
from xenferry.plan.steps import Plan, Thing
from xenferry.runs import bell
from xenferry.runs.journal import Entry

PLAN = Plan(wish="evacuate host xcp1", pool=Thing(kind="pool", uuid="p-1", name="home"), made_at=0.0, steps=())


@dataclass
class Receiver:
    """An HTTP server on loopback that keeps what it gets and answers what it is told, the last one for ever."""

    answers: list[int]
    port: int = 0
    bodies: list[bytes] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)

    @property
    def news(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line.split(":")[1]) for line in head.splitlines() if line.lower().startswith("content-length")
        )
        self.heads.append(head)
        self.bodies.append(await reader.readexactly(length))
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        writer.write(f"HTTP/1.1 {status} -\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def receiving(*answers: int) -> AsyncIterator[Receiver]:
    receiver = Receiver(list(answers) or [200])
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()


@dataclass(frozen=True)
class Report:
    state: str = "done"
    next: str = ""


def entry(kind: str, **text: str) -> Entry:
    return Entry(run="r-1", seq=1, time=0.0, kind=kind, text=text)


def ring(
    settings: str, during: Callable[[bell.Bell], None], *answers: int, plan: Plan = PLAN
) -> tuple[Receiver, list[str]]:
    """What a receiver got, and what was complained of, during a run with one webhook of these settings."""
    complaints: list[str] = []

    async def tell() -> Receiver:
        async with receiving(*answers) as receiver:
            text = f'[[webhooks]]\nurl = "http://127.0.0.1:{receiver.port}/secret-path"\n{settings}'
            hooks = bell.addressees(config.parse(text, source="test").webhooks)
            async with bell.ringing("r-1", plan, hooks, complaints.append) as one:
                during(one)
            return receiver

    return asyncio.run(tell()), complaints


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "PAUSES_SECONDS", (0.01, 0.01))
    monkeypatch.setenv("HOOK_SECRET", "knock knock")


def whole_run(one: bell.Bell) -> None:
    one.hear(entry("progress", text="10 %"))
    one.hear(entry("step-failed", text="move web", reason="VM_REQUIRES_SR"))
    one.hear(entry("step-person", text="move mail"))
    one.end(Report("incomplete", "cure it, then `xenferry runs resume r-1`"))


def test_failures_questions_and_the_end_are_told_in_their_order() -> None:
    receiver, complaints = ring("", whole_run)
    assert [(one["event"], one["state"]) for one in receiver.news] == [
        ("failed", ""),
        ("person", ""),
        ("ended", "incomplete"),
    ]
    assert receiver.news[0]["text"] == "home: evacuate host xcp1: failed. move web: VM_REQUIRES_SR"
    assert receiver.news[2]["text"].endswith("incomplete. cure it, then `xenferry runs resume r-1`")
    assert {one["pool"]["name"] for one in receiver.news} == {"home"}
    assert len({one["id"] for one in receiver.news}) == 3
    assert not complaints


def test_only_what_was_asked_for_is_told() -> None:
    receiver, _ = ring('events = ["started", "unreachable"]', whole_run)
    assert [one["event"] for one in receiver.news] == ["started"]
    assert ring('pools = ["elsewhere"]', whole_run)[0].news == []
    assert len(ring('pools = ["home"]', whole_run)[0].news) == 3


def test_the_receiver_can_check_who_speaks() -> None:
    receiver, _ = ring('secret = { env = "HOOK_SECRET" }', lambda one: one.end(Report()))
    signature = hmac.new(b"knock knock", receiver.bodies[0], hashlib.sha256).hexdigest()
    assert f"X-Xenferry-Signature: sha256={signature}".lower() in receiver.heads[0].lower()
    assert "knock" not in receiver.heads[0] + receiver.bodies[0].decode()


def test_a_receiver_that_is_ill_for_a_moment_is_told_again_the_same() -> None:
    receiver, complaints = ring("", lambda one: one.end(Report()), 503, 429, 200)
    assert len(receiver.bodies) == 3
    assert len(set(receiver.bodies)) == 1
    assert not complaints


def test_a_receiver_that_refuses_is_told_once_and_complained_of_without_its_address() -> None:
    receiver, complaints = ring("", lambda one: one.end(Report()), 404)
    assert len(receiver.bodies) == 1
    (complaint,) = complaints
    assert "it answered 404" in complaint
    assert "secret-path" not in complaint


def test_nobody_there_harms_no_run() -> None:
    complaints: list[str] = []

    async def tell() -> None:
        hook = config.Webhook("http://127.0.0.1:1/secret-path")
        async with bell.ringing("r-1", PLAN, bell.addressees([hook]), complaints.append) as one:
            one.end(Report())

    asyncio.run(tell())
    (complaint,) = complaints
    assert "ConnectError" in complaint
    assert "secret-path" not in complaint


def test_a_program_that_must_leave_its_run_says_so() -> None:
    def fall(one: bell.Bell) -> None:
        raise OSError("the pool is gone")

    seen: list[Receiver] = []

    async def tell() -> None:
        async with receiving() as receiver:
            seen.append(receiver)
            hook = config.Webhook(f"http://127.0.0.1:{receiver.port}/")
            async with bell.ringing("r-1", PLAN, bell.addressees([hook]), print) as one:
                fall(one)

    with pytest.raises(OSError, match="the pool is gone"):
        asyncio.run(tell())
    assert [(one["event"], one["state"]) for one in seen[0].news] == [("ended", "left")]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ('url = "ftp://x"', "webhook 1 must begin with https://"),
        ('url = { env = "NOT_SET" }', "the address of webhook 1 is expected in the environment variable NOT_SET"),
        ('url = "https://x"\nsecret = { prompt = true }', "the secret of webhook 1 cannot be asked for"),
        ('url = "https://x"\nevents = ["finished"]', "Invalid enum value 'finished'"),
    ],
)
def test_a_wrong_setting_is_named(settings: str, words: str) -> None:
    with pytest.raises(config.ConfigError, match=words):
        bell.addressees(config.parse(f"[[webhooks]]\n{settings}", source="test").webhooks)


def test_a_run_from_the_command_line_tells_how_it_ended(tmp_path: Path) -> None:
    place = Place(tmp_path)

    async def tell(pool: Pool) -> list[dict[str, Any]]:
        async with receiving() as receiver:
            with place.config.open("a") as settings:
                settings.write(
                    f'\n[[webhooks]]\nurl = "http://127.0.0.1:{receiver.port}/"\nevents = ["started", "ended"]\n'
                )
            await asyncio.to_thread(place.done, "migrate", "wiki", "--yes")
            return receiver.news

    with place.lab("calm-pair", speed=600) as pool:
        place.add(pool)
        first, last = asyncio.run(tell(pool))
    assert (first["event"], last["event"], last["state"]) == ("started", "ended", "done")
    assert last["run"] == place.last_run()["id"]
    assert last["text"] == "calm-pair: migrate wiki: done"
