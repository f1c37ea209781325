"""The guest saw a CPU that the host cannot offer.

At its start a guest is shown a vendor and a set of CPU features and keeps them until it is shut down. It can only move
to, or be resumed on, hosts of the same vendor that offer all of them. XAPI checks this first; `force` skips the check
and may crash the guest. Since xapi 23.17 a library of Xen may compare more strictly where the lists of features differ
in length; then this is an approximation.

Cause: the guest was started when the pool offered more features, before an older host joined or a firmware update took
    features away.
Fix:
- Shut the guest down and start it again: it then gets the features all hosts share. A reboot from inside is not enough.
- Check that all hosts have the same BIOS settings and microcode.

Cause: the hosts have CPUs of different vendors.
Fix: Shut the guest down and start it on the other host: between vendors nothing can move while running.

Example:
    pool p
    host xcp1 features=1fcbfbff-f7fa3223
    host xcp2 features=1fcbfbff-77fa3223
    guest web on=xcp1 features=1fcbfbff-f7fa3223   # rule: cpu-incompatible
    guest new on=xcp1 features=1fcbfbff-77fa3223
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import cpu, guest
from xenferry.rules.finding import Error
from xenferry.rules.once import once_of
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go, count, of

where = (Place("cpu", 1), Place("core-cpu", 10))

Seen = tuple[str | None, str | None, bool]
"""Vendor and features that a guest saw, and whether it is PV."""


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Guests that saw the same CPU are judged together."""
    types, known, found = guest.types(s), _known(s), dict[Ref, int]()
    for vm in guests:
        if vm.power_state == "Halted" or types[vm.ref] == guest.UNKNOWN_TYPE:
            continue  # `domain-type-unknown` speaks
        flags = vm.last_boot_CPU_flags
        same = (flags.get("vendor"), flags.get("features"), types[vm.ref] == "pv")
        hosts = known.get(same)
        if hosts is None:
            hosts = known[same] = _hosts(s, vm)
        if hosts:
            found[vm.ref] = hosts
    return found


@once_of("host")
def _known(s: Snapshot) -> dict[Seen, int]:
    """What was found out so far: it holds as long as the hosts do, whatever becomes of the guests."""
    return {}


def _hosts(s: Snapshot, vm: VM) -> int:
    kind = guest.types(s)[vm.ref]
    return sum(1 << at for at, host in enumerate(s.hosts) if cpu.reason(vm, kind, host))


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    why = cpu.reason(vm, guest.types(s)[vm.ref], host) or ""
    return ("VM_INCOMPATIBLE_WITH_THIS_HOST", vm.ref, host.ref, why)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """The vendor, or how many features are missing."""
    first, kind = hosts[0], guest.types(s)[vm.ref]
    again = (
        f"Shut {vm.name_label} down and start it again: `xe vm-shutdown uuid={vm.uuid}`, `xe vm-start uuid={vm.uuid}`"
    )
    if cpu.reason(vm, kind, first) == cpu.NO_KEYS:
        seen = f"{of(hosts)} does not say which CPU features it offers"
        return Words(vm.ref, f"{cannot_go(vm, hosts)}: {seen}.", (f"Restart the toolstack on {first.name_label}.",))
    if cpu.reason(vm, kind, first) == cpu.OTHER_VENDOR:
        mine, theirs = vm.last_boot_CPU_flags.get("vendor", ""), first.cpu_info.get("vendor", "")
        seen = f"it was started on a CPU of {mine}, and the CPU there is of {theirs}"
        return Words(vm.ref, f"{cannot_go(vm, hosts)}: {seen}.", (f"{again} (choose the host with `on=`).",))
    number = cpu.lacking(vm.last_boot_CPU_flags.get("features", ""), first.cpu_info.get(cpu.key(kind), ""))
    seen = f"it was started with {count(number, 'CPU feature')} that {first.name_label} does not have"
    return Words(vm.ref, f"{cannot_go(vm, hosts)}: {seen}.", (f"{again}; then it gets what all hosts share.",))
