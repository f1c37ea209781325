"""A plan tried from a browser on a twin: in a program of its own, with what shall go wrong, and the pool left alone."""

from __future__ import annotations

import asyncio
import shlex
from pathlib import Path

import pytest
from visitor import PAIR, Visitor, visit

from xenferry.lab.scenario import parse
from xenferry.pool import capture
from xenferry.web import mischief
from xenferry.web.bench import Bench, Work
from xenferry.web.twin import Rehearsal

ODD = PAIR + 'guest "it\'s <b>odd</b>" on=alpha memory=1GiB\n  disk root\n'


def captured(folder: Path) -> str:
    path = folder / "pool.json.gz"
    capture.write(parse(ODD).tables, path, taken_at=1_700_000_000.0)
    return str(path)


async def rehearse(visitor: Visitor, guests: str, **faults: str) -> tuple[str, list[str]]:
    """Plan to move guests, rehearse the plan; the rehearsal's path and what its page was sent."""
    planned = await visitor.post("/pools/pair/plan", wish="migrate", guests=guests)
    begun = await visitor.post(f"{planned.headers['location']}/rehearse", **faults)
    assert begun.status_code == 303, begun.text
    path = str(begun.headers["location"])
    stream = await visitor.get(f"{path}/live", timeout=60.0)
    return path, [piece for piece in stream.text.split("\n\n") if piece.startswith("id:")]


def test_plan_is_tried_and_can_still_be_approved(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        path, pieces = await rehearse(visitor, "mail", mishap="lost", faults="guest mail dirty=30MiB/s")
        assert "the twin is at work" in pieces[0]
        last = pieces[-1]
        assert "Everything is done, and verified on the twin." in last
        assert "<code>VM.pool_migrate drop=after</code> happened" in last
        assert "<code>guest mail dirty=30MiB/s</code> was so from the start" in last
        assert '<th scope="row">mail</th><td>alpha</td><td>beta</td>' in last
        assert "<svg" in last
        sheet = (await visitor.get(path)).text
        assert "hx-sse" not in sheet
        assert "Back to the plan" in sheet
        assert visitor.deeds()[0].startswith("rehearsed: migrate")

    visit(tmp_path, work, scenario=ODD, file=captured(tmp_path))


def test_fault_on_a_guest_with_an_odd_name_happens_to_it(tmp_path: Path) -> None:
    name = "it's <b>odd</b>"

    async def work(visitor: Visitor) -> None:
        _, pieces = await rehearse(visitor, name, mishap="deaf", guest=name)
        assert "deaf-to-suspend" in pieces[-1]
        assert "never happened" not in pieces[-1]
        assert "<b>odd" not in pieces[-1]

    visit(tmp_path, work, scenario=ODD, file=captured(tmp_path))


def test_line_that_cannot_be_understood_is_answered_with_what_was_expected(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        _, pieces = await rehearse(visitor, "mail", faults="rain on=alpha")
        assert "rain" in pieces[-1]
        assert "expected" in pieces[-1]
        assert "Traceback" not in pieces[-1]

    visit(tmp_path, work, scenario=ODD, file=captured(tmp_path))


@pytest.mark.parametrize("name", ["plain", "with blank", "quo'te", '"', "a #b", "--json"])
def test_chosen_faults_name_whom_they_concern(name: str) -> None:
    assert shlex.split(mischief.lines({"mishap": ["crash"], "host": [name]})[0]) == [
        "host-crash", f"on={name}", "at=60s"
    ]  # fmt: skip


def test_only_so_many_lines_are_taken() -> None:
    assert len(mischief.lines({"mishap": ["lost", "nonsense"], "faults": ["x\n\n" * 500]})) == mischief.LINES_MAX


def test_mistake_of_ours_is_told_and_goes_to_the_terminal() -> None:
    class Broken(Work):
        async def do(self) -> None:
            raise KeyError("a mistake")

    heard: list[str] = []

    async def main() -> Broken:
        asyncio.get_running_loop().set_exception_handler(lambda _, told: heard.append(repr(told["exception"])))
        bench, broken = Bench(), Broken("pair")
        bench.begin(broken)
        assert [number async for number in broken.changes(60.0)]
        await bench.close()
        return broken

    assert "made a mistake" in asyncio.run(main()).trouble
    assert heard == ["KeyError('a mistake')"]


def test_pool_without_a_file_cannot_be_rehearsed_on(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        path, _ = await rehearse(visitor, "mail")
        found = visitor.house.bench.find(path.rpartition("/")[2], Rehearsal)
        assert found is not None
        assert "its file is not known" in found.trouble

    visit(tmp_path, work)
