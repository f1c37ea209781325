"""The host is being evacuated, shut down or rebooted.

While that goes on, nothing may come to it. Unlike with a busy guest XAPI does not wait here: it refuses at once.

Cause: somebody, or another tool, is doing maintenance on the host.
Fix: Wait until it is over, or use another host.

Cause: the toolstack was restarted in the middle and forgot to take the mark away.
Fix: Restart the toolstack on the coordinator: `xe-toolstack-restart`.

Example:
    pool p
    host xcp1
    host xcp2 busy=evacuate   # rule: host-busy
    guest web on=xcp1
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import version
from xenferry.rules.finding import Error
from xenferry.rules.once import hosts_that
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go

where = (Place("host-op", 1),)
about = "host"

REMOVING = ("evacuate", "reboot", "shutdown")


def _first(host: Host) -> tuple[str, str] | None:
    return next(((task, name) for task, name in host.current_operations.items() if name in REMOVING), None)


_busy = hosts_that(lambda host: _first(host) is not None)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Hosts that guests are being taken off."""
    busy = _busy(s)
    return {vm.ref: busy for vm in guests} if busy else {}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer; without the task before xapi 25.27."""
    task, name = _first(host) or ("", "")
    told = ("OTHER_OPERATION_IN_PROGRESS", "host", host.ref, name)
    return told if version.xapi(s) < (25, 27) else (*told, task)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """What is going on."""
    _, name = _first(hosts[0]) or ("", "")
    seen = f"{cannot_go(vm, hosts)} now: the operation {name} is in progress on the host."
    return Words(hosts[0].ref, seen, ("Wait until it is over, or use another host.",))
