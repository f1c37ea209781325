"""A pool that changes while it is read leaves records that name others which are not there: nothing breaks of that.

Pools are recorded ones and the rules' own examples. From each, records, whole tables and entries of lists are torn out
at random; everything that may be asked of a snapshot must still be answered, in words or by a verdict of unknown.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xenferry.lab.scenario import parse
from xenferry.plan.add_storage import add_nfs
from xenferry.plan.align_nics import align_nics
from xenferry.plan.evacuate import evacuate
from xenferry.plan.maintenance import enter, leave
from xenferry.plan.migrate import migrate
from xenferry.plan.recheck import recheck
from xenferry.plan.steps import Plan
from xenferry.plan.things import Unseen
from xenferry.plan.words import summary
from xenferry.pool.cables import cables
from xenferry.pool.snapshot import Snapshot, Tables
from xenferry.rules import article, judge, matrix, modules
from xenferry.rules.place import KINDS
from xenferry.runs import tasks, verify

DATA = Path(__file__).parents[1] / "data" / "verdicts-every-code.jsonl.gz"


def pools() -> list[Tables]:
    with gzip.open(DATA, "rt") as lines:
        recorded = [json.loads(line)["records"] for line in lines]
    return [*recorded, *(parse(article(code).example).tables for code in modules())]


POOLS = pools()


def torn(tables: Tables, seed: int) -> Snapshot:
    """What is left of a pool; the seed decides what and how much is torn out."""
    dice = random.Random(seed)  # noqa: S311  # tears, guards nothing
    tables_lost, records_lost = dice.choice((0.0, 0.05)), dice.choice((0.02, 0.1, 0.4))
    entries_lost = dice.choice((0.0, 0.1, 0.5))

    def keep(value: Any) -> Any:
        if not isinstance(value, list) or not all(str(each).startswith("OpaqueRef:") for each in value):
            return value
        return [each for each in value if dice.random() >= entries_lost]

    return Snapshot.from_tables(
        {
            name: {
                ref: {key: keep(value) for key, value in record.items()}
                for ref, record in rows.items()
                if dice.random() >= records_lost
            }
            for name, rows in tables.items()
            if dice.random() >= tables_lost
        }
    )


def ask_rules(s: Snapshot) -> None:
    judged = matrix(s, tuple(s.VM.values()))
    judge(s)
    judge(s, judged)
    cables(s)
    for vm in judged.guests:
        judged.possible_hosts(vm)
        for host in s.hosts:
            for kind in KINDS:
                judged.first(vm, host, kind)
                judged.why(vm, host, kind)


def ask_planners(s: Snapshot) -> None:
    guests, share = [vm.ref for vm in s.guests][:4], {"server": "nas", "serverpath": "/vms"}
    wishes: list[Callable[[], Plan]] = [
        lambda: migrate(s, guests),
        lambda: migrate(s, guests, cold=True),
        lambda: align_nics(s),
        lambda: align_nics(s, shut_down=True),
    ]
    for host in list(s.host)[:2]:
        wishes += [
            lambda host=host: evacuate(s, host),
            lambda host=host: enter(s, host, network=next(iter(s.network), None)),
            lambda host=host: leave(s, host),
            lambda host=host: migrate(s, guests, target=host),
        ]
    wishes += [lambda sr=sr: migrate(s, guests, sr=sr) for sr in list(s.SR)[:2]]
    for wish in wishes:
        hold_against(wish(), s)
    if s.pool.master in s.host:
        hold_against(add_nfs(s, share, "new"), s)


def hold_against(plan: Plan, s: Snapshot) -> None:
    """What is done with a plan before, during and after its run."""
    recheck(plan, s)
    verify.judge(plan, "", {}, s)
    for step in plan.steps:
        summary(step)
        tasks.busy(s, step)
        tasks.working(s, step)
        tasks.strays(s, step)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.sampled_from(range(len(POOLS))), st.integers(0, 2**32))
def test_whatever_is_missing_every_question_is_answered(which: int, seed: int) -> None:
    s = torn(POOLS[which], seed)
    ask_rules(s)
    ask_planners(s)


def test_a_guest_whose_host_was_not_read_is_left_with_that_reason() -> None:
    tables = {name: dict(rows) for name, rows in parse("pool P\nhost a\nhost b\nguest g on=a\n").tables.items()}
    home = next(ref for ref, host in tables["host"].items() if host["name_label"] == "a")
    del tables["host"][home]
    s = Snapshot.from_tables(tables)
    (left,) = migrate(s, [s.guests[0].ref]).left
    assert left.reason == "guest g cannot be judged: the record of the host it is on was not read"


def test_a_plan_that_needs_an_object_that_was_not_read_says_so() -> None:
    tables = {**parse("pool P\nhost a\n").tables, "host": {}}
    with pytest.raises(Unseen, match="its record was not read"):
        add_nfs(Snapshot.from_tables(tables), {"server": "nas", "serverpath": "/vms"}, "new")
