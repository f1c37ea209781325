"""A pool at a glance, and what is news between two glances: what `xenferry watch` shows.

A picture is made of a snapshot and its matrix alone, so the news of a time in which the connection was lost are those
between the picture before and the one after: no change is lost, only what began and ended meanwhile is not seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from xenferry.plan.readiness import Readiness, in_words, readiness
from xenferry.pool.records import VM, Host, Ref, Task
from xenferry.pool.snapshot import Snapshot
from xenferry.rules import silence
from xenferry.rules.facts import memory
from xenferry.rules.finding import Finding
from xenferry.rules.judge import judge
from xenferry.rules.matrix import Matrix
from xenferry.rules.words import gib

TOLD_OTHERWISE = ("operation-in-progress", "host-cannot-be-emptied")
"""Findings that are left out: tasks and readiness show the same, and do it better."""
RUN = "xenferry-run"
"""How a run tags the tasks that it starts (`xenferry.runs.do`)."""
STEP_PERCENT = 10
"""A task's progress is news only every so many percent."""


class Guest(Struct, frozen=True):
    """A guest, wherever it is."""

    uuid: str
    name: str
    state: str
    """Its power state, in small letters."""
    host: Ref
    """Where it runs; NULL: nowhere."""
    doing: tuple[str, ...]
    """The operations in progress on it, as XAPI calls them."""


class Place(Struct, frozen=True):
    """A host."""

    uuid: str
    name: str
    state: str
    """`enabled`, `disabled` or `dead`."""
    total_bytes: int
    free_bytes: int
    """As XAPI counts: every guest at its dynamic minimum."""


class Work(Struct, frozen=True):
    """A task that XAPI is working on, or has just ended."""

    uuid: str
    name: str
    percent: int
    status: str
    error: tuple[str, ...]
    guests: tuple[str, ...]
    """The names of the guests that it works on, with the host that one is on its way to."""
    run: str = ""
    """The run of xenferry that started it."""


class Picture(Struct, frozen=True):
    """The pool at one moment."""

    pool: str
    hosts: Mapping[Ref, Place]
    guests: Mapping[Ref, Guest]
    findings: Mapping[tuple[str, ...], Finding]
    """Those that nobody has silenced; the key says of two findings at different times whether they are the same."""
    tasks: Mapping[Ref, Work]
    readiness: Readiness
    readiness_words: str


class News(Struct, frozen=True, omit_defaults=True):
    """One thing that changed, in words and for programs."""

    kind: str
    """`pool`, `host`, `memory`, `guest`, `moved`, `state`, `finding`, `cured`, `readiness`, `task`, `connection`."""
    text: str
    """One sentence. Names in it come from the pool: escape it before showing."""
    uuid: str = ""
    """Of the object that it is about."""
    name: str = ""
    before: str = ""
    after: str = ""
    code: str = ""
    """Of the rule."""
    severity: str = ""
    percent: int = -1
    """Of a task."""
    free_bytes: int = -1
    """Of a host."""
    error: tuple[str, ...] = ()
    """XAPI's, of a task that failed."""
    score: int = -1
    run: str = ""
    """The run of xenferry that a task belongs to."""


def draw(s: Snapshot, judged: Matrix, known: Picture | None = None) -> Picture:
    """The picture of a snapshot; `judged` is its matrix.

    What is found and the readiness are most of the work; with `known` they are taken over from that picture instead.
    """
    found = known.readiness if known else readiness(s, judged, thorough=False)
    return Picture(
        pool=s.pool.name_label,
        hosts={host.ref: _place(s, host) for host in s.hosts},
        guests={
            vm.ref: Guest(
                vm.uuid, vm.name_label, vm.power_state.lower(), vm.resident_on, tuple(vm.current_operations.values())
            )
            for vm in s.guests
        },
        findings=known.findings if known else _findings(s, judged),
        tasks={task.ref: _work(s, task) for task in s.task.values() if task.subtask_of not in s.task},
        readiness=found,
        readiness_words=known.readiness_words if known else in_words(s, found),
    )


def _place(s: Snapshot, host: Host) -> Place:
    metrics = s.host_metrics.get(host.metrics)
    state = "dead" if metrics and not metrics.live else "enabled" if host.enabled else "disabled"
    return Place(host.uuid, host.name_label, state, metrics.memory_total if metrics else 0, memory.free(s, host.ref))


def _findings(s: Snapshot, judged: Matrix) -> dict[tuple[str, ...], Finding]:
    silenced = any(silence.entries(s))
    found = (each for each in judge(s, judged) if each.code not in TOLD_OTHERWISE)
    heard = (each for each in found if not (silenced and silence.reason(s, each)))
    return {(each.severity.value, each.code, each.subject, each.cause): each for each in heard}


def _work(s: Snapshot, task: Task) -> Work:
    doing = (vm for vm in s.guests if task.ref in vm.current_operations)
    percent = int(100 * min(max(task.progress, 0.0), 1.0))
    of, run = tuple(_bound(s, vm) for vm in doing), task.other_config.get(RUN, "")
    return Work(task.uuid, task.name_label, percent, task.status, task.error_info, of, run)


def _bound(s: Snapshot, vm: VM) -> str:
    to = s.host.get(vm.scheduled_to_be_resident_on)
    return f"{vm.name_label} to {to.name_label}" if to else vm.name_label


