"""What a run needs of the world: a pool that takes calls, a way to look at it, dom0 for NIC names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from msgspec import Struct

from xenferry.plan.steps import Destination, Management, Thing
from xenferry.pool.snapshot import Snapshot


class TaskPort(Protocol):
    """A task of XAPI, as `xenferry.xapi` gives it."""

    @property
    def ref(self) -> str:
        """The task's reference."""

    async def wait(self, progress: Callable[[float], None] | None = None) -> str:
        """Its result. Raises XapiError, TaskVanished, TaskCancelled, Unreachable."""

    async def cancel(self) -> None:
        """Ask XAPI to stop it; it may be too late for that."""


class PoolPort(Protocol):
    """A connection to a pool, as `xenferry.xapi.connect` gives it."""

    async def call(self, method: str, *params: Any) -> Any:
        """Call and wait. Raises XapiError, Unreachable."""

    async def start(self, method: str, *params: Any, tags: Mapping[str, str] | None = None) -> TaskPort:
        """Start the asynchronous form of the call, its task's other_config tagged."""

    def task(self, ref: str) -> TaskPort:
        """Take up a task that exists already."""


Look = Callable[[], Awaitable[Snapshot]]
"""A fresh snapshot of the pool. Raises Unreachable."""


class Far(Struct, frozen=True):
    """Another pool, to which guests are taken."""

    pool: PoolPort
    look: Look


Beyond = Callable[[Destination], Awaitable[Far]]
"""Opens the way to the other pool, once, by its name in the configuration. Raises Unreachable, Unable."""


class Dom0(Protocol):
    """The control domains, for what XAPI cannot do."""

    async def rename_nics(
        self, host: Thing, address: str, names: Mapping[str, str], management: Management | None = None
    ) -> None:
        """Give NICs (MAC -> name) other names from the next boot on; with the management NIC among them it boots now.

        Raises:
            Unreachable: dom0 does not answer.
            ValueError: dom0 refused; the message says why.
        """
