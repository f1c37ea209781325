"""The forecast of one step, and of all steps together once it is known which of them share a link."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from xenferry.plan import steps as s
from xenferry.plan.forecast import compression
from xenferry.plan.forecast.figures import DISK_BITS
from xenferry.plan.forecast.links import narrowest, stream_bits
from xenferry.plan.forecast.model import ASSUMED, Model
from xenferry.plan.schedule.load import job
from xenferry.plan.schedule.play import Times, sharing
from xenferry.pool import records as r
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot


def memory_bytes(snapshot: Snapshot, vm: r.VM) -> int:
    """The memory a live move carries: what the guest has now, else the most it may have."""
    metrics = snapshot.VM_metrics.get(vm.metrics)
    return (metrics.memory_actual if metrics else 0) or vm.memory_static_max


def of_move(
    snapshot: Snapshot,
    vm: r.VM,
    target: Ref,
    network: Ref | None = None,
    model: Model = ASSUMED,
    source: Ref | None = None,
    compress: bool = False,
) -> s.Forecast:
    """A live move without disks; `source`: where the guest is by then, if not where it is now."""
    memory, ends = memory_bytes(snapshot, vm), (source or vm.resident_on, target)
    bits, share = stream_bits(snapshot, *ends, network), 1.0
    if compression.happens(snapshot, compress):
        bits, share = compression.memory_bits(narrowest(snapshot, *ends, network)), compression.WIRE_SHARE
    return _timed(s.Forecast(memory_bytes=memory, bits_per_second=bits, wire_share=share), model, vm.uuid)


def _timed(cost: s.Forecast, model: Model, guest: str, others: float = 0.0) -> s.Forecast:
    rate = cost.bits_per_second / 8
    seconds, pause = model.expected(guest, cost.memory_bytes / rate, rate, others)
    low, high = seconds * model.low, seconds * model.high
    return replace(cost, seconds=seconds, seconds_low=low, seconds_high=high, pause_seconds=pause)


def of_move_with_disks(
    snapshot: Snapshot, vm: r.VM, target: Ref, disk_bytes: int, network: Ref | None = None, model: Model = ASSUMED
) -> s.Forecast:
    """A move together with disks; XAPI copies one disk after the other, then the memory of a running guest."""
    rate = min(DISK_BITS, stream_bits(snapshot, vm.resident_on, target, network))
    copying = disk_bytes * 8 / rate
    if vm.power_state != "Running":
        return s.Forecast(disk_bytes=disk_bytes, seconds=model.fixed + copying, bits_per_second=rate)
    live = of_move(snapshot, vm, target, network, model)
    return s.Forecast(
        memory_bytes=live.memory_bytes,
        disk_bytes=disk_bytes,
        seconds=live.seconds + copying,
        bits_per_second=rate,
        pause_seconds=live.pause_seconds,
    )


def refined(steps: Sequence[s.AnyStep], times: Times, model: Model) -> list[s.AnyStep]:
    """The steps, each live move with the seconds that it takes beside those that share its links by this schedule."""
    if not model.shared:
        return list(steps)
    others = sharing([job(step) for step in steps], times)
    return [
        replace(step, forecast=_timed(step.forecast, model, step.guest.uuid, others[step.key]))
        if isinstance(step, s.Move) and step.forecast.bits_per_second
        else step
        for step in steps
    ]
