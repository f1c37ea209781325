"""`make bench` measures, and writes a page with tables and pictures that names its machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
DOCS = BENCHMARKS.parent / "docs"


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "XENFERRY_DATA"}
    command = [sys.executable, str(BENCHMARKS), "--quick", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=100, check=False)


def test_a_page_is_written_with_what_was_measured_and_what_was_not(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    ended = bench("--page", str(page), "explain", "live", "schedule")
    assert ended.returncode == 0, ended.stderr
    text = page.read_text()
    assert re.search(
        r"^Last measured on \d{4}-\d\d-\d\d: .* cores, .*Python 3\.\d+\.\d+, xenferry .*XenAPI ", text, re.MULTILINE
    )
    assert re.search(
        r"^\| all failures of a log .* reading it line by line \| [\d.,]+ m?s \| [\d.,/]+ \|", text, re.MULTILINE
    )
    assert "Not run: the environment variable XENFERRY_DATA names no folder" in text
    assert "/home" not in text


def test_the_page_in_docs_shows_pictures_that_there_are() -> None:
    text = (DOCS / "benchmarks.md").read_text("utf-8")
    shown = re.findall(r"!\[[^]]+\]\(([^)]+)\)", text)
    assert len(shown) >= 5
    assert {DOCS / path for path in shown} == set((DOCS / "benchmarks").glob("*.svg"))
    for path in shown:
        assert ElementTree.parse(DOCS / path).getroot().tag.endswith("svg")  # noqa: S314 (our own picture)


def test_a_benchmark_that_does_not_exist_is_wrong_use() -> None:
    ended = bench("speed")
    assert ended.returncode == 2
    assert "there is no benchmark speed" in ended.stderr


@pytest.fixture
def _benchmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))


@pytest.mark.usefixtures("_benchmarks")
def test_a_picture_shows_every_curve_that_has_three_points() -> None:
    from measured import Measured
    from paper import curves
    from picture import draw

    points = [(4, 0.1, 1.0), (16, 0.4, 3.0), (64, 1.6, None)]
    rows = [Measured(what="a < b", size="", ours=a, unit="s", against="x", theirs=b, hosts=n) for n, a, b in points]
    (curve,) = curves(rows)
    assert curve.points == {4: 0.1, 16: 0.4, 64: 1.6}
    tree = ElementTree.fromstring(draw("Load & go", [curve]))  # noqa: S314 (our own picture)
    assert [each.text for each in tree.iter() if each.text and "a < b" in each.text] == ["a < b"]


@pytest.mark.usefixtures("_benchmarks")
def test_a_goal_that_is_missed_is_said() -> None:
    from measured import Goal, Measured
    from paper import table

    met = Measured(what="fast", size="", ours=1.0, unit="s", against="slow", theirs=30.0, goal=Goal(1 / 20))
    missed = Measured(what="slow", size="", ours=0.2, unit="s", goal=Goal(0.1, "ours"))
    lines = list(table([met, missed]))[2:]
    assert lines[0] == "| fast |  | 1 s | slow | 30 s | 1/30 | at most 1/20 |"
    assert lines[1].startswith("| **not yet**: slow |  | 200 ms |")
