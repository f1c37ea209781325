"""Carry a plan out under people's eyes: progress, a Ctrl-C that leaves no guest half-moved, proof at the end."""

from __future__ import annotations

import asyncio
import getpass
import os
import signal
import socket
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from xenferry import config
from xenferry.cli.frame.beyond import opened
from xenferry.cli.frame.dom0 import Dom0s, of_pool
from xenferry.cli.frame.explained import say_explained
from xenferry.cli.frame.hearing import asking
from xenferry.cli.frame.paper import say, say_table, warn
from xenferry.cli.frame.plans import say_rest
from xenferry.cli.frame.progress import watcher
from xenferry.cli.frame.telling import both, complain, told
from xenferry.pool.capture import read_pool
from xenferry.runs.bell import ringing
from xenferry.runs.control import take_over
from xenferry.runs.crossing.look import destinations
from xenferry.runs.engine import Report, Setting
from xenferry.runs.journal import LEASE_SECONDS, Journal, Run

if TYPE_CHECKING:
    from xenferry.cli.frame.source import Source
    from xenferry.plan.steps import Plan
    from xenferry.pool.snapshot import Snapshot
    from xenferry.runs.port import Beyond
    from xenferry.runs.verify import GuestProof, Proof
    from xenferry.xapi import Connection


def open_journal(source: Source) -> Journal:
    """The journal of runs: the configured one, else a file of this user; a lab's is as short-lived as the lab."""
    if source.lab:
        return Journal("sqlite://", clock=lambda: asyncio.get_running_loop().time())
    return Journal(journal_url(), clock=time.time)


def journal_url() -> str:
    """Where runs are kept: the configured database, else a file of this user."""
    url = config.load().journal
    if not url:
        folder = config.find_state()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        url = f"sqlite:///{folder / 'journal.db'}"
    return url


async def drive(connection: Connection, source: Source, plan: Plan, to_pool: str = "") -> int:
    """Put the plan into the journal and carry it out. 0 when the end is proven, else 1.

    `to_pool`: what this configuration calls the pool that guests are taken to, if not as the plan does.
    """
    dom0 = of_pool(source)
    await _reach_dom0s(connection, dom0, plan)
    journal = open_journal(source)
    try:
        async with opened(plan, to_pool) as beyond:
            run = journal.create(plan, owner())
            return await resume(connection, journal, run, dom0, lasting=not source.lab, beyond=beyond)
    finally:
        journal.close()


async def _reach_dom0s(connection: Connection, dom0: Dom0s | None, plan: Plan) -> None:
    """Knock at every control domain the plan needs before anything is done: a key may have to be confirmed."""
    from xenferry.plan.steps import RenameNics
    from xenferry.plan.things import find

    wanted = [step.host for step in plan.steps if isinstance(step, RenameNics)]
    if dom0 is None or not wanted:
        return
    snapshot = await read_pool(connection)
    for host in wanted:
        await dom0.reach(host, snapshot.host[find(snapshot, host)].address)


async def resume(
    connection: Connection,
    journal: Journal,
    run: str,
    dom0: Dom0s | None,
    *,
    lasting: bool = True,
    beyond: Beyond | None = None,
) -> int:
    """Carry a run of the journal out, or on. 0 when the end is proven, else 1.

    `lasting`: the pool and the journal will still be there afterwards, so that the run may be resumed. `beyond`: the
    ways to other pools, which a plan that takes guests there needs.
    """

    async def look() -> Snapshot:
        return await read_pool(connection)

    plan = journal.plan(run)
    done = [key for key, state in journal.steps(run).items() if state.state == "done"]
    with watcher(plan, done) as show:
        async with ringing(run, plan, told() if lasting else (), complain) as bell:
            setting = Setting(
                journal=journal,
                pool=connection,
                look=look,
                owner=owner(),
                dom0=dom0,
                listen=both(show, bell.hear),
                knock=asking(),
                beyond=beyond,
            )
            with _GentleStop(lambda: journal.ask_to_stop(run, "finish"), run):
                report = await take_over(run, setting, gone=is_gone)
            bell.end(report)
    say_report(report, lasting=lasting, whole=not plan.left, seen=seen_on(plan))
    if report.state != "done":
        return 1
    say_rest(plan, lasting=lasting)
    return 1 if plan.left else 0


