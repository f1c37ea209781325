"""The benchmarks of plans say so when their data is absent, and print what they compare when it is there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
SCENARIOS = """scenario,vm,from_node,to_node,memory_gib,memory_used_mib,planned_bandwidth_mbit_s,mvm_start_s,mvm_end_s
1,a,0,2,2,2000,500,0,50
1,b,2,3,2,2000,1000,50,70
2,a,0,1,3,3000,500,0,70
2,b,3,2,3,3000,1000,0,30
3,a,1,0,3,3000,500,0,70
"""
TIMED = ((1, "a", 2000, 500), (1, "b", 2000, 1000), (2, "a", 3000, 500), (2, "b", 3000, 1000), (3, "a", 3000, 500))
MEASURED = "scenario,run,vm,memory_used_mib,bandwidth_mbit_s,start_s,end_s\n" + "".join(
    f"{scenario},{number},{vm},{memory},{rate},100,{100 + memory * 9 // rate + 2}\n"
    for scenario, vm, memory, rate in TIMED
    for number in range(1, 5)
)


def run(name: str, folder: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "XENFERRY_DATA"}
    environment |= {"XENFERRY_DATA": folder} if folder else {}
    return subprocess.run(
        [sys.executable, str(BENCHMARKS / name)], capture_output=True, text=True, env=environment, timeout=60
    )


@pytest.mark.parametrize("name", ["schedule.py", "forecast.py"])
def test_without_data_nothing_is_claimed(name: str, tmp_path: Path) -> None:
    for folder in ("", str(tmp_path)):
        done = run(name, folder)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"{name}: not run: " in done.stderr


def test_with_data_the_comparison_is_printed(tmp_path: Path) -> None:
    (tmp_path / "migration-scenarios.csv").write_text(SCENARIOS)
    (tmp_path / "measured-migrations.csv").write_text(MEASURED)
    schedule, forecast = run("schedule.py", str(tmp_path)), run("forecast.py", str(tmp_path))
    assert schedule.returncode == forecast.returncode == 0
    assert "3 scenarios, 5 migrations" in schedule.stdout
    assert "20 moves of 3 scenarios" in forecast.stdout
