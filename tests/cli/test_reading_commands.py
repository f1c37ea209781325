"""Commands that only look, on a lab and on a capture of it."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from xenferry.cli.frame.entry import carry_out
from xenferry.plan.steps import Plan

LAB = ("--lab", "first-pool")


@pytest.fixture
def capture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    file = tmp_path / "pool.json.gz"
    assert carry_out(["capture", str(file), *LAB]) == 0
    capsys.readouterr()
    return str(file)


def answer(capsys: pytest.CaptureFixture[str], status: int, *arguments: str) -> str:
    assert carry_out(list(arguments)) == status
    told = capsys.readouterr()
    assert told.err == ""
    return told.out


def test_a_pool_in_order_is_ready(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, 0, "check", "--lab", "calm-pair").endswith("Ready: nothing blocks; 1 note.\n")
    assert "running guests can go to another host" in answer(capsys, 0, "matrix", "--lab", "calm-pair")


def test_what_blocks_is_said_with_its_cure(capsys: pytest.CaptureFixture[str]) -> None:
    out = answer(capsys, 1, "check", *LAB)
    assert "BLOCKS  network-not-on-host" in out
    assert "Cure: Give the NICs the same names: `xenferry nics plan`." in out


def test_check_begins_with_whether_every_host_can_be_emptied(capsys: pytest.CaptureFixture[str]) -> None:
    lines = answer(capsys, 1, "check", "--lab", "three-hosts").splitlines()
    assert lines[1].startswith("Readiness 91 of 100: 1 of 3 hosts cannot be emptied (alpha).")
    told = json.loads(answer(capsys, 1, "check", "--lab", "three-hosts", "--json"))["readiness"]
    assert (told["score"], told["weakest"]["name"]) == (91, "alpha")
    assert [host["can_be_emptied"] for host in told["hosts"]] == [False, True, True]
    assert json.loads(answer(capsys, 1, "check", "front", "--lab", "three-hosts", "--json"))["readiness"] is None


def test_a_capture_is_judged_as_the_pool_itself(capture: str, capsys: pytest.CaptureFixture[str]) -> None:
    live = json.loads(answer(capsys, 1, "check", *LAB, "--json"))
    kept = json.loads(answer(capsys, 1, "check", "--capture", capture, "--json"))
    assert kept["findings"] == live["findings"]
    assert json.loads(answer(capsys, 1, "matrix", "--capture", capture, "--json"))["guests"]


def test_check_is_limited_to_what_was_asked(capsys: pytest.CaptureFixture[str]) -> None:
    everything = json.loads(answer(capsys, 1, "check", *LAB, "--json"))["findings"]
    only = json.loads(answer(capsys, 1, "check", "firewall", "--to", "xcp2", *LAB, "--json"))["findings"]
    assert {finding["subject"]["name"] for finding in only} == {"firewall"}
    assert 0 < len(only) < len(everything)
    host = json.loads(answer(capsys, 1, "check", "xcp1", *LAB, "--json"))["findings"]
    assert {"monitor"} <= {finding["subject"]["name"] for finding in host}


def test_the_matrix_gives_xapis_own_answer(capsys: pytest.CaptureFixture[str]) -> None:
    table = json.loads(answer(capsys, 1, "matrix", "web", *LAB, "--json"))
    ((row,), hosts) = table["guests"], table["hosts"]
    here, there = row["cells"]
    assert here == {"host": hosts[0]["uuid"], "here": True}
    assert there["error"][0] == "VM_REQUIRES_SR"
    assert set(there["reasons"]) == set(table["words"]) == {"disk-not-on-host", "network-not-on-host"}


def test_an_existing_file_is_not_overwritten(capture: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = Path(capture).read_bytes()
    assert carry_out(["capture", capture, "--lab", "calm-pair"]) == 2
    assert "--force" in capsys.readouterr().err
    assert Path(capture).read_bytes() == before


def test_nics_on_one_cable_with_two_names_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    out = answer(capsys, 1, "nics", "show", *LAB)
    assert "eth0 on xcp1, eth4 on xcp2" in out
    assert "Every cable has one name" in answer(capsys, 0, "nics", "show", "--lab", "calm-pair")


def test_every_host_is_asked_about_the_server(capsys: pytest.CaptureFixture[str]) -> None:
    out = answer(capsys, 1, "storage", "probe", "nfs", "nfs-nas.localdomain:/mnt/store/xcpng-vm-disks", *LAB)
    assert out.count("FAILED  the server's name resolves") == 2
    assert "0 s" not in answer(capsys, 0, "storage", "probe", "nfs", "nas:/pool/guests", "--lab", "calm-pair")


def test_a_plan_can_be_shown_as_data_and_kept(capture: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = answer(capsys, 0, "evacuate", "north", "--lab", "calm-pair", "--plan-only", "--json")
    plan = msgspec.json.decode(out, type=Plan)
    assert plan.wish == "evacuate host north"
    file = tmp_path / "plan.json"
    out = answer(capsys, 1, "maintenance", "enter", "xcp1", "--capture", capture, "--save", str(file))
    assert "7 guests stay on host xcp1, which will NOT be empty:" in out
    assert msgspec.json.decode(file.read_bytes(), type=Plan).left


def test_a_plan_of_another_pool_is_refused(capture: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "plan.json"
    answer(capsys, 1, "evacuate", "xcp1", "--capture", capture, "--save", str(file))
    assert carry_out(["run", str(file), "--yes", "--lab", "calm-pair"]) == 2
    assert "the plan is for pool first-pool" in "".join(capsys.readouterr())


def test_json_of_a_plan_needs_plan_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(["evacuate", "north", "--lab", "calm-pair", "--json"]) == 2
    assert "--plan-only" in capsys.readouterr().err


def test_scenarios_are_listed_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    listed = answer(capsys, 0, "lab", "scenarios")
    assert "calm-pair" in listed
    assert answer(capsys, 0, "lab", "show", "calm-pair").startswith("# Two hosts")


def test_a_scenario_of_ones_own_is_read_and_its_mistakes_are_told_by_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.txt"
    own.write_text("pool mine\nhost one\nguest web\n  disk root size=1GiB\n")
    assert carry_out(["check", "--lab", str(own)]) in (0, 1)
    assert "Pool mine: 1 hosts, 1 guests." in capsys.readouterr().out
    own.write_text("pool mine\nhots one\n")
    assert carry_out(["check", "--lab", str(own)]) == 2
    assert "line 2" in capsys.readouterr().err


def test_without_a_pool_the_ways_to_one_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XENFERRY_CONFIG", str(tmp_path / "none.toml"))
    assert carry_out(["check"]) == 2
    assert "xenferry pool add NAME ADDRESS" in capsys.readouterr().err


def test_a_choice_for_a_guest_of_another_host_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["evacuate"], ["maintenance", "enter"]):
        assert carry_out([*command, "north", "--shutdown", "build", "--plan-only", "--lab", "calm-pair"]) == 2
        assert "--shutdown build: this guest is not on host north; it runs on south." in told(capsys)


def test_a_damaged_journal_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XENFERRY_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "xenferry").mkdir()
    (tmp_path / "xenferry" / "journal.db").write_text("this is no database at all, whatever it is called" * 9)
    assert carry_out(["runs"]) == 2
    said = told(capsys)
    assert f"file is not a database. It is {tmp_path}/xenferry/journal.db." in said
    assert "Move it away" in said


def test_a_database_server_that_is_away_is_told_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.toml").write_text('journal = "postgresql://keeper:opensesame@127.0.0.1:1/runs"\n')
    monkeypatch.setenv("XENFERRY_CONFIG", str(tmp_path / "config.toml"))
    assert carry_out(["runs"]) == 2
    said = told(capsys)
    assert "postgresql://keeper:***@127.0.0.1:1/runs" in said
    assert "Start the database server" in said
    assert "opensesame" not in said


def test_a_port_that_is_none_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(["lab", "up", "calm-pair", "--port", "99999"]) == 2
    assert "0<=x<=65535" in told(capsys)


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().err.split())


def test_the_manual_has_findings_and_errors(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Plug it: `xe pbd-plug" in answer(capsys, 0, "manual", "pbd-unplugged")
    assert "does not see an SR" in answer(capsys, 0, "manual", "vm_requires_sr")
    assert "pbd-unplugged" in answer(capsys, 0, "manual")
    assert carry_out(["manual", "pbd-unpluged"]) == 2
    assert "Did you mean pbd-unplugged" in told(capsys)
