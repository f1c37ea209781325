"""The guest has more virtual CPUs than the host has CPUs.

What counts is the maximum of virtual CPUs, not how many the guest uses. Asked since xapi 1.110.

Cause: the guest's maximum was set for a larger host.
Fix:
- Lower it while the guest is halted: `xe vm-param-set uuid=... VCPUs-at-startup=N VCPUs-max=N`.
- If the guest may share CPUs with itself, `xe vm-param-set uuid=... platform:vcpu-unrestricted=true`.

Example:
    pool p
    host xcp1 cpus=32
    host xcp2 cpus=8
    guest db on=xcp1 cpus=16   # rule: not-enough-cpus
    guest free on=xcp1 cpus=16
      set platform.vcpu-unrestricted=true
    guest web on=xcp1 cpus=2
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import version
from xenferry.rules.facts.guest import is_true
from xenferry.rules.finding import Error
from xenferry.rules.once import once_of
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go

where = (Place("core", 21),)


def _cpus(host: Host) -> int:
    count = host.cpu_info.get("cpu_count", "")
    return int(count) if count.isdigit() else 0


@once_of("host")
def _counts(s: Snapshot) -> list[tuple[int, int]]:
    """The CPUs of each host, with its bit in a mask; the fewest first."""
    return sorted((_cpus(host), 1 << at) for at, host in enumerate(s.hosts))


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Hosts with fewer CPUs; not asked before xapi 1.110."""
    if version.xapi(s) < (1, 110):
        return {}
    counts = _counts(s)
    fewest = counts[0][0] if counts else 0
    large = [vm for vm in guests if vm.VCPUs_max > fewest and not is_true(vm.platform.get("vcpu-unrestricted", ""))]
    return {vm.ref: sum(bit for _, bit in counts[: bisect_left(counts, (vm.VCPUs_max, 0))]) for vm in large}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("HOST_NOT_ENOUGH_PCPUS", str(vm.VCPUs_max), str(_cpus(host)))


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """Both numbers."""
    seen = (
        f"{cannot_go(vm, hosts)}: it may have {vm.VCPUs_max} virtual CPUs, and there are {_cpus(hosts[0])} CPUs there."
    )
    lower = f"Lower its maximum while it is halted: `xe vm-param-set uuid={vm.uuid} VCPUs-max=...`."
    return Words(vm.ref, seen, (lower,))
