"""Guests go to another pool by the browser's forms: what may be chosen, the plan, the run, the proof."""

from __future__ import annotations

import re
from pathlib import Path

from visitor import PAIR, Visitor, live_visit, visit

from xenferry.runs.journal import OPEN

EAST = """\
pool East
host north memory=64GiB
  nic eth0 management
  nic eth1 network=LAN
sr disks nfs default
guest web on=north memory=1GiB
  disk root size=1GiB
  nic LAN
guest mail on=north memory=1GiB
  disk root size=1GiB
  nic LAN
"""
WEST = """\
pool West
host upper memory=32GiB
  nic eth0 management
  nic eth1 network=Campus
host lower memory=32GiB
  nic eth0 management
  nic eth1 network=Campus
sr store nfs default
sr fast nfs
"""


def option(sheet: str, field: str, words: str) -> tuple[str, str]:
    """A field of the form whose name begins so, and the value of its choice with these words."""
    name, body = next(found for found in re.findall(r'<select name="([^"]+)">(.*?)</select>', sheet, re.DOTALL)
                      if found[0].startswith(field))  # fmt: skip
    (value,) = re.findall(rf'<option value="([^"]*)">{words}', body)
    return name, value


def test_guests_are_taken_where_the_form_says(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        sheet = (await visitor.get("/pools/pool/away?to=pool%202")).text
        assert "none of that name there: choose" in sheet
        chosen = dict(option(sheet, field, words) for field, words in (
            ("host", "lower"), ("sr", "fast"), ("net-", "Campus")
        ))  # fmt: skip
        planned = await visitor.post("/pools/pool/away", to="pool 2", guests="web", **chosen)
        assert planned.status_code == 303, planned.text
        shown = (await visitor.get(planned.headers["location"])).text
        assert "from north to lower in pool West" in shown
        begun = await visitor.post(f"{planned.headers['location']}/approve", why="ticket 4711")
        assert begun.status_code == 303, begun.text
        run = begun.headers["location"].rpartition("/")[2]
        while visitor.house.journal.run(run).state in OPEN:
            await visitor.house.news_of(run, 5.0)
        assert visitor.house.journal.run(run).state == "done"
        there = visitor.house.desks["pool 2"]
        async for _ in there.changes(1.0):
            if there.snapshot is not None and {vm.name_label for vm in there.snapshot.guests} == {"web"}:
                break
        assert visitor.deeds()[0] == "approved: migrate web to host lower of pool West"

    live_visit(tmp_path, work, EAST, WEST)


def test_guest_without_a_network_there_is_left_out_and_the_plan_says_why(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        planned = await visitor.post("/pools/pool/away", to="pool 2", all="1")
        shown = (await visitor.get(planned.headers["location"])).text
        assert "Cannot be moved: 2" in shown
        assert "LAN" in shown

    live_visit(tmp_path, work, EAST, WEST)


def test_form_that_is_not_clear_says_what_is_missing(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        for fields, status, said in (
            ({"to": "pool 2"}, 400, "Name at least one guest"),
            ({"to": "pool 2", "guests": "web", "host": "gone"}, 400, "has no host"),
            ({"to": "nowhere", "guests": "web"}, 404, "There is no pool"),
            ({"to": "pool", "guests": "web"}, 400, "Both are the same pool"),
        ):
            answer = await visitor.post("/pools/pool/away", **fields)
            assert (answer.status_code, said in answer.text) == (status, True), answer.text

    live_visit(tmp_path, work, EAST, WEST)


def test_where_no_other_pool_is_served_none_is_offered(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        assert "To another pool" not in (await visitor.get("/pools/pair/plan")).text
        assert "No other pool is served here" in (await visitor.get("/pools/pair/away")).text

    visit(tmp_path, work, scenario=PAIR)


def test_host_of_one_pool_is_asked_whether_it_may_join_another(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        refused = (await visitor.get("/pools/pool/join?host=pool+2")).text
        assert "may not join pool, for " in refused
        assert "XAPI would say <code>" in refused
        assert "Not looked at: " in refused
        forced = (await visitor.get("/pools/pool/join?host=pool+2&force=1")).text
        assert "checked" in forced
        assert (await visitor.get("/pools/pool/join?host=nowhere")).status_code == 404
        assert 'action="/pools/pool/join"' in (await visitor.get("/pools/pool/plan")).text

    live_visit(tmp_path, work, EAST, WEST)
