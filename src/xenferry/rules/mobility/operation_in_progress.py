"""Something else is being done with this guest.

While an operation runs on a guest, most others have to wait: XAPI waits for it up to two hours and then refuses.

Cause: a snapshot, a backup, a migration or a shutdown of this guest is running.
Fix: Wait for it, or cancel its task: `xe task-cancel uuid=...`.

Cause: the toolstack was restarted in the middle and forgot to take the mark away.
Fix: Restart the toolstack on the coordinator: `xe-toolstack-restart`. Running guests go on.

Example:
    pool p
    host xcp1
    host xcp2
    guest web busy=snapshot   # rule: operation-in-progress
    guest idle
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import version
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_move, listed

where = (Place("lifecycle", 3),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Everywhere: no operation tolerates pool_migrate beside it."""
    hosts = int(s.everywhere)
    return {vm.ref: hosts for vm in guests if vm.current_operations}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer: one text for several operations; four parameters since xapi 25.27, two before."""
    tasks, names = list(vm.current_operations), list(vm.current_operations.values())
    several = len(tasks) > 1
    operation = "{" + ",".join(names) + "}" if several else names[0]
    if version.xapi(s) < (25, 27):
        return ("OTHER_OPERATION_IN_PROGRESS", f"VM.{operation}", vm.ref)
    task = "{" + ",".join(tasks) + "}" if several else tasks[0]
    return ("OTHER_OPERATION_IN_PROGRESS", "VM", vm.ref, operation, task)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """What is running."""
    doing = listed(vm.current_operations.values())
    uuids = [s.task[Ref(task)].uuid for task in vm.current_operations if task in s.task]
    cancel = tuple(f"Cancel its task: `xe task-cancel uuid={uuid}`." for uuid in uuids)
    return Words(vm.ref, f"{cannot_move(vm)} now: {doing} is in progress on it.", ("Wait until it is done.", *cancel))
