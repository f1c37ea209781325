"""The guest was started as one that does not move.

The platform settings `nomigrate` and `nested-virt` tie a guest to its host. They count as they were when the guest
started: changing them now helps only after the guest was shut down and started again. With `force` XAPI migrates
nevertheless; with nested virtualisation that may crash the guest.

Cause: nested virtualisation is on, so that the guest can run virtual machines itself.
Fix: If it is not needed, switch it off (`xe vm-param-set uuid=... platform:nested-virt=false`), then shut the guest
    down and start it again.

Cause: `nomigrate` was set on purpose.
Fix: If it is not needed, `xe vm-param-set uuid=... platform:nomigrate=false`, then shut the guest down and start it
    again.

Example:
    pool p
    host xcp1
    host xcp2
    guest pinned nomigrate   # rule: guest-immobile
    guest cloud nested   # rule: guest-immobile
    guest web
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts.guest import is_true
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_move

where = (Place("lifecycle-strict", 7),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Everywhere, if the guest's metrics say so; without metrics its settings count."""
    hosts, metrics, found = int(s.everywhere), s.VM_metrics, dict[Ref, int]()
    for vm in guests:
        booted = metrics.get(vm.metrics)
        if (booted.nomigrate or booted.nested_virt) if booted else (_set(vm, "nomigrate") or _set(vm, "nested-virt")):
            found[vm.ref] = hosts
    return found


def _set(vm: VM, key: str) -> bool:
    return is_true(vm.platform.get(key, ""))


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("VM_IS_IMMOBILE", vm.ref)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """Which of the two settings it is."""
    booted = s.VM_metrics.get(vm.metrics)
    nested = booted.nested_virt if booted else _set(vm, "nested-virt")
    key, what = ("nested-virt", "nested virtualisation") if nested else ("nomigrate", "the setting nomigrate")
    change = f"xe vm-param-set uuid={vm.uuid} platform:{key}=false"
    cure = f"If it is not needed: `{change}`, then shut {vm.name_label} down and start it again."
    return Words(vm.ref, f"{cannot_move(vm)}: it was started with {what}.", (cure,))
