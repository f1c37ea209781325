"""The task was cancelled

What the task had begun is undone as far as possible.

Cause: somebody cancelled it, or a client that waited for it gave up.
Tell: xensource.log has task.cancel with the task's letters, and who called it.
Fix: Look where the guest is now and start again if needed; a guest that was moved live goes on where it was.

Example:
    TASK_CANCELLED(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e)
"""

CODES = ("TASK_CANCELLED",)
CAUSES = ("cancelled",)
SAID = "the task was cancelled"
