"""What commands say when something is not there, is one only, or is to be copied."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from xenferry.cli.frame.entry import carry_out
from xenferry.cli.lab.up import _pace, _show
from xenferry.lab.dom0.server import Dom0Address
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import load
from xenferry.lab.server import Served
from xenferry.pool.records import Ref
from xenferry.runs.journal import Journal, NoSuchRun, _no_single


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XENFERRY_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def said(capsys: pytest.CaptureFixture[str], status: int, *arguments: str) -> str:
    assert carry_out(list(arguments)) == status
    told = capsys.readouterr()
    return " ".join((told.out + told.err).split())


@pytest.mark.parametrize("reason", ["a\nb", "\x1b[31mred", "left\u202eright", "tab\there"])
def test_a_reason_with_characters_that_steer_a_terminal_is_refused(
    reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = said(capsys, 2, "silence", "pbd-unplugged", "--reason", reason, "--lab", "calm-pair", "--yes")
    assert "control characters" in out


def test_lifting_what_is_not_silenced_names_what_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capture = tmp_path / "pool.json"
    assert "Silenced are: none." in said(
        capsys, 2, "silence", "pbd-unplugged", "--lift", "--lab", "calm-pair", "--plan-only"
    )
    said(capsys, 0, "capture", str(capture), "--lab", "calm-pair")
    kept = json.loads(capture.read_text())
    pool = next(iter(kept["pool"].values()))
    guest = next(one for one in kept["VM"].values() if one["name_label"] == "mail")
    pool["other_config"]["xenferry-silenced:no-shared-sr"] = "a test pool"
    pool["other_config"][f"xenferry-silenced:pci-attached:{guest['uuid']}"] = "it needs the card"
    capture.write_text(json.dumps(kept))
    lift = ("--lift", "--capture", str(capture), "--plan-only")
    out = said(capsys, 2, "silence", "pci-attached", *lift)
    assert "pci-attached is not silenced for the whole pool" in out
    assert "Silenced is: pci-attached for mail (it needs the card)." in out
    out = said(capsys, 2, "silence", "pbd-unplugged", *lift)
    assert "no-shared-sr in the whole pool (a test pool); pci-attached for mail" in out


def test_a_run_that_is_not_there_is_answered_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is no run 'abc' in the journal; `xenferry runs` lists them" in said(capsys, 2, "runs", "show", "abc")
    assert _no_single("ab", ["abc1", "abd2"]) == (
        "2 runs begin with 'ab': abc1, abd2; give more of the one that is meant"
    )
    journal = Journal("sqlite://", clock=lambda: 0.0)
    with pytest.raises(NoSuchRun, match="`xenferry runs` lists them"):
        journal.run("")
    journal.close()


def test_only_the_ways_to_a_pool_that_a_command_has_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["runs", "undo", "abc"], ["runs", "resume", "abc"]):
        out = said(capsys, 2, *command)
        assert "xenferry pool add NAME ADDRESS" in out
        assert "--capture" not in out
        assert "--lab" not in out
    out = said(capsys, 2, "check")
    assert "or give --capture FILE, or give --lab SCENARIO, or see `xenferry demo`." in out


def test_what_may_be_meant_is_listed_as_people_list(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, 2, "check", "nobody", "--lab", "calm-pair")
    assert "There is no guest, host, SR, network or pool 'nobody' in this pool." in out


def test_one_line_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert "in this text (1 line)." in said(capsys, 1, "explain", "nothing to see")


def test_the_command_that_adds_a_served_lab_is_one_line_to_be_copied(capsys: pytest.CaptureFixture[str]) -> None:
    lab = Lab.from_scenario(load("calm-pair"))
    hosts = [Ref(ref) for ref in lab.db.all("host")]
    served = {ref: Served(ref, f"127.0.0.{at}", 40000 + at, "ab" * 32) for at, ref in enumerate(hosts, 1)}
    dom0 = {ref: Dom0Address(ref, 50000 + at, "SHA256:x", f"127.0.0.{at}") for at, ref in enumerate(hosts, 1)}
    _show(lab, served, dom0)
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "xenferry pool add" in line]
    assert line.strip() == (
        "xenferry pool add lab 127.0.0.1:40001 --dom0 127.0.0.1=127.0.0.1:50001 --dom0 127.0.0.2=127.0.0.2:50002"
    )


def test_a_clock_that_is_not_faster_is_not_called_so() -> None:
    assert _pace(1.0) == "The lab's time is your time."
    assert _pace(60.0) == "The lab's time runs 60 times as fast as yours."


def test_the_list_of_cures_says_how_bad_each_is(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(carry_and_read(capsys, "cure", "--lab", "first-pool", "--json", "--plan-only"))
    severities = [row["severity"] for row in rows]
    assert severities == sorted(severities, key=["blocks", "unknown", "risk", "note"].index)
    assert set(severities) >= {"blocks", "risk"}
    assert all(row["findings"] == row["by_program"] + row["by_hand"] > 0 for row in rows)


def carry_and_read(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert carry_out(list(arguments)) == 0
    return capsys.readouterr().out
