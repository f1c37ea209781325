"""What older XAPIs answer, and in which order they ask: the pool that sends a guest is often the older one."""

from __future__ import annotations

from typing import Any

import pytest

from xenferry.lab.scenario import parse
from xenferry.pool.records import NULL
from xenferry.pool.snapshot import Snapshot
from xenferry.rules import crossings, matrix
from xenferry.rules.facts import version
from xenferry.rules.journey import Journey, to_pool
from xenferry.rules.storage_motion import refusal

EAST = """
pool east
host north platform=3.2.0 xapi={xapi}
host south platform=3.2.0 xapi={xapi}
sr s nfs
guest mail on=north
  disk root sr=s {disk}
"""
WEST = "pool west\nhost upper platform=3.4.0 xapi=26.17.0 vendor={vendor}\nsr store {kind} default\n"


def journey(xapi: str, *, disk: str = "", vendor: str = "GenuineIntel", kind: str = "nfs", **host: Any) -> Journey:
    east, west = parse(EAST.format(xapi=xapi, disk=disk)), parse(WEST.format(vendor=vendor, kind=kind))
    for record in east.tables["host"].values():
        record.update(host)  # type: ignore[attr-defined]
    here, there = Snapshot.from_tables(east.tables), Snapshot.from_tables(west.tables)
    return to_pool(here, here.guests[0], there, there.hosts[0], srs={}, networks={})


@pytest.mark.parametrize("xapi", ["1.249.3", "24.19.0", "25.6.0", "26.17.0"])
def test_a_guest_may_go_from_any_of_them_to_a_newer_pool(xapi: str) -> None:
    assert crossings.why(journey(xapi)) == ()


@pytest.mark.parametrize(("xapi", "known"), [("1.249.3", True), ("23.16.0", True), ("23.17.0", False)])
def test_cpus_were_compared_by_the_sender_which_knows_the_guest(xapi: str, known: bool) -> None:
    j = journey(xapi, vendor="AuthenticAMD")
    code, vm, host, _ = crossings.first(j, "ask")
    assert (code, vm, host) == ("VM_INCOMPATIBLE_WITH_THIS_HOST", j.vm.ref if known else NULL, j.host.ref)


def test_the_sender_compared_cpus_before_it_looked_at_the_map_of_networks() -> None:
    text = {"vendor": "AuthenticAMD"}
    codes = {}
    for xapi in ("23.16.0", "23.17.0"):
        order = [rule.code for rule in crossings.rules(version.parse(xapi)[:2])]
        codes[xapi] = order.index("cpu-differs-there") < order.index("nic-without-destination")
    assert codes == {"23.16.0": True, "23.17.0": False}
    assert crossings.first(journey("23.16.0", **text), "ask")


@pytest.mark.parametrize(
    ("xapi", "said"), [("25.14.0", "VDI_CBT_ENABLED"), ("25.15.0", "SR_DOES_NOT_SUPPORT_MIGRATION")]
)
def test_tracked_disks_were_refused_first(xapi: str, said: str) -> None:
    assert crossings.first(journey(xapi, disk="cbt", kind="iso"), "ask")[0] == said


@pytest.mark.parametrize(("xapi", "stays"), [("25.14.0", ("VDI_CBT_ENABLED",)), ("25.15.0", ())])
def test_inside_a_pool_they_were_refused_even_if_they_stay(xapi: str, stays: tuple[str, ...]) -> None:
    j = journey(xapi, disk="cbt")
    disks = {ref: vdi.SR for ref, vdi in j.here.VDI.items()}
    assert refusal(matrix(j.here), j.vm, j.here.hosts[1], disks)[:1] == stays


@pytest.mark.parametrize(
    ("xapi", "lacking"), [("25.2.0", ()), ("26.0.0", ()), ("26.1.0", ("VDI_SNAPSHOT;VDI_MIRROR_IN",))]
)
def test_what_a_driver_lacks_is_said_only_lately(xapi: str, lacking: tuple[str, ...]) -> None:
    j = journey(xapi, kind="iso")
    assert crossings.first(j, "ask") == ("SR_DOES_NOT_SUPPORT_MIGRATION", next(iter(j.disks.values())), *lacking)
    assert "lacks VDI_SNAPSHOT and VDI_MIRROR" in crossings.why(j)[0].words.seen


@pytest.mark.parametrize(
    ("platform", "xapi"),
    [("3.2.1", (1, 249)), ("3.1.0", (1, 214)), ("3.0.0", (1, 160)), ("2.8.0", (1, 110)), ("2.5.0", (1, 20))],
)
def test_a_xapi_that_does_not_tell_its_build_is_known_by_its_platform(platform: str, xapi: tuple[int, ...]) -> None:
    j = journey("1.249.3", software_version={"platform_version": platform, "xapi": "1.20"})
    assert version.xapi(j.here) == xapi
