"""Handing a call on to the host that has to carry it out.

A host that XAPI believes dead is refused at once. One that does not answer (its toolstack restarts, its machine boots)
is tried again every ten seconds; when it is back it greets the coordinator, which forgets all tasks of that host, and
the call ends on a task that is no more (recorded).
"""

from __future__ import annotations

import asyncio

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.storage.plug import check_live

ATTEMPTS = 10
PAUSE_S = 10.0


async def forward(ctx: Context, host: str) -> None:
    """The call goes on on this host, which answers.

    Raises HOST_OFFLINE [host], also for a host that does not exist; CANNOT_CONTACT_HOST [host] when it stays silent or
    is found dead meanwhile; HANDLE_INVALID [task; the call's own] when it has come back in between.
    """
    check_live(ctx.db, host)
    if host == ctx.lab.coordinator:
        return
    ctx.forward(host)
    for _ in range(ATTEMPTS):
        if ctx.lab.toolstacks.answers(host) and _follows(ctx, host):
            break
        await asyncio.sleep(PAUSE_S)
        if not ctx.lab.hypervisor.facts.live(host):
            raise LabError("CANNOT_CONTACT_HOST", host)
    else:
        raise LabError("CANNOT_CONTACT_HOST", host)
    if ctx.task is not None:
        ctx.db.get("task", ctx.task)


def _follows(ctx: Context, host: str) -> bool:
    """Whether the host takes the coordinator for one, or another that is gone."""
    return ctx.db.hidden("host", host).get("follows") is None
