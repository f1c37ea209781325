"""What goes wrong by itself: a host crashes, a toolstack restarts, a password changes, a guest stops listening.

Each kind has a name; a scenario orders it by that name (`fault host-crash on=north at=60s`), and so does a line typed
into a running lab. `at` counts from the first call that the lab answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from xenferry.lab.world import Mishap

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

HOSTS, GUESTS = "host", "VM"


def _crash(lab: Lab, host: str) -> None:
    lab.spawn(lab.crash(host))


def _boot(lab: Lab, host: str) -> None:
    lab.revive(host)


def _restart(lab: Lab, host: str) -> None:
    """Tasks and sessions of the host vanish with its toolstack; guests go on."""
    lab.restart_toolstack(host)


def _change_password(lab: Lab, _on: str) -> None:
    """Who is logged in stays so; the next login is refused."""
    lab.sessions.change_password(lab.db.new_uuid())


def _end_sessions(lab: Lab, _on: str) -> None:
    for session in list(lab.db.all("session")):
        lab.sessions.close(session)


def _lose_events(lab: Lab, _on: str) -> None:
    """`event.next` says so; `event.from` never does, it just leaves out what was deleted."""
    lab.legacy_events.lose()
    lab.db.stamps.forget_deletions()


def _deafen(what: str) -> Callable[[Lab, str], None]:
    return lambda lab, vm: lab.world.deaf.setdefault(vm, set()).add(what)


def _listen(lab: Lab, vm: str) -> None:
    lab.world.deaf.pop(vm, None)


KINDS: dict[str, tuple[str, Callable[[Lab, str], None]]] = {
    "host-crash": (HOSTS, _crash),
    "host-boot": (HOSTS, _boot),
    "toolstack-restart": (HOSTS, _restart),
    "wrong-password": ("", _change_password),
    "sessions-lost": ("", _end_sessions),
    "events-lost": ("", _lose_events),
    "deaf-to-shutdown": (GUESTS, _deafen("shutdown")),
    "deaf-to-suspend": (GUESTS, _deafen("suspend")),
    "listening": (GUESTS, _listen),
}
"""Name -> the class of the object it needs ("" for none), and what it does."""


def begin(lab: Lab) -> None:
    """Starts the clocks of all mishaps that are still to come; those that are due happen now."""
    while lab.world.mishaps:
        mishap = lab.world.mishaps.pop(0)
        if mishap.at > 0:
            lab.spawn(_later(lab, mishap))
        else:
            strike(lab, mishap)


def strike(lab: Lab, mishap: Mishap) -> None:
    """It happens now. Needs a running loop."""
    lab.faults.tell(mishap)
    KINDS[mishap.kind][1](lab, mishap.on)


async def _later(lab: Lab, mishap: Mishap) -> None:
    await asyncio.sleep(mishap.at)
    strike(lab, mishap)
