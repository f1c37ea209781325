"""A share becomes one SR, and is not made twice."""

from __future__ import annotations

from xenferry.lab.scenario import parse
from xenferry.plan import steps as s
from xenferry.plan.add_storage import add_nfs
from xenferry.plan.undo import undo
from xenferry.plan.words import summary
from xenferry.pool.snapshot import Snapshot

POOL = """
pool p
host a
host b
server nas
  export /vol
"""
SHARE = {"server": "nas", "serverpath": "/vol"}


def snapshot(text: str) -> Snapshot:
    return Snapshot.from_tables(parse(text).tables)


def test_the_coordinator_creates_the_sr() -> None:
    plan = add_nfs(snapshot(POOL), SHARE, "store", make_default=True)
    (step,) = plan.steps
    assert isinstance(step, s.CreateSR)
    assert (step.host.name, step.kind, step.name, step.make_default) == ("a", "nfs", "store", True)
    assert dict(step.device_config) == SHARE


def test_installation_media_speak_the_iso_drivers_words() -> None:
    (step,) = add_nfs(snapshot(POOL), SHARE, "media", iso=True).steps
    assert isinstance(step, s.CreateSR)
    assert dict(step.device_config) == {"location": "nas:/vol", "type": "nfs_iso"}
    assert (step.kind, step.content) == ("iso", "iso")


def test_an_ipv6_server_stands_in_brackets_and_without_a_type_for_the_iso_driver() -> None:
    six = {"server": "fd00::1", "serverpath": "/vol"}
    (step,) = add_nfs(snapshot(POOL), six, "media", iso=True).steps
    assert isinstance(step, s.CreateSR)
    assert dict(step.device_config) == {"location": "[fd00::1]:/vol"}
    (step,) = add_nfs(snapshot(POOL), six, "disks").steps
    assert isinstance(step, s.CreateSR)
    assert dict(step.device_config) == six


def test_a_share_that_is_there_is_only_plugged_where_it_is_not() -> None:
    pool = snapshot(POOL + "sr store nfs server=nas path=/vol unplugged=b\n")
    (step,) = add_nfs(pool, SHARE, "again").steps
    assert isinstance(step, s.PlugPBD)
    assert (step.host.name, step.sr.name) == ("b", "store")


def test_nothing_is_done_where_everything_is_there() -> None:
    plan = add_nfs(snapshot(POOL + "sr store nfs server=nas path=/vol\n"), SHARE, "again")
    assert plan.steps == ()
    assert "already" in plan.notes[0]


def test_a_share_that_is_there_becomes_the_default_once_every_host_has_it() -> None:
    pool = snapshot(POOL + "sr store nfs server=nas path=/vol unplugged=b\n")
    plug, default = add_nfs(pool, SHARE, "again", make_default=True).steps
    assert isinstance(default, s.SetDefaultSR)
    assert (default.sr.name, default.after) == ("store", (plug.key,))
    assert summary(default) == "make SR store the default, where new disks go"
    assert undo(default) is None, "the pool had none, and XAPI takes no default SR away"


def test_a_default_sr_is_not_made_so_again_and_goes_back_to_the_former_one() -> None:
    pool = snapshot(
        POOL + "  export /old\nsr old nfs server=nas path=/old default\nsr store nfs server=nas path=/vol\n"
    )
    assert add_nfs(pool, SHARE | {"serverpath": "/old"}, "again", make_default=True).steps == ()
    (default,) = add_nfs(pool, SHARE, "again", make_default=True).steps
    assert isinstance(default, s.SetDefaultSR)
    back = undo(default)
    assert isinstance(back, s.SetDefaultSR)
    assert (default.sr.name, back.sr.name) == ("store", "old")
    assert add_nfs(pool, SHARE, "again").steps == ()
