"""Whether the guests of a pool answer on the addresses that they say they have."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from xenferry.pool import records as r
from xenferry.pool.addresses import addresses, within_reach
from xenferry.pool.snapshot import Observation, Snapshot

KIND = "heard"
"""Of observations whose subject is a guest: `addresses` were asked, on `answers_on` it was heard, if on any."""
MOST = 3
"""Addresses asked of a guest."""


async def hear(s: Snapshot, knock: Callable[[str], Awaitable[bool]]) -> Snapshot:
    """The snapshot with what was heard of each running guest that has an address; of others nothing is known."""
    running = [vm for vm in s.guests if vm.power_state == "Running"]
    asked = [(vm, within_reach(s, addresses(s, vm))[:MOST]) for vm in running]
    heard = await asyncio.gather(*(_hear(vm, wanted, knock) for vm, wanted in asked if wanted))
    return Snapshot(s.tables, taken_at=s.taken_at, observations=(*s.observations, *heard), not_read=s.not_read)


async def _hear(vm: r.VM, wanted: tuple[str, ...], knock: Callable[[str], Awaitable[bool]]) -> Observation:
    said = await asyncio.gather(*map(knock, wanted))
    heard = next((address for address, answers in zip(wanted, said, strict=True) if answers), "")
    return Observation(kind=KIND, subject=vm.ref, value={"addresses": list(wanted), "answers_on": heard})
