"""Blocks, drives and streams of disks: what the text and the pool show decides which cause comes first."""

from __future__ import annotations

from xenferry.errors import explain
from xenferry.pool.snapshot import Snapshot

DRIVE = "OpaqueRef:00000000-0000-4000-8000-0000000000d1"
STORE = "OpaqueRef:00000000-0000-4000-8000-0000000000c1"
GUEST = "OpaqueRef:00000000-0000-4000-8000-0000000000b1"


def keys(text: str, snapshot: Snapshot | None = None) -> list[str]:
    return [cause.key for cause in explain(text, snapshot)[0].causes]


def drive(number: str, *, bootable: bool) -> Snapshot:
    vbd = {"uuid": "v", "userdevice": number, "bootable": bootable}
    return Snapshot.from_tables({"pool": {"p": {"uuid": "up"}}, "VBD": {DRIVE: vbd}})


def test_the_reason_of_a_block_tells_a_backup_from_protection() -> None:
    assert keys(f"OPERATION_BLOCKED({GUEST}, true)")[0] == "protected"
    assert keys(f"OPERATION_BLOCKED({GUEST}, backup in progress)")[0] == "backup"
    assert keys("OPERATION_BLOCKED")[0] == "backup"


def test_the_drive_that_a_guest_starts_from_is_not_given_back() -> None:
    text = f"DEVICE_DETACH_REJECTED(VBD, {DRIVE}, refusing to close)"
    assert keys(text, drive("0", bootable=True))[0] == "boot-disk"
    assert keys(text, drive("1", bootable=False))[0] == "used-inside"


def test_a_stream_to_a_full_sr_ran_out_of_room_and_a_backup_s_stalled() -> None:
    text = f'vdi.importContent\n{{"sr": "{STORE}"}}\n{{"code": "VDI_IO_ERROR", "params": ["Device I/O errors"]}}'
    assert keys(text)[0] == "stall"
    store = {"uuid": "s", "name_label": "nas", "physical_size": 1000, "physical_utilisation": 1000}
    full = Snapshot.from_tables({"pool": {"p": {"uuid": "up"}}, "SR": {STORE: store}})
    (found,) = explain(text, full)
    assert {cause.key: cause.evidence.seen for cause in found.causes}["full"] == "The SR 'nas' is full."


def test_a_socket_s_error_by_its_name_speaks_for_the_connection() -> None:
    (found,) = explain('INTERNAL_ERROR(Unix.Unix_error(Unix.ECONNRESET, "read", ""))')
    assert (found.causes[0].key, found.causes[0].evidence.seen) == ("connection", "The text says “econnreset”.")
