"""Hosts crash, toolstacks restart, answers get lost, the program is killed while guests change pools: all arrive once.

`CROSS_SEEDS=500 pytest tests/runs/test_cross_storm.py` tries more.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from pathlib import Path

from test_crash import Killed, MortalJournal
from test_cross_run import Pools, pools

from xenferry.lab.change import change_world
from xenferry.lab.clock import virtual_run
from xenferry.runs import control
from xenferry.runs.engine import drive
from xenferry.runs.journal import Journal
from xenferry.xapi import Unreachable

SEEDS = int(os.environ.get("CROSS_SEEDS", "8"))
NAMES = ("one", "two", "three")
EAST = "pool east\nhost north\nhost south\nsr disks nfs default\n" + "".join(
    f"guest {name} on={host} memory=256MiB\n  disk root size=512MiB\n"
    for name, host in zip(NAMES, ("north", "south", "south"), strict=True)
)
WEST = "pool west\nhost upper\nhost lower\nsr store nfs default\n"
MISHAPS = (
    "toolstack-restart on=north",
    "toolstack-restart on=south",
    "toolstack-restart on=upper",
    "toolstack-restart on=lower",
    "host-crash on=lower",
    "sessions-lost",
    "deaf-to-suspend on=two",
    "VM.migrate_send drop=after times=1",
    "VM.migrate_send drop=before times=1",
    "VM.migrate_send when=late error=INTERNAL_ERROR,boom times=2",
    "VM.migrate_send when=late error=MIRROR_FAILED,x times=1",
    "host.migrate_receive drop=after times=1",
    "task.get_record drop=before chance=20% seed=3 times=5",
)


async def trial(seed: int, folder: Path) -> tuple[str, list[str]]:
    """How it ended, and everything that must not be."""
    draw = random.Random(seed)  # noqa: S311 (a trial, not a secret)
    url, clock = f"sqlite:///{folder}/{seed}.db", asyncio.get_running_loop().time
    async with pools(EAST, WEST) as at:
        mortal = MortalJournal(url, draw.choice((5, 8, 11, 14, 999)), before=True)
        journal = Journal(url, clock=clock)
        run = journal.create(await at.plan(*NAMES, cold=draw.random() < 0.3), "first 1")
        devil = asyncio.create_task(mischief(at, draw))
        driving = asyncio.create_task(drive(run, at.setting(mortal, "first 1")))
        await asyncio.wait((driving,))
        died = driving.exception()
        assert died is None or isinstance(died, (Killed, Unreachable)), died
        state = journal.run(run).state
        for _ in range(3):
            if state == "done":
                break
            await asyncio.sleep(900.0)
            try:
                state = (await control.resume(run, at.setting(journal, "second 2"), gone=lambda owner: True)).state
            except Unreachable:
                state = "unreachable"
        devil.cancel()
        mortal.close()
        journal.close()
        return state, [*wrong(at), *(["not all arrived"] if state == "done" and not all_there(at) else [])]


async def mischief(at: Pools, draw: random.Random) -> None:
    for _ in range(draw.randint(1, 3)):
        await asyncio.sleep(draw.uniform(0.0, 15.0))
        mishap = draw.choice(MISHAPS)
        own = {"north": at.east, "south": at.east, "two": at.east, "upper": at.west, "lower": at.west}
        lab = own.get(mishap.rpartition("on=")[2]) or (at.west if "receive" in mishap else at.east)
        if "two" not in mishap or lab.db.find("VM", name_label="two"):
            change_world(lab, f"fault {mishap}")


def wrong(at: Pools) -> list[str]:
    """Guests that are lost, or run in two places."""
    found = [f"{ref} ran twice at once" for ref in at.site.twice()]
    for name in NAMES:
        refs = [(lab, ref) for lab in at.site.labs for ref in lab.db.find("VM", name_label=name)]
        running = [ref for lab, ref in refs if lab.history.where(ref)]
        found += [f"{name} is lost"] if not refs else [f"{name} runs twice"] if len(running) > 1 else []
    return found


def all_there(at: Pools) -> bool:
    here = {row["name_label"] for row in at.east.db.all("VM").values()}
    there = Counter(row["name_label"] for row in at.west.db.all("VM").values())
    return not here & set(NAMES) and all(there[name] == 1 for name in NAMES)


def test_nobody_is_lost_and_nobody_runs_twice(tmp_path: Path) -> None:
    ends = Counter[str]()
    for seed in range(SEEDS):
        state, faults = virtual_run(trial(seed, tmp_path))
        assert faults == [], f"seed {seed}"
        ends[state] += 1
    assert ends["done"] > SEEDS // 2, ends
