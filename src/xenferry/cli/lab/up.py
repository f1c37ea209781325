"""Serve a lab on loopback until Ctrl-C, for any XenAPI client."""

from __future__ import annotations

import asyncio
import gc
import shlex
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.paper import say, say_table
from xenferry.cli.lab.orders import HINT, obey

if TYPE_CHECKING:
    from xenferry.lab.dom0.server import Dom0Address
    from xenferry.lab.lab import Lab
    from xenferry.lab.server import Served
    from xenferry.lab.site import Site


@click.command()
@click.argument("scenarios", metavar="[SCENARIO]...", nargs=-1)
@click.option("--capture", default="", metavar="FILE", help="Boot the pool of a capture instead of a scenario.")
@click.option("--speed", default=1.0, show_default=True, metavar="N", help="How many times as fast as real time.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="P",
    help="The port of every host's XenAPI; any free one if not given.",
)
def command(scenarios: tuple[str, ...], capture: str, speed: float, port: int) -> int:
    """Serve SCENARIO (or a capture) as a pool over HTTPS on loopback, until Ctrl-C.

    Every host gets an address of its own. Several scenarios are several pools of one site: guests can move from one to
    the other, a host of one can join the other. What clients change is forgotten at the end.
    """
    from xenferry.lab.clock import ScaledLoop

    if bool(scenarios) == bool(capture):
        raise Wrong("Give a SCENARIO (`xenferry lab scenarios` lists them) or --capture FILE.")
    if speed <= 0:
        raise Wrong("--speed must be more than 0.")
    site = _boot(scenarios, capture)
    gc.freeze()  # the pool stays until the process ends; looking through it for garbage doubles the time of big answers
    with asyncio.Runner(loop_factory=lambda: ScaledLoop(speed)) as runner:
        runner.run(_serve(site, port, speed))
    return 0


def _boot(scenarios: tuple[str, ...], capture: str) -> Site:
    from xenferry.cli.lab.boot import read
    from xenferry.lab.lab import Lab
    from xenferry.lab.site import Site

    if capture:
        from xenferry.pool.capture import load_tables

        return Lab.from_capture(load_tables(Path(capture))[0]).site
    try:
        return Site.from_scenarios(read(name) for name in scenarios)
    except ValueError as error:
        raise Wrong(f"These scenarios cannot be on one site: {error}.") from None


async def _serve(site: Site, port: int, speed: float) -> None:
    from xenferry.lab.dom0.server import serve_dom0

    try:
        async with AsyncExitStack() as stack:
            pools = await stack.enter_async_context(site.serve(port=port))
            for lab, served in zip(site.labs, pools, strict=True):
                _show(lab, served, await stack.enter_async_context(serve_dom0(lab)))
            say(_pace(speed))
            say(HINT if len(site.labs) == 1 else f"{HINT} A line concerns the first pool that has what it names.")
            say("Ctrl-C ends it.")
            await obey(site.labs)
    except OSError as error:
        raise Wrong(f"The lab cannot be served on port {port}: {error.strerror or error}") from None
    except asyncio.CancelledError:
        say("The lab is gone.")


def _pace(speed: float) -> str:
    """How the lab's clock goes."""
    return "The lab's time is your time." if speed == 1 else f"The lab's time runs {speed:g} times as fast as yours."


def _show(lab: Lab, served: Mapping[str, Served], dom0: Mapping[str, Dom0Address]) -> None:
    """One pool's hosts and how to log in."""
    rows = [(_name(lab, ref), host.url, f"{dom0[ref].address}:{dom0[ref].port}") for ref, host in served.items()]
    say_table(("host", "XenAPI", "dom0 (ssh)"), rows)
    first = next(iter(served.values()))
    say("Certificate of the coordinator (SHA-256):")
    say(first.fingerprint, indent=2, wrap=False)
    say(f"User {lab.sessions.username}, password {lab.sessions.password}.")
    ways = " ".join(f"--dom0 {host.address}={dom0[ref].address}:{dom0[ref].port}" for ref, host in served.items())
    name = "lab" if len(lab.site.labs) == 1 else _pool_name(lab)
    say("To make it a pool of your configuration, copy this line:")
    say(f"xenferry pool add {shlex.quote(name)} {first.address}:{first.port} {ways}", indent=2, wrap=False)


def _name(lab: Lab, host: str) -> str:
    return str(lab.db.get("host", host)["name_label"])


def _pool_name(lab: Lab) -> str:
    return str(next(iter(lab.db.all("pool").values()))["name_label"])
