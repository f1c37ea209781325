"""`assert_can_boot_here`: the checks behind every start, arrival and plan, in XAPI's order; the first refusal wins."""

from __future__ import annotations

from collections.abc import Callable

from xenferry.lab.error import LabError
from xenferry.lab.placement import basics, cpu, gpu, memory, reach, sriov
from xenferry.lab.placement.facts import Facts, is_null
from xenferry.lab.placement.version import as_coordinator


def check(
    facts: Facts, vm: str, host: str, *, with_cpu: bool = True, with_srs: bool = True, with_memory: bool = True
) -> None:
    """Raises the first refusal. XAPI leaves out the CPU in reservations, SRs in migrate_send, memory in plans."""
    gpu.check_legacy(facts, vm)
    basics.check_values(facts, vm)
    basics.check_host(facts, vm, host)
    if with_cpu:
        cpu.check(facts, vm, host)
    if with_srs:
        reach.check_srs(facts, vm, host)
    reach.check_networks(facts, vm, host)
    _check_devices(facts, vm, host)
    basics.check_hvm(facts, vm, host)
    if with_memory:
        memory.check(facts, vm, host)
    basics.check_pcpus(facts, vm, host)


def _check_devices(facts: Facts, vm: str, host: str) -> None:
    gpu.check_iommu(facts, vm, host)
    gpu.check_room(facts, vm, host)
    gpu.check_usb(facts, vm, host)
    sriov.check(facts, vm, host)


def boot_here(facts: Facts, vm: str, host: str) -> None:
    """The API's VM.assert_can_boot_here: licence, versions during an upgrade, then all checks."""
    if facts.get("VM", vm)["power_state"] == "Halted" and not facts.licensed("vm_start"):
        raise LabError("LICENCE_RESTRICTION", "VM_start")
    facts.get("host", host)
    if facts.upgrading and not as_coordinator(facts, host):
        raise LabError("VM_HOST_INCOMPATIBLE_VERSION", host, vm)
    check(facts, vm, host)


def possible_hosts(facts: Facts, vm: str) -> list[str]:
    """The API's VM.get_possible_hosts: only the reserved host while there is one; the CPU is not looked at."""
    scheduled = facts.get("VM", vm)["scheduled_to_be_resident_on"]
    if not is_null(scheduled):
        return [scheduled]
    return [host for host in facts.all("host") if refusal(check, facts, vm, host, with_cpu=False) is None]


def refusal(check_: Callable[..., object], *args: object, **options: object) -> LabError | None:
    """The error a check raises, as a value."""
    try:
        check_(*args, **options)
    except LabError as error:
        return error
    return None
