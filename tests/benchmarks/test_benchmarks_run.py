"""Every benchmark works in small: what nobody runs for weeks must not turn out broken when figures are wanted."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
NAMES = sorted(path.stem for path in BENCHMARKS.glob("*.py") if "\ndef measure(" in path.read_text("utf-8"))
OF_MEASURED_DATA = ("forecast", "schedule")
"""They compare with data that is no part of the project, and say so where it is missing."""
LONGEST_S = 120


def run(name: str, page: Path) -> str:
    """Measure in small; the page that came of it."""
    order = [sys.executable, str(BENCHMARKS), "--quick", "--page", str(page), name]
    environment = {key: value for key, value in os.environ.items() if key != "XENFERRY_DATA"}
    ended = subprocess.run(order, capture_output=True, text=True, timeout=LONGEST_S, check=False, env=environment)
    assert ended.returncode == 0, ended.stderr
    return page.read_text("utf-8")


def test_there_are_benchmarks() -> None:
    assert {"load", "matrix", "live", "crossing", "events", "lab"} <= set(NAMES)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in OF_MEASURED_DATA])
def test_a_benchmark_yields_lines_with_figures(name: str, tmp_path: Path) -> None:
    page = run(name, tmp_path / "page.md")
    lines = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| what")]
    assert lines
    assert all(re.search(r"\d", line.split("|")[3]) for line in lines), lines


@pytest.mark.parametrize("name", OF_MEASURED_DATA)
def test_a_benchmark_without_its_data_says_so(name: str, tmp_path: Path) -> None:
    assert "XENFERRY_DATA names no folder" in run(name, tmp_path / "page.md")


def test_what_a_page_says_of_other_benchmarks_stays(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    run("matrix", page)
    before = page.read_text("utf-8").partition("\n## ")[2]
    both = run("crossing", page)
    assert both.endswith(before)
    assert both.index("`crossing`, measured on") < both.index("`matrix`, measured on")
