"""`rolling` and `rebalance` as a person calls them, on a lab."""

from __future__ import annotations

import json

import pytest

from xenferry.cli.frame.entry import carry_out


def answer(capsys: pytest.CaptureFixture[str], status: int, *argv: str) -> str:
    assert carry_out(list(argv)) == status
    return capsys.readouterr().out


def test_the_whole_pool_is_rebooted_and_guests_that_cannot_leave_keep_their_host_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = answer(capsys, 1, "rolling", "--reboot", "--lab", "three-hosts", "--yes")
    assert "left out, because a guest cannot leave" in out
    assert "done: reboot host" in out
    assert "verified on the pool" in out


def test_what_is_done_to_each_host_has_to_be_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(["rolling", "--lab", "three-hosts"]) == 2
    assert "--reboot, --hook CMD, or both" in capsys.readouterr().err


def test_a_command_is_part_of_the_plan_that_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    out = answer(capsys, 1, "rolling", "--hook", "update it", "--lab", "three-hosts", "--plan-only", "--json")
    hooks = [step for step in json.loads(out)["steps"] if step["step"] == "hook"]
    assert hooks
    assert {step["command"] for step in hooks} == {"update it"}


def test_the_hosts_are_evened_out(capsys: pytest.CaptureFixture[str]) -> None:
    out = answer(capsys, 0, "rebalance", "--lab", "three-hosts", "--yes", "--most", "1")
    assert out.count("done: move guest") == 1
    assert "memory used on the fullest host" in out
