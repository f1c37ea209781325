"""Driving a run: hand out steps as far as they may run side by side, note what becomes of each, judge the end.

`drive` may be started again at any time, by anybody: the journal says what was intended, the pool says what is so.
"""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from msgspec.structs import asdict, replace

from xenferry.plan import steps as s
from xenferry.plan.done import done
from xenferry.plan.schedule.limits import Limits
from xenferry.plan.words import span
from xenferry.pool.snapshot import Snapshot
from xenferry.runs import hearing, pulse, verify
from xenferry.runs import outcome as o
from xenferry.runs.carry import Carrier
from xenferry.runs.crossing import end as crossed
from xenferry.runs.crossing import look as cross_look
from xenferry.runs.journal import LEASE_SECONDS, Lease
from xenferry.runs.ledger import Ledger, Listen
from xenferry.runs.outcome import Outcome
from xenferry.runs.pace import Pace
from xenferry.runs.progress import Meter
from xenferry.runs.setting import Report, Setting
from xenferry.runs.standstill import Standstill
from xenferry.runs.trace import tracing
from xenferry.xapi import Unreachable

TRIES = 5
"""Failed tries of one step, after which it counts as failed."""
PATIENCE_SECONDS = 7200.0
"""How long a step waits for others who are busy with its guest, as XAPI itself does."""
TICK_SECONDS = 5.0
UNREACHABLE_SECONDS = 1800.0
"""How long a pool that does not answer is asked again (a coordinator's reboot takes 10 to 20 minutes)."""
OVER = ("done", "failed", "person")


async def drive(run: str, setting: Setting) -> Report:
    """Carry a run's plan out, or on.

    Raises:
        Taken: somebody else drives a run of this pool.
        NoSuchRun: the journal does not know it.
        LeaseLost: somebody else has taken it over meanwhile; nothing more was asked of the pool.
        Unreachable: the pool did not answer for half an hour.
    """
    lease, journal = setting.journal.claim(run, setting.owner), setting.journal
    try:
        with tracing(lease.run, journal.plan(lease.run), journal.clock, setting.listen) as listen:
            return await Driver(replace(setting, listen=listen), lease).run_to_end()
    finally:
        journal.release(lease)


