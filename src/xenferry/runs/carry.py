"""Carrying out one step: is it so already? may it be begun? begin it once, wait, believe only what the pool shows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from xenferry.plan import disks
from xenferry.plan import steps as s
from xenferry.plan.done import created, done, visible
from xenferry.plan.things import Gone, guest, host
from xenferry.plan.words import size, span
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.runs import boot, sr, tasks
from xenferry.runs.crossing import look as cross_look
from xenferry.runs.crossing.refusal import refusal, unready
from xenferry.runs.do import RUN_TAG, STEP_TAG, Doing, begin
from xenferry.runs.mend import Unable
from xenferry.runs.merging import Merging
from xenferry.runs.outcome import (
    Done,
    Failed,
    NeedsPerson,
    Outcome,
    RetryLater,
    Stopped,
    back_off,
    sort_error,
)
from xenferry.runs.port import Beyond, Dom0, Look, PoolPort, TaskPort
from xenferry.xapi import TaskCancelled, TaskVanished, Unreachable, XapiError

SHOW_SECONDS = 30.0
"""How long the pool may take to show what a call that succeeded has done."""
REBOOT_SECONDS = 1800.0
STORAGE_SECONDS = 300.0
"""How long a host that has booted may take to connect its SRs."""
POLL_SECONDS = 2.0
FIRST_POLL_SECONDS = 0.25
"""The pool usually shows at once what a call has done; so it is asked sooner at first."""
DOUBT_SECONDS = 60.0
"""How long a task that may be ours is waited for after a crash."""
SETTLE_SECONDS = 2.0
"""How long a call may have been under way when the program that sent it died."""


class Carrier:
    """Carries out steps of one run. `intend(tries)` and `started(task)` write the journal before and after the call."""

    def __init__(
        self,
        run: str,
        pool: PoolPort,
        look: Look,
        dom0: Dom0 | None,
        accepted: frozenset[str],
        beyond: Beyond | None = None,
    ) -> None:
        self.run = run
        self.pool = pool
        self.look = look
        self.dom0 = dom0
        self.accepted = accepted
        self.beyond = beyond
        self.stopping = False
        self.current: dict[str, TaskPort] = {}
        self._merging = Merging()
        self._halted: dict[str, str] = {}
        """Steps whose tasks were cancelled by us, and why."""
        self._halting: set[asyncio.Task[None]] = set()

    async def carry(
        self,
        step: s.AnyStep,
        tries: int,
        doubtful: bool,
        intend: Callable[[], None],
        started: Callable[[str], None],
        progress: Callable[[float], None],
        answered: Callable[[], None],
    ) -> Outcome:
        """Do the step, or find out why not. `doubtful`: an earlier program may have sent the call and died.

        `answered` is told as soon as XAPI says that the work is over, before the pool shows it.
        """
        try:
            snapshot = await (self._after_doubt(step) if doubtful else self.look())
            if done(step, snapshot):
                return Done("it was so already")
            task = await self._running(step, snapshot)
            if task is None:
                refusal = self._refusal(step, snapshot)
                if refusal is not None:
                    return refusal
                intend()
                task = await begin(step, self._doing(step, snapshot))
            if task is not None:
                started(task.ref)
                self.current[step.key] = task
                await task.wait(progress)
                answered()
            if isinstance(step, s.CreateSR):
                await self._connect_everywhere(step)
            outcome = await self._shown(step)
            if isinstance(step, s.Reboot) and isinstance(outcome, Done):
                await self._storage_back(step, boot.connected(snapshot, step.host))
            return outcome
        except (XapiError, TaskVanished, TaskCancelled, Unreachable, Gone, Unable) as trouble:
            return await self._after(step, trouble, tries)
        finally:
            self.current.pop(step.key, None)
            self._halted.pop(step.key, None)

    def _doing(self, step: s.AnyStep, snapshot: Snapshot) -> Doing:
        return Doing(self.pool, snapshot, {RUN_TAG: self.run, STEP_TAG: step.key}, self.dom0, self.beyond)

    async def _running(self, step: s.AnyStep, snapshot: Snapshot) -> TaskPort | None:
        at = cross_look.scene(step, snapshot)
        ref = tasks.tagged(at, self.run, step) or tasks.working(at, step)
        return (await cross_look.port(step, self.pool, self.beyond)).task(ref) if ref else None

    async def _connect_everywhere(self, step: s.CreateSR) -> None:
        """SR.create answers success although hosts could not connect: connect them, which says why not."""
        snapshot = await self.look()
        if created(step, snapshot) is not None:
            await begin(step, self._doing(step, snapshot))

    async def _after_doubt(self, step: s.AnyStep) -> Snapshot:
        """Wait until whatever a dead program may have sent has shown itself or ended."""
        until = asyncio.get_running_loop().time() + DOUBT_SECONDS
        await asyncio.sleep(SETTLE_SECONDS)
        snapshot = await self.look()
        while tasks.strays(cross_look.scene(step, snapshot), step) and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(POLL_SECONDS)
            snapshot = await self.look()
        return snapshot

    def _refusal(self, step: s.AnyStep, snapshot: Snapshot) -> Outcome | None:
        occupied = tasks.busy(cross_look.scene(step, snapshot), step)
        if occupied:
            return RetryLater(occupied, 5.0, counted=False)
        if step.key not in self.accepted and (merging := self._merging.refusal(step, snapshot)):
            return merging
        if isinstance(step, s.Cross | s.StartThere):
            return refusal(step, snapshot, accepted=step.key in self.accepted)
        if isinstance(step, s.Shutdown) and step.toward is not None:
            return unready(step.toward, snapshot)
        if isinstance(step, s.Reboot) and not step.ordered and (there := _inhabitants(step, snapshot)):
            return NeedsPerson(
                f"host {step.host.name} is not empty: {there} would be lost by the reboot; move them away"
            )
        vm = guest(snapshot, step.guest) if hasattr(step, "guest") else None
        if vm is None:
            return None
        if _live(step) and vm.power_state != "Running":
            return Failed(f"guest {vm.name_label} is {vm.power_state.lower()} now; only running guests are moved live")
        if isinstance(step, s.MoveWithDisks | s.MoveDisk) and step.key not in self.accepted:
            return _contract(step, snapshot)
        return None

    async def _shown(self, step: s.AnyStep) -> Outcome:
        """The call succeeded; now the pool has to show it."""
        if not visible(step):
            return Done("the call succeeded; the pool does not show the result")
        patience = REBOOT_SECONDS if isinstance(step, s.Reboot) else SHOW_SECONDS
        until, pause = asyncio.get_running_loop().time() + patience, FIRST_POLL_SECONDS
        while asyncio.get_running_loop().time() < until:
            try:
                if done(step, await self.look()):
                    return Done()
            except (Unreachable, XapiError):
                if not isinstance(step, s.Reboot):  # a coordinator that reboots answers nobody
                    raise
            await asyncio.sleep(pause)
            pause = min(2 * pause, POLL_SECONDS)
        text = f"XAPI answered success, but after {span(patience)} the pool does not show it"
        if isinstance(step, s.Reboot):  # never reboot a host twice because we cannot see that it came back
            return NeedsPerson(f"{text}; look at the host's console")
        return RetryLater(text, back_off(1))

    async def _storage_back(self, step: s.Reboot, before: frozenset[Ref]) -> None:
        """A booted host answers before it has connected its SRs; one that stays away shows in what follows."""
        until = asyncio.get_running_loop().time() + STORAGE_SECONDS
        while asyncio.get_running_loop().time() < until:
            if before <= boot.connected(await self.look(), step.host):
                return
            await asyncio.sleep(POLL_SECONDS)

    async def _after(self, step: s.AnyStep, trouble: Exception, tries: int) -> Outcome:
        """The call failed or was lost: where do things stand? The pool is asked before the error is believed."""
        try:
            snapshot = await self.look()
        except (Unreachable, XapiError) as still:
            return RetryLater(f"{trouble}; the pool cannot be asked now: {still}", back_off(tries), counted=False)
        if done(step, snapshot):
            return Done(f"the pool shows it, although the call ended with: {trouble}")
        match trouble:
            case XapiError():
                where = ", ".join(getattr(trouble, "__notes__", ()))
                outcome = sort_error(trouble.code, trouble.params, tries, cross_look.names(step, snapshot), where)
                if isinstance(step, s.CreateSR) and isinstance(outcome, Failed):
                    told = await sr.take_back(step, self.pool, snapshot)
                    return Failed(f"{outcome.text}; {told}", outcome.error)
                return outcome
            case TaskCancelled():
                halted = self._halted.get(step.key)
                return Stopped() if self.stopping else NeedsPerson(halted) if halted else Failed(_cancelled(step))
            case Gone() | Unable():
                return Failed(str(trouble))
            case _:
                return RetryLater(str(trouble), back_off(tries))

    def halt(self, key: str, why: str) -> None:
        """Ask XAPI, once, to stop this step's task, for a reason that a person has to hear."""
        if key in self.current and key not in self._halted:
            self._halted[key] = why
            halting = asyncio.create_task(_cancel(self.current[key]))
            self._halting.add(halting)
            halting.add_done_callback(self._halting.discard)

    async def cancel_all(self) -> None:
        """Ask XAPI to stop every task of this run; those that are too far on go to their end."""
        self.stopping = True
        for task in list(self.current.values()):
            await _cancel(task)


