"""The whole story in a real browser, by keyboard alone: wish, plan, yes, run, stop, go on; nothing is lost meanwhile.

The pool, the server and the browser are programs of their own; the server is killed in the middle.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from browsing import FOCUSED, Server, Sheet, axe_script, chromium, entered, free_port, judged, serving
from outside import Place, Pool, wait_until

SCENARIO = """\
pool story
host alpha memory=64GiB cpus=16
host beta memory=64GiB cpus=16
sr pool-disks nfs default
guest mail on=alpha memory=2GiB
  disk root
guest wiki on=alpha memory=2GiB
  disk root
guest shop on=alpha memory=12GiB
  disk root
guest far on=beta memory=1GiB
  disk root
"""


@dataclass
class Stage:
    place: Place
    pool: Pool
    port: int
    sheet: Sheet
    servers: ExitStack
    """Closing it kills the server."""
    far: str
    """UUID of the guest that is on the other host."""

    def serve(self) -> Server:
        """Start the server again where it was."""
        return self.servers.enter_context(serving(self.place, self.port))

    def host_of(self, guest: str) -> list[str]:
        return self.pool.where()[guest]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    place, port = Place(tmp_path_factory.mktemp("story")), free_port()
    (place.folder / "pool.txt").write_text(SCENARIO)
    with place.lab(str(place.folder / "pool.txt"), speed=4.0) as pool, chromium() as browser, ExitStack() as servers:
        place.add(pool)
        server = servers.enter_context(serving(place, port))
        with entered(browser, server) as (_, sheet):
            yield Stage(place, pool, port, sheet, servers, pool.guests()["far"]["uuid"])


def test_link_works_once(stage: Stage) -> None:
    sheet = stage.sheet
    sheet.open("/")
    sheet.says("2 hosts, 4 guests")
    stranger = sheet.page.context.browser
    assert stranger is not None
    context = stranger.new_context()
    assert Sheet(context.new_page(), sheet.base).open("/pools/home") == 401
    context.close()


def test_run_goes_from_wish_to_proof_by_keyboard(stage: Stage) -> None:
    sheet = stage.sheet
    sheet.wrong.clear()
    sheet.open("/")
    sheet.press("To the content")
    sheet.press("home")
    sheet.press("Plan")
    sheet.walk_to("To host")
    sheet.page.keyboard.type("beta")
    sheet.walk_to("Guests, one a line")
    sheet.page.keyboard.type("mail")
    sheet.press("Make the plan for Migrate guests")
    sheet.says("1 step:")
    assert judged(sheet, axe_script()) == []
    sheet.shoot("plan")
    plan = sheet.page.url.removeprefix(sheet.base)
    sheet.walk_to("Let something go wrong")
    sheet.page.keyboard.press("Enter")
    sheet.walk_to("the answer to the first migration is lost")
    sheet.page.keyboard.press("Space")
    sheet.press("Rehearse it")
    sheet.says("Everything is done, and verified on the twin.")
    assert stage.host_of("mail") == ["alpha"], "a rehearsal moves nobody"
    assert judged(sheet, axe_script()) == []
    sheet.shoot("rehearsal")
    sheet.press("Back to the plan")
    assert sheet.page.url.endswith(plan)
    sheet.walk_to("Why")
    sheet.page.keyboard.type("ticket 4711")
    sheet.press("Carry it out")
    sheet.says("Seen on the pool afterwards")
    assert stage.host_of("mail") == ["beta"]
    sheet.shoot("run proven")
    assert judged(sheet, axe_script()) == []
    sheet.press("Trail")
    assert "ticket 4711" in sheet.page.inner_text("main")
    assert sheet.wrong == []


def test_pool_page_follows_what_others_do(stage: Stage) -> None:
    sheet = stage.sheet
    sheet.wrong.clear()
    sheet.open("/pools/home")
    sheet.hears()
    sheet.walk_to("Maintenance of alpha")
    with stage.pool.session() as xapi:
        (guest,), (alpha,) = xapi.VM.get_by_name_label("mail"), xapi.host.get_by_name_label("alpha")
        xapi.VM.pool_migrate(guest, alpha, {"live": "true"})
    sheet.page.locator("article[aria-label='Host alpha'] li", has_text="mail").wait_for()
    sheet.page.locator("#said:not(:empty)").wait_for(state="attached")  # read out by a screen reader
    assert "Maintenance of alpha" in sheet.page.evaluate(FOCUSED), "what changes does not take the focus away"
    assert sheet.wrong == []


@pytest.mark.parametrize("connected", [False, True], ids=["while it connects", "when it has been connected"])
def test_page_says_that_its_server_is_gone_and_catches_up(stage: Stage, connected: bool) -> None:
    sheet, name = stage.sheet, f"renamed-{connected}"
    sheet.open("/pools/home")
    if connected:
        sheet.hears()
    stage.servers.close()
    sheet.says("what stands here may be old")
    with stage.pool.session() as xapi:
        xapi.VM.set_name_label(xapi.VM.get_by_uuid(stage.far), name)
    stage.serve()
    sheet.page.locator("article li", has_text=name).wait_for()
    sheet.page.locator("#alive:empty").wait_for(state="attached")
    assert sheet.open("/pools/home") == 200, "whoever was let in stays known"


def test_run_survives_the_server_and_goes_on_by_a_press(stage: Stage) -> None:
    sheet = stage.sheet
    sheet.open("/pools/home/plan")
    sheet.walk_to("Host")
    sheet.page.keyboard.type("alpha")
    sheet.press("Make the plan for Maintenance: enter")
    sheet.press("Carry it out")
    wait_until(stage.pool.moving, "a guest moves")
    stage.servers.close()
    stage.serve()
    sheet.page.reload()
    sheet.says("Go on with the run")  # as soon as the new server has seen the pool
    sheet.press("Go on with the run")
    sheet.says("Seen on the pool afterwards")
    assert all(at == ["beta"] for at in stage.pool.where().values())
    assert not stage.pool.host("alpha")["enabled"]


def test_run_that_is_stopped_leaves_no_guest_between_hosts(stage: Stage) -> None:
    sheet = stage.sheet
    sheet.open("/pools/home/plan")
    sheet.walk_to("Host")
    sheet.page.keyboard.type("alpha")
    sheet.press("Make the plan for Maintenance: leave")
    sheet.press("Carry it out")
    wait_until(stage.pool.moving, "a guest moves")
    sheet.walk_to("How")
    sheet.page.keyboard.type("cancel")  # shop takes ten seconds: there is time for the way by keyboard
    sheet.press("Stop the run")
    sheet.says("stopped")
    assert all(len(at) == 1 for at in stage.pool.where().values())


def test_way_back_of_a_run_is_a_plan(stage: Stage) -> None:
    sheet = stage.sheet
    sheet.says("Plan the way back")
    sheet.press("Plan the way back")
    sheet.says("Plan: take back")
    sheet.press("Trail")
    sheet.says("planned the way back")
