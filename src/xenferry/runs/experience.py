"""What a pool's earlier runs teach: how long its live moves took, and its hosts' reboots, as the journal noted it.

A step counts when it was begun once and this program waited for its end; one that was found done already, was tried
again or was taken over after a crash says nothing about how long it takes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from xenferry.plan import steps as s
from xenferry.plan.forecast.fit import fit
from xenferry.plan.forecast.model import ASSUMED, Measurement, Model
from xenferry.plan.forecast.reboots import Reboots
from xenferry.plan.forecast.rewriting import Seen, plain, rewriting
from xenferry.plan.schedule.load import job
from xenferry.plan.schedule.play import sharing
from xenferry.runs import outcome as o
from xenferry.runs.journal import Journal, StepState

RUNS = 50
"""The latest runs of the pool that are looked at: networks and hosts change over the years."""
SHORTEST_SECONDS = 0.1
LONG = 3.0
"""Seconds that a guest's memory takes at full rate, from which on its move tells something of this guest."""


def learn(journal: Journal, pool: str) -> Model:
    """The model of this pool (its UUID); what is assumed of every pool where nothing was timed yet."""
    runs = [run.id for run in journal.runs() if run.pool == pool][:RUNS]
    timed = [list(_timed(journal, run)) for run in runs]
    model = fit([[measured for _, measured in group] for group in timed if group]) if any(timed) else ASSUMED
    seen = [_seen(step, measured, model) for group in timed for step, measured in group if measured.ideal >= LONG]
    reboots = Reboots(of_host=_reboots(journal, runs))
    return replace(model, plain=plain(seen), rewriting=rewriting(seen), reboots=reboots)


def _seen(step: s.Move, measured: Measurement, model: Model) -> Seen:
    """What the move says of the guest: what it took beyond what every move takes, and beside others."""
    alone = measured.ideal * (1 + model.shared * measured.sharing)
    return Seen(step.guest.uuid, (measured.seconds - model.fixed) / alone, step.forecast.bits_per_second / 8)


def _reboots(journal: Journal, runs: Sequence[str]) -> dict[str, tuple[float, ...]]:
    """Host's UUID -> seconds of its reboots."""
    found = defaultdict[str, list[float]](list)
    for run in runs:
        states = journal.steps(run)
        for step in journal.plan(run).steps:
            state = states.get(step.key)
            if isinstance(step, s.Reboot) and state is not None and state.started is not None and _telling(state):
                found[step.host.uuid].append(state.changed - state.started)
    return {host: tuple(took) for host, took in found.items()}


def _timed(journal: Journal, run: str) -> Iterator[tuple[s.Move, Measurement]]:
    plan, states = journal.plan(run), journal.steps(run)
    times = {key: (state.started, state.changed) for key, state in states.items() if state.started is not None}
    others = sharing([job(step) for step in plan.steps], times)
    for step in plan.steps:
        state = states.get(step.key)
        if isinstance(step, s.Move) and step.forecast.bits_per_second and state is not None and _telling(state):
            begin, end = times[step.key]
            ideal = step.forecast.memory_bytes * 8 / step.forecast.bits_per_second
            yield step, Measurement(seconds=end - begin, ideal=ideal, sharing=others[step.key])


def _telling(state: StepState) -> bool:
    """Was it begun once, and seen to its end?"""
    if state.state != "done" or state.tries != 1 or state.started is None:
        return False
    return o.decode(state.outcome) == o.Done() and state.changed - state.started > SHORTEST_SECONDS
