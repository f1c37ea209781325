"""How soon a browser shows the pages of a large pool: a real Chromium at `xenferry serve`.

    python benchmarks/browser.py [HOSTS GUESTS]

Measured from the click to the first paint (`performance`'s own entry), with a server that has the pool judged already;
then, on the matrix, until the next rows are there when one scrolls to the end of those sent, until the guests of a name
are there, until those with the fewest places are there, and until the reason of a refusal is open. The pool is made up
(matrix.py), so most cells hold reasons.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from matrix import made_up
from measured import Goal, Measured, named

import data
from xenferry.pool import capture

TIMES = 5
"""Each figure is the median of so many; in small of one."""
PAGES = {"the matrix": "/matrix", "the pool": "", "its findings": "/findings", "its storage": "/storage"}
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def serving(hosts: int, guests: int) -> Iterator[str]:
    """`xenferry serve` of such a pool; the link."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.json.gz"
        capture.write(made_up(hosts, guests), path, taken_at=0.0)
        homes = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"), folder)
        words = [sys.executable, "-m", "xenferry", "serve", "--port", "0", "--capture", str(path)]
        server = subprocess.Popen(words, env=os.environ | homes, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            yield next(word for line in server.stdout for word in line.split() if "/enter?link=" in word)
        finally:
            server.terminate()
            server.wait(30)


@contextmanager
def browsing(link: str) -> Iterator[Any]:
    """A page of a browser that has come in. Raises data.Missing where there is none."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        raise data.Missing("there is no Chromium on this machine")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise data.Missing("Playwright is not installed") from None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        # our policy forbids the `eval` by which Playwright waits
        page = browser.new_page(viewport={"width": 1280, "height": 800}, bypass_csp=True)
        page.goto(link)
        yield page
        browser.close()


def painted(page: Any, address: str, times: int) -> float:
    """Median seconds to the first paint, the first visit left out."""
    found = []
    for _ in range(times + 1):
        page.goto(address)
        page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
        found.append(float(page.evaluate(PAINT)))
    return median(found[1:])


def waited(page: Any, address: str, times: int, act: Callable[[], object], seen: str) -> float:
    """Median seconds from a deed on the page to what it brings, as a script in the page sees it."""
    found = []
    for _ in range(times):
        page.goto(address)
        begun = time.perf_counter()
        act()
        page.wait_for_function(seen)
        found.append(time.perf_counter() - begun)
    return median(found)


def deeds(page: Any, matrix: str, times: int) -> Iterator[tuple[str, float]]:
    """What one does on the matrix."""
    rows = "document.querySelectorAll('.matrix tbody tr').length"

    def scroll() -> None:
        page.evaluate("document.querySelector('.matrix tr.following').scrollIntoView()")

    def find() -> None:
        page.get_by_label("Guest", exact=True).fill("guest 39")
        page.keyboard.press("Enter")

    def sort() -> None:
        page.get_by_label("Order").select_option("places")
        page.get_by_role("button", name="Show").click()

    def ask() -> None:
        page.locator(".matrix td.no a").first.click()

    yield "the next rows of the matrix by scrolling", waited(page, matrix, times, scroll, f"{rows} > 100")
    yield (
        "guests of a name in the matrix",
        waited(page, matrix, times, find, f"location.search.includes('q=') && {rows}"),
    )
    yield (
        "the matrix in another order",
        waited(page, matrix, times, sort, f"location.search.includes('places') && {rows}"),
    )
    yield "the reason of a refusal", waited(page, matrix, times, ask, "document.querySelector('#why h2')")


def figures(hosts: int, guests: int, times: int = TIMES) -> Iterator[tuple[str, float]]:
    """Everything, in seconds."""
    with serving(hosts, guests) as link, browsing(link) as page:
        pool = f"{link.partition('/enter')[0]}/pools/large"
        for words, path in PAGES.items():
            yield f"first paint of {words}", painted(page, pool + path, times)
        yield from deeds(page, f"{pool}/matrix", times)


def measure(quick: bool) -> Iterator[Measured]:
    """At the size that is promised; small, to see that it works at all."""
    hosts, guests = (4, 250) if quick else (64, 4_000)
    for what, seconds in figures(hosts, guests, 1 if quick else TIMES):
        goal = Goal(1.0, "ours") if what.startswith("first paint") else None
        yield Measured(what=what, size=named(hosts, guests), ours=seconds, unit="s", goal=goal)


if __name__ == "__main__":
    for what, seconds in figures(*(map(int, sys.argv[1:]) if sys.argv[1:] else (64, 4_000))):
        sys.stdout.write(f"{what}: {seconds:.3f} s\n")
