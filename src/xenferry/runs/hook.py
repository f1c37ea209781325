"""A person's own command for an empty host, run on this machine: updates, firmware, whatever xenferry does not know."""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import DEVNULL, PIPE, STDOUT

from xenferry.plan import steps as s
from xenferry.pool.secrets import blot
from xenferry.runs.mend import Unable

LINES = 3
"""Of what the command said last that are told when it failed."""


async def run(step: s.Hook, address: str) -> None:
    """Run the step's command in the shell and wait for it. It ends with us: a command left behind would act unseen.

    Raises:
        Unable: it ended with another status than 0; the message has its last lines.
    """
    named = {"XENFERRY_HOST": step.host.name, "XENFERRY_HOST_UUID": step.host.uuid, "XENFERRY_ADDRESS": address}
    process = await asyncio.create_subprocess_shell(
        step.command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, env=os.environ | named
    )
    try:
        output, _ = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()
        raise
    if process.returncode:
        last = "; ".join(blot(line) for line in output.decode(errors="replace").splitlines()[-LINES:])
        raise Unable(f"the command for host {step.host.name} ended with status {process.returncode}: {last}")
