"""Of a long log the lines with errors are kept, each kind of line a few times, and the rest is never decoded."""

from __future__ import annotations

import time
from uuid import UUID

from xenferry.errors import explain
from xenferry.errors.reading.sieve import pick, pick_stream

NOISE = b"Jun  7 13:36:44 xcp1 xapi: [debug||381661 UNIX /var/xapi|VBD.create R:2b1111e718d1|audit] VBD.create\n"


def failure(number: int) -> bytes:
    guest, sr = UUID(int=number), UUID(int=number // 100)
    line = f"Server_error(VM_REQUIRES_SR, [ OpaqueRef:{guest}; OpaqueRef:{sr} ])"
    return f"Jun  7 13:36:{number % 60:02} xcp1 xapi: [error||{number} |x|xapi] {line}\n".encode()


def test_errors_in_a_long_log_are_found_wherever_the_pieces_are_cut() -> None:
    log = NOISE * 3000 + failure(1) + NOISE * 9000 + failure(2) + NOISE * 50
    kept = pick(log)
    assert len(kept.splitlines()) == 2
    assert pick_stream(log[at : at + 70_001] for at in range(0, len(log), 70_001)) == kept
    assert [one.code for one in explain(log.decode())] == ["VM_REQUIRES_SR", "VM_REQUIRES_SR"]


def test_thousands_of_the_same_line_are_kept_a_few_times() -> None:
    assert 3 <= len(pick(b"".join(map(failure, range(5000)))).splitlines()) <= 50


def test_an_entry_of_several_lines_is_kept_whole() -> None:
    entry = b'vm.migrate\n{\n  "vm": "x"\n}\n{\n  "code": "VM_LACKS_FEATURE",\n  "params": [\n    "OpaqueRef:y"\n  ],\n'
    entry += b'  "name": "XapiError"\n}\n'
    (found,) = explain(pick(NOISE * 10 + entry + NOISE * 10))
    assert (found.code, found.reading.operation) == ("VM_LACKS_FEATURE", "vm.migrate")


def test_ten_megabytes_take_less_than_a_few_seconds() -> None:
    log = (NOISE * 300 + failure(7)) * 300
    begun = time.perf_counter()
    pick(log)
    assert len(log) > 9_000_000
    assert time.perf_counter() - begun < 3


def test_a_code_directly_behind_a_colour_is_found() -> None:
    text = b"nothing here\n" * 200 + b"\x1b[31mVM_REQUIRES_SR\x1b[0m\n" + b"nothing there\n" * 200
    assert "VM_REQUIRES_SR" in pick(text)
