"""What HA has against disabling a host is said before anything is begun."""

from __future__ import annotations

from msgspec.structs import replace
from pools import pool, ref

from xenferry.plan import steps as s
from xenferry.plan.drain import drain
from xenferry.plan.evacuate import evacuate
from xenferry.plan.maintenance import enter
from xenferry.plan.rolling import rolling
from xenferry.pool.snapshot import Snapshot

TEXT = """
pool P
host h0 memory=32GiB
host h1 memory=32GiB
host h2 memory=32GiB
sr s nfs
guest a on=h0 memory=20GiB
  disk d sr=s
guest b on=h1 memory=20GiB
  disk d sr=s
"""


def protected(failures: int) -> Snapshot:
    now = pool(TEXT)
    vms = {
        key: replace(vm, ha_always_run=True, ha_restart_priority="restart") if vm.name_label in "ab" else vm
        for key, vm in now.VM.items()
    }
    own = replace(now.pool, ha_enabled=True, ha_host_failures_to_tolerate=failures, ha_plan_exists_for=failures)
    return now.with_tables({"VM": vms, "pool": {own.ref: own}}, now.taken_at)


def test_a_host_that_ha_needs_is_not_begun_with_and_the_plan_says_why() -> None:
    now = protected(1)
    host = ref(now, "host", "h0")
    for plan in (evacuate(now, host), enter(now, host), drain(now, [host])):
        assert plan.steps == ()
        (told,) = [left for left in plan.left if left.guest.name == "h0"]
        assert "HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN" in told.reason
        assert any("tolerate fewer failures" in choice for choice in told.choices)


def test_a_host_that_ha_can_do_without_is_emptied() -> None:
    now = protected(0)
    assert evacuate(now, ref(now, "host", "h0")).left == ()


def test_the_whole_pool_is_gone_through_without_the_hosts_that_ha_needs() -> None:
    plan = rolling(protected(1))
    assert plan.steps == ()
    assert [left.guest.name for left in plan.left] == ["h0", "h1", "h2"]
    assert {step.host.name for step in rolling(protected(0)).steps if isinstance(step, s.Reboot)} == {"h0", "h1", "h2"}
