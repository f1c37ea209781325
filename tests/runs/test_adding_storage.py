"""A share becomes an SR on every host or leaves nothing behind; one that holds an SR gives it back with its disks."""

from __future__ import annotations

from typing import Any

import pytest
from test_with_lab import on_lab, proven, setting

from xenferry.lab.lab import Lab
from xenferry.lab.world import Export
from xenferry.plan.add_storage import add_nfs
from xenferry.runs import control
from xenferry.runs.journal import Journal
from xenferry.xapi import Connection

POOL = """
pool P
host a
host b
host c
server nas
  export /vol{flaw}
"""
SHARE = {"server": "nas", "serverpath": "/vol"}


def export(lab: Lab) -> Export:
    return lab.world.servers["nas"].exports["/vol"]


def records(lab: Lab, cls: str, **wanted: Any) -> list[str]:
    return lab.db.find(cls, **wanted)


def nothing_is_left(lab: Lab) -> bool:
    srs = records(lab, "SR", type="nfs")
    mounts = [path for dom0 in lab.world.dom0.values() for path, place in dom0.mounts.items() if place[0] == "nas"]
    pbds = [pbd for pbd in lab.db.all("PBD").values() if pbd["device_config"].get("server") == "nas"]
    return not srs and not pbds and not mounts


def test_a_good_share_is_connected_everywhere_and_is_the_default() -> None:
    async def story(lab: Lab, connection: Connection, journal: Journal) -> None:
        at = setting(connection, journal)
        assert proven(await control.begin(add_nfs(await at.look(), SHARE, "store", make_default=True), at))
        (sr,) = records(lab, "SR", name_label="store")
        assert len(records(lab, "PBD", SR=sr, currently_attached=True)) == 3
        assert [pool["default_SR"] for pool in lab.db.all("pool").values()] == [sr]

    on_lab(POOL.format(flaw=""), story)


def test_a_host_that_cannot_connect_leaves_no_sr_no_connection_and_no_directory() -> None:
    async def story(lab: Lab, connection: Connection, journal: Journal) -> None:
        at = setting(connection, journal)
        (kept_out,) = records(lab, "host", name_label="c")
        lab.world.servers["nas"].unmountable.add(kept_out)
        report = await control.begin(add_nfs(await at.look(), SHARE, "store"), at)
        assert report.state != "done"
        assert "connecting host c" in report.troubles[0]
        assert "no SR, no connection and no directory is left" in report.troubles[0]
        assert nothing_is_left(lab)
        assert export(lab).directories == {}

    on_lab(POOL.format(flaw=""), story)


def test_a_directory_that_only_the_server_can_remove_is_named() -> None:
    """Sub-directories may not be mounted: the driver has made one and cannot reach it any more."""

    async def story(lab: Lab, connection: Connection, journal: Journal) -> None:
        at = setting(connection, journal)
        report = await control.begin(add_nfs(await at.look(), SHARE, "store"), at)
        (directory,) = export(lab).directories
        assert f"/vol/{directory} is left on the server" in report.troubles[0]
        assert nothing_is_left(lab)

    on_lab(POOL.format(flaw=" no-subdirs"), story)


@pytest.mark.parametrize("flaw", [" root-squash", " read-only", " full"])
def test_what_the_driver_itself_refuses_leaves_nothing(flaw: str) -> None:
    async def story(lab: Lab, connection: Connection, journal: Journal) -> None:
        at = setting(connection, journal)
        report = await control.begin(add_nfs(await at.look(), SHARE, "store"), at)
        assert "nothing of it was left in the pool" in report.troubles[0]
        assert nothing_is_left(lab)
        assert export(lab).directories == {}

    on_lab(POOL.format(flaw=flaw), story)


def test_once_cured_the_same_run_goes_on() -> None:
    async def story(lab: Lab, connection: Connection, journal: Journal) -> None:
        at = setting(connection, journal)
        export(lab).root_squash = True
        report = await control.begin(add_nfs(await at.look(), SHARE, "store"), at)
        assert report.state != "done"
        export(lab).root_squash = False
        assert proven(await control.resume(report.run, at))

    on_lab(POOL.format(flaw=""), story)


OLD = "6f1c2f6e-0a3b-4c55-9d2e-3b1a0c9d8e7f"


def test_an_sr_that_lies_in_the_share_is_attached_and_not_made_anew() -> None:
    async def story(lab: Lab, connection: Connection, journal: Journal) -> None:
        at = setting(connection, journal)
        export(lab).directories[OLD] = {"disk.vhd"}
        plan = add_nfs(await at.look(), SHARE, "store", uuid=OLD, make_default=True)
        assert any("no other pool uses it" in note for note in plan.notes)
        assert proven(await control.begin(plan, at))
        (sr,) = records(lab, "SR", uuid=OLD)
        assert len(records(lab, "PBD", SR=sr, currently_attached=True)) == 3
        assert export(lab).directories == {OLD: {"disk.vhd"}}, "nothing was made or overwritten"

    on_lab(POOL.format(flaw=""), story)


def test_an_sr_that_cannot_be_attached_everywhere_is_only_forgotten() -> None:
    async def story(lab: Lab, connection: Connection, journal: Journal) -> None:
        at = setting(connection, journal)
        export(lab).directories[OLD] = {"disk.vhd"}
        (kept_out,) = records(lab, "host", name_label="c")
        lab.world.servers["nas"].unmountable.add(kept_out)
        report = await control.begin(add_nfs(await at.look(), SHARE, "store", uuid=OLD), at)
        assert "what is on the server is untouched" in report.troubles[0]
        assert nothing_is_left(lab)
        assert export(lab).directories == {OLD: {"disk.vhd"}}

    on_lab(POOL.format(flaw=""), story)


@pytest.mark.parametrize("iso", [False, True], ids=["disks", "media"])
def test_a_server_with_an_ipv6_address_is_connected_everywhere(iso: bool) -> None:
    async def story(lab: Lab, connection: Connection, journal: Journal) -> None:
        at = setting(connection, journal)
        lab.world.servers["nas"].address = "fd00::1"
        share = {"server": "fd00::1", "serverpath": "/vol"}
        assert proven(await control.begin(add_nfs(await at.look(), share, "store", iso=iso), at))
        (sr,) = records(lab, "SR", name_label="store")
        assert len(records(lab, "PBD", SR=sr, currently_attached=True)) == 3
        assert add_nfs(await at.look(), share, "again", iso=iso).steps == (), "it is recognised"

    on_lab(POOL.format(flaw=""), story)


def test_installation_media_are_taken_back_too() -> None:
    async def story(lab: Lab, connection: Connection, journal: Journal) -> None:
        at = setting(connection, journal)
        (kept_out,) = records(lab, "host", name_label="c")
        lab.world.servers["nas"].unmountable.add(kept_out)
        report = await control.begin(add_nfs(await at.look(), SHARE, "media", iso=True), at)
        assert "taken out of the pool again" in report.troubles[0]
        assert records(lab, "SR", name_label="media") == []

    on_lab(POOL.format(flaw=""), story)
