"""Guests that could be reached before a run must be reached after it, by the same way.

XAPI lets a guest go wherever its network has an interface; whether that is the same cable it does not know. So the
addresses of the guests concerned are asked before the first step, and those that answered once more at the end. What
did not answer before proves nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from xenferry.plan import steps as s
from xenferry.plan.things import guest
from xenferry.pool.addresses import addresses, within_reach
from xenferry.pool.snapshot import Snapshot
from xenferry.runs.verify import Fact, GuestProof, Proof

Knock = Callable[[str], Awaitable[bool]]
"""Address -> does it answer?"""
MOST = 3
"""Addresses asked of a guest."""
PAUSE_SECONDS = 3.0
MOVED_SECONDS = 30.0
"""How long a guest that was moved may take to be heard again: switches learn where it is from its own packets."""
STARTED_SECONDS = 180.0
"""The same for one that was started: it boots first."""


class Heard(Struct, frozen=True):
    """A guest, and the address on which it answered before the run; empty: on none."""

    guest: s.Thing
    answers_on: str = ""


async def note(facts: Sequence[Fact], snapshot: Snapshot, knock: Knock | None) -> str:
    """The facts as JSON, each with the address on which its guest answers now (`answers_on`)."""
    found = await asyncio.gather(*(_first(each, snapshot, knock) for each in facts))
    rows = [msgspec.to_builtins(fact) | {"answers_on": address} for fact, address in zip(facts, found, strict=True)]
    return msgspec.json.encode(rows).decode()


async def _first(fact: Fact, snapshot: Snapshot, knock: Knock | None) -> str:
    vm = guest(snapshot, fact.guest) if fact.state == "Running" else None
    if vm is None or knock is None:
        return ""
    wanted = within_reach(snapshot, addresses(snapshot, vm))[:MOST]
    said = await asyncio.gather(*map(knock, wanted))
    return next((address for address, answers in zip(wanted, said, strict=True) if answers), "")


async def judge(proof: Proof, before: str, knock: Knock | None) -> Proof:
    """The proof with a fault for each guest that runs and is not heard any more.

    Args:
        proof: what the pool itself shows.
        before: what `note` gave when the run began; empty: nothing.
        knock: as then.
    """
    known = msgspec.json.decode(before, type=tuple[Heard, ...]) if before else ()
    spoke = {each.guest: each.answers_on for each in known if each.answers_on}
    if knock is None or not spoke:
        return proof
    judged = await asyncio.gather(*(_again(each, spoke.get(each.guest, ""), knock) for each in proof.guests))
    deaf = [each.faults[-1] for each, was in zip(judged, proof.guests, strict=True) if each.faults != was.faults]
    return replace(proof, ok=proof.ok and not deaf, guests=tuple(judged), failures=(*proof.failures, *deaf))


async def _again(proof: GuestProof, address: str, knock: Knock) -> GuestProof:
    if not address or proof.after.state != "Running":
        return proof
    clock = asyncio.get_running_loop().time
    until = clock() + (STARTED_SECONDS if proof.restarted else MOVED_SECONDS)
    while not await knock(address):
        if clock() >= until:
            text = (
                f"guest {proof.guest.name} runs on {proof.after.host or 'a host'} and does not answer on {address}, as "
                "it did before; `xenferry nics show` tells whether its network is the same cable there"
            )
            return replace(proof, ok=False, faults=(*proof.faults, text))
        await asyncio.sleep(PAUSE_SECONDS)
    return replace(proof, answers_on=address)
