"""The trials catch a driver that is broken: without this, that they all pass would say nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from trial.scene import trial

from xenferry.plan import steps as s
from xenferry.runs import carry, engine, outcome, verify
from xenferry.runs.engine import Driver, Report

SEEDS = range(80)
Break = Callable[[pytest.MonkeyPatch], None]


def believes_that_a_failed_call_worked(patch: pytest.MonkeyPatch) -> None:
    async def after(*_: object) -> outcome.Outcome:
        return outcome.Done()

    patch.setattr(carry.Carrier, "_after", after)
    trusts_itself(patch)


def trusts_itself(patch: pytest.MonkeyPatch) -> None:
    """The end is not judged on the pool."""
    patch.setattr(verify, "judge", lambda *_: verify.Proof(ok=True, guests=(), failures=()))


def takes_an_answer_for_the_deed(patch: pytest.MonkeyPatch) -> None:
    """It does not wait until the pool shows what was asked for, and does not judge the end."""

    async def shown(*_: object) -> outcome.Outcome:
        return outcome.Done()

    patch.setattr(carry.Carrier, "_shown", shown)
    trusts_itself(patch)


def forgets_to_enable(patch: pytest.MonkeyPatch) -> None:
    done = engine.done
    patch.setattr(engine, "done", lambda step, now: isinstance(step, s.Enable) or done(step, now))
    trusts_itself(patch)


def ends_without_a_word(patch: pytest.MonkeyPatch) -> None:
    close = Driver._close

    def silent(self: Driver, state: str, proof: verify.Proof | None, troubles: tuple[str, ...]) -> Report:
        return close(self, state, None, ())

    patch.setattr(Driver, "_close", silent)


BROKEN: tuple[Break, ...] = (
    believes_that_a_failed_call_worked,
    takes_an_answer_for_the_deed,
    forgets_to_enable,
    ends_without_a_word,
)


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_driver_is_caught(broken: Break, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch)
    assert any(trial(seed).faults for seed in SEEDS)
