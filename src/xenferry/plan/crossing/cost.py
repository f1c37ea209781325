"""What a move into another pool costs: bytes, seconds, and the links of both pools.

Simplification: that the two pools are joined by something slower than their own NICs is not known to XAPI.
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.plan import disks, forecast
from xenferry.plan import steps as s
from xenferry.plan.crossing.way import same_sr
from xenferry.plan.schedule.limits import Limits
from xenferry.plan.words import span
from xenferry.pool.records import NULL, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.journey import Journey, extra_disks


def cargo_bytes(j: Journey) -> dict[Ref, int]:
    """Disk -> what may be copied of it and its snapshots at most; 0 where both pools have its SR."""
    return {
        ref: 0 if same_sr(j, j.here.VDI[ref], j.there.SR[sr]) else disks.stated_bytes(j.here, j.vm, j.here.VDI[ref])
        for ref, sr in j.disks.items()
    }


def extra_bytes(j: Journey) -> int:
    """Bytes of what comes along besides: images of suspended memory, snapshots of disks that are no more."""
    chains = {snapshot for ref in j.disks for snapshot in j.here.VDI[ref].snapshots}
    others = (j.here.VDI[ref] for ref in extra_disks(j) if ref not in chains)
    return sum(vdi.physical_utilisation or vdi.virtual_size for vdi in others)


def rate(j: Journey) -> float:
    """Bits per second of one stream: the slower of both links, and never more than XAPI's own limit."""
    via = j.via if j.via != NULL else None
    ends = [forecast.link_mbit(j.there, j.host.ref, via)]
    if j.vm.resident_on in j.here.host:
        ends.append(forecast.link_mbit(j.here, j.vm.resident_on))
    return min(forecast.STREAM_BITS, *((mbit or forecast.UNKNOWN_LINK_MBIT) * 1e6 for mbit in ends))


def of_crossing(j: Journey) -> s.Forecast:
    """XAPI copies one disk after the other, then the memory of a running guest."""
    bits, disk_bytes = rate(j), sum(cargo_bytes(j).values()) + extra_bytes(j)
    copying = disk_bytes * 8 / min(forecast.DISK_BITS, bits)
    if j.vm.power_state != "Running":
        seconds = forecast.ASSUMED.seconds(0.0) + copying
        return s.Forecast(disk_bytes=disk_bytes, seconds=seconds, bits_per_second=min(forecast.DISK_BITS, bits))
    memory = forecast.memory_bytes(j.here, j.vm)
    return s.Forecast(
        memory_bytes=memory,
        disk_bytes=disk_bytes,
        seconds=forecast.ASSUMED.seconds(memory * 8 / bits) + copying,
        bits_per_second=bits,
        pause_seconds=forecast.PAUSE_SECONDS,
    )


def limits(here: Snapshot, there: Snapshot, via: Ref) -> Limits:
    """The links of both pools."""
    network = via if via != NULL else None
    return Limits(links=forecast.limits(here).links | forecast.limits(there, network).links)


def assumptions(steps: Sequence[s.AnyStep]) -> tuple[str, ...]:
    """What the forecast rests on; empty when nothing moves."""
    crossing = [step for step in steps if isinstance(step, s.Cross)]
    if not crossing:
        return ()
    found = [f"one stream reaches at most {forecast.STREAM_BITS / 1e9:.1f} Gbit/s, between the pools as within them"]
    if any(step.forecast.disk_bytes for step in crossing):
        found.append(f"disks are copied at {forecast.DISK_BITS / 8e6:.0f} MB/s, one after the other for each guest")
    if any(step.source for step in crossing):
        pause = span(forecast.PAUSE_SECONDS)
        found.append(f"how fast guests rewrite memory is not known: each byte is counted once, the pause as {pause}")
    return tuple(f"assumed: {text}" for text in found)
