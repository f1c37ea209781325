"""Several servers that share the work of many pools through one PostgreSQL: a queue hands runs out, one for a pool.

DBOS keeps the queue: an approved run becomes a workflow in it, any server takes it, and the partition (the pool's UUID)
lets one run per pool go on at a time. A run that a dead server had is put back when its lease is over. That a run is
never driven twice does not rest on this: the journal's lease holds whoever comes second.

DBOS is a singleton of the process, so a process is in one fleet at most.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbos import DBOS

QUEUE = "xenferry-runs"
WORKFLOW = "carry out"
VERSION = "1"
"""Servers of different versions here do not take each other's runs; raised when the meaning of a workflow changes."""
APPLICATION = "xenferry"
POLL_S = 1.0


class NotInstalled(RuntimeError):
    """The extra that brings DBOS is missing; the message says how to get it."""


class Fleet:
    """This process as one of the servers.

    Args:
        url: of the PostgreSQL that they share, the journal's own.
        me: names this process among them; unique while it lives.
        carry: carries a run out, in a thread of its own, and returns when it is over, however it ended.
        driven: whether somebody's lease on a run is not over.
    """

    def __init__(self, url: str, me: str, carry: Callable[[str], None], driven: Callable[[str], bool]) -> None:
        self._url, self._me, self._carry, self._driven = url, me, carry, driven
        self._dbos: type[DBOS] | None = None

    def join(self) -> None:
        """Take runs from the queue from now on. Blocks for about a second; call it in a thread.

        Raises:
            NotInstalled: DBOS is not there.
            Exception: whatever DBOS says of a database that cannot be reached.
        """
        try:
            from dbos import DBOS
        except ImportError:
            raise NotInstalled("servers that share a PostgreSQL need DBOS: pip install 'xenferry[servers]'") from None
        DBOS(
            config={
                "name": APPLICATION,
                "system_database_url": self._url,
                "application_version": VERSION,
                "executor_id": self._me,
                "log_level": "ERROR",
            }
        )

        def carry_out(run: str) -> None:
            self._carry(run)

        self._workflow = DBOS.workflow(name=WORKFLOW)(carry_out)
        DBOS.launch()
        DBOS.register_queue(QUEUE, partition_concurrency=1, polling_interval_sec=POLL_S)
        self._dbos = DBOS

    def leave(self) -> None:
        """Take no more runs; what is under way here is left for the others."""
        if self._dbos is not None:
            self._dbos.destroy(destroy_registry=True)
            self._dbos = None

    def hand_out(self, run: str, pool: str) -> None:
        """Let some server carry a run out. `pool`: its UUID."""
        from dbos import SetEnqueueOptions, SetWorkflowID

        assert self._dbos is not None, "join first"
        with SetWorkflowID(f"{run}/{secrets.token_hex(4)}"), SetEnqueueOptions(queue_partition_key=pool):
            self._dbos.enqueue_workflow(QUEUE, self._workflow, run)

    def adopt(self) -> tuple[str, ...]:
        """Put the runs of servers that died back into the queue; which they were. Any server may do so, at any time."""
        assert self._dbos is not None, "join first"
        pending = self._dbos.list_workflows(status="PENDING", name=WORKFLOW, load_input=False, load_output=False)
        found = []
        for workflow in pending:
            run = workflow.workflow_id.partition("/")[0]
            if workflow.executor_id != self._me and not self._driven(run):
                self._dbos.resume_workflow(workflow.workflow_id)
                found.append(run)
        return tuple(found)
