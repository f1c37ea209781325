"""What the tutorial tells to type works, in its order, and answers what the tutorial shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import pytest
import typed

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "tutorial.md"
FASTER = ("--speed 60", "--speed 1200")
"""The one thing that is not done as the page says: nobody waits for the reboots."""


class Window:
    """The window in which the lab is served."""

    def __init__(self, process: subprocess.Popen[str], output: Path) -> None:
        self.process, self.output = process, output

    def wait_for(self, words: str, count: int = 1) -> str:
        """Everything said so far, once the words were said this often."""
        end = time.monotonic() + typed.SECONDS_MAX
        while (said := self.output.read_text("utf-8")).count(words) < count:
            assert self.process.poll() is None, said
            assert time.monotonic() < end, said
            time.sleep(0.02)
        return said

    def type(self, line: str) -> None:
        """Type an order; it must be understood."""
        done = self.output.read_text("utf-8").count("Done.")
        stdin: IO[str] | None = self.process.stdin
        assert stdin is not None
        stdin.write(line + "\n")
        stdin.flush()
        self.wait_for("Done.", done + 1)


@contextmanager
def serving(line: str, output: Path) -> Iterator[Window]:
    words = line.replace(*FASTER).split()
    assert words[0] == "xenferry"
    with output.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *words], stdin=subprocess.PIPE, stdout=out, stderr=subprocess.STDOUT, text=True
        )
    try:
        window = Window(process, output)
        window.wait_for("Ctrl-C ends it.")
        yield window
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        process.communicate(timeout=typed.SECONDS_MAX)


def as_printed(line: str, window: Window) -> str:
    """The page's `pool add` has ports of its own; the reader copies the line that the lab printed."""
    if not line.startswith("xenferry pool add lab "):
        return line
    printed = re.search(r"^ *(xenferry pool add lab .*)$", window.output.read_text("utf-8"), re.MULTILINE)
    assert printed
    return f"{printed[1]} --password-env {line.partition(' --password-env ')[2]}"


def test_the_tutorial_works_as_it_is_written(tmp_path: Path) -> None:
    first, *others = typed.read(PAGE)
    assert len(others) >= 12
    environment = {**os.environ, "HOME": str(tmp_path)}
    for name in ("XENFERRY_CONFIG", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        environment.pop(name, None)
    with serving(first.line, tmp_path / "lab.txt") as window:
        for step in others:
            if step.where == "lab":
                window.type(step.line)
            elif step.line.startswith("export "):
                name, _, value = step.line.removeprefix("export ").partition("=")
                environment[name] = value
            else:
                _, answer = typed.type_in(as_printed(step.line, window), environment)
                lacking = typed.missing(answer, step.shown)
                assert not lacking, f"$ {step.line}\nlacks: {lacking}\n{answer}"


def test_a_page_that_shows_something_else_would_be_noticed() -> None:
    assert typed.missing("one\r\n  two \x1b[1mthree\x1b[0m four", ("one", "two three")) == ""
    assert typed.missing("one two", ("two", "one")) == "one"


@pytest.mark.parametrize("answer", ["y", "n"])
def test_a_question_is_answered_with_yes(answer: str) -> None:
    line = f"read -p 'Go on? [y/N]: ' said; test $said = {answer}"
    assert typed.type_in(line, os.environ)[0] == (0 if answer == "y" else 1)
