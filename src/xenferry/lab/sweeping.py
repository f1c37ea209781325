"""What XAPI throws away by itself every 30 seconds: tasks that ended long ago, sessions nobody uses (db_gc_util.ml).

The lab sweeps only when something may have become too old or too many, so an idle pool wakes nobody.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from xenferry.lab import garbage
from xenferry.lab.datamodel import EPOCH
from xenferry.lab.db import Record

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

INTERVAL_S = 30.0
ENDED_KEPT_S = 65 * 60.0
"""A task that has ended is kept this long (completed_task_timeout)."""
PENDING_KEPT_S = 24 * 3600.0
"""A pending task that is older and has made no progress between two sweeps is deleted (pending_task_timeout)."""
TASKS_MAX = 200
SESSION_IDLE_S = 24 * 3600.0
"""A session that was not used for so long ends (inactive_session_timeout)."""
SESSIONS_MAX = 2 * TASKS_MAX
"""Sessions of root without an originator, and sessions between hosts, each."""
SESSIONS_MAX_NAMED = 500
"""Sessions of one originator, or of one user who is not root."""
MESSAGES_MAX = 10_000
"""Messages beyond this number go, the oldest first (message_limit)."""
SWEPT = ("task", "session")


class Sweep:
    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._timer: asyncio.TimerHandle | None = None
        self._probation: dict[str, float] = {}
        self._dangling = False
        lab.db.watch(self._look)

    def _look(self, cls: str) -> None:
        """A task or session has changed, or there are too many messages: the next sweep may find something."""
        if cls in SWEPT or (cls == "message" and len(self._lab.db.all("message")) > MESSAGES_MAX):
            self._schedule(0.0)

    def soon(self) -> None:
        """Something points to what is no more: the next sweep collects it."""
        self._dangling = True
        self._schedule(0.0)

    def _schedule(self, wait_s: float) -> None:
        """At the first multiple of 30 s that is later than this, or earlier if that was decided before."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        when = INTERVAL_S * (math.floor((loop.time() + wait_s) / INTERVAL_S) + 1)
        if self._timer is not None:
            if self._timer.when() <= when and not self._timer.cancelled() and loop.time() < self._timer.when():
                return
            self._timer.cancel()
        self._timer = loop.call_at(when, self._sweep)

    def _sweep(self) -> None:
        self._timer = None
        now = self._lab.now()
        if self._dangling:
            self._dangling = False
            garbage.collect(self._lab.db)
        for ref in [*self._tasks_to_delete(now)]:
            self._lab.tasks.forget(ref)
        for group, most in self._groups():
            for ref in self._sessions_to_end(group, most, now):
                self._lab.sessions.close(ref)
        messages = list(self._lab.db.all("message"))
        for ref in messages[: max(0, len(messages) - MESSAGES_MAX)]:
            self._lab.db.destroy("message", ref)
        due = min(self._due(), default=None)
        if due is not None:
            self._schedule(max(0.0, due - now))

    def _due(self) -> Iterator[float]:
        """When each of what is left may become too old, in calendar seconds."""
        for task in self._lab.db.all("task").values():
            ended = _ended(task)
            yield seconds(task["finished"]) + ENDED_KEPT_S if ended else seconds(task["created"]) + PENDING_KEPT_S
        for session in self._lab.db.all("session").values():
            yield seconds(session["last_active"]) + SESSION_IDLE_S

    def _tasks_to_delete(self, now: float) -> list[str]:
        tasks = self._lab.db.all("task")
        ended = {ref: task for ref, task in tasks.items() if _ended(task)}
        gone = {ref for ref, task in ended.items() if _is_over(task, now)}
        gone.update(self._hung(tasks.keys() - ended.keys(), now))
        young = len(tasks) - len(gone)
        if young > TASKS_MAX:
            gone.update(_surplus({ref: task for ref, task in ended.items() if ref not in gone}))
        return [ref for ref in tasks if ref in gone]

    def _hung(self, pending: Iterable[str], now: float) -> list[str]:
        """Pending for a day, and no further than at the sweep before."""
        tasks = {ref: self._lab.db.get("task", ref) for ref in pending}
        old = {ref: task for ref, task in tasks.items() if seconds(task["created"]) < now - PENDING_KEPT_S}
        hung = [ref for ref, task in old.items() if task["progress"] <= self._probation.get(ref, -1.0)]
        self._probation = {ref: task["progress"] for ref, task in old.items()}
        return hung

    def _groups(self) -> Iterator[tuple[list[str], int]]:
        """Sessions that share a limit, and the limit."""
        groups: dict[tuple[str, str], list[str]] = {}
        for ref, session in self._lab.db.all("session").items():
            groups.setdefault(_group(session), []).append(ref)
        for (kind, name), refs in groups.items():
            shared = kind == "pool" or not name
            yield refs, SESSIONS_MAX if shared else SESSIONS_MAX_NAMED

    def _sessions_to_end(self, refs: list[str], most: int, now: float) -> list[str]:
        """Idle for a day, or the longest idle beyond the limit. One whose task is pending is neither."""
        sessions = {ref: self._lab.db.get("session", ref) for ref in refs}
        active = {ref: seconds(session["last_active"]) for ref, session in sessions.items()}
        unused = [ref for ref in refs if not any(self._pending(task) for task in sessions[ref]["tasks"])]
        old = [ref for ref in unused if active[ref] <= now - SESSION_IDLE_S]
        young = sorted((ref for ref in unused if active[ref] > now - SESSION_IDLE_S), key=lambda ref: -active[ref])
        return old + young[most:]

    def _pending(self, task: str) -> bool:
        return self._lab.db.exists("task", task) and not _ended(self._lab.db.get("task", task))


def _ended(task: Record) -> bool:
    return task["status"] not in ("pending", "cancelling")


def _is_over(task: Record, now: float) -> bool:
    """Ended more than 65 minutes ago, or somebody destroyed it while it was pending.

    A client's task that its client declared ended has no time of its end: it goes at the next sweep.
    """
    return "destroy" in task["current_operations"].values() or seconds(task["finished"]) < now - ENDED_KEPT_S


def _surplus(ended: dict[str, Record]) -> list[str]:
    """Of too many tasks, those that ended longest ago.

    What may stay is 200 less the number of those that have ended: XAPI counts them, not the pending ones.
    """
    newest_first = sorted(ended, key=lambda ref: seconds(ended[ref]["finished"]), reverse=True)
    return newest_first[max(0, TASKS_MAX - len(ended)) :]


def _group(session: Record) -> tuple[str, str]:
    user, originator = str(session["auth_user_name"]), str(session["originator"])
    if session["pool"]:
        return "pool", ""
    return ("originator", originator) if user in ("", "root") else ("user", user)


def seconds(date: str) -> float:
    """Calendar seconds of a date in XenAPI's form."""
    return 0.0 if date == EPOCH else datetime.strptime(date, "%Y%m%dT%H:%M:%S%z").timestamp()
