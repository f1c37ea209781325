"""Several errors in one paste: each is told once, the likely root before what came of it, wherever it stands."""

from __future__ import annotations

from itertools import permutations

import pytest

from xenferry.errors import catalogue, explain, order
from xenferry.errors.reading import Reading, read

VM = "OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e"
SR = "OpaqueRef:b24a7465-1170-44e7-b308-5d67f2bdf146"
HOST = "OpaqueRef:07f854df-0c34-4ffe-84bb-c748d09066f1"

ROOTS = {
    "mount": ("SR_BACKEND_FAILURE_73", "mount.nfs: access denied by server while mounting nas:/export/vm"),
    "smb": ("SR_BACKEND_FAILURE_111", "mount error(13): Permission denied"),
    "iscsi": ("SR_BACKEND_FAILURE_68", "iscsiadm: initiator reported error (24 - iSCSI login failed due to "
              "authorization failure)"),
    "driver log": ("SR_BACKEND_FAILURE_140", "SM: [4711] Raising exception [140, Incorrect DNS name, unable to "
                   "resolve.]"),
    "xe": ("SR_BACKEND_FAILURE_88", "Error code: SR_BACKEND_FAILURE_88\nError parameters: , NFS SR creation error "
           "[opterr=remote directory creation error is 13],"),
    "host": ("HOST_OFFLINE", f"xapi: [error||12 ||backtrace] Raised Server_error(HOST_OFFLINE, [ {HOST} ])"),
}  # fmt: skip
REFUSALS = {
    "flat": ("VM_REQUIRES_SR", f"VM_REQUIRES_SR({VM}, {SR})"),
    "python": ("VM_HAS_PCI_ATTACHED", f"XenAPI.Failure: ['VM_HAS_PCI_ATTACHED', '{VM}']"),
    "json": ("VM_LACKS_FEATURE", f'{{"code": "VM_LACKS_FEATURE", "params": ["{VM}"]}}'),
    "words": ("OPERATION_BLOCKED", "You attempted an operation that was explicitly blocked (see the blocked_operations "
              f"field of the given object).\nref: {VM[10:]} (web)\ncode: keep"),
}  # fmt: skip
RESULTS = {
    "list": ("NO_HOSTS_AVAILABLE", "NO_HOSTS_AVAILABLE()"),
    "afterwards": ("HANDLE_INVALID", f"HANDLE_INVALID(VM, {VM})"),
    "broken": ("INTERNAL_ERROR", "INTERNAL_ERROR(Connection reset by peer)"),
}


TO_LINE_S_END = {"xe", "mount", "iscsi", "smb", "words"}
"""Texts that go on to the end of their line: what follows on it belongs to them."""
MIXES = [
    (root, refusal, result, between)
    for root in ROOTS
    for refusal in REFUSALS
    for result in RESULTS
    for between in ("\n", "\n\n", "\nand then\n", "\n# xe sr-list\n", " ", "; ")
    if "\n" in between or not {root, refusal} & TO_LINE_S_END
]


@pytest.mark.parametrize(("root", "refusal", "result", "between"), MIXES)
def test_three_errors_in_any_order_are_told_once_each_the_root_first(
    root: str, refusal: str, result: str, between: str
) -> None:
    parts = (ROOTS[root], REFUSALS[refusal], RESULTS[result])
    for mixed in permutations(parts):
        found = explain(between.join(text for _, text in mixed))
        assert [one.code for one in found] == [code for code, _ in parts], mixed


def test_a_refusal_and_the_mount_that_failed_give_two_explanations() -> None:
    mount, refused = explain(f"VM_REQUIRES_SR({VM}, {SR}) mount.nfs: access denied by server while mounting nas:/vm")
    assert (mount.code, refused.code) == ("SR_BACKEND_FAILURE_73", "VM_REQUIRES_SR")
    assert mount.causes[0].key == "client-not-allowed"
    assert "nas was asked to let the host mount /vm" in mount.happened


@pytest.mark.parametrize("again", [2, 5])
def test_the_same_errors_again_change_nothing(again: int) -> None:
    text = "\n".join([ROOTS["mount"][1], REFUSALS["flat"][1], RESULTS["list"][1]])
    once, often = explain(text), explain("\n".join([text] * again))
    assert [one.code for one in once] == [one.code for one in often]


@pytest.mark.parametrize(
    ("error", "said", "key"),
    [
        ("SR_BACKEND_FAILURE_73(, NFS mount error [opterr=mount failed with return code 32], )",
         "mount.nfs: access denied by server while mounting nas:/vm", "client-not-allowed"),
        ("Error code: SR_BACKEND_FAILURE_73\nError parameters: , NFS mount error [opterr=mount failed with return code "
         "32],\n", "mount.nfs: Protocol not supported", "version"),
        ("SR_BACKEND_FAILURE_73", "mount.nfs: Connection timed out", "timeout"),
        ("SR_BACKEND_FAILURE_222(, Could not mount the directory specified in Device Configuration "
         "[opterr=mount failed with return code 32], )", "mount.nfs: Protocol not supported", "version"),
        ("SR_BACKEND_FAILURE_68(, ISCSI login failed, )", "iscsiadm: no records found!", "no-discovery"),
        ("SR_BACKEND_FAILURE_141(, Unable to connect to ISCSI service on target, )",
         "iscsiadm: cannot make connection to 10.0.0.5: No route to host", "blocked"),
        ("SR_BACKEND_FAILURE_111(, SMB mount error [opterr=mount failed with return code 32], )",
         "mount error(13): Permission denied", "credentials"),
    ],
)  # fmt: skip
def test_a_driver_s_error_and_what_the_program_said_are_one_failure(error: str, said: str, key: str) -> None:
    for text in (f"{error}\n{said}", f"{said}\n{error}"):
        (found,) = explain(text)
        assert found.code in error
        assert found.causes[0].key == key, text
        assert said.partition(": ")[2].rstrip("!") in found.reading.param(2)


