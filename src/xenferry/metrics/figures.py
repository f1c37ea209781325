"""Which figures there are of a pool, each with its meaning, its labels and its values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from xenferry.plan.readiness import Readiness, readiness
from xenferry.pool.records import Host
from xenferry.pool.snapshot import Snapshot
from xenferry.rules import judge, matrix
from xenferry.rules.facts import memory
from xenferry.rules.finding import Severity
from xenferry.rules.matrix import Matrix
from xenferry.rules.silence import reason
from xenferry.runs.journal import Run

POWER_STATES = ("Running", "Halted", "Suspended", "Paused")
RUN_STATES = ("new", "running", "abandoned", "done", "incomplete", "cancelled")
HOST_STATES = ("enabled", "disabled", "dead")


class Figure(Struct, frozen=True):
    """One figure with all its values."""

    name: str
    about: str
    """What it says, and its unit."""
    labels: tuple[str, ...]
    values: tuple[tuple[tuple[str, ...], float], ...]
    """A text for each label, and the value."""


def figures(snapshot: Snapshot, runs: Iterable[Run] = ()) -> tuple[Figure, ...]:
    """Everything that is told of a pool. `runs`: the journal's, of whichever pools."""
    judged = matrix(snapshot)
    return (
        *_of_readiness(snapshot, readiness(snapshot, judged)),
        *_of_hosts(snapshot),
        *_of_guests(snapshot, judged),
        *_of_findings(snapshot, judged),
        *_of_runs([run for run in runs if run.pool == snapshot.pool.uuid]),
    )


def _of_readiness(s: Snapshot, found: Readiness) -> Iterator[Figure]:
    yield _one("readiness_score", "0 to 100: 100 when every host can be emptied, one at a time.", found.score)
    yield Figure(
        "host_can_be_emptied",
        "1 if all guests of the host find a place on the others.",
        ("host",),
        tuple(((s.name(each.host),), float(not each.stays)) for each in found.hosts),
    )


def _of_hosts(s: Snapshot) -> Iterator[Figure]:
    seen = Counter(state_of(s, host) for host in s.hosts)
    yield _counted("hosts", "Hosts by state.", "state", HOST_STATES, seen)
    free = tuple(((host.name_label,), float(memory.free(s, host.ref))) for host in s.hosts)
    yield Figure("host_memory_free_bytes", "Free as XAPI counts: every guest at its dynamic minimum.", ("host",), free)


def state_of(s: Snapshot, host: Host) -> str:
    """`enabled`, `disabled` or `dead` (XAPI does not hear of it)."""
    metrics = s.host_metrics.get(host.metrics)
    if metrics is not None and not metrics.live:
        return "dead"
    return "enabled" if host.enabled else "disabled"


def _of_guests(s: Snapshot, judged: Matrix) -> Iterator[Figure]:
    states = Counter(vm.power_state for vm in s.guests)
    yield _counted("guests", "Guests by power state.", "power_state", POWER_STATES, states)
    running = [vm for vm in s.guests if vm.power_state == "Running"]
    movable = sum(bool(judged.allowed(vm)) for vm in running)
    yield _one("guests_movable", "Running guests that may go to at least one other host.", movable)
    yield _one("guests_stuck", "Running guests that may go to no other host.", len(running) - movable)


def _of_findings(s: Snapshot, judged: Matrix) -> Iterator[Figure]:
    found, silenced = Counter[tuple[str, str]](), 0
    for finding in judge(s, judged):
        if reason(s, finding):
            silenced += 1
        else:
            found[finding.severity.value, finding.code] += 1
    each = tuple((labels, float(count)) for labels, count in sorted(found.items()))
    yield Figure(
        "findings", "Findings of `xenferry check` by rule; silenced ones left out.", ("severity", "code"), each
    )
    severities = Counter[str]()
    for (severity, _), count in found.items():
        severities[severity] += count
    known = [severity.value for severity in Severity]
    yield _counted("findings_by_severity", "The same, by severity alone.", "severity", known, severities)
    yield _one("findings_silenced", "Findings that somebody silenced.", silenced)


def _of_runs(runs: Sequence[Run]) -> Iterator[Figure]:
    states = Counter(run.state for run in runs)
    yield _counted("runs", "Runs in the journal by state.", "state", RUN_STATES, states)
    done = [run.changed for run in runs if run.state == "done"]
    if done:
        yield _one("run_last_done_timestamp_seconds", "When a run last came to its end, since 1970.", max(done))


def _one(name: str, about: str, value: float) -> Figure:
    return Figure(name, about, (), (((), float(value)),))


def _counted(name: str, about: str, label: str, known: Sequence[str], found: Counter[str]) -> Figure:
    """Every known value has a line, so that a count that falls to nothing is 0 and not a gap."""
    names = dict.fromkeys((*known, *sorted(found)))
    return Figure(name, about, (label,), tuple(((each,), float(found[each])) for each in names))
