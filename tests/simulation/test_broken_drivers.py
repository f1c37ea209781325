"""The trials catch a driver that is broken: without this, that they all pass would say nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from trial.scene import trial

from xenferry.plan import back, disks
from xenferry.plan import steps as s
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.runs import carry, do, engine, outcome, verify
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


def believes_that_disks_are_in_place(patch: pytest.MonkeyPatch) -> None:
    """Neither the step nor the end looks where they are."""
    patch.setattr(disks, "in_place", lambda *_: True)


def goes_back_without_saying_how_much(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(back, "_stated", lambda way, _: way)


def takes_disks_to_another_sr(patch: pytest.MonkeyPatch) -> None:
    """All disks go where the first one goes, and nobody looks afterwards."""
    inserted = do._inserted
    patch.setattr(do, "_inserted", lambda now, vm: inserted(now, vm) | dict.fromkeys(_drives(now, vm), _an_sr(now)))
    believes_that_disks_are_in_place_afterwards(patch)


def believes_that_disks_are_in_place_afterwards(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(carry.Carrier, "_shown", _done)
    trusts_itself(patch)


async def _done(*_: object) -> outcome.Outcome:
    return outcome.Done()


def _drives(now: Snapshot, vm: Ref) -> list[Ref]:
    return [vdi.ref for _, vdi in disks.drives(now, now.VM[vm])]


def _an_sr(now: Snapshot) -> Ref:
    return next(sr.ref for sr in now.SR.values() if sr.name_label == "shared")


BROKEN: tuple[Break, ...] = (
    believes_that_a_failed_call_worked,
    takes_an_answer_for_the_deed,
    forgets_to_enable,
    ends_without_a_word,
    believes_that_disks_are_in_place,
    takes_disks_to_another_sr,
    goes_back_without_saying_how_much,
)


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_driver_is_caught(broken: Break, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch)
    assert any(trial(seed).faults for seed in SEEDS)
