"""Memory is compressed on the wire where that was measured to pay, and nobody is asked to do what it does not know."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from pools import pool, ref

from xenferry.plan import steps as s
from xenferry.plan.evacuate import evacuate

PAIR = """
pool P{pool}
host h0 memory=64GiB{host}
  nic eth0 speed={speed} management
host h1 memory=64GiB{host}
  nic eth0 speed=10000 management
guest web on=h0 memory=8GiB{guest}
"""


def planned(speed: int = 1000, pool_more: str = "", host_more: str = "", guest_more: str = "") -> s.Plan:
    now = pool(PAIR.format(speed=speed, pool=pool_more, host=host_more, guest=guest_more))
    return evacuate(now, ref(now, "host", "h0"))


def move(plan: s.Plan) -> s.Move:
    return next(step for step in plan.steps if isinstance(step, s.Move))


def test_a_guest_crosses_a_slow_link_compressed_and_sooner() -> None:
    slow, plain = planned(), planned(guest_more=" tag=xenferry:uncompressed")
    assert move(slow).compress
    assert not move(plain).compress
    assert 0.55 < slow.totals.seconds / plain.totals.seconds < 0.7
    assert any("memory is compressed where a link is slow" in note for note in slow.notes)
    assert not any("compressed" in note for note in plain.notes)
    assert slow.at_least_seconds <= slow.totals.seconds


@pytest.mark.parametrize("speed", [2500, 10_000, 25_000])
def test_a_fast_link_is_not_worth_the_processor_time(speed: int) -> None:
    assert not move(planned(speed)).compress


def test_a_xapi_that_does_not_know_compression_is_not_asked_for_it() -> None:
    assert move(planned(pool_more=" xapi=22.33.0")).compress
    assert not move(planned(pool_more=" xapi=22.32.0")).compress


def test_what_the_pool_compresses_anyway_is_forecast_so() -> None:
    now = pool(PAIR.format(speed=2500, pool="", host="", guest=""))
    on = now.with_tables({"pool": {now.pool.ref: replace(now.pool, migration_compression=True)}}, now.taken_at)
    plan = evacuate(on, ref(now, "host", "h0"))
    assert not move(plan).compress
    assert move(plan).forecast.wire_share < 1
    assert any("because the pool says so" in note for note in plan.notes)
