"""The ssh servers of a lab's hosts, on the loopback interface of this machine.

Each host has its own ephemeral host key. Login is by the lab's user and password, or by keys given when it is opened.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import asyncssh

from xenferry.lab.dom0 import files, nics, services, shares, ways
from xenferry.lab.dom0.command import Shell, carry_out

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

LOADED = (files, nics, services, shares, ways)
"""The modules whose commands are answered; importing them registers the commands."""
BOOT_S = 120.0
"""From the reboot until the host answers again: real machines take minutes."""
Reboot = Callable[[str], Coroutine[None, None, None]]


@dataclass(frozen=True)
class Dom0Address:
    """Where a host's dom0 listens: loopback, a port, and the SHA-256 fingerprint of its key."""

    host: str
    port: int
    fingerprint: str
    address: str = "127.0.0.1"


@asynccontextmanager
async def serve_dom0(
    lab: Lab, *, reboot: Reboot | None = None, keys: str = ""
) -> AsyncIterator[dict[str, Dom0Address]]:
    """Open one ssh server for each host; yields host reference -> where it listens, and closes them all afterwards.

    Args:
        lab: the pool.
        reboot: carries out `reboot` in dom0; without it the host goes down and boots as after host.reboot.
        keys: public keys in the form of an authorized_keys file that may log in.
    """
    async with AsyncExitStack() as stack:
        opened: dict[str, Dom0Address] = {}
        for host in lab.db.all("host"):
            key = asyncssh.generate_private_key("ssh-ed25519")
            listener = await asyncssh.listen(
                "127.0.0.1",
                0,
                server_factory=lambda: _Login(lab),
                server_host_keys=[key],
                authorized_client_keys=asyncssh.import_authorized_keys(keys) if keys else None,
                process_factory=_answering(Shell(lab, host), reboot),
                encoding="utf-8",
            )
            stack.push_async_callback(_close, listener)
            opened[host] = Dom0Address(host, listener.get_port(), key.get_fingerprint())
        yield opened


async def _close(listener: asyncssh.SSHAcceptor) -> None:
    listener.close()
    await listener.wait_closed()


class _Login(asyncssh.SSHServer):
    """Lets the lab's own user in."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (self._lab.sessions.username, self._lab.sessions.password)


def _answering(shell: Shell, reboot: Reboot | None) -> Callable[[asyncssh.SSHServerProcess[str]], Awaitable[None]]:
    async def answer(process: asyncssh.SSHServerProcess[str]) -> None:
        line = process.command
        if line is None:
            process.stderr.write("this lab's dom0 has no interactive shell; give a command\n")
            process.exit(127)
            return
        stdin = await process.stdin.read() if line.split(" ", 1)[0].endswith("tee") else ""
        answered = await carry_out(shell, line, stdin)
        process.stdout.write(answered.out)
        process.stderr.write(answered.err)
        process.exit(answered.status)
        if answered.reboots:
            shell.lab.spawn(reboot(shell.host) if reboot else _reboot(shell.lab, shell.host))

    return answer


async def _reboot(lab: Lab, host: str) -> None:
    """The machine goes down as it is, with whatever runs on it, and boots."""
    await lab.crash(host)
    await asyncio.sleep(BOOT_S)
    lab.revive(host)
