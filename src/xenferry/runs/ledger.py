"""The state of every step of a driven run: in memory for the loop, in the journal for whoever comes after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from xenferry.plan import steps as s
from xenferry.plan.words import summary
from xenferry.runs import outcome as o
from xenferry.runs.journal import Entry, Journal, Lease, StepState
from xenferry.runs.outcome import Outcome

Listen = Callable[[Entry], None]


class Ledger:
    """Steps' states, written through to the journal; every event is told to the listener, too."""

    def __init__(self, journal: Journal, lease: Lease, listen: Listen | None) -> None:
        self._journal = journal
        self._lease = lease
        self._listen = listen
        self._states = journal.steps(lease.run)

    def of(self, step: s.AnyStep) -> StepState:
        """What is known of the step; `new` for one that was never begun."""
        return self._states.get(step.key) or StepState(key=step.key, state="new")

    def state(self, key: str) -> str:
        """new, started, waiting, done, failed or person."""
        return self._states[key].state if key in self._states else "new"

    def forgive(self) -> None:
        """What failed or waited for a person gets a new chance; that it was tried is not forgotten."""
        for key, state in self._states.items():
            if state.state in ("failed", "person", "waiting"):
                self._states[key] = replace(state, state="waiting", tries=min(state.tries, 1))

    def intend(self, step: s.AnyStep) -> None:
        """Before the call: the step is about to be begun once more."""
        before = self.of(step)
        begun = self._journal.clock() if before.started is None else before.started
        state = StepState(key=step.key, state="started", tries=before.tries + 1, started=begun)
        self._set(state, "step-started", {"text": summary(step)})

    def follow(self, step: s.AnyStep, task: str) -> None:
        """After the call: this task of XAPI does it."""
        self._set(replace(self.of(step), state="started", task=task), "step-task", {"task": task})

    def write(self, step: s.AnyStep, state: str, outcome: Outcome, tries: int | None = None) -> None:
        """What became of the step. Waiting for the same reason as before is not told again."""
        before = self.of(step)
        counted = before.tries if tries is None else tries
        after = replace(before, state=state, outcome=o.encode(outcome), tries=counted)
        if state == "waiting" and (before.state, before.outcome) == (after.state, after.outcome):
            self._states[step.key] = after
            return
        self._set(after, f"step-{state}", {"text": summary(step), **_told(outcome)})

    def _set(self, state: StepState, kind: str, text: Mapping[str, Any]) -> None:
        entry = self._journal.set_step(self._lease, state, kind, text)
        self._states[state.key] = replace(state, changed=entry.time)
        self._pass_on(entry)

    def tell(self, kind: str, text: Mapping[str, Any]) -> None:
        """Something happened that concerns the whole run, or progress worth keeping."""
        self._pass_on(self._journal.note(self._lease, kind, text))

    def show(self, kind: str, text: Mapping[str, Any]) -> None:
        """Something for whoever watches now, not worth keeping."""
        self._pass_on(Entry(run=self._lease.run, seq=0, time=self._journal.clock(), kind=kind, text=dict(text)))

    def _pass_on(self, entry: Entry) -> None:
        if self._listen is not None:
            self._listen(entry)

    def seconds(self) -> dict[str, float]:
        """Step -> seconds from its first call to its end, whoever drove it."""
        ended = [each for each in self._states.values() if each.state == "done"]
        return {each.key: each.changed - each.started for each in ended if each.started is not None}

    def silent(self) -> frozenset[str]:
        """References of hosts that did not answer at the last try of a step."""
        open_steps = [o.decode(each.outcome) for each in self._states.values() if each.state != "done"]
        errors = [each.error for each in open_steps if isinstance(each, o.Failed | o.RetryLater)]
        return frozenset(error[1] for error in errors if len(error) > 1 and error[0] in o.SILENT)

    def troubles(self, plan: s.Plan) -> tuple[str, ...]:
        """In words, every step that is not done, and why."""
        open_steps = [step for step in plan.steps if self.state(step.key) != "done"]
        return tuple(f"{summary(step)}: {self._why(step)}" for step in open_steps)

    def _why(self, step: s.AnyStep) -> str:
        said = o.said(o.decode(self.of(step).outcome))
        return said or "not begun, because steps before it are not done"


def _told(outcome: Outcome) -> dict[str, Any]:
    """The outcome for people, and XAPI's own answer, where there is one, for whoever explains it."""
    if isinstance(outcome, o.Done):
        return {"how": outcome.how}
    error = {"error": list(outcome.error)} if isinstance(outcome, o.Failed) and outcome.error else {}
    return {"reason": o.said(outcome), **error}
