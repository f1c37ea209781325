"""The live stream: whoever was away gets what changed meanwhile, whoever comes to a new server gets everything."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from starlette.requests import Request
from visitor import Visitor, live_visit

from xenferry.lab.clock import virtual_run
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.runs.journal import OPEN
from xenferry.web import live
from xenferry.web.desk import Desk
from xenferry.web.door import Person
from xenferry.web.pages.pool import pieces
from xenferry.web.pages.runs import pieces as run_pieces
from xenferry.xapi import connect

SCENARIO = """\
pool live
host alpha
host beta
sr pool-disks nfs default
guest mail on=alpha memory=1GiB
  disk root
guest wiki on=beta memory=1GiB
  disk root
"""


async def _next(desk: Desk, seen: int) -> tuple[int, str]:
    """The first piece that says anything to whoever saw so much."""
    async for piece in pieces(desk, seen):
        if piece is not None:
            return piece
    raise AssertionError("the stream ended")


def test_only_what_changed_since_is_sent() -> None:
    lab = Lab.from_scenario(parse(SCENARIO))
    address, sessions = lab.address(lab.coordinator), lab.sessions

    def dial():  # type: ignore[no-untyped-def]
        return connect(address, sessions.username, sessions.password, pin=None, dial=lab.dial)

    async def main() -> None:
        desk = Desk("live", lambda: 0.0, connect=dial)
        keeping = asyncio.create_task(desk.keep())
        number, everything = await _next(desk, 0)
        assert "mail" in everything
        assert "wiki" in everything
        async with dial() as connection:
            uuid = next(row["uuid"] for row in lab.db.all("VM").values() if row["name_label"] == "mail")
            ref = await connection.call("VM.get_by_uuid", uuid)
            await connection.call("VM.set_name_label", ref, "post")
        later, since = await _next(desk, number)
        assert later > number
        assert "post" in since
        assert "wiki" not in since, "its host looks as before"
        assert "wiki" in (await _next(desk, 0))[1], "whoever has seen nothing gets everything"
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)

    virtual_run(main())


def test_pool_that_is_no_longer_followed_says_so(caplog: pytest.LogCaptureFixture) -> None:
    def dial():  # type: ignore[no-untyped-def]
        raise KeyError("a mistake")

    desk = Desk("live", lambda: 0.0, connect=dial)
    with pytest.raises(KeyError, match="a mistake"):
        asyncio.run(desk.keep())
    assert "no longer follows this pool" in desk.trouble
    assert "Pool live is no longer followed" in caplog.text


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        (f"{live.BOOT}-7", 7),
        ("deadbeef-7", 0),
        ("7", 0),
        ("", 0),
        (f"{live.BOOT}-{'9' * 5000}", 10**15 - 1),
        ("x-٣", 0),
    ],
    ids=["own", "another", "bare", "none", "absurd", "other digits"],
)
def test_number_of_another_server_means_nothing(given: str, seen: int) -> None:
    asked: list[int] = []

    async def nothing(number: int):  # type: ignore[no-untyped-def]
        asked.append(number)
        yield number, "<p>one</p>\n<p>two</p>"

    headers = [(b"last-event-id", given.encode())]
    request = Request({"type": "http", "headers": headers, "query_string": b"seen=deadbeef-3"})

    async def read() -> str:
        return "".join([str(part) async for part in live.stream(request, nothing).body_iterator])

    text = asyncio.run(read())
    assert asked == [seen]
    assert text == f"id: {live.mark(seen)}\ndata: <p>one</p>\ndata: <p>two</p>\n\n"


RUNNING = SCENARIO.replace("guest wiki on=beta", "guest wiki on=alpha")


def test_run_that_is_watched_again_sends_what_looks_different_and_nothing_else(tmp_path: Path) -> None:
    """What is lost on the way, or is served by a server that was started anew, comes with the next connection."""

    async def work(visitor: Visitor) -> None:
        run = await begun(visitor)
        mark, everything = await first_event(visitor, run, "")
        assert all(f'id="{part}"' in everything for part in ("run", "deeds", "said"))
        while visitor.house.journal.run(run).state in OPEN:
            await visitor.house.news_of(run, 5.0)
        while visitor.house.drives(run):
            await visitor.house.news_of(run, 5.0)
        later, since = await first_event(visitor, run, mark)
        assert "Seen on the pool afterwards" in since, "the end is there, however much was missed"
        assert await first_event(visitor, run, later) == ("", ""), "who has seen all of it is sent nothing"
        assert (await first_event(visitor, run, mark.partition(".")[0]))[0] == later, "a strange mark counts nothing"
        partly = ".".join([*later.split(".")[:2], mark.split(".")[2]])
        _, said = await first_event(visitor, run, partly)
        assert 'id="said"' in said
        assert 'id="run"' not in said, "only what is different"

    live_visit(tmp_path, work, RUNNING)


async def begun(visitor: Visitor) -> str:
    """A run that moves both guests."""
    planned = await visitor.post("/pools/pool/plan", wish="migrate", guests="mail\nwiki")
    approved = await visitor.post(f"{planned.headers['location']}/approve")
    assert approved.status_code == 303, approved.text
    return str(approved.headers["location"].rpartition("/")[2])


async def first_event(visitor: Visitor, run: str, seen: str) -> tuple[str, str]:
    """Mark and HTML of the first event for whoever was sent this mark last; empty when there is nothing to send."""
    person = Person("anna", "act", "token")
    async for piece in run_pieces(visitor.house, run, person, seen):
        return piece or ("", "")
    raise AssertionError("the stream ended")


def test_pools_page_says_what_changed_and_since_when(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        before = (await visitor.get("/")).text
        assert "Nothing since" in before
        assert 'class="mini"' in before
        desk = visitor.house.desks["pool"]
        assert desk.connect is not None
        async with desk.connect() as connection:
            (host,) = await connection.call("host.get_by_name_label", "beta")
            await connection.call("host.disable", host)
        async for _ in desk.changes(1.0):
            if any(told.news.kind == "readiness" for told in desk.told):
                break
        after = (await visitor.get("/")).text
        assert "Nothing since" not in after
        assert "Host beta" in after.partition("What changed")[2]
        assert desk.begun is not None
        assert re.search(rf"{desk.begun[1]} at \d\d:\d\d:\d\d", after), "the score that it had at first"

    live_visit(tmp_path, work, SCENARIO)
