"""Something else is going on with the same object

XAPI does one such thing at a time. It waits up to two hours by itself before it answers with this, except where a host
is about to be emptied or restarted.

Cause: a move, snapshot, backup or other task on it still runs.
Tell: `xe task-list` shows it with its progress; `xe vm-param-get uuid=GUEST param-name=current-operations` names the
    kind.
Fix: `xe task-list` shows it; wait, or cancel it: `xe task-cancel uuid=TASK`.

Cause: the host is being emptied, shut down or restarted, and takes no guests meanwhile.
Fix: Wait until it is back, or choose another host.

Cause: the task has vanished and its mark stayed, e.g. after a crash.
Tell: `current-operations` is filled, and no task of that reference is in `xe task-list`.
Fix: Restart the toolstack on the coordinator: `xe-toolstack-restart`; guests keep running.

Example:
    OTHER_OPERATION_IN_PROGRESS(VM.pool_migrate, OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e)
"""

from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.errors.facts import listed, tasks_of, told, was_read
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("operation-in-progress",)
CODES = ("OTHER_OPERATION_IN_PROGRESS",)
CAUSES = ("task", "host-going", "left-over")
SAID = "another operation is going on ({p0} {p2})"


def evidence_host_going(reading: Reading, _look: Look) -> Evidence:
    """The first parameter names the kind of object."""
    return supports("The busy object is a host.") if reading.param(0).lower().startswith("host") else contradicts("")


def evidence_task(reading: Reading, look: Look) -> Evidence:
    """The tasks of the object, in the pool's records."""
    found = look.find(reading.param(1))
    if found is None or look.snapshot is None or not hasattr(found[1], "current_operations"):
        return UNSEEN
    tasks = [f"{task.name_label} ({task.progress:.0%})" for task in tasks_of(look.snapshot, found[1])]
    if not tasks and found[1].current_operations:
        return UNSEEN
    return told(bool(tasks), f"Going on now: {listed(tasks)}.", "Nothing goes on on it now: try again.")


def evidence_left_over(reading: Reading, look: Look) -> Evidence:
    """An operation whose task the pool does not have."""
    found = look.find(reading.param(1))
    pool = look.snapshot
    if found is None or pool is None or not hasattr(found[1], "current_operations") or not was_read(pool, "task"):
        return UNSEEN
    lost = [kind for ref, kind in found[1].current_operations.items() if ref not in pool.task]
    return told(bool(lost), f"It is marked with {listed(lost)}, and no such task is there.", "No such mark is on it.")
