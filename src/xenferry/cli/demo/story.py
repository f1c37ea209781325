"""The demo from curtain to curtain."""

from __future__ import annotations

import asyncio
import time

from xenferry.cli.demo import finding, maintaining, moving, nas, network
from xenferry.cli.demo.play import Astray, Play
from xenferry.cli.demo.stage import SPEED, Stage
from xenferry.cli.frame.dom0 import Dom0s
from xenferry.cli.frame.paper import say, warn
from xenferry.runs.journal import Journal
from xenferry.xapi import connect

SCENARIO = "first-pool"
SCENES = (
    finding.look,
    nas.cure,
    moving.to_shared,
    network.cure,
    moving.take_disks_along,
    moving.there_and_back,
    maintaining.maintain,
)


def tell(*, waiting: bool) -> int:
    """Perform the demo; 0 only if every step ended as it must, seen on the pool itself."""
    with Stage(SCENARIO) as stage:
        return asyncio.run(_perform(stage, waiting))


async def _perform(stage: Stage, waiting: bool) -> int:
    place = stage.coordinator
    sessions = stage.lab.sessions
    say("xenferry demo: a pool like many first pools, embedded in this program.", style="bold")
    say(
        f"It answers XenAPI on {place.url}; its time runs {SPEED:g} times as fast as yours. A minute of a plan is"
        f" {60 / SPEED:g} s here, and what the program itself takes comes on top."
    )
    journal = Journal("sqlite://", clock=time.time)
    address = f"{place.address}:{place.port}"
    try:
        async with connect(address, sessions.username, sessions.password, pin=place.fingerprint) as pool:
            play = Play(stage, pool, waiting, journal, Dom0s(stage.login, lambda _address, _key: False))
            for scene in SCENES:
                await scene(play)
            await maintaining.prove(play)
    except Astray as error:
        warn(f"The demo did not end as it should: {error}", style="bold red")
        return 1
    finally:
        journal.close()
    return 0
