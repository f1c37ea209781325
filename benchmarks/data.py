"""Measured data for the benchmarks, from the folder that the environment variable XENFERRY_DATA names.

The files are no part of the project. A benchmark that finds none says so and ends with status 2.
"""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

Row = dict[str, str]


class Missing(SystemExit):
    """The data is not there: why in words; as the end of a program, status 2."""

    def __init__(self, why: str) -> None:
        super().__init__(2)
        self.why = why


def rows(name: str) -> list[Row]:
    """The rows of a CSV file in the data folder; ends the program where there is none."""
    path = folder() / name
    if not path.is_file():
        give_up(f"{path} is not there")
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def folder() -> Path:
    """The data folder; ends the program where none is named."""
    named = os.environ.get("XENFERRY_DATA", "")
    if not named:
        give_up("the environment variable XENFERRY_DATA names no folder")
    return Path(named)


def give_up(why: str) -> NoReturn:
    """Say that this benchmark did not run, and why."""
    sys.stderr.write(f"{Path(sys.argv[0]).name}: not run: {why}\n")
    raise Missing(why)


def table(header: tuple[str, ...], lines: Sequence[tuple[str, ...]]) -> None:
    """Columns under each other, on standard output."""
    widths = [max(len(line[column]) for line in (header, *lines)) for column in range(len(header))]
    for line in (header, *lines):
        sys.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n")
