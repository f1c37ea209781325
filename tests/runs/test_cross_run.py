"""Guests go from one lab to another by a durable run: whatever dies, each is sent once, and both pools prove it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from test_crash import Killed, MortalJournal

from xenferry.lab.clock import virtual_run
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.lab.session import Sessions
from xenferry.lab.site import Site
from xenferry.plan import steps as s
from xenferry.plan.crossing.wish import cross
from xenferry.pool.capture import read_pool
from xenferry.runs import control
from xenferry.runs.engine import Report, Setting, drive
from xenferry.runs.journal import Journal
from xenferry.runs.port import Far
from xenferry.xapi import Connection, connect

EAST = """
pool east
host north memory=64GiB
host south memory=64GiB
sr disks nfs default
sr images iso
  image rescue.iso
guest mail on=south memory=2GiB
  disk root size=4GiB
  cd rescue.iso
  nic eth0 mac=02:00:00:00:00:01
  snapshot before
guest wiki halted
  disk data size=2GiB
  nic eth0
"""
WEST = """
pool west
host upper memory=64GiB
host lower memory=64GiB
sr store nfs default
"""
GUESTS = ("mail", "wiki")
SMALL = (
    EAST.replace("memory=2GiB", "memory=256MiB").replace("size=4GiB", "size=512MiB").replace("size=2GiB", "size=512MiB")
)
"""So small that a move takes a few seconds: it is played a hundred times."""


class Counted:
    """A connection that counts how often each guest was sent away."""

    def __init__(self, connection: Connection, sent: Counter[str]) -> None:
        self._connection, self._sent = connection, sent

    async def call(self, method: str, *params: Any) -> Any:
        return await self._connection.call(method, *params)

    async def start(self, method: str, *params: Any, tags: Any = None) -> Any:
        if method == "VM.migrate_send":
            self._sent[params[0]] += 1
        return await self._connection.start(method, *params, tags=tags)

    def task(self, ref: str) -> Any:
        return self._connection.task(ref)


class Pools:
    """East and west, connected."""

    def __init__(self, site: Site, east: Connection, west: Connection) -> None:
        self.site, self.here, self.there = site, east, west
        self.east, self.west = site.labs
        self.sent: Counter[str] = Counter()

    def setting(self, journal: Journal, owner: str = "ann@desk 1") -> Setting:
        async def beyond(_: s.Destination) -> Far:
            return Far(self.there, lambda: read_pool(self.there))

        return Setting(
            journal=journal,
            pool=Counted(self.here, self.sent),
            look=lambda: read_pool(self.here),
            owner=owner,
            beyond=beyond,
        )

    async def plan(self, *names: str, **wish: Any) -> s.Plan:
        here, there = await read_pool(self.here), await read_pool(self.there)
        wanted = [vm.ref for vm in here.guests if vm.name_label in names]
        return cross(here, there, wanted, configured="west", **wish)

    def check_arrived(self, *names: str) -> None:
        """Each once, in the west, nothing of it in the east; nobody was ever on two hosts."""
        known = {row["name_label"] for row in self.east.db.all("VM").values()}
        assert not known & set(names)
        assert self.site.twice() == []
        arrived = Counter(row["name_label"] for row in self.west.db.all("VM").values() if not row["is_a_snapshot"])
        assert all(arrived[name] == 1 for name in names)
        left = [row["name_label"] for row in self.east.db.all("VDI").values() if row["name_label"].startswith(names)]
        assert left == []


@asynccontextmanager
async def pools(east: str = EAST, west: str = WEST) -> AsyncIterator[Pools]:
    site = Site.from_scenarios([parse(east), parse(west)])
    async with connected(site, site.labs[0]) as here, connected(site, site.labs[1]) as there:
        yield Pools(site, here, there)


@asynccontextmanager
async def connected(site: Site, lab: Lab) -> AsyncIterator[Connection]:
    async with connect(lab.address(lab.coordinator), "root", "lab", pin=None, dial=site.dial) as connection:
        yield connection


def on_pools(story: Callable[[Pools, Journal], Awaitable[None]], east: str = EAST, west: str = WEST) -> None:
    async def scene() -> None:
        journal = Journal("sqlite://", clock=asyncio.get_running_loop().time)
        async with pools(east, west) as at:
            await story(at, journal)
            assert at.site.twice() == []
        journal.close()

    virtual_run(scene())


def proven(report: Report) -> bool:
    return report.state == "done" and report.proof is not None and report.proof.ok


def test_guests_arrive_and_both_pools_prove_it() -> None:
    async def story(at: Pools, journal: Journal) -> None:
        plan = await at.plan(*GUESTS)
        assert plan.left == ()
        report = await control.begin(plan, at.setting(journal))
        assert proven(report), report
        at.check_arrived(*GUESTS)
        assert report.proof is not None
        mail, wiki = sorted(report.proof.guests, key=lambda each: each.guest.name)
        assert (mail.before.host, mail.after.state, mail.restarted) == ("south", "Running", False)  # type: ignore[union-attr]
        assert mail.promised == f"runs on {mail.after.host}, pool west"
        assert (wiki.after.state, wiki.promised) == ("Halted", "in pool west")
        assert list(at.sent.values()) == [1, 1]

    on_pools(story)


def test_cold_guests_are_shut_down_taken_over_and_started_there() -> None:
    async def story(at: Pools, journal: Journal) -> None:
        report = await control.begin(await at.plan("mail", cold=True), at.setting(journal))
        assert proven(report), report
        at.check_arrived("mail")
        assert report.proof is not None
        (mail,) = report.proof.guests
        assert (mail.after.state, mail.restarted) == ("Running", True)
        assert mail.faults == ()

    on_pools(story)


async def crash_and_resume(url: str, dies_at: int, gap: float, names: tuple[str, ...], cold: bool, east: str) -> bool:
    async with pools(east) as at:
        clock = asyncio.get_running_loop().time
        mortal, journal = MortalJournal(url, dies_at, before=True), Journal(url, clock=clock)
        run = journal.create(await at.plan(*names, cold=cold), "first 1")
        driving = asyncio.create_task(drive(run, at.setting(mortal, "first 1")))
        await asyncio.wait((driving,))
        died = isinstance(driving.exception(), Killed)
        if died:
            await asyncio.sleep(gap)
            report = await control.resume(run, at.setting(journal, "second 2"), gone=lambda owner: True)
            assert proven(report), (dies_at, report)
        at.check_arrived(*names)
        assert list(at.sent.values()) == [1] * len(names), f"each was sent once, killed at {dies_at}"
        mortal.close()
        journal.close()
        return died


@pytest.mark.parametrize(
    ("gap", "names", "cold", "fault"),
    [
        (0.0, GUESTS, False, ""),
        (300.0, GUESTS, False, ""),
        (0.0, ("mail",), True, ""),
        (3.0, ("mail",), False, "fault task.add_to_other_config drop=before\n"),
    ],
    ids=["at once", "when XAPI has long ended", "cold", "tasks untagged"],
)
def test_whenever_the_driver_dies_each_guest_is_sent_once(
    tmp_path: Path, gap: float, names: tuple[str, ...], cold: bool, fault: str
) -> None:
    for number in range(1, 200):
        url = f"sqlite:///{tmp_path}/{number}.db"
        if not virtual_run(crash_and_resume(url, number, gap, names, cold, SMALL + fault)):
            assert number > 2 + 3 * len(names), "every guest's three notes in the journal were among those"
            return
    pytest.fail("the driver never came to its end")


def refused(report: Report, words: str) -> None:
    assert report.state == "incomplete"
    assert any(words in trouble for trouble in report.troubles), report.troubles


def leave_record(at: Pools, lab: Lab, name: str, state: str, host: str = "") -> str:
    """Records of an east guest in a pool, as a move that broke off leaves them."""
    row = next(row for row in at.east.db.all("VM").values() if row["name_label"] == name)
    ref = lab.db.create("VM", name_label=name, uuid=row["uuid"], power_state=state, version=row["version"] + 1)
    if host:
        (place,) = lab.db.find("host", name_label=host)
        lab.db.update("VM", ref, resident_on=place)
    return ref


def test_a_guest_of_which_a_broken_move_left_records_there_is_not_sent_before_they_are_gone() -> None:
    async def story(at: Pools, journal: Journal) -> None:
        plan = await at.plan("mail")
        left = leave_record(at, at.west, "mail", "Halted")
        report = await control.begin(plan, at.setting(journal))
        refused(report, "guest mail is running here, and records of it are halted in pool west")
        refused(report, f"on pool west `xe vm-destroy uuid={plan.steps[0].guest.uuid}`")  # type: ignore[union-attr]
        assert not at.sent
        await at.there.call("VM.destroy", left)
        assert proven(await control.resume(report.run, at.setting(journal)))
        at.check_arrived("mail")

    on_pools(story)


def test_a_guest_that_runs_there_is_never_touched_here() -> None:
    async def story(at: Pools, journal: Journal) -> None:
        plan = await at.plan("wiki")
        leave_record(at, at.west, "wiki", "Running", "upper")
        report = await control.begin(plan, at.setting(journal))
        refused(report, "do NOT start it here")
        refused(report, "then the disks left over with it: `xe vdi-destroy uuid=")
        assert not at.sent
        assert report.proof is not None
        assert any("has records in pool east still (halted)" in fault for fault in report.proof.failures)

    on_pools(story)


def test_a_guest_that_xapi_calls_running_in_both_pools_is_for_a_person_to_look_at() -> None:
    async def story(at: Pools, journal: Journal) -> None:
        plan = await at.plan("mail")
        leave_record(at, at.west, "mail", "Running", "upper")
        report = await control.begin(plan, at.setting(journal))
        refused(report, "running in both pools: here on south, in pool west on upper")
        assert not at.sent

    on_pools(story)


def test_a_guest_that_is_in_neither_pool_is_nobodys_to_guess_at() -> None:
    async def story(at: Pools, journal: Journal) -> None:
        plan = await at.plan("wiki")
        (ref,) = at.east.db.find("VM", name_label="wiki")
        await at.here.call("VM.destroy", ref)
        report = await control.begin(plan, at.setting(journal))
        refused(report, "is in neither pool any more")
        assert report.proof is not None
        assert not report.proof.ok

    on_pools(story)


def test_a_guest_that_its_owner_shuts_down_on_the_way_arrives_halted_and_that_is_said() -> None:
    async def story(at: Pools, journal: Journal) -> None:
        plan = await at.plan("mail")
        running = asyncio.create_task(control.begin(plan, at.setting(journal)))
        await asyncio.sleep(8.0)
        (ref,) = at.east.db.find("VM", name_label="mail")
        await at.here.call("VM.clean_shutdown", ref)
        report = await running
        refused(report, "has arrived in pool west and is halted there")
        at.check_arrived("mail")
        assert list(at.sent.values()) == [1]
        (arrived,) = at.west.db.find("VM", name_label="mail")
        (host,) = at.west.db.find("host", name_label=plan.steps[0].there.host.name)  # type: ignore[union-attr]
        await at.there.call("VM.start_on", arrived, host, False, False)
        again = await control.resume(report.run, at.setting(journal))
        assert again.troubles == ()

    on_pools(story)


@pytest.mark.parametrize(
    ("east", "west", "sends"),
    [
        ("fault VM.migrate_send drop=after times=1", "", 1),
        ("fault VM.migrate_send drop=before times=1", "", 2),
        ("fault VM.migrate_send when=late error=VM_MIGRATE_FAILED,a,b,c,d times=1", "", 2),
        ("fault toolstack-restart on=south at=20s", "", 2),
        ("fault toolstack-restart on=north at=20s", "", 2),
        ("", "fault toolstack-restart on=upper at=20s", 2),
        ("", "fault host-crash on=lower at=20s", 1),
        ("", "fault sessions-lost at=20s", 2),
    ],
)
def test_what_goes_wrong_on_the_way_is_looked_at_and_tried_again(east: str, west: str, sends: int) -> None:
    async def story(at: Pools, journal: Journal) -> None:
        report = await control.begin(await at.plan("mail"), at.setting(journal))
        assert proven(report), report
        at.check_arrived("mail")
        assert list(at.sent.values()) == [sends]

    on_pools(story, f"{EAST}{east}\n", f"{WEST}{west}\n")


def test_what_the_other_pool_refuses_is_said_with_its_name_and_the_guest_stays() -> None:
    async def story(at: Pools, journal: Journal) -> None:
        report = await control.begin(await at.plan("mail"), at.setting(journal))
        refused(report, "pool west answered to host.migrate_receive: LICENCE_RESTRICTION")
        assert report.proof is not None
        assert report.proof.failures == ("guest mail is still in pool east, running on south",)

    on_pools(story, west=f"{WEST}fault host.migrate_receive error=LICENCE_RESTRICTION,x\n")


def test_more_disk_than_the_plan_states_stops_the_step_until_somebody_says_yes() -> None:
    async def story(at: Pools, journal: Journal) -> None:
        plan = await at.plan("wiki")
        (vdi,) = at.east.db.find("VDI", name_label="wiki data")
        at.east.db.update("VDI", vdi, physical_utilisation=3 * 2**30)
        report = await control.begin(plan, at.setting(journal))
        refused(report, "the plan states at most")
        agreed = replace(at.setting(journal), accept=frozenset({plan.steps[0].key}))
        assert proven(await control.resume(report.run, agreed))

    on_pools(story)


def test_neither_the_password_nor_a_session_of_the_other_pool_is_written_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets: set[str] = set()
    opened = Sessions.open

    def remember(own: Sessions, *args: str) -> str:
        secrets.add(session := opened(own, *args))
        return session

    monkeypatch.setattr(Sessions, "open", remember)

    async def scene() -> str:
        heard: list[str] = []
        journal = Journal(f"sqlite:///{tmp_path}/j.db", clock=asyncio.get_running_loop().time)
        async with pools(EAST, f"{WEST}fault sessions-lost at=20s\n") as at:
            setting = replace(at.setting(journal), listen=lambda entry: heard.append(repr(entry)))
            plan = await at.plan(*GUESTS)
            heard.append(repr(plan))
            report = await control.begin(plan, setting)
            assert proven(report), report
        journal.close()
        return "".join(heard)

    heard = virtual_run(scene())
    assert len(secrets) >= 5, "of two connections and of three moves"
    written = heard.encode() + b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"forgot the session that let the guest in" in written, "XAPI's answer names it, and that was noted"
    assert not [secret for secret in secrets if secret.encode() in written]


def test_a_run_that_is_cancelled_leaves_the_guest_where_it_was_and_goes_on_later() -> None:
    async def story(at: Pools, journal: Journal) -> None:
        setting = at.setting(journal)
        run = journal.create(await at.plan("mail"), "ann@desk 1")
        driving = asyncio.create_task(drive(run, setting))
        await asyncio.sleep(8.0)
        control.cancel(journal, run, "tasks")
        stopped = await driving
        assert stopped.state == "cancelled"
        (ref,) = at.east.db.find("VM", name_label="mail")
        assert at.east.db.get("VM", ref)["power_state"] == "Running"
        assert at.west.db.find("VM", name_label="mail") == []
        assert [row for row in at.west.db.all("VDI").values() if row["name_label"].startswith("mail")] == []
        assert proven(await control.resume(run, setting))
        at.check_arrived("mail")
        assert list(at.sent.values()) == [2]

    on_pools(story)


def test_a_guest_that_somebody_else_is_sending_is_waited_for_and_not_sent_again() -> None:
    async def story(at: Pools, journal: Journal) -> None:
        plan = await at.plan("mail")
        (upper,) = at.west.db.find("host", name_label=plan.steps[0].there.host.name)  # type: ignore[union-attr]
        (network,) = {row["network"] for row in at.west.db.all("PIF").values() if row["management"]}
        token = await at.there.call("host.migrate_receive", upper, network, {})
        (vm,) = at.east.db.find("VM", name_label="mail")
        (store,) = at.west.db.find("SR", name_label="store")
        drives = [at.east.db.get("VBD", vbd) for vbd in at.east.db.get("VM", vm)["VBDs"]]
        vdis = {drive["VDI"]: store for drive in drives if drive["type"] == "Disk"}
        vifs = dict.fromkeys(at.east.db.get("VM", vm)["VIFs"], network)
        await at.here.start("VM.migrate_send", vm, token, True, vdis, vifs, {}, {})
        await asyncio.sleep(5.0)
        report = await control.begin(plan, at.setting(journal))
        assert proven(report), report
        at.check_arrived("mail")
        assert not at.sent, "it was under way already"

    on_pools(story)


def test_a_guest_that_was_shut_down_for_a_move_that_failed_is_said_to_be_down() -> None:
    async def story(at: Pools, journal: Journal) -> None:
        report = await control.begin(await at.plan("mail", cold=True), at.setting(journal))
        refused(report, "LICENCE_RESTRICTION")
        assert report.proof is not None
        (fault,) = report.proof.failures
        assert "guest mail is still in pool east, and it is DOWN" in fault
        assert "`xe vm-start uuid=" in fault

    on_pools(story, west=f"{WEST}fault host.migrate_receive error=LICENCE_RESTRICTION,x\n")


def test_a_guest_is_not_shut_down_for_a_host_that_could_not_take_it() -> None:
    async def story(at: Pools, journal: Journal) -> None:
        plan = await at.plan("mail", cold=True)
        (target,) = at.west.db.find("host", name_label=plan.steps[0].toward.host.name)  # type: ignore[union-attr]
        await at.there.call("host.disable", target)
        heard: list[str] = []
        setting = replace(at.setting(journal), listen=lambda entry: heard.append(str(entry.text)))
        running = asyncio.create_task(control.begin(plan, setting))
        await asyncio.sleep(100.0)
        (vm,) = at.east.db.find("VM", name_label="mail")
        assert at.east.db.get("VM", vm)["power_state"] == "Running"
        assert any("is disabled: the guest goes on running" in text for text in heard)
        await at.there.call("host.enable", target)
        assert proven(await running)
        at.check_arrived("mail")

    on_pools(story)
