"""What a command in a lab host's dom0 prints and does.

A command line is cut into words and looked up here; no shell and no program of this machine takes part. What is not
simulated ends with status 127 and says so.
"""

from __future__ import annotations

import shlex
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from xenferry.lab.world import Dom0

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab


@dataclass(frozen=True)
class Answer:
    """What a command leaves behind. With `reboots`, the host goes down afterwards."""

    status: int = 0
    out: str = ""
    err: str = ""
    reboots: bool = False


@dataclass(frozen=True)
class Shell:
    """Where a command runs: a host of a lab."""

    lab: Lab
    host: str

    @property
    def dom0(self) -> Dom0:
        """The control domain's files, NICs and mounts."""
        name = self.lab.db.get("host", self.host)["hostname"]
        return self.lab.world.dom0.setdefault(self.host, Dom0(hostname=name))


Command = Callable[[Shell, list[str], str], Answer]
SlowCommand = Callable[[Shell, list[str], str], Awaitable[Answer]]
"""One that waits for somebody else, such as a server."""
_commands: dict[str, Command] = {}
_slow: dict[str, SlowCommand] = {}


def command(name: str) -> Callable[[Command], Command]:
    """Registers what a program of this name does."""

    def register(function: Command) -> Command:
        _commands[name] = function
        return function

    return register


def slow_command(name: str) -> Callable[[SlowCommand], SlowCommand]:
    """As `command`, for a program that waits for somebody."""

    def register(function: SlowCommand) -> SlowCommand:
        _slow[name] = function
        return function

    return register


def words_of(line: str) -> list[str] | None:
    """The words of a command line; None when it asks a shell for more than running one program."""
    reader = shlex.shlex(line, posix=True, punctuation_chars=True)
    reader.whitespace_split = True
    try:
        words = list(reader)
    except ValueError:
        return None
    operators = {"|", "||", "&", "&&", ";", "<", ">", ">>", "(", ")", "2>", "2>&1"}
    return None if operators & set(words) else words


async def carry_out(shell: Shell, line: str, stdin: str = "") -> Answer:
    """Carry out one command line, which may wait."""
    words = words_of(line)
    slow = _slow.get(PurePosixPath(words[0]).name) if words else None
    return await slow(shell, (words or [])[1:], stdin) if slow else run(shell, line, stdin)


def run(shell: Shell, line: str, stdin: str = "") -> Answer:
    """Carry out one command line that waits for nobody."""
    words = words_of(line)
    if not words:
        return Answer(127, err="not simulated: this lab's dom0 runs single programs, no shell\n")
    name = PurePosixPath(words[0]).name
    if name not in _commands:
        return Answer(127, err=f"{name}: not simulated in this lab's dom0\n")
    return _commands[name](shell, words[1:], stdin)


def simulated() -> tuple[str, ...]:
    """The programs that dom0 answers for."""
    return tuple(sorted({*_commands, *_slow}))
