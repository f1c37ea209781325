"""A plan carried out on a twin of its pool, by `xenferry rehearse run` in a program of its own.

A rehearsal computes for seconds without a pause and must not be able to reach a pool; so it has nothing of this server:
it is given a copy of the pool in a file, and what it says is read as JSON (docs/json.md).
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from msgspec import Struct

from xenferry.plan import file
from xenferry.plan.steps import Plan, Thing
from xenferry.plan.timeline.rows import Timeline
from xenferry.pool import capture
from xenferry.runs.crossing.look import destinations
from xenferry.runs.verify import Proof
from xenferry.web.bench import Work
from xenferry.web.desk import Desk
from xenferry.xapi import Unreachable, Untrusted, XapiError

PROGRAM = (sys.executable, "-m", "xenferry", "rehearse", "run")
SECONDS_MAX = 600.0
"""After so long a rehearsal is given up: its plan is too big to be tried while somebody waits."""


class Mischance(Struct, frozen=True):
    """What was ordered to go wrong, and when it did, in seconds from the run's start."""

    order: str
    struck: tuple[float, ...] = ()
    lasting: bool = False


class Event(Struct, frozen=True):
    """Something that was not as planned."""

    seconds: float
    kind: str
    text: str


class Life(Struct, frozen=True):
    """What one guest lived through."""

    guest: Thing
    before: str
    after: str
    forecast_pause_seconds: float
    pause_seconds: float
    down_seconds: float
    stopped: str
    asked: bool
    twice: bool = False


class Outcome(Struct, frozen=True):
    """What of a rehearsal's JSON a page shows."""

    twin_of: str
    faults: tuple[Mischance, ...]
    events: tuple[Event, ...]
    state: str
    ended: str
    troubles: tuple[str, ...]
    timeline: Timeline
    guests: tuple[Life, ...]
    seconds: float
    unlike: tuple[str, ...]
    proof: Proof | None = None


class Rehearsal(Work):
    """One rehearsal.

    Args:
        desk: the plan's pool.
        plan: what is tried.
        faults: what goes wrong, in the scenario language.
        resume: a run that ended incomplete is gone on with ten minutes later.
        others: pools that are served here, by UUID; the plan may take guests to one.
        draft: the plan's page; it may be approved there.
        turn: who has it may take a whole processor.
    """

    def __init__(
        self,
        desk: Desk,
        plan: Plan,
        faults: Sequence[str],
        *,
        resume: bool,
        others: Mapping[str, Desk],
        draft: str,
        turn: asyncio.Semaphore,
    ) -> None:
        super().__init__(desk.name)
        self.plan, self.faults, self.resume, self.draft = plan, tuple(faults), resume, draft
        self.found: Outcome | None = None
        self._at, self._others, self._turn = desk, others, turn

    async def do(self) -> None:
        """All of it; what went wrong before the twin began is told."""
        try:
            async with self._turn:
                with TemporaryDirectory(prefix="xenferry-") as folder:
                    await self._perform(await self._command(Path(folder)))
        except* (Unreachable, Untrusted, XapiError) as several:
            self.trouble = f"The pool could not be copied: {several.exceptions[0]}"
        except* (file.BadPlan, Unready) as several:
            self.trouble = str(several.exceptions[0])

    async def _command(self, folder: Path) -> list[str]:
        """The program and its arguments, with all files that it reads."""
        kept = folder / "plan.json"
        file.save(self.plan, kept)
        words = [*PROGRAM, str(kept), "--json", "--capture", await _copied(self._at, folder / "here.json.gz")]
        for there in destinations(self.plan):
            other = self._others.get(there.pool.uuid)
            if other is None:
                raise Unready(f"The plan takes guests to pool {there.pool.name}, which is not served here.")
            words += ["--to-capture", await _copied(other, folder / "there.json.gz")]
        words += [f"--fault={line}" for line in self.faults]
        return [*words, *(["--resume-after", "10min"] if self.resume else [])]

    async def _perform(self, words: list[str]) -> None:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *words, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe
        )
        try:
            async with asyncio.timeout(SECONDS_MAX):
                said, complaint = await process.communicate()
        except TimeoutError:
            raise Unready("The twin was at work for ten minutes and not done; try a smaller plan.") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        try:
            self.found = msgspec.json.decode(said, type=Outcome)
        except msgspec.DecodeError:
            self.trouble = complaint.decode("utf-8", "replace").strip() or "The rehearsal ended without a word."


class Unready(Exception):
    """There is nothing to rehearse with; the message says why."""


async def _copied(desk: Desk, path: Path) -> str:
    """The pool in a file: a copy made now, or the capture that it is."""
    if desk.connect is None:
        if not desk.file:
            raise Unready(f"Pool {desk.name} is no live pool, and its file is not known.")
        return desk.file
    async with desk.connect() as connection:
        await capture.save(connection, path)
    return str(path)
