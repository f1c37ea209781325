"""dom0's `mount.nfs`, `umount`, and what people type to try a share: mkdir, rmdir, dd, ln, rm, all under `timeout`.

Simplification: of a mounted share only what is right in the mounted directory can be named.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from shlex import join

from xenferry.lab.dom0.command import Answer, Shell, carry_out, slow_command
from xenferry.lab.error import LabError
from xenferry.lab.storage import drivers, tree
from xenferry.lab.storage.job import Job
from xenferry.lab.storage.nfs_asked import NotSimulated
from xenferry.lab.storage.reach import parted
from xenferry.lab.storage.tree import MountFailed, Tree

TIMED_OUT, REFUSED, NOT_SIMULATED = 124, 32, 127
Deed = Callable[[Tree, str], Awaitable[None]]


def _job(shell: Shell, server: str, path: str, version: str) -> Job:
    config = {"server": server, "serverpath": path, "nfsversion": version}
    return drivers.job(shell.lab.db, shell.lab.world, shell.host, "", config, {})


def _mounted(shell: Shell, path: str) -> tuple[str, str]:
    """The mount point that a path is in, and the name in it; empty where it is in dom0's own files."""
    point, _, name = path.rstrip("/").rpartition("/")
    return (point, name) if point in shell.dom0.mounts else ("", "")


@asynccontextmanager
async def _behind(shell: Shell, point: str) -> AsyncIterator[Tree]:
    server, path = shell.dom0.mounts[point]
    version = shell.dom0.mount_versions.get(point, "3")
    async with tree.behind(_job(shell, server, path, version), server, path) as found:
        yield found


async def _in_share(shell: Shell, path: str, what: str, deed: Deed) -> Answer:
    """Do something in a mounted share; `what` begins the message of a failure."""
    point, name = _mounted(shell, path)
    try:
        async with _behind(shell, point) as place:
            await deed(place, name)
    except NotSimulated as why:
        return Answer(NOT_SIMULATED, err=f"not simulated: {why}\n")
    except OSError as error:  # LabError is none: a server that does not answer any more is told below
        return Answer(1, err=f"{what}: {os.strerror(error.errno or 5)}\n")
    except LabError:
        return Answer(1, err=f"{what}: {os.strerror(5)}\n")
    return Answer()


@slow_command("timeout")
async def timeout(shell: Shell, words: list[str], stdin: str) -> Answer:
    """`timeout [-k SECONDS] SECONDS COMMAND ...`."""
    rest = words[2:] if words[:1] == ["-k"] else words
    if len(rest) < 2 or not rest[0].isdigit():
        return Answer(125, err="timeout: invalid time interval\n")
    try:
        async with asyncio.timeout(int(rest[0])):
            return await carry_out(shell, join(rest[1:]), stdin)
    except TimeoutError:
        return Answer(TIMED_OUT)


@slow_command("mkdir")
async def mkdir(shell: Shell, words: list[str], stdin: str) -> Answer:
    """`mkdir [-m MODE] DIRECTORY`."""
    path = words[-1].rstrip("/") if words else ""
    if _mounted(shell, path)[0]:
        return await _in_share(shell, path, f"mkdir: cannot create directory '{path}'", lambda at, name: at.make(name))
    known, parent = shell.dom0.directories, path.rpartition("/")[0]
    if path in known or parent not in known:
        why = "File exists" if path in known else "No such file or directory"
        return Answer(1, err=f"mkdir: cannot create directory '{path}': {why}\n")
    known.add(path)
    return Answer()


@slow_command("rmdir")
async def rmdir(shell: Shell, words: list[str], stdin: str) -> Answer:
    """`rmdir DIRECTORY`."""
    path = words[-1].rstrip("/") if words else ""
    if _mounted(shell, path)[0]:
        return await _in_share(shell, path, f"rmdir: failed to remove '{path}'", lambda at, name: at.remove(name))
    dom0 = shell.dom0
    why = "" if path in dom0.directories else "No such file or directory"
    if any(other.startswith(f"{path}/") for other in (*dom0.directories, *dom0.files)):
        why = "Directory not empty"
    if path in dom0.mounts:
        why = "Device or resource busy"
    if why:
        return Answer(1, err=f"rmdir: failed to remove '{path}': {why}\n")
    dom0.directories.discard(path)
    return Answer()


