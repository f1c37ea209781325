"""A member's toolstack comes back: it greets the coordinator, brings its records up to date and is enabled again.

What a client sees of it, and when, is recorded: the task of the greeting, that of the host's own synchronisation (which
makes all host_cpu objects anew), and that of its licence.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from xenferry.lab.datamodel import NULL
from xenferry.lab.updates import guidance

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

HELLO_S = 0.08
PAUSE_S = 0.3
SYNC_S = 0.5
CPU_S = 0.012
"""Each object takes the coordinator's database this long."""
LICENCE_S = 0.1
CPU = ("number", "vendor", "speed", "modelname", "flags", "stepping", "model", "family", "other_config")


async def synchronise(lab: Lab, host: str) -> None:
    """About 1.2 seconds of internal tasks; ends early when the host goes away again."""
    await _show(lab, "pool.hello", lab.coordinator, HELLO_S)
    await asyncio.sleep(PAUSE_S)
    if not lab.toolstacks.answers(host) or not lab.db.exists("host", host):
        return
    task = lab.tasks.create("dbsync (update_env)", host=NULL)
    lab.tasks.forward(task, host)
    await renew_cpus(lab, host)
    note_start(lab, host)
    await asyncio.sleep(SYNC_S)
    lab.tasks.forget(task)
    await _show(lab, "host.set_license_params", lab.coordinator, LICENCE_S)


async def _show(lab: Lab, label: str, host: str, seconds: float) -> None:
    task = lab.tasks.create(label, host=host)
    await asyncio.sleep(seconds)
    lab.tasks.forget(task)


async def renew_cpus(lab: Lab, host: str) -> None:
    """Every start of a toolstack deletes the host's host_cpu objects and makes as many new ones, one by one."""
    old = [dict(lab.db.get("host_cpu", ref)) for ref in lab.db.get("host", host)["host_CPUs"]]
    for ref in list(lab.db.get("host", host)["host_CPUs"]):
        await asyncio.sleep(CPU_S)
        if lab.db.exists("host_cpu", ref):
            lab.db.destroy("host_cpu", ref)
    for record in sorted(old, key=lambda each: int(each["number"])):
        await asyncio.sleep(CPU_S)
        if lab.db.exists("host", host):
            lab.db.create("host_cpu", {name: record[name] for name in CPU}, host=host)


def note_start(lab: Lab, host: str, key: str = "agent_start_time") -> None:
    """The time of now goes into the host's other_config, as XAPI notes its starts."""
    if not lab.db.exists("host", host):
        return
    other_config = lab.db.get("host", host)["other_config"]
    lab.db.update("host", host, other_config={**other_config, key: f"{lab.now():.0f}."})
    guidance.toolstack_started(lab.db, host)
