"""Every page in a real browser, of a pool whose names are hostile: none of them does anything, and all can read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from browsing import DESK, PHONE, Sheet, axe_script, chromium, entered, free_port, judged, serving, too_wide
from outside import Place, Pool
from playwright.sync_api import Browser

RUN = "window.owned=1"
SCENARIO = f"""\
pool "<script>{RUN}</script>"
host "<img src=x onerror={RUN}>" memory=32GiB
  nic eth0 ip=192.0.2.11/24 management
host "</title><script>{RUN}</script>" memory=64GiB
  nic eth0 ip=198.51.100.5/24
  nic eth4 ip=192.0.2.12/24 management
sr "' onclick='{RUN}" nfs default
sr "<i>local</i>" ext on="<img src=x onerror={RUN}>"
guest "<svg onload={RUN}>" on="<img src=x onerror={RUN}>" memory=2GiB
  disk "<b>root</b>"
  nic eth0
guest "' autofocus onfocus='{RUN}' x='" on="<img src=x onerror={RUN}>" memory=1GiB
  disk "{{{{ 1931*1931 }}}}" sr="<i>local</i>"
  nic eth0
guest "</td></tr></table><form action=//evil.example><button>Approve</button></form>" memory=1GiB
  disk root
guest fine memory=1GiB
  disk root
"""
RENAMED = (
    f"\"><img src=x onerror='{RUN}'><iframe srcdoc='<script>parent.{RUN}</script>'>\u202egnp.exe\nhx-on:load={RUN}"
)
"""A name that only comes when the page is open already, by the live stream."""


IN_SIGHT = """async at => {
  for (let frame = 0; frame < 60; frame++) {
    await new Promise(requestAnimationFrame);
    const { top, bottom } = at.getBoundingClientRect();
    if (top >= 0 && bottom <= innerHeight) return true;
  }
  return false;
}"""
"""Whether the element is wholly on the screen, within a second."""


@dataclass
class Opened:
    sheet: Sheet
    pool: Pool
    browser: Browser


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    place = Place(tmp_path_factory.mktemp("pages"))
    (place.folder / "pool.txt").write_text(SCENARIO)
    with place.lab(str(place.folder / "pool.txt")) as pool, chromium() as browser:
        place.add(pool)
        with serving(place, free_port()) as server, entered(browser, server) as (_, sheet):
            until_seen(sheet)
            yield Opened(sheet, pool, browser)


def until_seen(sheet: Sheet) -> None:
    """The server looks at the pool while the first page is asked for."""
    for _ in range(100):
        sheet.open("/")
        if sheet.page.locator(".score").count():
            return
        sheet.page.wait_for_timeout(100)
    raise AssertionError("the pool was not seen within ten seconds")


PAGES = {
    "pools": "/",
    "pool": "/pools/home",
    "matrix": "/pools/home/matrix",
    "findings": "/pools/home/findings",
    "storage": "/pools/home/storage",
    "nics": "/pools/home/nics",
    "wishes": "/pools/home/plan",
    "away": "/pools/home/away",
    "control domains": "/pools/home/dom0",
    "join": "/pools/home/join?host=home",
    "explain": "/explain",
    "manual": "/manual",
    "a rule": "/manual/disk-not-on-host",
    "an error": "/manual/VM_REQUIRES_SR",
    "runs": "/runs",
    "trail": "/trail",
}


@pytest.mark.parametrize("name", PAGES)
def test_page_is_harmless_and_for_everybody(opened: Opened, name: str) -> None:
    sheet, script = opened.sheet, axe_script()
    sheet.wrong.clear()
    assert sheet.open(PAGES[name]) == 200
    assert judged(sheet, script) == []
    assert is_harmless(sheet)
    sheet.shoot(f"hostile {name}")
    sheet.page.emulate_media(color_scheme="dark")
    sheet.page.set_viewport_size(PHONE)  # 360 px wide: also what a desk's screen shows of itself at 350 %
    assert judged(sheet, script, only=("color-contrast", "target-size")) == []
    assert too_wide(sheet) == ""
    sheet.shoot(f"hostile {name} phone dark")
    sheet.page.emulate_media(color_scheme="light")
    sheet.page.set_viewport_size({"width": 1280, "height": 900})
    assert sheet.wrong == []


def is_harmless(sheet: Sheet) -> bool:
    """No name became an element, an attribute or a script."""
    return bool(
        sheet.page.evaluate(
            "!window.owned && !document.querySelector('main img, main script, main iframe, main i, [onload], [onclick],"
            " [onfocus], [autofocus], form[action*=evil]') && !document.body.innerText.includes('3728761')"
        )
    )


def test_reason_of_a_cell_opens_beside_the_matrix(opened: Opened) -> None:
    sheet = opened.sheet
    sheet.wrong.clear()
    sheet.open("/pools/home/matrix")
    sheet.page.locator("td.no a").first.click()
    sheet.page.locator("#why h2").wait_for()
    assert sheet.page.locator("#why .cures li").count() > 0
    assert sheet.page.url.endswith("/matrix"), "the matrix stays as it was"
    assert judged(sheet, axe_script()) == []
    assert is_harmless(sheet)
    assert sheet.wrong == []


def test_reason_comes_into_sight_on_a_phone_where_there_is_no_room_beside(opened: Opened) -> None:
    sheet = opened.sheet
    sheet.page.set_viewport_size(PHONE)
    sheet.open("/pools/home/matrix")
    sheet.page.locator("td.no a").last.click()
    sheet.page.locator("#why h2").wait_for()
    assert sheet.page.locator("#why h2").evaluate(IN_SIGHT)
    sheet.page.set_viewport_size(DESK)


def test_hostile_name_that_comes_live_does_nothing(opened: Opened) -> None:
    sheet = opened.sheet
    sheet.wrong.clear()
    sheet.open("/pools/home")
    sheet.hears()
    with opened.pool.session() as xapi:
        (fine,) = xapi.VM.get_by_name_label("fine")
        xapi.VM.set_name_label(fine, RENAMED)
    sheet.says("iframe srcdoc=")
    assert is_harmless(sheet)
    assert "\u202e" not in sheet.page.inner_text("body")
    assert sheet.wrong == []


def test_pages_work_without_scripts(opened: Opened) -> None:
    """The matrix, a reason and a plan need no JavaScript at all."""
    storage = opened.sheet.page.context.storage_state()
    context = opened.browser.new_context(java_script_enabled=False, storage_state=storage)
    sheet = Sheet(context.new_page(), opened.sheet.base)
    assert sheet.open("/pools/home/matrix") == 200
    sheet.page.locator("td.no a").first.click()
    sheet.says("Why")
    assert sheet.page.locator(".cures li").count() > 0
    context.close()
