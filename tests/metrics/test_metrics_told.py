"""The figures for Prometheus are those of `check`, and are served, written and printed."""

from __future__ import annotations

import json
import math
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from xenferry.cli.demo import stage
from xenferry.cli.demo.stage import Stage
from xenferry.cli.frame.entry import carry_out
from xenferry.lab.scenario import parse
from xenferry.metrics.board import Board
from xenferry.metrics.figures import figures
from xenferry.pool.snapshot import Snapshot
from xenferry.runs.journal import Run

Read = dict[tuple[str, ...], float]


def read(text: str) -> Read:
    """(Name, the texts of its labels without the pool's) -> value, by Prometheus' own parser."""
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(sample.name.removeprefix("xenferry_"), *texts(sample.labels)): sample.value for sample in samples}


def texts(labels: dict[str, str]) -> list[str]:
    return [text for name, text in sorted(labels.items()) if name != "pool"]


def run(pool: str, state: str, changed: float) -> Run:
    return Run(id="1", pool=pool, pool_name="", wish="", owner="", state=state, created=0, changed=changed, cancel="")


@pytest.mark.parametrize("scenario", ["first-pool", "three-hosts", "calm-pair"])
def test_the_figures_are_those_of_check(scenario: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(["metrics", "--lab", scenario]) == 0
    told = read(capsys.readouterr().out)
    carry_out(["check", "--json", "--lab", scenario])
    made = json.loads(capsys.readouterr().out)
    assert told["up",] == 1
    assert told["readiness_score",] == made["readiness"]["score"]
    assert told["findings_by_severity", "blocks"] == made["blocks"]
    each = {key: value for key, value in told.items() if key[0] == "findings"}
    assert math.fsum(each.values()) == len(made["findings"])
    assert {code for _, code, _ in each} == {finding["code"] for finding in made["findings"]}
    emptied = {host["host"]["name"]: host["can_be_emptied"] for host in made["readiness"]["hosts"]}
    assert {key[1]: bool(value) for key, value in told.items() if key[0] == "host_can_be_emptied"} == emptied


def test_running_guests_are_movable_or_stuck(capsys: pytest.CaptureFixture[str]) -> None:
    carry_out(["metrics", "--lab", "three-hosts"])
    told = read(capsys.readouterr().out)
    assert (told["guests", "Running"], told["guests_movable",], told["guests_stuck",]) == (8, 6, 2)


def test_a_silenced_finding_counts_as_silenced_only() -> None:
    pool = parse("pool P\nhost a memory=64GiB\nhost b memory=64GiB\nguest g on=a memory=1GiB drivers=no\n").tables
    before = {each.name: dict(each.values) for each in figures(Snapshot.from_tables(pool))}
    (kept,) = pool["pool"].values()
    kept["other_config"]["xenferry-silenced:guest-without-drivers"] = "so be it"
    after = {each.name: dict(each.values) for each in figures(Snapshot.from_tables(pool))}
    assert before["findings_by_severity"]["blocks",] - after["findings_by_severity"]["blocks",] == 1
    assert (before["findings_silenced"][()], after["findings_silenced"][()]) == (0, 1)
    assert ("blocks", "guest-without-drivers") not in after["findings"]


def test_only_runs_of_this_pool_count() -> None:
    s = Snapshot.from_tables(parse("pool P\nhost a memory=64GiB\n").tables)
    own = s.pool.uuid
    runs = [run(own, "done", 50.0), run(own, "done", 40.0), run("other", "done", 90.0), run(own, "incomplete", 60.0)]
    told = {each.name: dict(each.values) for each in figures(s, runs)}
    assert told["runs"] == {
        ("new",): 0,
        ("running",): 0,
        ("abandoned",): 0,
        ("done",): 2,
        ("incomplete",): 1,
        ("cancelled",): 0,
    }
    assert told["run_last_done_timestamp_seconds"][()] == 50.0


def test_a_pool_that_does_not_answer_is_down_and_has_no_old_figures() -> None:
    board = Board("home")
    board.put(figures(Snapshot.from_tables(parse("pool P\nhost a memory=64GiB\n").tables)), at=7.0, seconds=0.1)
    assert read(board.text())["up",] == 1
    board.wipe()
    told = read(board.text())
    assert (told["up",], told["read_timestamp_seconds",]) == (0, 7)
    assert ("readiness_score",) not in told


def test_a_hostile_name_adds_no_figure() -> None:
    pool = parse("pool P\nhost a memory=64GiB\n").tables
    (host,) = pool["host"].values()
    host["name_label"] = 'a"} 1\nxenferry_up{pool="x"} 5\n\x1b[2J'
    board = Board("home")
    board.put(figures(Snapshot.from_tables(pool)), at=7.0, seconds=0.1)
    names = {key[1] for key in read(board.text()) if key[0] == "host_memory_free_bytes"}
    assert names == {host["name_label"]}
    assert read(board.text())["up",] == 1


def test_a_file_is_written_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "home.prom"
    assert carry_out(["metrics", "--lab", "calm-pair", "--textfile", str(path)]) == 0
    assert capsys.readouterr().out == ""
    assert read(path.read_text())["readiness_score",] == 100
    assert list(tmp_path.iterdir()) == [path]


def test_a_lab_cannot_be_served(capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(["metrics", "--lab", "calm-pair", "--port", "0"]) == 2
    assert "--port needs a live pool" in " ".join(capsys.readouterr().err.split())


def test_a_live_pool_is_served_until_it_is_told_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XENFERRY_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(stage, "SPEED", 60.0)
    with Stage("calm-pair") as served:
        monkeypatch.setenv("LAB_PASSWORD", served.lab.sessions.password)
        place = served.coordinator
        how = ["--fingerprint", place.fingerprint, "--password-env", "LAB_PASSWORD"]
        assert carry_out(["pool", "add", "home", f"{place.address}:{place.port}", *how]) == 0
        command = [sys.executable, "-m", "xenferry", "metrics", "--port", "0", "--every", "5"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
            assert process.stdout
            address = re.search(r"http://127\.0\.0\.1:\d+/metrics", process.stdout.readline())
            assert address
            with urllib.request.urlopen(address[0], timeout=10) as answer:  # noqa: S310 (our own, on loopback)
                text = answer.read().decode()
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=20) == 0
    assert read(text)["readiness_score",] == 100
    assert 'pool="home"' in text
