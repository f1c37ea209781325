"""Shut a guest down and start it again, which gives it the CPU that the pool promises today."""

from __future__ import annotations

from xenferry.plan import forecast
from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.pool.records import VM


def restart(draft: Draft, vm: VM) -> bool:
    """A reboot from inside would keep the old features. False where XAPI cannot shut the guest down cleanly now."""
    if vm.resident_on not in draft.snapshot.host or "clean_shutdown" not in vm.allowed_operations:
        return False
    guest, host = draft.guest(vm), draft.host(vm.resident_on)
    off, on = forecast.SHUTDOWN_SECONDS, forecast.START_SECONDS
    down = s.Shutdown(key=f"shutdown-{vm.uuid}", guest=guest, host=host, forecast=s.Forecast(seconds=off))
    cost = s.Forecast(seconds=on, pause_seconds=off + on)
    draft.add_once(down)
    draft.add_once(s.Start(key=f"start-{vm.uuid}", after=(down.key,), guest=guest, host=host, forecast=cost))
    draft.note(f"guest {vm.name_label} is off for about {off + on:.0f} s: choose the time for it")
    return True
