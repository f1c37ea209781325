"""The host is disabled: no guest may come to it.

It goes on running, and so do the guests on it, but nothing is started on it or moved to it.

Cause: somebody put it into maintenance, or a tool did and did not come back.
Fix: When its maintenance is over: `xenferry maintenance leave HOST`, or `xe host-enable uuid=...`.

Cause: the host disabled itself: it has just booted, waits for a reboot after an update, or a PBD is unplugged under HA.
Fix: Look at `xe host-param-list uuid=...` (enabled, pending-guidances), do what is pending, then enable it.

Example:
    pool p
    host xcp1
    host xcp2 disabled   # rule: host-disabled
    guest web on=xcp1
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import guest, version
from xenferry.rules.facts.agility import enabled
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, arg, cannot_go

where = (Place("core", 8),)
about = "host"


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Disabled hosts, but for control domains and, since xapi 1.301, for guests that run there already."""
    off = int(s.everywhere) & ~enabled(s)
    if not off:
        return {}
    stays = version.xapi(s) >= (1, 301)
    masks = ((vm, off & ~guest.home(s, vm) if stays and vm.power_state == "Running" else off) for vm in guests)
    return {vm.ref: hosts for vm, hosts in masks if hosts and not vm.is_control_domain}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("HOST_DISABLED", host.ref)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """That it is disabled, and what it waits for."""
    first = hosts[0]
    waits = f"; pending: {', '.join(first.pending_guidances)}" if first.pending_guidances else ""
    leave = f"When its maintenance is over: `xenferry maintenance leave {arg(first.name_label)}`."
    enable = f"Only enable it: `xe host-enable uuid={first.uuid}`."
    return Words(first.ref, f"{cannot_go(vm, hosts)}: the host is disabled{waits}.", (leave, enable))
