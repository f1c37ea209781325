"""The way to shared storage in a real browser, by keyboard: a share that fails, one that does not, the plan, the SR."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from browsing import PHONE, Sheet, axe_script, chromium, entered, free_port, judged, serving, too_wide
from outside import Place
from playwright.sync_api import Browser

SCENARIO = """\
pool shares
server nas.example address=192.0.2.50
  export /srv/vm
server lost.example address=192.0.2.51 unresolvable=beta
  export /srv/vm
host alpha memory=64GiB
host beta memory=64GiB
sr corner ext on=alpha
guest mail on=alpha memory=2GiB
  disk root sr=corner
"""
SECRET = "a pass phrase of some length"


@dataclass
class Stage:
    place: Place
    sheet: Sheet
    browser: Browser


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    place = Place(tmp_path_factory.mktemp("storage"))
    (place.folder / "pool.txt").write_text(SCENARIO)
    with place.lab(str(place.folder / "pool.txt"), speed=4.0) as pool, chromium() as browser:
        dom0 = re.findall(r"--dom0 \S+", pool.server.output)
        known = ("--fingerprint", pool.fingerprint, "--password-env", "POOL_PASSWORD")
        place.done("pool", "add", "home", pool.addresses[0], *known, *(word for each in dom0 for word in each.split()))
        with serving(place, free_port()) as server, entered(browser, server) as (_, sheet):
            sheet.page.locator(".score").wait_for()  # the page looks again by itself until the pool was seen
            yield Stage(place, sheet, browser)


def ask(sheet: Sheet, share: str) -> None:
    """Ask all hosts about a share, by keyboard, and wait for the end."""
    sheet.open("/pools/home/storage")
    sheet.walk_to("Server and path")
    sheet.page.keyboard.type(share)
    sheet.press("Ask all hosts")


def test_share_that_one_host_cannot_use_says_where_and_why(stage: Stage) -> None:
    sheet = stage.sheet
    sheet.wrong.clear()
    ask(sheet, "lost.example:/srv/vm")
    sheet.says("At least one host cannot use the share")
    cells = sheet.page.locator("tbody tr", has_text="the server's name resolves").locator("td")
    assert "yes" in cells.nth(0).inner_text()
    assert "no" in cells.nth(1).inner_text()
    assert judged(sheet, axe_script()) == []
    sheet.shoot("look failed")
    sheet.page.set_viewport_size(PHONE)
    assert too_wide(sheet) == ""
    sheet.shoot("look failed phone")
    sheet.page.set_viewport_size({"width": 1280, "height": 900})
    assert sheet.page.get_by_text("Plan it").count() == 0
    assert sheet.wrong == []


def test_control_domains_are_asked_once_a_person_has_confirmed_their_keys(stage: Stage) -> None:
    sheet = stage.sheet
    sheet.wrong.clear()
    sheet.open("/pools/home/dom0")
    sheet.press("Log in to all of them, and out again")
    sheet.says("key not confirmed")
    assert judged(sheet, axe_script()) == []
    for host in ("alpha", "beta"):
        sheet.press(f"That is its key, of {host}")
    assert sheet.page.get_by_text("lets us in").count() == 2
    sheet.page.set_viewport_size(PHONE)
    assert too_wide(sheet) == ""
    sheet.page.set_viewport_size({"width": 1280, "height": 900})
    sheet.open("/pools/home/storage")
    sheet.walk_to("Server and path")
    sheet.page.keyboard.type("nas.example:/srv/vm")
    sheet.page.get_by_label("ask each").check()
    sheet.press("Ask all hosts")
    sheet.says("Every host that was asked can mount the share")
    cells = sheet.page.locator("tbody tr", has_text="dom0 sends from").locator("td")
    assert cells.count() == 2
    assert sheet.wrong == []


def test_share_that_all_hosts_see_becomes_an_sr(stage: Stage) -> None:
    sheet = stage.sheet
    sheet.wrong.clear()
    ask(sheet, "nas.example:/srv/vm")
    sheet.says("Every host that was asked can mount the share")
    assert judged(sheet, axe_script()) == []
    sheet.shoot("look good")
    sheet.walk_to("Name of the SR")
    sheet.page.keyboard.type("new disks")
    sheet.press("Plan it")
    sheet.says("1 step:")
    sheet.press("Carry it out")
    sheet.says("Seen on the pool afterwards")
    sheet.open("/pools/home/storage")
    sheet.page.locator("tr", has_text="new disks").locator("td.yes").nth(1).wait_for()
    assert judged(sheet, axe_script()) == []
    assert sheet.wrong == []


def test_account_logs_in_with_its_role_and_out_again(stage: Stage) -> None:
    added = stage.place.xenferry(
        "accounts", "add", "berta", "--role", "look", "--password-file", "-", stdin=SECRET + "\n"
    )
    assert added.returncode == 0, added.stderr
    context = stage.browser.new_context()
    sheet = Sheet(context.new_page(), stage.sheet.base)
    assert sheet.open("/pools/home/plan") == 401
    assert judged(sheet, axe_script()) == []
    sheet.shoot("login")
    sheet.walk_to("Name")
    sheet.page.keyboard.type("berta")
    sheet.page.keyboard.press("Tab")
    sheet.page.keyboard.type(SECRET)
    with sheet.page.expect_navigation():
        sheet.page.keyboard.press("Enter")
    assert sheet.page.url.endswith("/pools/home/plan"), "one goes on to where one wanted"
    sheet.says("you may read plans, not make them")
    assert judged(sheet, axe_script()) == []
    sheet.press("Log out")
    sheet.says("Log in")
    assert sheet.open("/") == 401
    context.close()