async def _cancel(task: TaskPort) -> None:
    try:
        await task.cancel()
    except (XapiError, TaskVanished):
        return  # it ended in this very moment, which is what was asked for


def _live(step: s.AnyStep) -> bool:
    """Is this a move of a running guest? XAPI would carry a halted one's disks over, again and again."""
    return isinstance(step, s.Move) or (isinstance(step, s.MoveWithDisks) and step.source is not None)


def _inhabitants(step: s.Reboot, snapshot: Snapshot) -> str:
    """The names of the guests on the host."""
    own = host(snapshot, step.host)
    guests = [vm.name_label for vm in snapshot.guests if own is not None and vm.resident_on == own.ref]
    return ", ".join(sorted(guests))


def _cancelled(step: s.AnyStep) -> str:
    who = getattr(step, "guest", None)
    about = f" of guest {who.name}" if who else ""
    return f"the task{about} was cancelled by somebody else, or the guest was shut down or rebooted meanwhile"


def _contract(step: s.MoveWithDisks | s.MoveDisk, snapshot: Snapshot) -> Outcome | None:
    """The plan stated how many bytes of disks move at most; more than that only after somebody said yes."""
    vm = guest(snapshot, step.guest)
    if vm is None:
        return None
    new = disks.unplanned(snapshot, vm, step) if isinstance(step, s.MoveWithDisks) else ()
    if new:
        return NeedsPerson(f"guest {vm.name_label} has disk {', '.join(new)}, which the plan does not know; plan anew")
    would, stated = disks.would_move(snapshot, vm, step), step.forecast.disk_bytes
    if would > stated:
        text = f"{size(would)} of disks of guest {vm.name_label} would move, the plan states at most {size(stated)}"
        return NeedsPerson(f"{text}; resume with this step accepted, or plan anew")
    return None