def owner() -> str:
    """Who drives, unique while this program lives."""
    return f"{getpass.getuser()} on {socket.gethostname()}, process {os.getpid()}"


def is_gone(driver: str) -> bool:
    """Whether a driver (as `owner` names it) was a program on this machine that has ended; then nobody waits for it.

    Of another machine's, or another user's of the same name, nothing is known; a lease that runs out settles it.
    """
    if has_ended(driver):
        return True
    warn(f"{driver} drove a run of this pool a moment ago; waiting up to {LEASE_SECONDS:.0f} s for a sign of life.")
    return False


def has_ended(driver: str) -> bool:
    """The same, without a word."""
    here, _, process = owner().rpartition(" ")
    there, _, its_process = driver.rpartition(" ")
    if here != there or process == its_process or not its_process.isdecimal():
        return False
    try:
        os.kill(int(its_process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # somebody else's program has that number now
    return False


def known_runs(journal: Journal) -> tuple[Run, ...]:
    """All runs, the newest first; of a driver that has died on this machine nobody waits to hear."""
    for run in journal.runs():
        if run.state == "running" and has_ended(run.owner):
            journal.expire(run.id, run.owner)
    return journal.runs()


class _GentleStop:
    """First Ctrl-C: hand out no more steps and let the running ones end. Second: leave at once; XAPI goes on alone."""

    def __init__(self, stop: Callable[[], None], run: str) -> None:
        self._stop = stop
        self._run = run
        self._asked = False
        self._leaving = False

    def __enter__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._loop.add_signal_handler(signal.SIGINT, self._interrupted)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._loop.remove_signal_handler(signal.SIGINT)
        if self._leaving and kind is asyncio.CancelledError:
            raise click.exceptions.Exit(1)  # what had to be said was said when the key was pressed

    def _interrupted(self) -> None:
        if self._asked and self._task is not None:
            warn(f"Leaving. What XAPI has begun goes on; `xenferry runs resume {self._run}` takes it up again.")
            self._leaving = True
            self._task.cancel()
            return
        self._asked = True
        warn("Stopping: no new step is begun, the running ones end first. Ctrl-C again leaves at once.")
        self._stop()


def say_report(report: Report, *, lasting: bool = True, whole: bool = True, seen: str = "the pool") -> None:
    """How a run ended, in words; `whole`: its plan left no guest out; `seen`: where the end was looked at."""
    if report.proof is not None:
        say_proof(report.proof, seen)
    for trouble in report.troubles:
        say(f"Not done: {trouble}", style="yellow", hang=2)
        say_explained(trouble)
    done = f"{'Done' if whole else 'Every step of the plan is done'}, and verified on {seen}."
    words = {"done": done, "cancelled": "Stopped."}
    style = "bold green" if report.state == "done" else "bold red"
    say(f"Run {report.run}: {words.get(report.state, 'Not complete.')}", style=style)
    if report.state == "cancelled" and not report.next and lasting:
        say(f"Every step had ended by then. `xenferry runs resume {report.run}` verifies them on the pool.", hang=2)
    if report.next and lasting:
        say(f"{report.next[:1].upper()}{report.next[1:]}", hang=2)


def seen_on(plan: Plan) -> str:
    """Where the end of a plan is looked at."""
    return "both pools" if destinations(plan) else "the pool"


def say_proof(proof: Proof, seen: str = "the pool") -> None:
    """What was checked on the pool itself after the last step."""
    if proof.guests:
        say(f"Seen on {seen} afterwards:", style="bold")
        heard = any(guest.answers_on for guest in proof.guests)
        header = ("guest", "before", "now", "promised", "stopped?", "took", *(("answers on",) if heard else ()))
        rows = [(*_guest_row(guest), *((guest.answers_on,) if heard else ())) for guest in proof.guests]
        say_table(header, rows, indent=2)
    for failure in proof.failures:
        say(f"Not as promised: {failure}", style="bold red", hang=2)


def _guest_row(guest: GuestProof) -> tuple[str, ...]:
    from xenferry.plan.words import span

    stopped = {None: "", False: "never", True: "restarted"}[guest.restarted]
    before = _place(guest.before.state, guest.before.host) if guest.before else "?"
    took = span(guest.seconds) if guest.seconds is not None else ""
    return (guest.guest.name, before, _place(guest.after.state, guest.after.host), guest.promised, stopped, took)


def _place(state: str, host: str) -> str:
    return host if state == "Running" else state.lower()