def begin(after: Picture) -> Iterator[News]:
    """What is said first: the pool, its hosts, what is found, what is under way."""
    names = f"{len(after.hosts)} hosts and {len(after.guests)} guests"
    yield News("pool", f"Pool {after.pool or '(no name)'} with {names}.", name=after.pool)
    yield from (_of_host(place) for place in after.hosts.values())
    yield _score(after)
    yield from (_appeared(key, each) for key, each in after.findings.items())
    yield from (_begun(work) for work in after.tasks.values() if work.status == "pending")


def news(before: Picture, after: Picture) -> Iterator[News]:
    """What has changed: hosts, guests, tasks, then what follows from them: memory, findings, readiness."""
    yield from _hosts(before, after)
    yield from _guests(before, after)
    yield from _tasks(before.tasks, after.tasks)
    for ref, place in after.hosts.items():
        if ref in before.hosts and before.hosts[ref].free_bytes != place.free_bytes:
            text = f"{place.name} has {gib(place.free_bytes)} of {gib(place.total_bytes)} free."
            yield News("memory", text, uuid=place.uuid, name=place.name, free_bytes=place.free_bytes)
    yield from (_appeared(key, each) for key, each in after.findings.items() if key not in before.findings)
    for key, gone in before.findings.items():
        if key not in after.findings:
            yield News("cured", f"No longer: {gone.seen}", severity=key[0], code=gone.code)
    if before.readiness_words != after.readiness_words:
        yield _score(after, before.readiness.score)


def _of_host(place: Place) -> News:
    text = f"Host {place.name} is {place.state}, {gib(place.free_bytes)} of {gib(place.total_bytes)} free."
    return News("host", text, uuid=place.uuid, name=place.name, after=place.state, free_bytes=place.free_bytes)


def _score(after: Picture, before: int | None = None) -> News:
    was = "" if before is None else str(before)
    score = after.readiness.score
    return News("readiness", after.readiness_words, before=was, after=str(score), score=score)


def _appeared(key: tuple[str, ...], each: Finding) -> News:
    return News("finding", each.seen, severity=key[0], code=each.code, error=each.error)


def _hosts(before: Picture, after: Picture) -> Iterator[News]:
    for ref, place in after.hosts.items():
        was = before.hosts.get(ref)
        if was is None:
            yield _of_host(place)
        elif was.state != place.state:
            said = f"Host {place.name} is {place.state} now."
            yield News("host", said, uuid=place.uuid, name=place.name, before=was.state, after=place.state)
    for ref, gone in before.hosts.items():
        if ref not in after.hosts:
            yield News("host", f"Host {gone.name} is gone.", uuid=gone.uuid, name=gone.name, before=gone.state)


def _guests(before: Picture, after: Picture) -> Iterator[News]:
    for ref, guest in after.guests.items():
        was = before.guests.get(ref)
        if was is None:
            text = f"Guest {guest.name} is new, {guest.state}."
            yield News("guest", text, uuid=guest.uuid, name=guest.name, after=guest.state)
            continue
        if was.state != guest.state:
            on = f" on {after.hosts[guest.host].name}" if guest.host in after.hosts else ""
            text = f"Guest {guest.name} is {guest.state} now{on}."
            yield News("state", text, uuid=guest.uuid, name=guest.name, before=was.state, after=guest.state)
        elif was.host != guest.host:
            source, target = _host_name(before, was.host), _host_name(after, guest.host)
            text = f"Guest {guest.name} moved from {source} to {target}."
            yield News("moved", text, uuid=guest.uuid, name=guest.name, before=source, after=target)
    for ref, gone in before.guests.items():
        if ref not in after.guests:
            yield News("guest", f"Guest {gone.name} is gone.", uuid=gone.uuid, name=gone.name, before=gone.state)


def _host_name(picture: Picture, ref: Ref) -> str:
    return picture.hosts[ref].name if ref in picture.hosts else "no host"


def _tasks(before: Mapping[Ref, Work], after: Mapping[Ref, Work]) -> Iterator[News]:
    for ref, work in after.items():
        was = before.get(ref)
        if was is None and work.status == "pending":
            yield _begun(work)
        elif work.status == "pending" and was and was.percent // STEP_PERCENT != work.percent // STEP_PERCENT:
            yield _task(work, f"{_called(work)}: {work.percent} %.")
        elif work.status != "pending" and (was is None or was.status == "pending"):
            failed = f": {', '.join(work.error)}" if work.error else ""
            yield _task(work, f"{_called(was or work)} ended ({work.status}{failed}).")
    for ref, gone in before.items():
        if ref not in after and gone.status == "pending":
            yield _task(gone, f"{_called(gone)} is no longer there.", after="gone")


def _begun(work: Work) -> News:
    return _task(work, f"{_called(work)} is under way, {work.percent} %.")


def _called(work: Work) -> str:
    of = f" of {', '.join(work.guests)}" if work.guests else ""
    run = f" (run {work.run})" if work.run else ""
    return f"Task {work.name}{of}{run}"


def _task(work: Work, text: str, after: str = "") -> News:
    return News(
        "task",
        text,
        uuid=work.uuid,
        name=work.name,
        after=after or work.status,
        percent=work.percent,
        error=work.error,
        run=work.run,
    )


def by_host(picture: Picture, ref: Ref) -> Iterable[Guest]:
    """The guests that run on a host, by name."""
    return sorted((guest for guest in picture.guests.values() if guest.host == ref), key=lambda guest: guest.name)
