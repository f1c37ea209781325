"""What a booting host's script does: start all halted guests that shall run by themselves (xapi-autostart-vms).

It asks once, best effort, and tells nobody what failed.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from xenferry.lab.db import Record
from xenferry.lab.error import LabError

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

KEY = "auto_poweron"
AFTER_S = 20.0
"""How long after the toolstack's start the script has waited for XAPI to be ready (not measured)."""

log = logging.getLogger(__name__)


async def start_guests(lab: Lab, host: str) -> None:
    """A while after the host's boot; nothing if it is down again by then, or the pool does not want it."""
    await asyncio.sleep(AFTER_S)
    if not lab.toolstacks.answers(host) or not _wanted(next(iter(lab.db.all("pool").values()))):
        return
    for vm, record in list(lab.db.all("VM").items()):
        plain = not record["is_a_template"] and not record["is_a_snapshot"]
        if plain and record["power_state"] == "Halted" and _wanted(record):
            try:
                await lab.call("VM.start", vm, False, False)
            except LabError as error:
                log.info("auto power-on of %s failed: %s", record["uuid"], error)


def _wanted(record: Record) -> bool:
    """`xe` compares the text."""
    return bool(record["other_config"].get(KEY) == "true")
