"""What a reboot does to a host's storage: nothing is mounted any more, and every PBD is plugged again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from xenferry.lab.storage.plug import try_plug

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab


def boot_storage(lab: Lab, host: str) -> None:
    """Show the host's PBDs as unplugged, and plug them in the background. What cannot be plugged stays unplugged."""
    if host in lab.world.dom0:
        lab.world.dom0[host].mounts.clear()
    mine = [ref for ref, pbd in lab.db.all("PBD").items() if pbd["host"] == host and pbd["currently_attached"]]
    for pbd in mine:
        lab.db.update("PBD", pbd, currently_attached=False)
    every = [ref for ref, pbd in lab.db.all("PBD").items() if pbd["host"] == host]
    lab.spawn(_plug(lab, every))


async def _plug(lab: Lab, pbds: list[str]) -> None:
    await asyncio.gather(*(try_plug(lab, pbd) for pbd in pbds if lab.db.exists("PBD", pbd)))
