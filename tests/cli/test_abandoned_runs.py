"""A run whose program died is not called running, and whoever looks is told how to go on with it or let it rest."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from xenferry.cli.frame.driving import open_journal, owner
from xenferry.cli.frame.entry import carry_out
from xenferry.cli.frame.rundown import own_pool
from xenferry.cli.frame.source import Source
from xenferry.plan.steps import Plan, Thing


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A run that a program of this machine began, which has ended."""
    monkeypatch.setenv("XENFERRY_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with subprocess.Popen([sys.executable, "-c", ""]) as program:
        program.wait(30)
    driver = f"{owner().rpartition(' ')[0]} {program.pid}"
    journal = open_journal(Source())
    plan = Plan(wish="evacuate host a", pool=Thing("pool", "u-1", "west"), made_at=time.time(), steps=())
    made = journal.create(plan, driver)
    journal.set_run(journal.claim(made, driver), state="running")
    journal.close()
    return made


def test_the_list_names_it_and_both_ways_on(run: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(["runs"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"{run} abandoned" in said
    assert f"`xenferry runs resume {run}` goes on, `xenferry runs cancel {run}` lets it rest" in said
    assert carry_out(["runs", "list", "--json"]) == 0
    assert [each["state"] for each in msgspec.json.decode(capsys.readouterr().out)] == ["abandoned"]


def test_the_newest_is_shown_without_an_id(run: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(["runs", "show"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"Run {run}: evacuate host a (pool west), abandoned" in said
    assert "It stopped half-way" in said


def test_it_is_let_rest_once(run: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(["runs", "show"]) == 0
    assert carry_out(["runs", "cancel", run]) == 0
    assert "is not driven by anybody, and is marked as cancelled" in " ".join(capsys.readouterr().out.split())
    assert carry_out(["runs", "cancel", run]) == 2
    assert f"Run {run} is cancelled already" in capsys.readouterr().err


def test_there_is_nothing_to_show_before_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XENFERRY_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert carry_out(["runs", "show"]) == 2
    assert "There has been no run yet" in capsys.readouterr().err


def test_its_pool_need_not_be_named(run: str, tmp_path: Path) -> None:
    entry = 'address = "192.0.2.1"\nuser = "root"\nfingerprints = []\n'
    config = tmp_path / "config.toml"
    config.write_text(f"[pools.west]\n{entry}[pools.east]\n{entry}", "utf-8")
    assert own_pool(run, "") == Source(pool="west")
    assert own_pool(run, "east") == Source(pool="east"), "what was given goes first"
    config.write_text(f"[pools.north]\n{entry}[pools.east]\n{entry}", "utf-8")
    assert own_pool(run, "") == Source(), "no pool is called so here: a person has to say which it is"
