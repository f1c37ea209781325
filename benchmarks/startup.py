"""How long the program takes to say something, against a Python that does nothing.

    python benchmarks/startup.py [RUNS]

Each command is run in a process of its own with compiled bytecode, in turn with `python -c pass`, so that whatever else
the machine does meets both alike. Shown are the best times of all runs and their ratio, which is what carries over to
other machines.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from measured import Goal, Measured

PROGRAM = "import sys; from xenferry.cli import main; sys.argv[0] = 'xenferry'; main()"
COMMANDS = {
    "python -c pass": ("pass",),
    "xenferry --help": (PROGRAM, "--help"),
    "xenferry explain VM_REQUIRES_SR": (PROGRAM, "explain", "VM_REQUIRES_SR"),
    "xenferry matrix --lab calm-pair": (PROGRAM, "matrix", "--lab", "calm-pair"),
}
GOALS = {"xenferry --help": 0.060, "xenferry explain VM_REQUIRES_SR": 0.100}
"""Seconds, on a machine of 2026."""


def run(arguments: tuple[str, ...], environment: dict[str, str]) -> float:
    """Seconds from start to end of one process."""
    began = time.perf_counter()
    ended = subprocess.run([sys.executable, "-c", *arguments], env=environment, capture_output=True, check=False)
    took = time.perf_counter() - began
    if ended.returncode not in (0, 1):
        raise SystemExit(ended.stderr.decode())
    return took


def main(runs: int) -> None:
    """Measure and print."""
    found = best(runs)
    nothing = found["python -c pass"]
    for name, seconds in found.items():
        print(f"{name:<34} {seconds * 1000:6.1f} ms  {seconds / nothing:5.1f} x")


def best(runs: int) -> dict[str, float]:
    """Seconds of the fastest run of each command."""
    with tempfile.TemporaryDirectory() as compiled:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for arguments in COMMANDS.values():
            run(arguments, environment)
        found = dict.fromkeys(COMMANDS, float("inf"))
        for _ in range(runs):
            for name, arguments in COMMANDS.items():
                found[name] = min(found[name], run(arguments, environment))
    return found


def measure(quick: bool) -> Iterator[Measured]:
    """Each command against a Python that does nothing."""
    found = best(2 if quick else 20)
    for name, seconds in list(found.items())[1:]:
        goal = Goal(GOALS[name], "ours") if name in GOALS else None
        yield Measured(
            what=name,
            size="",
            ours=seconds,
            unit="s",
            against="python -c pass",
            theirs=found["python -c pass"],
            goal=goal,
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
