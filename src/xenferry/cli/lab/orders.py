"""What is typed into a lab that is being served: changes of the world around it, a line each."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from xenferry.cli.frame.paper import say, warn

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

HINT = "Change the world around it by typing, e.g. `server NAS resolvable`; docs/scenarios.md has the words."


async def obey(labs: Sequence[Lab]) -> None:
    """Carry out lines from standard input for ever; its end does not end the lab."""
    orders = Orders()
    loop = asyncio.get_running_loop()
    try:
        loop.add_reader(sys.stdin, orders.read)
    except (OSError, ValueError):  # a plain file, or closed: nobody will type
        await asyncio.Event().wait()
    try:
        while True:
            _carry_out(labs, await orders.lines.get())
    finally:
        loop.remove_reader(sys.stdin)


class Orders:
    """Standard input, cut into lines as it comes."""

    def __init__(self) -> None:
        self.lines: asyncio.Queue[str] = asyncio.Queue()
        self._rest = b""

    def read(self) -> None:
        """Take what is there, without waiting."""
        if sys.stdin.isatty() and os.tcgetpgrp(sys.stdin.fileno()) != os.getpgrp():
            return  # in the background: what is typed is meant for the shell
        data = os.read(sys.stdin.fileno(), 65536)
        if not data:
            asyncio.get_running_loop().remove_reader(sys.stdin)
        *whole, self._rest = (self._rest + (data or b"\n")).split(b"\n")
        for line in whole:
            if line.strip():
                self.lines.put_nowait(line.decode("utf-8", "replace").strip())


def _carry_out(labs: Sequence[Lab], line: str) -> None:
    """In the first pool that understands it; what the last one has against it is shown when none does."""
    from xenferry.lab.change import change_world
    from xenferry.lab.scenario import ScenarioError

    wrong: ScenarioError | None = None
    for lab in labs:
        try:
            change_world(lab, line)
        except ScenarioError as error:
            wrong = error
        else:
            say("Done.")
            return
    if wrong:
        warn(f"Not understood: {wrong.seen}; expected {wrong.expected}.")
