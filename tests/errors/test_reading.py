"""Any paste is read: every form, wrapped, quoted, cut off, several at once; nothing crashes, time stays linear."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from xenferry.errors import explain
from xenferry.errors.catalogue import codes
from xenferry.errors.reading import LogLine, read
from xenferry.errors.reading.clean import plain

ENTRIES = Path(__file__).parent.parent / "data" / "xo-log-entries"
VM = "OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e"
SR = "OpaqueRef:b24a7465-1170-44e7-b308-5d67f2bdf146"
MOUNT = ("", "NFS mount error [opterr=mount failed with return code 32]", "")

FORMS = {
    "flat": f"VM_REQUIRES_SR({VM}, {SR})",
    "wrapped": f"VM_REQUIRES_SR({VM[:30]}\n    {VM[30:]},\n    {SR})",
    "quoted mail": f"> > VM_REQUIRES_SR({VM},\n> > {SR})",
    "python": f"XenAPI.Failure: ['VM_REQUIRES_SR', '{VM}', '{SR}']",
    "python 2": f"[u'VM_REQUIRES_SR', u'{VM}', u'{SR}']",
    "list cut off": f"[ 'VM_REQUIRES_SR',\n  '{VM}',\n  '{SR}'",
    "typographic": f"[\u2018VM_REQUIRES_SR\u2019, \u2018{VM}\u2019, \u201c{SR}\u201d]",
    "xapi log": f"|xapi] Raised Server_error(VM_REQUIRES_SR, [ {VM}; {SR} ])",
    "xapi log, old": f"|xapi] VM_REQUIRES_SR: [ {VM}; {SR} ]",
    "json-rpc 1": f'{{"result":null,"error":["VM_REQUIRES_SR","{VM}","{SR}"],"id":1}}',
    "json-rpc 2": f'{{"jsonrpc":"2.0","error":{{"code":1,"message":"VM_REQUIRES_SR","data":["{VM}","{SR}"]}},"id":1}}',
    "json cut off": f'{{"code": "VM_REQUIRES_SR", "params": ["{VM}", "{SR}"], "call": {{"method": "VM.po',
    "task": f'{{"name_label": "Async.VM.pool_migrate", "error_info": ["VM_REQUIRES_SR", "{VM}", "{SR}"]}}',
    "xml-rpc": "<member><name>ErrorDescription</name><value><array><data><value>VM_REQUIRES_SR</value>"
    f"<value>{VM}</value><value><string>{SR}</string></value></data></array></value></member>",
    "xe": f"Error code: VM_REQUIRES_SR\nError parameters: {VM}, {SR}",
    "java": f"Task failed! nameLabel: Async.VM.start_on errorInfo: [VM_REQUIRES_SR, {VM}, {SR}] otherConfig: {{}}",
    "go": f"API Error: [VM_REQUIRES_SR {VM} {SR}]",
    "go, quoted": f'xenapi: VM_REQUIRES_SR ["{VM}" "{SR}"]',
    "node": f"  code: 'VM_REQUIRES_SR',\n  params: [\n    '{VM}',\n    '{SR}'\n  ],\n  call: undefined,",
    "json in a string": f'"{{\\"code\\":\\"VM_REQUIRES_SR\\",\\"params\\":[\\"{VM}\\",\\"{SR}\\"]}}"',
    "json in a page": f'{{"code":"VM_REQUIRES_SR","params":["{VM}","{SR}"]}}'.replace('"', "&quot;"),
    "c sharp": f"XenAPI.Failure: VM_REQUIRES_SR: {VM}, {SR}",
    "yaml": f"error_info:\n  - VM_REQUIRES_SR\n  - {VM}\n  - {SR}\n",
    "xe task-list": f"error_info ( RO): VM_REQUIRES_SR; {VM}; {SR}",
    "daemon": f"Xenops_interface.Xenopsd_error([S(Storage_backend_error);[S(VM_REQUIRES_SR);[S({VM});S({SR})]]])",
    "into cli": f"post_cli|cli] Converting exception VM_REQUIRES_SR: [ {VM}; {SR} ] into a CLI response",
    "german": f"Fehler: \u201eVM_REQUIRES_SR({VM}, {SR})\u201c",
    "french": f"Erreur : \u00ab VM_REQUIRES_SR({VM}, {SR}) \u00bb",
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_code_and_parameters(form: str) -> None:
    (reading,) = read(f"some words before\n{FORMS[form]}\nand after it\n")
    assert (reading.code, reading.params) == ("VM_REQUIRES_SR", (VM, SR))
    assert (reading.role("vm"), reading.role("sr")) == (VM, SR)
    assert reading.line in (2, 3, 4)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("mount failed with return code 32", 73),
        ("it says \u201cmount failed on server `nas' with return code 110\u201d", 73),
        ("Failed to detect NFS service", 73),
        ("Failed to make directory: code is 17", 73),
        ("remote directory creation error is 13", 88),
        ("Unsupported NFS version: 5", 72),
        ("remote filesystem is read-only error is 30", 461),
        ("no such directory /var/run/sr-mount/14f804e6-b45d-17c0-8529-6a5fa3032f94", 47),
        ("directory not mounted: /run/sr-mount/14f804e6-b45d-17c0-8529-6a5fa3032f94", 47),
    ],
)
def test_a_drivers_detail_alone_is_read(text: str, code: int) -> None:
    (reading,) = read(text)
    assert reading.code == f"SR_BACKEND_FAILURE_{code}"
    assert reading.opterr in text
    if "/sr-mount/" in text:
        assert reading.role("sr") == "14f804e6-b45d-17c0-8529-6a5fa3032f94"


@pytest.mark.parametrize(
    "text",
    [
        "SR_BACKEND_FAILURE_73(, NFS mount error [opterr=mount failed with return code 32], )",
        "Error code: SR_BACKEND_FAILURE_73\n"
        "Error parameters: , NFS mount error [opterr=mount\nfailed with return code 32],",
        "Server_error(SR_BACKEND_FAILURE_73, [ ; NFS mount error [opterr=mount failed with return code 32];  ])",
        "SM: [3692] Raising exception [73, NFS mount error [opterr=mount failed with return code 32]]",
        "the client said: NFS mount error [opterr=mount failed with return code 32]",
        "['SR_BACKEND_FAILURE_73', '', 'NFS mount error [opterr=mount failed with return code 32]', '']",
    ],
)
def test_a_storage_error_is_read_with_its_detail(text: str) -> None:
    (reading,) = read(text)
    assert reading.code == "SR_BACKEND_FAILURE_73"
    assert reading.params == MOUNT
    assert (reading.text, reading.return_code, reading.errno) == ("NFS mount error", 32, None)


def test_a_text_with_commas_stays_one_parameter() -> None:
    (reading,) = read("SR_BACKEND_FAILURE_140(, Incorrect DNS name, unable to resolve., )")
    assert reading.params == ("", "Incorrect DNS name, unable to resolve.", "")


def test_xe_words_give_code_names_and_parameters() -> None:
    (reading,) = read(
        "You attempted to run a VM on a host which doesn't have access to an SR needed by the VM. The VM has at least\n"
        "one VBD attached to a VDI in the SR.\n"
        "vm: 6c79edf3-702b-493b-2648-a6e2446c5a39 (web (old))\n"
        "sr: 05e64867-cd3e-be30-d598-68167f01bcc3 (Local storage)\n"
    )
    assert reading.code == "VM_REQUIRES_SR"
    assert reading.params == ("6c79edf3-702b-493b-2648-a6e2446c5a39", "05e64867-cd3e-be30-d598-68167f01bcc3")
    assert [thing.name for thing in reading.things] == ["web (old)", "Local storage"]


def test_an_evacuation_error_is_unpacked_into_one_per_guest() -> None:
    first, *inner = read(f"CANNOT_EVACUATE_HOST(VM_REQUIRES_SR,{VM},{SR}|HOST_NOT_ENOUGH_FREE_MEMORY,{VM})")
    assert first.code == "CANNOT_EVACUATE_HOST"
    assert [(one.code, one.params) for one in inner] == [
        ("VM_REQUIRES_SR", (VM, SR)),
        ("HOST_NOT_ENOUGH_FREE_MEMORY", (VM,)),
    ]
    assert {one.within for one in inner} == {"CANNOT_EVACUATE_HOST"}


def test_several_errors_in_one_paste_are_all_read_in_order() -> None:
    text = "\n\n".join(entry.read_text() for entry in sorted(ENTRIES.glob("*.txt")))
    assert [reading.code for reading in read(text)] == [
        "SR_BACKEND_FAILURE_73",
        "SR_BACKEND_FAILURE_88",
        "SR_BACKEND_FAILURE_73",
        "SR_BACKEND_FAILURE_140",
        "SR_BACKEND_FAILURE_47",
        "VM_REQUIRES_NETWORK",
    ]


def test_a_log_entry_gives_operation_arguments_and_objects() -> None:
    (reading,) = read((ENTRIES / "sr-create-nfs-88-errno-13.txt").read_text())
    assert (reading.operation, reading.server, reading.path, reading.errno) == (
        "SR.create",
        "nfs-nas.localdomain",
        "/mnt/store/xcpng-vm-disks/",
        13,
    )
    assert reading.role("host") == "OpaqueRef:07f854df-0c34-4ffe-84bb-c748d09066f1"


def test_a_code_that_xapi_does_not_have_yet_is_read_all_the_same() -> None:
    (one,) = explain(f"HOST_HAS_SOME_NEW_TROUBLE({VM})")
    assert (one.code, one.source) == ("HOST_HAS_SOME_NEW_TROUBLE", "unknown")


@pytest.mark.parametrize("text", ["", "  \n", "all is well", "UTF_8", "{}", "[(({", "OpaqueRef:NULL"])
def test_a_text_without_error_gives_nothing(text: str) -> None:
    assert read(text) == ()


def test_a_password_among_the_arguments_is_not_kept() -> None:
    text = 'sr.createIso\n{"server": "nas", "password": "hunter2", "cifspassword_secret": "hunter2"}\n'
    (reading,) = read(text + '{"code": "SR_BACKEND_FAILURE_222", "params": ["", "x", ""], "name": "XapiError"}')
    assert reading.server == "nas"
    assert "hunter2" not in repr(reading)


def test_a_long_text_with_broken_characters_is_taken() -> None:
    assert [one.code for one in explain("\ud800\udcff\n" * 100_000 + "HOST_NOT_DISABLED()")] == ["HOST_NOT_DISABLED"]


def test_a_line_of_xapi_s_log_tells_thread_task_and_operation() -> None:
    head = "Jun  7 13:36:44 xcp1 xapi: [error|xcp1|66894 INET :::80|Async.VM.pool_migrate R:cb67d5d07c2b|backtrace] "
    (reading,) = read(f"{head}Raised Server_error(VM_REQUIRES_SR, [ {VM}; {SR} ])")
    assert reading.log == LogLine(
        time="Jun  7 13:36:44", program="xapi", thread="66894", task="Async.VM.pool_migrate R:cb67d5d07c2b"
    )
    assert reading.operation == "VM.pool_migrate"


def test_a_line_of_the_storage_log_tells_the_process_and_the_command_it_was_given() -> None:
    log = "".join(
        f"Jul 19 15:55:{second} xen3 SM: [{process}] {said}\n"
        for second, process, said in (
            (28, 9970, "sr_create {'sr_uuid': '67b765b0-0c4c-d1db-e92f-71d44b72b3cc'}"),
            (29, 9971, "vdi_snapshot {'vdi_uuid': '67b765b0-0c4c-d1db-e92f-71d44b72b3cc'}"),
            (30, 9970, "Raising exception [73, NFS mount error [opterr=mount failed with return code 32]]"),
        )
    )
    (reading,) = read(log)
    assert reading.log == LogLine(time="Jul 19 15:55:30", program="SM", thread="9970")
    assert reading.operation == "SR.create"


def test_the_error_of_a_driver_inside_an_internal_error_is_read_as_well() -> None:
    driver = "S(SR_BACKEND_FAILURE_47);[S();S(The SR is not available [opterr=no such (x) file]);S()]"
    outer, inner = read(f"INTERNAL_ERROR(Storage_error ([S(Backend_error);[{driver}]]))")
    assert (outer.code, inner.code, inner.within) == ("INTERNAL_ERROR", "SR_BACKEND_FAILURE_47", "INTERNAL_ERROR")
    assert inner.opterr == "no such (x) file"


@pytest.mark.parametrize(
    ("text", "code", "params"),
    [
        ("The uploaded patch file already exists\nuuid: 7\n", "PATCH_ALREADY_EXISTS", ("7",)),
        ("An emulator required to run this VM failed to start\nvm: 7\nname: vgpu\nmsg: x", "FAILED_TO_START_EMULATOR",
         ("7", "vgpu", "x")),
        ("This VM needs storage that cannot be seen from that server", "VM_REQUIRES_SR", ()),
        ("Diese Meldung: Logical Volume group creation failed [opterr=5]", "SR_BACKEND_FAILURE_77",
         ("", "Logical Volume group creation failed [opterr=5]", "")),
    ],
)  # fmt: skip
def test_a_sentence_without_its_code_is_known(text: str, code: str, params: tuple[str, ...]) -> None:
    (reading,) = read(text)
    assert (reading.code, reading.params) == (code, params)


PIECES = st.sampled_from(
    [*codes()[::25], *FORMS.values(), "[", "]", "(", ")", "{", "}", '"', "'", ",", ";", "|", "\n", " ", ":", "opterr=",
     "[opterr=", "SR_BACKEND_FAILURE_73", "Error code: ", "Error parameters: ", "ErrorDescription</name>", '"code": ',
     "Server_error(", "Raising exception [", "return code ", "error is ", "9" * 20, VM, "\u201c", "\ud800"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=25).map("".join)))
@example('{"code": "VM_REQUIRES_SR", "params": [1, null, {"a": 2}], "call": {"params": "x"}, "task": 3}')
@example('{"code": "VM_REQUIRES_SR", "params": "x", "data": {"code": "VM_REQUIRES_SR"}}')
def test_no_text_makes_it_fail(text: str) -> None:
    for one in explain(text):
        assert one.code
        assert one.happened
        assert 0 <= one.reading.start <= one.reading.end <= len(text)
    assert len(plain(text)) == len(text)


HARD = (
    "{", "{\"a\":", "[", "(", "A_B(", "\n", " ", "[opterr=", "VM_REQUIRES_SR(", "['VM_REQUIRES_SR',", "> ", "a.b\n",
    "Error code: VM_REQUIRES_SR ", "Raising exception [73, ", "xenopsd internal error: x ", "vm: x\n",
    "NFS mount error ", "ErrorDescription</name><value><array><data>", "\"code\": \"VM_REQUIRES_SR\", ",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA_", "VM_REQUIRES_SR ", "Server_error(VM_REQUIRES_SR, [",
    "NFS mount error [opterr=", "['VM_REQUIRES_SR', 'x', ", "CANNOT_EVACUATE_HOST(", "S(VM_REQUIRES_SR);[S(", "S((",
    "VM_REQUIRES_SR [a ", "VM_REQUIRES_SR: 1, ", "- VM_REQUIRES_SR\n- x\n", "code: 'VM_REQUIRES_SR', params: [ '",
    "The uploaded patch file already exists\n", "SM: [1] sr_create {", "xapi: [error||1 |Async.VM.start R:1|",
    "Db_exn.Duplicate_key(",
)  # fmt: skip


@pytest.mark.parametrize("piece", HARD)
def test_time_grows_linearly(piece: str) -> None:
    """No paste may hang us: ten times the text may take some thirty times the work of this processor, not a hundred."""

    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        begun = time.process_time()
        read(text)
        return time.process_time() - begun

    short = min(seconds(10_000) for _ in range(2))
    assert min(seconds(100_000) for _ in range(2)) < 40 * short + 0.5


@pytest.mark.parametrize("mark", ["\x1b[31m", "\x1b[1;31m", "\x9b31m", "#033[0m", "\x1b]0;title\x07", "\u202e", "\x1b"])
def test_what_steers_a_terminal_hides_no_error(mark: str) -> None:
    (found,) = read(f"x {mark}VM_REQUIRES_SR(OpaqueRef:1, OpaqueRef:2){mark}")
    assert found.code == "VM_REQUIRES_SR"


def test_the_number_033_alone_is_no_escape() -> None:
    (found,) = read("ticket #033a: VM_REQUIRES_SR(OpaqueRef:1, OpaqueRef:2)")
    assert found.code == "VM_REQUIRES_SR"


PYTHON = (
    "Oct 10 16:02:59 xcp4 SM: [2564] ***** generic exception: sr_attach: EXCEPTION <class 'OSError'>, [Errno 5] broken"
)


def test_a_driver_s_own_exception_is_read_where_no_number_tells_more() -> None:
    (found,) = read(f"{PYTHON}\n{PYTHON.replace('generic exception: sr_attach', 'NFS')}")
    assert (found.code, found.text) == ("SR_BACKEND_FAILURE_1200", "OSError: [Errno 5] broken")
    assert found.log is not None
    assert found.log.thread == "2564"
    (raised,) = read(
        PYTHON + "\nOct 10 16:02:59 xcp4 SM: [2564] Raising exception [461, The file system for SR cannot]"
    )
    assert raised.code == "SR_BACKEND_FAILURE_461"
    (third,) = read(
        "SMAPIv3: [10569] - ERROR - Exception in plugin#012Traceback:#012  File x#012OSError: [Errno 2] gone"
    )
    assert third.text == "OSError: [Errno 2] gone"


def test_an_assertion_of_node_says_nothing_beside_its_words() -> None:
    (found,) = read('{"code": "ERR_ASSERTION", "message": "No PIF found", "name": "AssertionError"}')
    assert found.code == "XO_NO_PIF"


@pytest.mark.parametrize(
    "text", ["Unable to connect to 192.0.2.7", "Failed to apply a change", "The device is not a disk."]
)
def test_words_with_which_any_program_s_sentence_begins_are_no_error_of_ours(text: str) -> None:
    assert read(text) == ()
    assert read("Unable to connect to ISCSI service on target")[0].code == "SR_BACKEND_FAILURE_141"
