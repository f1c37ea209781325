"""The task vanished before it was finished

Xen Orchestra waits for a task of XAPI; the task was gone before it said how it ended. What it did may go on or be done.

Cause: the toolstack of the coordinator was restarted, or the coordinator changed: tasks end with it.
Tell: `journalctl -u xapi` in dom0 shows a start at that time; other tasks are gone too.
Fix: Look where the guest is now (`xenferry check`): a migration that had begun is finished by the hosts or undone.
    Then start again what is missing.

Cause: XAPI keeps no more than 200 finished tasks and threw this one away before Xen Orchestra had read it.
Tell: `xe task-list` is long; a script or backup makes many tasks.
Fix: Find out which client leaves its tasks behind: `xe task-list params=uuid,name-label,created`; destroy the finished.

Cause: somebody destroyed the task, e.g. `xe task-destroy` or another client that tidied up.
Tell: xensource.log has `task.destroy` with the task's reference.
Fix: Look at what is there now, then start again.

Example:
    Error: task has been destroyed before completion
"""

CODES = ("XO_TASK_DESTROYED",)
CAUSES = ("restart", "too-many", "destroyed")
SAID = "XAPI no longer has the task that Xen Orchestra waited for"
