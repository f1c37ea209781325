"""A share becomes one SR, and is not made twice."""

from __future__ import annotations

from xenferry.lab.scenario import parse
from xenferry.plan import steps as s
from xenferry.plan.add_storage import add_nfs
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


def test_a_share_that_is_there_but_not_the_default_says_how_to_make_it_so() -> None:
    pool = snapshot(POOL + "sr store nfs server=nas path=/vol\n")
    (store,) = (sr for sr in pool.SR.values() if sr.name_label == "store")
    told = " ".join(add_nfs(pool, SHARE, "again", make_default=True).notes)
    assert f"`xe pool-param-set uuid={pool.pool.uuid} default-SR={store.uuid}`" in told
    assert "default" not in " ".join(add_nfs(pool, SHARE, "again").notes)
