"""Two servers share one PostgreSQL; the one that drives a run is killed, and the other brings it to its end."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import ExitStack
from http.cookiejar import CookieJar
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from outside import Place, Started
from postgres import postgresql

T = TypeVar("T")
POOL = """
pool P
host xcp1 memory=64GiB
host xcp2 memory=64GiB
host xcp3 memory=64GiB
sr shared nfs
"""
GUESTS = 6
SECONDS_MAX = 90.0


class Visitor:
    """Somebody's browser at one server."""

    def __init__(self, server: Started) -> None:
        link = next(word for word in server.wait_for("/enter?link=").split() if word.startswith("http"))
        self.base, self.server = link.partition("/enter")[0], server
        self._open: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))
        self.read(link.removeprefix(self.base))

    def read(self, path: str) -> str:
        with self._open.open(self.base + path, timeout=20.0) as answer:
            self.at = answer.geturl().removeprefix(self.base)
            return str(answer.read().decode())

    def send(self, path: str, form_on: str, **fields: str) -> str:
        """Fill in the form on a page and send it; the page that follows."""
        (csrf, *_) = re.findall(r'name="csrf" value="([^"]+)"', self.read(form_on))
        data = urlencode({"csrf": csrf, **fields}).encode()
        with self._open.open(self.base + path, data, timeout=20.0) as answer:
            self.at = answer.geturl().removeprefix(self.base)
            return str(answer.read().decode())


def test_a_run_survives_the_server_that_drives_it(tmp_path: Path) -> None:
    place = Place(tmp_path)
    guests = "".join(f"guest g{number} on=xcp1 memory=4GiB\n  disk root\n" for number in range(GUESTS))
    (tmp_path / "pool.txt").write_text(POOL + guests)
    with ExitStack() as stack:
        url = stack.enter_context(postgresql())
        pool = stack.enter_context(place.lab(str(tmp_path / "pool.txt"), speed=2.0))
        place.add(pool)
        place.config.write_text(f'journal = "{url}"\n' + place.config.read_text())
        one, two = (Visitor(stack.enter_context(place.start("serve", "--port", "0"))) for _ in range(2))
        run = approve(one)
        driver = until(lambda: driven_by(one, run, (one, two)))
        until(lambda: "Under way" in other(driver, one, two).read(f"/runs/{run}"))
        time.sleep(2.0)  # so that migrations are under way
        driver.server.kill()
        left = other(driver, one, two)
        until(lambda: driven_by(left, run, (left,)))
        page = until(lambda: finished(left, run))
        assert page.count("runs on xcp") == GUESTS, page
        assert page.count("<td>never</td>") == GUESTS, "none was stopped"
        with pool.session() as xapi:
            moved = [record for record in xapi.VM.get_all_records().values() if record["name_label"].startswith("g")]
            assert {xapi.host.get_name_label(vm["resident_on"]) for vm in moved} <= {"xcp2", "xcp3"}


def approve(visitor: Visitor) -> str:
    """Plan the evacuation of the first host and say yes; the run's id."""
    page = until(lambda: re.search(r'<option value="([^"]+)"[^>]*>xcp1', visitor.read("/pools/home/plan")))
    visitor.send("/pools/home/plan", "/pools/home/plan", wish="evacuate", host=page[1])
    visitor.send(f"{visitor.at}/approve", visitor.at, why="tests")
    return visitor.at.removeprefix("/runs/")


def driven_by(asked: Visitor, run: str, servers: tuple[Visitor, ...]) -> Visitor | None:
    """The server whose process drives the run, by the journal's word."""
    page = asked.read(f"/runs/{run}")
    return next(
        (each for each in servers if f"process {each.server.process.pid}." in page and "Driven by" in page), None
    )


def other(one: Visitor, *both: Visitor) -> Visitor:
    return next(each for each in both if each is not one)


def finished(visitor: Visitor, run: str) -> str:
    page = visitor.read(f"/runs/{run}")
    return page if "Seen on the pool afterwards" in page else ""


def until(look: Callable[[], T]) -> T:
    """What `look` sees once it sees something."""
    end = time.monotonic() + SECONDS_MAX
    while not (found := look()):
        assert time.monotonic() < end, "nothing came of it"
        time.sleep(0.5)
    return found
