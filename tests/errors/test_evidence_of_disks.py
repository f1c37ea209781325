"""Blocks, drives and streams of disks: what the text and the pool show decides which cause comes first."""

from __future__ import annotations

from typing import Any

import pytest

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


DISK = "OpaqueRef:00000000-0000-4000-8000-0000000000e1"


def store(plugged: dict[str, bool], **disks: dict[str, Any]) -> Snapshot:
    hosts = {"h1": {"uuid": "u1", "name_label": "xcp1"}, "h2": {"uuid": "u2", "name_label": "xcp2"}}
    pbds = {f"b-{host}": {"host": host, "SR": STORE, "currently_attached": on} for host, on in plugged.items()}
    own = {DISK: {"uuid": "d", "SR": STORE, "VBDs": ["x"]}, **{ref: {"SR": STORE, **vdi} for ref, vdi in disks.items()}}
    return Snapshot.from_tables(
        {
            "pool": {"p": {"uuid": "up"}},
            "host": hosts,
            "SR": {STORE: {"uuid": "s", "name_label": "nas"}},
            "PBD": pbds,
            "VDI": own,
        }
    )


def seen(text: str, snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    causes = explain(text, snapshot)[0].causes
    return {cause.key: (cause.evidence.verdict.value, cause.evidence.seen) for cause in causes}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (f"VDI_NOT_AVAILABLE({DISK})", "sr-not-connected"),
        (f"SR_HAS_NO_PBDS({STORE})", "unplugged"),
        (f"VDI_MISSING({STORE}, {DISK})", "sr-not-connected"),
    ],
)
def test_hosts_without_the_sr_are_named(text: str, key: str) -> None:
    found = seen(text, store({"h1": True, "h2": False}))
    assert found[key] == ("supports", "The SR 'nas' is not connected on xcp2.")
    assert keys(text, store({"h1": True, "h2": False}))[0] == key


def test_an_sr_that_is_connected_everywhere_or_that_nobody_knows_is_told() -> None:
    text = f"SR_HAS_NO_PBDS({STORE})"
    assert seen(text, store({"h1": True, "h2": True}))["unplugged"][0] == "contradicts"
    assert seen(text, store({}))["no-pbd"] == ("supports", "No host has a PBD for it.")
    assert keys(text, store({}))[0] == "no-pbd"


def test_what_fills_an_sr_is_counted() -> None:
    text = f"SR_SOURCE_SPACE_INSUFFICIENT({STORE})"
    clean = seen(text, store({}))
    assert (clean["snapshots"][0], clean["orphans"][0]) == ("contradicts", "contradicts")
    full = store({}, snap={"is_a_snapshot": True}, lost={"name_label": "old"})
    assert seen(text, full)["snapshots"] == ("supports", "1 of its 3 disks belong to snapshots.")
    assert seen(text, full)["orphans"] == ("supports", "No guest has these: old.")


def test_what_is_gone_is_told_apart() -> None:
    assert keys("HANDLE_INVALID(session, OpaqueRef:1)")[0] == "restart"
    uuid = "0f5b5b5c-cca5-44a2-8e7c-c930fc5f6773"
    assert keys(f"UUID_INVALID(VDI, {uuid})")[0] == "deleted"
    assert seen(f"HANDLE_INVALID(VDI, {DISK})", store({}))["deleted"][0] == "contradicts"
    assert seen(f"HANDLE_INVALID(VDI, {GUEST})", store({}))["deleted"][0] == "supports"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("SR_BACKEND_FAILURE_40(, The SR scan failed [opterr=No space left on device], )", "full"),
        ("SR_BACKEND_FAILURE_40(, The SR scan failed [opterr=Input/output error], )", "storage-away"),
        ("SR_BACKEND_FAILURE_74(, NFS unmount error [opterr=umount.nfs: not responding], )", "server-away"),
        ("SR_BACKEND_FAILURE_68(, ISCSI login failed [opterr=iscsiadm: No records found], )", "no-discovery"),
        ("SR_BACKEND_FAILURE_1200(, 'NoneType' object has no attribute 'uuid', )", "unexpected"),
        ("SR_BACKEND_FAILURE_1200(, Invalid nfsversion., )", "bad-value"),
        ("SR_BACKEND_FAILURE_1200(, , )", "mount"),
        (f"FAILED_TO_START_EMULATOR({GUEST}, qemu-dm-7, Daemon exited unexpectedly)", "resources"),
        (f"FAILED_TO_START_EMULATOR({GUEST}, varstored, Daemon exited unexpectedly)", "uefi"),
        (f"HANDLE_INVALID(VM, {GUEST})", "deleted"),
        ("SR_BACKEND_FAILURE_37(, lock [opterr=Read-only file system], )", "dom0-full"),
        ("SR_BACKEND_FAILURE_453(, tapdisk experienced an error [opterr=Cannot allocate memory], )", "memory"),
        ("SSL_VERIFY_ERROR(VERIFY ERROR: depth=0, error=certificate is not yet valid)", "clock"),
    ],
)
def test_words_of_the_text_decide(text: str, key: str) -> None:
    assert keys(text)[0] == key


def test_nothing_is_asked_about_where_the_reference_is_null() -> None:
    assert keys("HANDLE_INVALID(host, OpaqueRef:NULL)")[0] == "nothing"
    assert keys("HANDLE_INVALID(host, OpaqueRef:NULL)", store({}))[0] == "nothing"


def test_a_version_that_was_asked_for_may_be_the_wrong_one() -> None:
    refused = "Error code: SR_BACKEND_FAILURE_222\nError parameters: , Could not mount [opterr=mount failed],"
    asked = "xe sr-create type=iso name-label=x device-config:nfsversion=4 device-config:location=nas:/iso\n"
    assert keys(asked + refused)[0] == "version"
    assert keys(refused)[0] == "not-exported"


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
