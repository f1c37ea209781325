"""A tutorial, carried out as its reader would: commands typed into a terminal, questions answered with yes."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
import tty
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SECONDS_MAX = 60.0
"""No single command may take longer."""

_BLOCK = re.compile(r"^```(console|lab)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_QUESTION = re.compile(r"\[y/N\]:? ?$")


@dataclass(frozen=True)
class Typed:
    """What the reader types, and what the page shows as the answer."""

    where: str
    """`console` (a shell) or `lab` (the window where the lab is served)."""
    line: str
    shown: tuple[str, ...]
    """Pieces of the answer in their order; `...` on the page stands for what is between them."""


def read(page: Path) -> list[Typed]:
    """Every line that the page's blocks tell to type."""
    found: list[Typed] = []
    for where, block in _BLOCK.findall(page.read_text("utf-8")):
        if where == "lab":
            found += [Typed(where, line, ()) for line in block.splitlines()]
        else:
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                line, _, answer = part.partition("\n")
                pieces = re.split(r"^ *\.\.\.$", answer, flags=re.MULTILINE)
                found.append(Typed(where, line, tuple(filter(None, map(flat, pieces)))))
    return found


def flat(text: str) -> str:
    """A text with every break of a line a blank: terminals differ in width."""
    return " ".join(_ESCAPE.sub("", text).split())


def missing(answer: str, shown: tuple[str, ...]) -> str:
    """The first piece that the answer has not, in this order; empty if it has all."""
    rest = flat(answer)
    for piece in shown:
        _, found, rest = rest.partition(piece)
        if not found:
            return piece
    return ""


def type_in(line: str, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run a line in a shell on a terminal of 80 columns, saying yes to every question: its status and its answer."""
    ours, theirs = pty.openpty()
    tty.setraw(ours)
    termios.tcsetwinsize(theirs, (50, 80))
    paths = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    process = subprocess.Popen(
        ["bash", "-c", line],
        env={**environment, "PATH": paths, "TERM": "xterm", "NO_COLOR": "1"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        return _follow(process, ours)
    finally:
        process.kill()
        process.wait(SECONDS_MAX)
        os.close(ours)


def _follow(process: subprocess.Popen[bytes], terminal: int) -> tuple[int, str]:
    said, answered, end = "", 0, time.monotonic() + SECONDS_MAX
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                piece = os.read(terminal, 65536)
            except OSError:  # everybody who could have written is gone
                piece = b""
            if not piece:
                return process.wait(SECONDS_MAX), said
            said += piece.decode("utf-8", "replace")
        elif _QUESTION.search(said[answered:]):
            os.write(terminal, b"y\n")
            answered = len(said)
    raise AssertionError(f"not done within {SECONDS_MAX:g} s:\n{said}")