class Driver:
    """One stretch of driving, from claim to release."""

    def __init__(self, setting: Setting, lease: Lease) -> None:
        journal = setting.journal
        self.set = setting
        self.lease = lease
        self.plan = journal.plan(lease.run)
        self.limits = setting.limits or self.plan.limits
        self.pace = Pace(self.limits)
        self.ledger = Ledger(journal, lease, setting.listen)
        self.carrier = Carrier(lease.run, setting.pool, self._look, setting.dom0, setting.accept, setting.beyond)
        self.stop = ""
        self._running: dict[str, asyncio.Task[Outcome]] = {}
        self._freed = asyncio.Event()
        self._still: dict[str, Standstill] = {}
        self._steps = {step.key: step for step in self.plan.steps}
        self._due: dict[str, float] = {}
        self._waiting_since: dict[str, float] = {}

    async def run_to_end(self) -> Report:
        """Drive until nothing is left to do or to wait for."""
        self._begin_again()
        beat = asyncio.create_task(self._heartbeat())
        loop = asyncio.create_task(self._loop())
        try:
            await asyncio.wait((beat, loop), return_when=asyncio.FIRST_COMPLETED)
            if not loop.done():
                beat.result()  # a heart beats for ever: it ended because the lease is lost
            await loop
            return await self._end()
        finally:
            await _end_all(beat, loop, *self._running.values())

    def _begin_again(self) -> None:
        """What failed or waited for a person before gets a new chance; what was begun is looked up in the pool."""
        self.set.journal.set_run(self.lease, state="running", cancel="")
        self.ledger.forgive()

    # --- the loop ------------------------------------------------------------------------------------------

    async def _loop(self) -> None:
        snapshot = await self._look()
        await self._note_before(snapshot)
        while True:
            self._note_done(snapshot)
            await self._hear()
            if not self.stop:
                self._hand_out()
            if not self._running and (self.stop or not self._due):
                return
            await self._pause()
            self._collect()
            self._watch_over()
            snapshot = await self._look(snapshot)

    async def _note_before(self, snapshot: Snapshot) -> None:
        if not self.set.journal.before(self.lease.run):
            facts = await hearing.note(verify.facts(snapshot, self.plan), snapshot, self.set.knock)
            self.set.journal.set_run(self.lease, before=facts)

    def _note_done(self, snapshot: Snapshot) -> None:
        """Steps that nobody has to do any more."""
        for step in self.plan.steps:
            if self._may_begin(step) and done(step, snapshot):
                self._due.pop(step.key, None)
                self.ledger.write(step, "done", o.Done("it was so already"))

    def _hand_out(self) -> None:
        now = asyncio.get_running_loop().time()
        for step in self.plan.steps:
            if not self._may_begin(step) or self._due.get(step.key, now) > now:
                continue
            running = [self._steps[key] for key in self._running]
            if self.pace.blocked(step, running) is None:
                self._due.pop(step.key, None)
                self._running[step.key] = asyncio.create_task(self._carry(step))

    def _may_begin(self, step: s.AnyStep) -> bool:
        over = self.ledger.state(step.key) in OVER or step.key in self._running
        return not over and all(self.ledger.state(key) == "done" for key in step.after)

    async def _pause(self) -> None:
        """Until a step ends or needs its links no more, a retry is due, or it is time to look again."""
        now = asyncio.get_running_loop().time()
        seconds = max(0.01, min([TICK_SECONDS, *(due - now for due in self._due.values() if due > now)]))
        if not self._running:
            await asyncio.sleep(seconds)
            return
        freed = asyncio.create_task(self._freed.wait())
        try:
            await asyncio.wait((freed, *self._running.values()), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            freed.cancel()
        self._freed.clear()

    def _watch_over(self) -> None:
        """Stop the moves whose guests would stand still for longer than they may."""
        now = asyncio.get_running_loop().time()
        for key in self._running:
            if key in self._still and (why := self._still[key].overdue(now)):
                self.carrier.halt(key, why)

    def _collect(self) -> None:
        for key, task in list(self._running.items()):
            if task.done():
                del self._running[key]
                self.pace.over(self._steps[key])
                self._settle(self._steps[key], task.result())

    async def _look(self, before: Snapshot | None = None) -> Snapshot:
        """A fresh snapshot; a pool that does not answer is asked again for half an hour. Stopping needs none."""
        started, seconds = asyncio.get_running_loop().time(), 2.0
        while True:
            try:
                return await cross_look.see(self.set.look, self.plan, self.set.beyond)
            except Unreachable as trouble:
                if self.stop and before is not None:
                    return before
                if asyncio.get_running_loop().time() - started > UNREACHABLE_SECONDS or self.stop:
                    raise
                if seconds == 2.0:
                    self.ledger.tell("unreachable", {"text": str(trouble)})
            await asyncio.sleep(seconds)
            seconds = min(30.0, seconds * 2)

    # --- one step ------------------------------------------------------------------------------------------

    async def _carry(self, step: s.AnyStep) -> Outcome:
        meter = Meter(step, asyncio.get_running_loop().time())
        still = self._still[step.key] = Standstill(step, accepted=step.key in self.set.accept)
        tries = self.ledger.of(step).tries
        return await self.carrier.carry(
            step,
            tries=tries + 1,
            doubtful=tries > 0,
            intend=lambda: self.ledger.intend(step),
            started=lambda task: self.ledger.follow(step, task),
            progress=lambda value: self._progress(step, meter, still, value),
            answered=lambda: self._links_free(self.pace.answered(step)),
        )

    def _links_free(self, free: bool) -> None:
        """Somebody else may use them now."""
        if free:
            self._freed.set()

    def _progress(self, step: s.AnyStep, meter: Meter, still: Standstill, value: float) -> None:
        self._links_free(self.pace.progress(step, value))
        now = asyncio.get_running_loop().time()
        still.progress(value, now)
        text = asdict(meter.read(value, now))
        if meter.worth_writing(now):
            self.ledger.tell("progress", text)
        else:
            self.ledger.show("progress", text)

    def _settle(self, step: s.AnyStep, outcome: Outcome) -> None:
        """Note what became of the step and when, if ever, it is tried again."""
        match outcome:
            case o.Done():
                self.ledger.write(step, "done", outcome)
            case o.Stopped():
                self.ledger.write(step, "waiting", outcome)
            case o.NeedsPerson():
                self.ledger.write(step, "person", outcome)
            case o.Failed():
                self.ledger.write(step, "failed", outcome)
            case o.RetryLater():
                self._retry(step, outcome)

    def _retry(self, step: s.AnyStep, outcome: o.RetryLater) -> None:
        now = asyncio.get_running_loop().time()
        since = self._waiting_since.setdefault(step.key, now)
        tries = self.ledger.of(step).tries
        patient = not outcome.counted or (outcome.for_room and bool(self._running))
        if not patient and tries >= TRIES:
            self.ledger.write(step, "failed", o.Failed(f"{outcome.reason}; tried {tries} times", outcome.error))
        elif now - since > PATIENCE_SECONDS:
            text = f"{outcome.reason}; waited {span(now - since)}, somebody has to look"
            self.ledger.write(step, "person", o.NeedsPerson(text))
        else:
            self._due[step.key] = now + outcome.seconds
            again = min(tries, TRIES - 1) if patient else tries
            self.ledger.write(step, "waiting", outcome, tries=again)

    # --- alongside -----------------------------------------------------------------------------------------

    async def _heartbeat(self) -> None:
        """Say that this driver lives, and hear whether somebody asked it to stop."""
        while True:
            self.set.journal.renew(self.lease)
            await self._hear()
            await asyncio.sleep(LEASE_SECONDS / 5)

    async def _hear(self) -> None:
        """Whether somebody asked to stop: heard with every heartbeat, and before any step is handed out."""
        wish = self.set.journal.stop_asked(self.lease.run)
        if wish and wish != self.stop:
            await self.ask_to_stop(wish)

    async def ask_to_stop(self, how: str) -> None:
        """Hand out no more steps; `tasks`: stop those that run, `finish`: let them end."""
        self.stop = how
        self._due.clear()
        self.ledger.tell("stopping", {"how": how})
        if how == "tasks":
            await self.carrier.cancel_all()

    async def _end(self) -> Report:
        troubles = self.ledger.troubles(self.plan)
        if self.stop:
            return self._close("cancelled", None, troubles)
        before, seconds = self.set.journal.before(self.lease.run), self.ledger.seconds()
        places = verify.places(await self._look(), self.plan)
        silent = self.ledger.silent() | await pulse.silent(self.set.pool, await self._look(), places)
        silent |= await crossed.silent(self.plan, await self._look(), self.set.beyond)
        proof = verify.judge(self.plan, before, seconds, await self._look(), silent)
        proof = await hearing.judge(proof, before, self.set.knock)
        return self._close("done" if proof.ok and not troubles else "incomplete", proof, troubles)

    def _close(self, state: str, proof: verify.Proof | None, troubles: tuple[str, ...]) -> Report:
        values = {"proof": msgspec.json.encode(proof).decode()} if proof else {}
        self.set.journal.set_run(self.lease, state=state, cancel="", **values)
        resume = f"xenferry runs resume {self.lease.run}"
        following = "" if state == "done" else f"when the cause is removed, go on with: {resume}"
        if state == "cancelled":
            following = f"go on with: {resume}" if troubles else ""
        return Report(run=self.lease.run, state=state, proof=proof, troubles=troubles, next=following)


async def _end_all(*awaitables: asyncio.Task[Any]) -> None:
    """End our own coroutines; what XAPI is doing goes on and is found again."""
    for each in awaitables:
        each.cancel()
    await asyncio.gather(*awaitables, return_exceptions=True)


__all__ = ["Driver", "Limits", "Listen", "Report", "Setting", "drive"]
