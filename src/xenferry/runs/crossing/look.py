"""Looking at the pool that guests leave and, right behind it, at the pools to which they are taken.

In this order: a guest that is found in neither pool is then really lost (`plan.cross_state`).
"""

from __future__ import annotations

from xenferry.plan import steps as s
from xenferry.plan.crossing import state as cross_state
from xenferry.plan.crossing.state import Where
from xenferry.plan.things import guest
from xenferry.pool.snapshot import Snapshot
from xenferry.runs.mend import Unable
from xenferry.runs.outcome import Names
from xenferry.runs.port import Beyond, Far, Look, PoolPort
from xenferry.xapi import Unreachable

Away = s.Cross | s.StartThere


def crossings(plan: s.Plan) -> tuple[Away, ...]:
    """The plan's steps that concern another pool."""
    return tuple(step for step in plan.steps if isinstance(step, Away))


def destinations(plan: s.Plan) -> tuple[s.Destination, ...]:
    """The other pools of a plan, one destination in each."""
    return tuple({step.there.pool.uuid: step.there for step in crossings(plan)}.values())


async def see(look: Look, plan: s.Plan, beyond: Beyond | None) -> Snapshot:
    """This pool, and beside it, looked at after it, those that guests are taken to.

    A guest may be on its way while the one pool was read and the other not yet: what looks like a broken move is
    looked at once more.
    """
    seen = await _once(look, plan, beyond)
    if any(_odd(step, seen) for step in crossings(plan)):
        seen = await _once(look, plan, beyond)
    return seen


async def _once(look: Look, plan: s.Plan, beyond: Beyond | None) -> Snapshot:
    here = await look()
    for there in destinations(plan):
        far = await reach(there, beyond)
        try:
            cross_state.put_beside(here, await far.look())
        except Unreachable as trouble:
            raise Unreachable(f"pool {there.pool.name}: {trouble}") from None
    return here


def _odd(step: Away, here: Snapshot) -> bool:
    vm = guest(here, step.guest)
    there = cross_state.where(step, here)
    return there is Where.NOWHERE or (there is Where.BOTH and vm is not None and not vm.current_operations)


async def reach(there: s.Destination, beyond: Beyond | None) -> Far:
    """The way to the other pool. Raises Unable: there is none; and what it raises itself."""
    if beyond is None:
        raise Unable(f"no way to pool {there.pool.name} was given; it takes a configured pool to move guests there")
    return await beyond(there)


def scene(step: s.AnyStep, here: Snapshot) -> Snapshot:
    """The pool in which the step's work is done: the other one for a start there, else this one."""
    return (cross_state.beside(here, step.there) or here) if isinstance(step, s.StartThere) else here


async def port(step: s.AnyStep, pool: PoolPort, beyond: Beyond | None) -> PoolPort:
    """The connection to that pool."""
    return (await reach(step.there, beyond)).pool if isinstance(step, s.StartThere) else pool


class _Both:
    """Names from either pool."""

    def __init__(self, here: Snapshot, there: Snapshot) -> None:
        self._here, self._there = here, there

    def name(self, ref: str) -> str:
        known = self._here.name(ref)
        return self._there.name(ref) if known == ref else known


def names(step: s.AnyStep, here: Snapshot) -> Names:
    """What XAPI's answers to this step may be about."""
    there = cross_state.beside(here, step.there) if isinstance(step, Away) else None
    return _Both(here, there) if there else here
