"""The two disks that high availability needs on one SR, and which SR can have them (xha_statefile.ml).

Simplification: which types a cluster stack of its own (corosync) admits is not asked.
"""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.db import Record
from xenferry.lab.error import LabError
from xenferry.lab.placement.facts import Facts

STATE_FILE, METADATA = 4096 + 64 * 4096, 951 * 4 * 2**20
"""Bytes: a page for the pool and one for each of 64 hosts; what is left of 4 GB in pieces of 4 MiB."""
ROOM = 4 * 2**20 + METADATA
"""Free bytes that an SR needs where one of the two is missing, however big the other is."""
SUITABLE = ("VDI_GENERATE_CONFIG", "VDI_ATTACH_OFFLINE")
"""One of these a driver must have."""
HEARTBEAT = ("Statefile for HA", "Used for storage heartbeating", STATE_FILE, "ha_statefile")
DATABASE = ("Metadata for HA", "Used for master failover", METADATA, "redo_log")


def check(facts: Facts, sr: str) -> None:
    """Raises SR_HAS_NO_PBDS, SR_OPERATION_NOT_SUPPORTED, SR_SOURCE_SPACE_INSUFFICIENT [sr] for an SR that cannot."""
    _check_reach(facts, sr)
    for _, _, size, kind in (HEARTBEAT, DATABASE):
        if not _existing(facts, sr, size, kind):
            _check_room(sr, facts.get("SR", sr))


def suits(facts: Facts, sr: str) -> bool:
    """Whether the SR can have both disks."""
    try:
        check(facts, sr)
    except LabError:
        return False
    return True


def _check_reach(facts: Facts, sr: str) -> None:
    """Every host must have it plugged, and its driver must attach disks without XAPI."""
    record = facts.get("SR", sr)
    pbds = [facts.get("PBD", ref) for ref in record["PBDs"]]
    if len({pbd["host"] for pbd in pbds}) < len(facts.all("host")) or not all(
        pbd["currently_attached"] for pbd in pbds
    ):
        raise LabError("SR_HAS_NO_PBDS", sr)
    drivers = [driver for driver in facts.all("SM").values() if driver["type"] == record["type"]]
    if not drivers or not any(feature in drivers[0]["features"] for feature in SUITABLE):
        raise LabError("SR_OPERATION_NOT_SUPPORTED", sr)


def _check_room(sr: str, record: Record) -> None:
    if record["physical_size"] - record["physical_utilisation"] < ROOM:
        raise LabError("SR_SOURCE_SPACE_INSUFFICIENT", sr)


def _existing(facts: Facts, sr: str, size: int, kind: str) -> str:
    """The disk of this kind there, left from before, if it is big enough."""
    disks = ((vdi, facts.get("VDI", vdi)) for vdi in facts.get("SR", sr)["VDIs"])
    return next((vdi for vdi, disk in disks if disk["type"] == kind and disk["virtual_size"] >= size), "")


async def heartbeat_disk(ctx: Context, sr: str) -> str:
    """The state file there, or a new one, for which there must be room for both. Raises as check does."""
    facts = ctx.lab.hypervisor.facts
    _check_reach(facts, sr)
    return _existing(facts, sr, *HEARTBEAT[2:]) or await _made(ctx, sr, *HEARTBEAT)


async def database_disk(ctx: Context, sr: str) -> str:
    """The disk for the copy of the database there, or a new one."""
    return _existing(ctx.lab.hypervisor.facts, sr, *DATABASE[2:]) or await _create(ctx, sr, *DATABASE)


async def _made(ctx: Context, sr: str, label: str, description: str, size: int, kind: str) -> str:
    check(ctx.lab.hypervisor.facts, sr)
    return await _create(ctx, sr, label, description, size, kind)


async def _create(ctx: Context, sr: str, label: str, description: str, size: int, kind: str) -> str:
    """As a client would create it."""
    record = {
        "name_label": label, "name_description": description, "SR": sr, "virtual_size": size, "type": kind,
        "sharable": True, "read_only": False, "other_config": {}, "sm_config": {"type": "raw"},
    }  # fmt: skip
    return str(await ctx.lab.call_within(ctx.task, "VDI.create", record))