@slow_command("mount.nfs")
async def mount_nfs(shell: Shell, words: list[str], stdin: str) -> Answer:
    """`mount.nfs SERVER:PATH DIRECTORY -o OPTIONS`, with the version among the options."""
    options = dict(part.partition("=")[::2] for part in words[-1].split(",")) if words[2:3] == ["-o"] else {}
    if len(words) != 4 or "vers" not in options:
        return Answer(127, err="mount.nfs: only `mount.nfs SERVER:PATH DIRECTORY -o vers=..` is simulated\n")
    (server, path), point = parted(words[0]), words[1]
    if point not in shell.dom0.directories:
        return Answer(REFUSED, err=f"mount.nfs: mount point {point} does not exist\n")
    try:
        await tree.mount(_job(shell, server, path, options["vers"]), server, path, int(options["vers"][:1]))
    except MountFailed as why:
        return Answer(REFUSED, err=f"mount.nfs: {why} while mounting {words[0]}\n")
    except LabError as error:
        unknown = error.code == "SR_BACKEND_FAILURE_140"
        why_not = f"Failed to resolve server {server}: Name or service not known" if unknown else "Connection timed out"
        return Answer(REFUSED, err=f"mount.nfs: {why_not}\n")
    shell.dom0.mounts[point] = (server, path)
    shell.dom0.mount_versions[point] = options["vers"]
    return Answer()


@slow_command("umount")
async def umount(shell: Shell, words: list[str], stdin: str) -> Answer:
    """`umount [-l] DIRECTORY`."""
    point = words[-1] if words else ""
    if point not in shell.dom0.mounts:
        return Answer(REFUSED, err=f"umount: {point}: not mounted\n")
    if shell.dom0.busy_mounts and "-l" not in words:
        return Answer(REFUSED, err=f"umount: {point}: target is busy.\n")
    del shell.dom0.mounts[point]
    shell.dom0.mount_versions.pop(point, None)
    return Answer()


@slow_command("dd")
async def dd(shell: Shell, words: list[str], stdin: str) -> Answer:
    """`dd if=/dev/zero of=FILE ...`, into a mounted share."""
    path = dict(word.partition("=")[::2] for word in words).get("of", "")
    if not _mounted(shell, path)[0]:
        return Answer(127, err="dd: only writing into a mounted share is simulated\n")
    return await _in_share(shell, path, f"dd: error writing '{path}'", lambda at, name: at.write(name))


@slow_command("ln")
async def ln(shell: Shell, words: list[str], stdin: str) -> Answer:
    """`ln FILE OTHER`, both in one mounted share."""
    if (
        len(words) != 2
        or not _mounted(shell, words[0])[0]
        or _mounted(shell, words[0])[0] != _mounted(shell, words[1])[0]
    ):
        return Answer(127, err="ln: only hard links within a mounted share are simulated\n")
    what, old = f"ln: failed to create hard link '{words[1]}' => '{words[0]}'", _mounted(shell, words[0])[1]
    return await _in_share(shell, words[1], what, lambda at, name: at.link(old, name))


@slow_command("rm")
async def rm(shell: Shell, words: list[str], stdin: str) -> Answer:
    """`rm [-f] FILE ...`: written files of dom0 and of shares; with -f a missing one is no error."""
    forced = any("f" in word for word in words if word.startswith("-"))
    answers = [await _rm(shell, path) for path in words if not path.startswith("-")]
    bad = [one for one in answers if one.status and not (forced and "No such file" in one.err)]
    return Answer(max((one.status for one in bad), default=0), err="".join(one.err for one in bad))


async def _rm(shell: Shell, path: str) -> Answer:
    if _mounted(shell, path)[0]:
        return await _in_share(shell, path, f"rm: cannot remove '{path}'", lambda at, name: at.unlink(name))
    gone = shell.dom0.files.pop(path, None) is not None
    return Answer() if gone else Answer(1, err=f"rm: cannot remove '{path}': No such file or directory\n")
