"""Serve a lab on loopback until Ctrl-C, for any XenAPI client."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.paper import say, say_table
from xenferry.cli.lab.orders import HINT, obey

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab


@click.command()
@click.argument("scenario", default="")
@click.option("--capture", default="", metavar="FILE", help="Boot the pool of a capture instead of a scenario.")
@click.option("--speed", default=1.0, show_default=True, metavar="N", help="How many times as fast as real time.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="P",
    help="The port of every host's XenAPI; any free one if not given.",
)
def command(scenario: str, capture: str, speed: float, port: int) -> int:
    """Serve SCENARIO (or a capture) as a pool over HTTPS on loopback, until Ctrl-C.

    Every host gets an address of its own. What clients change is forgotten at the end.
    """
    from xenferry.lab.clock import ScaledLoop

    if bool(scenario) == bool(capture):
        raise Wrong("Give a SCENARIO (`xenferry lab scenarios` lists them) or --capture FILE.")
    if speed <= 0:
        raise Wrong("--speed must be more than 0.")
    with asyncio.Runner(loop_factory=lambda: ScaledLoop(speed)) as runner:
        runner.run(_serve(_boot(scenario, capture), port, speed))
    return 0


def _boot(scenario: str, capture: str) -> Lab:
    from xenferry.cli.lab.boot import read
    from xenferry.lab.lab import Lab

    if not capture:
        return Lab.from_scenario(read(scenario))
    from xenferry.pool.capture import load_tables

    return Lab.from_capture(load_tables(Path(capture))[0])


def _name(lab: Lab, host: str) -> str:
    return str(lab.db.get("host", host)["name_label"])


async def _serve(lab: Lab, port: int, speed: float) -> None:
    from xenferry.lab.dom0.server import serve_dom0
    from xenferry.lab.server import serve

    try:
        async with serve(lab, port=port) as served, serve_dom0(lab) as dom0:
            rows = [
                (_name(lab, ref), host.url, f"{dom0[ref].address}:{dom0[ref].port}") for ref, host in served.items()
            ]
            say_table(("host", "XenAPI", "dom0 (ssh)"), rows)
            first = next(iter(served.values()))
            say("Certificate of the coordinator (SHA-256):")
            say(first.fingerprint, indent=2, wrap=False)
            say(f"User {lab.sessions.username}, password {lab.sessions.password}. Time runs {speed:g} times as fast.")
            ways = " ".join(
                f"--dom0 {host.address}={dom0[ref].address}:{dom0[ref].port}" for ref, host in served.items()
            )
            say(f"Try: xenferry pool add lab {first.address}:{first.port} {ways}", hang=2)
            say(HINT)
            say("Ctrl-C ends it.")
            await obey(lab)
    except OSError as error:
        raise Wrong(f"The lab cannot be served on port {port}: {error.strerror or error}") from None
    except asyncio.CancelledError:
        say("The lab is gone.")
