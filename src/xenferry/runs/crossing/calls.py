"""Taking a guest into another pool: the calls.

The token that lets a guest in holds a session of the other pool: it goes from one call into the next and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from xenferry.plan import disks
from xenferry.plan import steps as s
from xenferry.plan.crossing import state as cross_state
from xenferry.plan.things import find
from xenferry.pool import records as r
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.runs.crossing.look import Away, reach
from xenferry.runs.mend import Unable
from xenferry.runs.outcome import SESSION
from xenferry.runs.port import Beyond, Far, PoolPort, TaskPort
from xenferry.xapi import XapiError

HIDDEN = "(session)"


async def send(
    step: s.Cross, pool: PoolPort, here: Snapshot, beyond: Beyond | None, tags: Mapping[str, str]
) -> TaskPort:
    """host.migrate_receive there, VM.migrate_send here.

    Raises:
        Gone, Unable: an object of the step is missing.
        XapiError, Unreachable: from either pool.
    """
    far, there = await reach(step.there, beyond), _seen(step, here)
    vm = here.VM[find(here, step.guest)]
    vdis, vifs = _disks(step, here, there, vm), {find(here, x.vif): find(there, x.target) for x in step.links}
    target = find(there, step.there.host)
    network = find(there, step.there.network) if step.there.network else _management(there, target)
    token = await _told_where(far, step, "host.migrate_receive", target, network, {})
    session = str(token.get("session_id", ""))
    task = await pool.start("VM.migrate_send", vm.ref, token, True, vdis, vifs, {}, {}, tags=tags)
    return _Sealed(task, session, step.there.pool.name)


def _disks(step: s.Cross, here: Snapshot, there: Snapshot, vm: r.VM) -> dict[Ref, Ref]:
    present = disks.by_device(here, vm)
    lost = [cargo.disk.name for cargo in step.cargo if cargo.device not in present]
    if lost:
        raise Unable(f"guest {step.guest.name} does not have disk {lost[0]} any more; make the plan anew")
    return {present[cargo.device].ref: find(there, cargo.target) for cargo in step.cargo}


async def start(step: s.StartThere, here: Snapshot, beyond: Beyond | None, tags: Mapping[str, str]) -> TaskPort:
    """VM.start_on in the other pool. Raises as `send`."""
    far, there = await reach(step.there, beyond), _seen(step, here)
    vm, host = find(there, step.guest), find(there, step.there.host)
    return await far.pool.start("VM.start_on", vm, host, False, False, tags=tags)


def _seen(step: Away, here: Snapshot) -> Snapshot:
    there = cross_state.beside(here, step.there)
    if there is None:
        raise Unable(f"pool {step.there.pool.name} was not looked at")
    return there


def _management(there: Snapshot, host: Ref) -> Ref:
    for pif in there.PIF.values():
        if pif.host == host and pif.management:
            return pif.network
    raise Unable(f"host {there.name(host)} has no management NIC in XAPI's database; name a network with --via")


async def _told_where(far: Far, step: Away, method: str, *params: object) -> dict[str, str]:
    try:
        answer: dict[str, str] = await far.pool.call(method, *params)
    except XapiError as error:
        error.add_note(f"pool {step.there.pool.name} answered to {method}")
        raise
    return answer


class _Sealed:
    """A task whose errors do not tell the session that was handed to XAPI with it."""

    def __init__(self, task: TaskPort, session: str, pool: str) -> None:
        self._task, self._session, self._pool = task, session, pool

    @property
    def ref(self) -> str:
        return self._task.ref

    async def wait(self, progress: Callable[[float], None] | None = None) -> str:
        try:
            return await self._task.wait(progress)
        except XapiError as error:
            params = (text.replace(self._session, HIDDEN) if self._session else text for text in error.params)
            told = XapiError(error.code, tuple(params))
            if error.code == SESSION:
                told.add_note(f"pool {self._pool} forgot the session that let the guest in, its toolstack restarted")
            raise told from None

    async def cancel(self) -> None:
        await self._task.cancel()
