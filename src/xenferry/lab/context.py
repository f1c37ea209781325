"""What a simulated call is given besides its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xenferry.lab.datamodel import NULL
from xenferry.lab.db import Database
from xenferry.lab.error import LabError

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab
    from xenferry.lab.world import Fault


@dataclass(frozen=True)
class Context:
    """One call. `task` is the reference of its task object, None for a call without one.

    `session` is the caller's session reference, `host` the reference of the host that was asked, `name` the call;
    `fault` is an error ordered for a later moment of the call.
    """

    lab: Lab
    name: str
    host: str
    session: str | None = None
    task: str | None = None
    fault: Fault | None = None

    @property
    def db(self) -> Database:
        return self.lab.db

    def progress(self, fraction: float) -> None:
        """Shows progress 0..1 on the task. XAPI's progress may go backwards; nothing here prevents it."""
        if self.task is not None and self.db.exists("task", self.task):
            self.db.update("task", self.task, progress=float(fraction))

    def forward(self, host: str) -> None:
        """The call goes on on this host: its task shows it, and dies when that host's toolstack does."""
        if self.task is not None:
            self.lab.tasks.forward(self.task, host)

    def permit(self) -> None:
        """From now on the call can be cancelled: it waits for its turn, or a host is at work for it."""
        if self.task is not None:
            self.lab.tasks.permit(self.task)

    def seal(self) -> None:
        """From now on the call cannot be cancelled, as a migration after it has suspended its guest."""
        self.fail("late")
        if self.task is not None:
            self.lab.tasks.seal(self.task)

    def fail(self, when: str) -> None:
        """Raises the error that was ordered for this moment of the call, `task` or `late`."""
        if self.fault is not None and self.fault.when == when:
            raise LabError(*self.fault.error)

    def subtask(self, label: str, host: str | None = None) -> str:
        """A task object below this call's own, for what XAPI starts internally; end it with `lab.tasks.forget`."""
        return self.lab.tasks.create(label, host=host or self.host, parent=self.task or NULL)

    def checkpoint(self) -> None:
        """Raises TASK_CANCELLED [task] when somebody has cancelled the task."""
        if self.task is not None and self.lab.tasks.is_cancelled(self.task):
            raise LabError("TASK_CANCELLED", self.task)
