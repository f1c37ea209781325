"""A real browser at `xenferry serve`, both in processes of their own; what a page does wrong is noted as it happens."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from outside import Place, Started
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import TimeoutError as Late

AXE = Path(__file__).parents[2] / ".venv" / "clients" / "axe_core" / "node_modules" / "axe-core" / "axe.min.js"
SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
WAIT_MS = 40_000
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium. Skips the test where there is none, which fails in CI."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("there is no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


def axe_script() -> str:
    """axe-core, which judges whether everybody can use a page. Skips where it was not fetched, which fails in CI."""
    if not AXE.exists():
        pytest.skip("axe-core was not fetched: run `make clients` and read what it says")
    return AXE.read_text("utf-8")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Server:
    """A running `xenferry serve`."""

    started: Started
    link: str

    @property
    def base(self) -> str:
        return self.link.partition("/enter")[0]


@contextmanager
def serving(place: Place, port: int, *options: str) -> Iterator[Server]:
    """`xenferry serve` of the place's pools; whatever happens, it does not outlive the block."""
    with place.start("serve", "--port", str(port), *options) as started:
        link = next(word for word in started.wait_for("/enter?link=").split() if word.startswith("http"))
        yield Server(started, link)


@dataclass
class Sheet:
    """A page and everything that went wrong in it."""

    page: Page
    base: str
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(WAIT_MS)
        self.page.on("console", lambda said: said.type in ("error", "warning") and self.wrong.append(said.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: self.wrong.append(f"a dialog: {dialog.message}"))
        self.page.on("request", self._asked)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.base, "data:", "about:")):
            self.wrong.append(f"another host was asked: {request.url}")

    def open(self, path: str) -> int:
        """Load a page of the server; the status it answers."""
        answer = self.page.goto(self.base + path)
        assert answer is not None
        return answer.status

    def says(self, words: str) -> None:
        """Wait until the page shows these words."""
        try:
            self.page.get_by_text(words).locator("visible=true").first.wait_for()
        except Late as late:
            raise AssertionError(f"{words!r} is not on {self.page.url}:\n{self.page.inner_text('main')}") from late

    def hears(self) -> None:
        """Wait until the page is connected to its live stream."""
        self.page.locator("html[data-live]").wait_for(state="attached")

    def shoot(self, name: str) -> None:
        """Keep a picture of the whole page, to be looked at by people."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name.replace(' ', '-')}.png", full_page=True)

    # --- by keyboard alone ---------------------------------------------------------------------------------

    def walk_to(self, name: str, presses_max: int = 120) -> None:
        """Press Tab until what has the focus is called so; the focus must be seen to be there."""
        for _ in range(presses_max):
            self.page.keyboard.press("Tab")
            if name in self.page.evaluate(FOCUSED):
                assert self.page.evaluate(OUTLINED), f"nobody sees that {name!r} has the focus"
                return
        raise AssertionError(f"no way by keyboard to {name!r} on {self.page.url}")

    def press(self, name: str) -> None:
        """Walk to a link or a button, press Enter, and wait for the page that it leads to."""
        self.walk_to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


FOCUSED = """() => {
  const at = document.activeElement;
  if (at === document.body) return "";
  const label = at.labels && at.labels.length ? at.labels[0].innerText : "";
  return [at.getAttribute("aria-label") || at.textContent, label, at.name || ""].join(" ").replace(/\\s+/g, " ");
}"""
OUTLINED = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""


@contextmanager
def entered(browser: Browser, server: Server, **settings: Any) -> Iterator[tuple[BrowserContext, Sheet]]:
    """A browser that has opened the link."""
    context = browser.new_context(viewport=DESK, **settings)
    sheet = Sheet(context.new_page(), server.base)
    sheet.page.goto(server.link)
    yield context, sheet
    context.close()


def too_wide(sheet: Sheet) -> str:
    """What makes the page scroll sideways; empty when it does not."""
    return str(sheet.page.evaluate(TOO_WIDE))


TOO_WIDE = """() => {
  if (document.documentElement.scrollWidth <= innerWidth) return "";
  const wide = [...document.body.querySelectorAll("*")].filter(
    at => !at.closest(".scroll, .skip, svg") && at.getBoundingClientRect().right > innerWidth + 1);
  const at = wide.at(-1) || document.body;
  return `${at.tagName}.${at.className}: ${at.textContent.slice(0, 80)}`;
}"""


def judged(sheet: Sheet, script: str, *, only: tuple[str, ...] = ()) -> list[str]:
    """What axe-core finds wrong with the page as it is now; `only` these of its rules."""
    sheet.page.evaluate(script)
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if only:
        options["runOnly"] = {"type": "rule", "values": list(only)}
    found = sheet.page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{each['id']} at {each['nodes'][0]['target']} and {len(each['nodes']) - 1} more: {each['help']}"
        for each in found["violations"]
    ]
