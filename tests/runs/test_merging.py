"""Disks below which layers are merged stay where they are until that is over."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace
from test_with_lab import on_lab, proven, ref, setting

from xenferry.lab.lab import Lab
from xenferry.plan.move_storage import move_storage
from xenferry.pool.capture import read_pool
from xenferry.runs import control
from xenferry.runs.journal import Journal
from xenferry.runs.merging import PATIENCE_S
from xenferry.xapi import Connection

POOL = """
pool P
host xcp1 memory=64GiB
sr old nfs
sr new nfs
guest web {state}memory=2GiB
  disk root sr=old size=10GiB layers=4 waiting
"""
MERGED_S = 100.0


def merge(lab: Lab) -> None:
    """What the SR's collector does in the end: the disk is one layer."""
    for vdi, record in list(lab.db.all("VDI").items()):
        if not record["managed"]:
            lab.db.destroy("VDI", vdi)
        elif "vhd-parent" in record["sm_config"]:
            lab.db.update("VDI", vdi, sm_config={})


def srs(lab: Lab) -> set[str]:
    """Where the guest's disk and its layers are."""
    return {vdi["SR"] for vdi in lab.db.all("VDI").values() if vdi["name_label"].startswith("web root")}


@pytest.mark.parametrize("state", ["on=xcp1 ", "halted "])
def test_a_disk_moves_when_its_layers_are_merged_not_before(state: str) -> None:
    async def story(lab: Lab, connection: Connection, journal: Journal) -> None:
        before = await read_pool(connection)
        web, new = ref(before, "VM", "web"), ref(before, "SR", "new")
        plan = move_storage(before, [web], new)
        assert any("wait to be merged" in note for note in plan.notes)
        run = asyncio.create_task(control.begin(plan, setting(connection, journal)))
        await asyncio.sleep(MERGED_S)
        assert not lab.db.get("VM", web)["current_operations"]
        assert srs(lab) == {ref(before, "SR", "old")}
        merge(lab)
        assert proven(await run)
        assert srs(lab) == {new}

    on_lab(POOL.format(state=state), story)


def test_if_they_are_never_merged_a_person_decides() -> None:
    async def story(lab: Lab, connection: Connection, journal: Journal) -> None:
        before = await read_pool(connection)
        web, new = ref(before, "VM", "web"), ref(before, "SR", "new")
        begun = asyncio.get_running_loop().time()
        plan, at = move_storage(before, [web], new), setting(connection, journal)
        report = await control.begin(plan, at)
        assert report.state == "incomplete"
        assert asyncio.get_running_loop().time() - begun >= PATIENCE_S
        (why,) = [each for each in report.troubles if "merged" in each]
        assert "xe sr-scan" in why
        assert srs(lab) == {ref(before, "SR", "old")}
        agreed = await control.resume(report.run, replace(at, accept=frozenset({plan.steps[0].key})))
        assert proven(agreed)
        assert new in srs(lab)

    on_lab(POOL.format(state="on=xcp1 "), story)
