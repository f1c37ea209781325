"""Trying a share in a host's own dom0, as the NFS driver uses it: mount, make a directory, mount that, write, link.

Everything is below one directory in /run and one in the share, both with a name of their own. What was done is undone
in reverse, after a failure and a Ctrl-C, too; only empty directories and the trial's own two files are ever removed.
Every command ends by itself after a while.
"""

from __future__ import annotations

import asyncio
from shlex import join

from msgspec import Struct

from xenferry.probe.dom0 import NO_SUCH_PROGRAM, Answer, Dom0Unreachable
from xenferry.probe.dom0_look import Runs
from xenferry.probe.share import Share
from xenferry.probe.trial import FILE, OTHER, new_name
from xenferry.probe.view import LINKS, MAKES, MOUNTS, MOUNTS_BELOW, ROOM, WRITES

LIMIT = ("timeout", "-k", "5", "60")
"""Less than the ssh session waits for a command; a second signal, for a mount that takes no notice of the first."""
TIMED_OUT = (124, 137)
"""What `timeout` ends with; the command may have had its effect."""
NO_ROOM = ("No space left", "quota exceeded")
Words = tuple[str, ...]


class Tried(Struct, frozen=True, kw_only=True):
    """How far dom0 came."""

    went: tuple[str, ...] = ()
    """Steps that worked."""
    failed: str = ""
    """The step that did not."""
    reason: str = ""
    """Why; without a failed step: why nobody can tell."""
    left: tuple[str, ...] = ()
    """Commands that take away what could not be taken away; to be typed in dom0, in this order."""


class _Deed(Struct, frozen=True):
    """One command, the step that it proves, and what takes it back."""

    step: str
    words: Words
    back: Words


async def attempt(dom0: Runs, share: Share, version: str, *, over_ipv6: bool = False) -> Tried:
    """Try a share in dom0 and leave nothing behind. Cancelled, it first lets its command end, and tidies up.

    Args:
        dom0: a session.
        share: server and path.
        version: NFS version to mount with.
        over_ipv6: dom0 reaches the server by IPv6.
    """
    trial = _Attempt(dom0, _deeds(share, version, over_ipv6=over_ipv6))
    running = asyncio.ensure_future(trial.carry_out())
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        trial.stopped = True
        await running
        raise


def _deeds(share: Share, version: str, *, over_ipv6: bool) -> tuple[_Deed, ...]:
    name = new_name()
    folder = f"/run/{name.lstrip('.')}"
    top, below = f"{folder}/share", f"{folder}/below"
    own = Share(share.server, f"{share.path.rstrip('/')}/{name}")
    file, other = f"{below}/{FILE}", f"{below}/{OTHER}"
    write = ("dd", "if=/dev/zero", f"of={file}", "bs=64k", "count=1", "conv=fsync")
    options = f"soft,proto={'tcp6' if over_ipv6 else 'tcp'},vers={version},acdirmin=0,acdirmax=0,timeo=50,retrans=2"
    places = tuple(_Deed("", ("mkdir", "-m", "700", path), ("rmdir", path)) for path in (folder, top, below))
    return (
        *places,
        _Deed(MOUNTS, ("/sbin/mount.nfs", str(share), top, "-o", options), ("umount", top)),
        _Deed(MAKES, ("mkdir", f"{top}/{name}"), ("rmdir", f"{top}/{name}")),
        _Deed(MOUNTS_BELOW, ("/sbin/mount.nfs", str(own), below, "-o", options), ("umount", below)),
        _Deed(WRITES, write, ("rm", "-f", file)),
        _Deed(LINKS, ("ln", file, other), ("rm", "-f", other)),
    )


class _Attempt:
    """One trial, while it goes on."""

    def __init__(self, dom0: Runs, deeds: tuple[_Deed, ...]) -> None:
        self._dom0, self._deeds = dom0, deeds
        self._done: list[_Deed] = []
        self._went: list[str] = []
        self._lost = ""
        self.stopped = False

    async def carry_out(self) -> Tried:
        failed, reason = await self._forward()
        left = await self._back()
        return Tried(went=tuple(self._went), failed=failed, reason=self._lost or reason, left=left)

    async def _forward(self) -> tuple[str, str]:
        """The step that did not work, and why."""
        for deed in self._deeds:
            if self.stopped:
                return "", "it was stopped"
            answer = await self._run(deed.words)
            if answer is None or answer.status in (0, *TIMED_OUT):
                self._done.append(deed)
            if answer is None:
                return "", self._lost
            if answer.status:
                return _judged(deed, answer)
            self._went += [deed.step] if deed.step else []
        return "", ""

    async def _back(self) -> tuple[str, ...]:
        """Take everything back, the last first; what could not be, as commands."""
        left = []
        for deed in reversed(self._done):
            answer = None if self._lost else await self._run(deed.back)
            if answer is not None and answer.status and deed.back[0] == "umount":
                answer = await self._run(("umount", "-l", *deed.back[1:]))
            if answer is None or (answer.status and deed.step in ("", *self._went)):
                left.append(join(deed.back))
        return tuple(left)

    async def _run(self, words: Words) -> Answer | None:
        """None when the session broke."""
        try:
            return await self._dom0.run(*LIMIT, *words)
        except Dom0Unreachable as error:
            self._lost = str(error)
            return None


def _judged(deed: _Deed, answer: Answer) -> tuple[str, str]:
    said = " ".join((answer.err or answer.out).split())
    if answer.status == NO_SUCH_PROGRAM or not deed.step:
        return "", said or f"`{join(deed.words)}` ended with {answer.status}"
    if answer.status in TIMED_OUT:
        return deed.step, f"`{join(deed.words)}` did not end within a minute"
    step = ROOM if any(word in said for word in NO_ROOM) else deed.step
    return step, said or f"`{join(deed.words)}` ended with {answer.status}"
