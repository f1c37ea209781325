"""What root of a host may do in a share that its dom0 has mounted: the model's answer, or that of a real server.

Simplifications of the model: a share has directories of one level; whoever may make a directory in an export owns it
and may write there, as long as there is room.
"""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from xenferry.lab.storage import nfs_asked
from xenferry.lab.storage.job import Job
from xenferry.lab.storage.nfs_asked import NotSimulated
from xenferry.lab.storage.reach import Mounted, find_server, lookup, refusal


class MountFailed(Exception):
    """mount.nfs gave up; the text is its reason."""


class Tree(Protocol):
    """An open directory. All raise the server's OSError, or NotSimulated."""

    async def make(self, name: str) -> None: ...
    async def remove(self, name: str) -> None: ...
    async def write(self, name: str) -> None: ...
    async def link(self, name: str, other: str) -> None: ...
    async def unlink(self, name: str) -> None: ...


@dataclass(frozen=True)
class Modelled:
    """In the world's servers."""

    mounted: Mounted

    @property
    def _files(self) -> set[str]:
        export = self.mounted.export
        return export.directories[self.mounted.directory] if self.mounted.directory else export.files

    def _may_change(self) -> None:
        """Raises OSError: what forbids every change."""
        export = self.mounted.export
        if export.read_only:
            raise OSError(errno.EROFS, "")
        if export.root_squash and not self.mounted.directory:
            raise OSError(errno.EACCES, "")

    def _has_room(self) -> None:
        if self.mounted.export.full:
            raise OSError(errno.ENOSPC, "")

    async def make(self, name: str) -> None:
        export = self.mounted.export
        if self.mounted.directory:
            raise NotSimulated("directories of a share are of one level in the lab")
        if name in export.directories:
            raise OSError(errno.EEXIST, "")
        self._may_change()
        if export.errno:
            raise OSError(export.errno, "")
        self._has_room()
        export.directories[name] = set()

    async def remove(self, name: str) -> None:
        export = self.mounted.export
        if self.mounted.directory or name not in export.directories:
            raise OSError(errno.ENOENT, "")
        self._may_change()
        if export.directories[name]:
            raise OSError(errno.ENOTEMPTY, "")
        del export.directories[name]

    async def write(self, name: str) -> None:
        self._may_change()
        self._has_room()
        self._files.add(name)

    async def link(self, name: str, other: str) -> None:
        if name not in self._files:
            raise OSError(errno.ENOENT, "")
        self._may_change()
        self._files.add(other)

    async def unlink(self, name: str) -> None:
        if name not in self._files:
            raise OSError(errno.ENOENT, "")
        self._may_change()
        self._files.discard(name)


async def mount(job: Job, server: str, path: str, version: int) -> None:
    """Whether mount.nfs gets the path. Raises LabError when no server answers, MountFailed with the server's no."""
    if job.world.nfs_sources is not None:
        try:
            async with nfs_asked.opened(job, path):
                return
        except (OSError, TimeoutError) as error:
            raise MountFailed(nfs_asked.reason(error)) from None
    found = await find_server(job, server)
    why = refusal(job, found, lookup(found, path), path, version)
    if why:
        raise MountFailed(why)


@asynccontextmanager
async def behind(job: Job, server: str, path: str) -> AsyncIterator[Tree]:
    """The directory behind a mount. Raises OSError where the server has it no more or is out of reach."""
    if job.world.nfs_sources is not None:
        async with nfs_asked.opened(job, path) as place:
            yield place
        return
    there = job.world.server(server)
    if there is None or job.host in there.unreachable or not job.linked:
        raise OSError(errno.EIO, "")
    found = lookup(there, path)
    if found is None or (found.directory and found.directory not in found.export.directories):
        raise OSError(errno.ESTALE, "")
    yield Modelled(found)
