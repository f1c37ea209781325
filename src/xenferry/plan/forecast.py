"""What a plan will cost: bytes, seconds, the pause of each guest, from a few assumptions that are named in the plan.

Simplification: how fast a guest rewrites its memory is not known from the pool, so the memory is counted once and the
pause is the usual one; a guest that writes faster than the link carries takes longer and pauses longer.
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.plan import steps as s
from xenferry.plan.words import span
from xenferry.pool import records as r
from xenferry.pool.records import NULL, Ref
from xenferry.pool.snapshot import Snapshot

STREAM_BITS = 2.5e9
"""Bits per second that one encrypted migration stream reaches whatever the NIC (measured on XCP-ng 8.3)."""
DISK_BITS = 1.0e9
"""Bits per second of a live disk move: 120 MB/s seen on 10 Gbit/s links, the disks are the limit."""
UNKNOWN_LINK_MBIT = 1000
OVERHEAD_SECONDS = 5.0
PAUSE_SECONDS = 0.3
SHORT_SECONDS = 1.0
SHUTDOWN_SECONDS = 60.0
START_SECONDS = 30.0
REBOOT_SECONDS = 600.0


def memory_bytes(snapshot: Snapshot, vm: r.VM) -> int:
    """The memory a live move carries: what the guest has now, else the most it may have."""
    metrics = snapshot.VM_metrics.get(vm.metrics)
    return (metrics.memory_actual if metrics else 0) or vm.memory_static_max


def link_mbit(snapshot: Snapshot, host: Ref, network: Ref | None = None) -> int:
    """Speed of the NIC that migrations of this host use, in Mbit/s; 0 when the pool does not say."""
    for pif in snapshot.PIF.values():
        if pif.host == host and (pif.network == network if network else pif.management):
            return _speed(snapshot, pif)
    return 0


def _speed(snapshot: Snapshot, pif: r.PIF) -> int:
    """A bond's or VLAN's own metrics, else those of what lies under it (one link: a stream uses no more)."""
    metrics = snapshot.PIF_metrics.get(pif.metrics)
    if metrics is not None and 0 < metrics.speed < 65535:  # XAPI's "unknown" is 65535
        return metrics.speed
    vlan = snapshot.VLAN.get(pif.VLAN_master_of)
    if vlan is not None and vlan.tagged_PIF in snapshot.PIF:
        return _speed(snapshot, snapshot.PIF[vlan.tagged_PIF])
    bonds = [snapshot.Bond[ref] for ref in pif.bond_master_of if ref in snapshot.Bond]
    slaves = [snapshot.PIF[ref] for bond in bonds for ref in bond.slaves if ref in snapshot.PIF]
    return max((_speed(snapshot, slave) for slave in slaves if slave.bond_master_of == ()), default=0)


def stream_bits(snapshot: Snapshot, source: Ref, target: Ref, network: Ref | None) -> float:
    """Bits per second that one migration between these hosts reaches."""
    ends = [link_mbit(snapshot, host, network) or UNKNOWN_LINK_MBIT for host in (source, target) if host != NULL]
    return min([STREAM_BITS, *(mbit * 1e6 for mbit in ends)])


def of_move(snapshot: Snapshot, vm: r.VM, target: Ref, network: Ref | None = None) -> s.Forecast:
    """A live move without disks."""
    memory = memory_bytes(snapshot, vm)
    seconds = OVERHEAD_SECONDS + memory * 8 / stream_bits(snapshot, vm.resident_on, target, network)
    return s.Forecast(memory_bytes=memory, seconds=seconds, pause_seconds=PAUSE_SECONDS)


def of_move_with_disks(
    snapshot: Snapshot, vm: r.VM, target: Ref, disk_bytes: int, network: Ref | None = None
) -> s.Forecast:
    """A move together with disks; XAPI copies one disk after the other, then the memory of a running guest."""
    rate = min(DISK_BITS, stream_bits(snapshot, vm.resident_on, target, network))
    copying = disk_bytes * 8 / rate
    if vm.power_state != "Running":
        return s.Forecast(disk_bytes=disk_bytes, seconds=OVERHEAD_SECONDS + copying)
    live = of_move(snapshot, vm, target, network)
    return s.Forecast(
        memory_bytes=live.memory_bytes,
        disk_bytes=disk_bytes,
        seconds=live.seconds + copying,
        pause_seconds=PAUSE_SECONDS,
    )


def assumptions(snapshot: Snapshot, steps: Sequence[s.AnyStep], network: Ref | None = None) -> tuple[str, ...]:
    """The sentences that say what the forecast rests on; empty when nothing moves."""
    movers = [step for step in steps if isinstance(step, s.Move | s.MoveWithDisks)]
    if not movers:
        return ()
    speeds = {link_mbit(snapshot, host.ref, network) for host in snapshot.hosts}
    known = ", ".join(f"{speed} Mbit/s" for speed in sorted(speeds - {0})) or "none known"
    unknown = f"; where unknown, {UNKNOWN_LINK_MBIT} Mbit/s is assumed" if 0 in speeds else ""
    rate = f"links: {known}{unknown}; one stream reaches at most {STREAM_BITS / 1e9:.1f} Gbit/s"
    dirty = (
        f"how fast guests rewrite memory is not known: each byte is counted once, the pause as {span(PAUSE_SECONDS)}"
    )
    copies = f"disks are copied at {DISK_BITS / 8e6:.0f} MB/s" if any(x.forecast.disk_bytes for x in movers) else ""
    return tuple(f"assumed: {text}" for text in (rate, dirty, copies) if text)