def test_two_servers_that_refuse_are_two_errors() -> None:
    text = "mount.nfs: access denied by server while mounting nas1:/a\n\nmount.nfs: access denied by server while "
    found = read(f"{text}mounting nas2:/b\n")
    assert [(one.server, one.path) for one in found] == [("nas1", "/a"), ("nas2", "/b")]


def test_steps_that_a_program_tells_on_its_way_are_no_errors() -> None:
    steps = "mount.nfs: timeout set for Tue\nmount.nfs: trying text-based options 'vers=4.2,addr=192.0.2.1'\n"
    assert read(steps) == ()
    assert read("iscsiadm: No active sessions.\n") == ()
    (last,) = read(f"{steps}mount.nfs: mount(2): Protocol not supported\n")
    assert last.params[1] == "mount(2): Protocol not supported"
    (told,) = read(
        f"{steps}mount.nfs: mount(2): Permission denied\nmount.nfs: access denied by server while mounting a:/b"
    )
    assert told.params[1] == "access denied by server while mounting a:/b"


def test_the_driver_s_log_gives_the_reason_of_its_own_error() -> None:
    (found,) = explain(
        "Jun  7 13:36:44 xcp1 SM: [23615] sr_attach {'command': 'sr_attach'}\n"
        "Jun  7 13:36:44 xcp1 SM: [23615] FAILED in util.pread: (rc 32) stdout: '', stderr: 'mount.nfs: access denied "
        "by server while mounting nas:/vm/0f5b5b5c-cca5-44a2-8e7c-c930fc5f6773\n"
        "Jun  7 13:36:44 xcp1 SM: [23615] Raising exception [73, NFS mount error [opterr=mount failed with return code "
        "32]]\n"
    )
    assert found.code == "SR_BACKEND_FAILURE_73"
    assert "access denied" in found.reading.param(2)
    assert {cause.key for cause in found.causes[:2]} == {"sub-directory", "client-not-allowed"}


def test_every_code_that_has_a_place_in_the_order_exists() -> None:
    for codes in (order.SUMMARY, order.AWAY, order.BROKEN, order.LISTS, order.AFTERWARDS):
        assert all(catalogue.parameters(code) is not None for code in codes)


def test_errors_of_one_kind_stay_in_the_order_of_the_text() -> None:
    readings = [
        Reading(code=code) for code in ("VM_REQUIRES_SR", "CANNOT_EVACUATE_HOST", "VM_HAS_VGPU", "HOST_OFFLINE")
    ]
    assert [one.code for one in order.by_importance(readings)] == [
        "HOST_OFFLINE", "VM_REQUIRES_SR", "VM_HAS_VGPU", "CANNOT_EVACUATE_HOST",
    ]  # fmt: skip


def test_an_internal_error_ends_with_its_parenthesis() -> None:
    found = read(f"Xenopsd_error([S(Internal_error);S(Sys_error(broken pipe))]) VM_REQUIRES_SR({VM}, {SR})")
    assert {one.code for one in found} == {"INTERNAL_ERROR", "VM_REQUIRES_SR"}
    assert next(one for one in found if one.code == "INTERNAL_ERROR").params == (
        "[S(Internal_error);S(Sys_error(broken pipe))]",
    )


@pytest.mark.parametrize("said", ["Error: Connection refused (calling connect )", "Lost connection to the server."])
def test_xe_without_an_answer_means_the_toolstack(said: str) -> None:
    (found,) = explain(f"[root@xcp1 ~]# xe vm-list\n{said}\n[root@xcp1 ~]# ")
    assert (found.code, found.causes[0].key) == ("CANNOT_CONTACT_HOST", "toolstack")


def test_a_list_of_guests_with_a_code_each_names_every_guest() -> None:
    guests = {"371ac4ab-d3e5-d870-2e8d-c6ae05917479": "web (2)", "b5754ce1-7c3f-3cf3-8206-bc63d2d163f8": "mail"}
    lines = "\n".join(f"{uuid} ({name}): VM_LACKS_FEATURE" for uuid, name in guests.items())
    found = explain(f"This host cannot be evacuated.\nerrors:\n{lines}\n")
    assert [one.code for one in found] == ["VM_LACKS_FEATURE", "VM_LACKS_FEATURE", "CANNOT_EVACUATE_HOST"]
    assert [name in one.happened for one, name in zip(found, guests.values(), strict=False)] == [True, True]
