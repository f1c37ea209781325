"""Three moves with disks run on that host already

A host does at most three moves of disks at a time; the limit is built in.

Cause: other moves with disks, or moves of single disks, still run.
Tell: `xe task-list` shows three moves with disks (Async.VM.migrate_send, Async.VDI.pool_migrate) on the host.
Fix: Wait until one is done (`xe task-list`) and start again; `xenferry migrate` queues them by itself.

Example:
    TOO_MANY_STORAGE_MIGRATES(3)
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import listed, told, was_read
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("TOO_MANY_STORAGE_MIGRATES",)
CAUSES = ("limit",)
SAID = "{p0} moves with disks run on the host already, and it takes no more"


def evidence_limit(_reading: Reading, look: Look) -> Evidence:
    """The moves with disks that go on now."""
    if look.snapshot is None or not was_read(look.snapshot, "task"):
        return UNSEEN
    kinds = ("VM.migrate_send", "VDI.pool_migrate")
    going = [
        f"{task.name_label} ({task.progress:.0%})"
        for task in look.snapshot.task.values()
        if task.status == "pending" and task.name_label.removeprefix("Async.") in kinds
    ]
    return told(bool(going), f"Going on now: {listed(going)}.", "No such move goes on now: try again.")
