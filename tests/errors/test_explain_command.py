"""`xenferry explain` takes a code, a text, a file or standard input, and shows nothing raw."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from xenferry.cli.explain import command

ENTRY = Path(__file__).parent.parent / "data" / "xo-log-entries" / "sr-create-nfs-88-errno-13.txt"


def run(*arguments: str, pasted: str | bytes = "") -> Result:
    return CliRunner().invoke(command, list(arguments), input=pasted, standalone_mode=False)


@pytest.mark.parametrize("how", ["file", "paste", "text"])
def test_a_file_a_paste_and_a_text_are_explained_alike(how: str) -> None:
    text = ENTRY.read_text("utf-8")
    given = {"file": lambda: run(str(ENTRY)), "paste": lambda: run("-", pasted=text), "text": lambda: run(text)}
    result = given[how]()
    assert result.return_value == 0
    assert "Maproot User" in result.output
    assert "errno 13, permission denied" in " ".join(result.output.split())


def test_a_code_is_taken_in_any_case() -> None:
    assert "VM_REQUIRES_NETWORK" in run("vm_requires_network").output


def test_json_gives_code_and_causes() -> None:
    (found,) = json.loads(run("VM_REQUIRES_SR", "--json").output)
    assert found["code"] == "VM_REQUIRES_SR"
    assert {"key", "text", "remedies", "evidence"} <= found["causes"][0].keys()


def test_a_text_without_error_says_so_and_is_a_no() -> None:
    result = run("-", pasted="hello\n")
    assert result.return_value == 1
    assert "No error was recognised" in result.output


def test_escape_sequences_in_a_paste_do_not_reach_the_terminal() -> None:
    result = run("-", pasted="OPERATION_BLOCKED(OpaqueRef:x, \x1b[31mred\u202e)")
    assert "\x1b" not in result.output
    assert "\u202e" not in result.output


def test_a_long_log_and_bytes_that_are_no_text_are_taken() -> None:
    log = b"Jun  7 13:36:44 xcp1 xapi: [debug||1] nothing \xff\xfe\n" * 8000
    log += b"Jun  7 13:36:45 x: Server_error(HOST_NOT_DISABLED, [ ])\n"
    assert "HOST_NOT_DISABLED" in run("-", pasted=log).output


def test_several_errors_are_listed_first_and_causes_that_stand_there_are_not_told_again() -> None:
    guests = [f"OpaqueRef:0000000{number}-9552-4a08-b2d6-7540db0f6b40" for number in range(3)]
    refused = "\n".join(f"VM_LACKS_FEATURE({guest})" for guest in guests)
    output = (
        CliRunner()
        .invoke(
            command, [f"{refused}\nmount.nfs: access denied by server while mounting nas:/vm"], standalone_mode=False
        )
        .output
    )
    assert output.startswith("4 errors, the likely root first:\n  1. SR_BACKEND_FAILURE_73: ")
    overview = " ".join(output.partition("\n\n")[0].split())
    assert overview.endswith("2. VM_LACKS_FEATURE: The guest has not said that it can do what was asked of it (3 such)")
    assert output.count("Guest tools are not installed") == 1
    assert output.count("Causes and cures are those told above.") == 2
    assert all(guest in output for guest in guests)
    assert "mount.nfs: access denied" not in output.partition("SR_BACKEND_FAILURE_73")[0]


def test_a_single_error_has_no_list_before_it() -> None:
    output = CliRunner().invoke(command, ["VM_LACKS_FEATURE"], standalone_mode=False).output
    assert output.startswith("VM_LACKS_FEATURE: ")
