"""A host's control domain over ssh: what XAPI neither tells nor does, above all the names of NICs.

Commands are sent as quoted words, never as text that a shell could read otherwise. The host's key is compared with the
one that was pinned before anything is sent; a first contact pins what it sees only when the caller says so.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from shlex import join

import asyncssh
from msgspec import Struct

from xenferry.pool.neighbour import Neighbour
from xenferry.probe import neighbours

RENAME = "/sbin/interface-rename"
MANAGEMENT = "/etc/firstboot.d/data/management.conf"
RESET = "/var/tmp/network-reset"  # noqa: S108  # the file that xapi looks for at its start, given by xapi
INVENTORY = "/etc/xensource-inventory"
NETWORKD = "/var/lib/xcp/networkd.db"
NO_SUCH_PROGRAM = 127
"""The status with which a shell says that."""
CONNECT_SECONDS = 20.0
COMMAND_SECONDS = 120.0


class Dom0Unreachable(Exception):
    """No ssh session with the host's dom0; the message says why and what to do."""


class Dom0Refused(Exception):
    """A command in dom0 failed; the message holds the command and what it printed."""


class Login(Struct, frozen=True, kw_only=True):
    """How to reach a host's dom0. The password is shown nowhere."""

    address: str
    port: int = 22
    user: str = "root"
    password: Callable[[], str] | None = None
    """Gives the password when it is needed; None: keys of the ssh agent and the user's own."""
    key: str = ""
    """The host key's SHA-256 fingerprint (`SHA256:...`) that was pinned; empty: unknown yet."""


class Answer(Struct, frozen=True):
    """What a command did."""

    status: int
    out: str
    err: str


class NewName(Struct, frozen=True):
    """A NIC, by its MAC address, and the name it shall have."""

    mac: str
    name: str


class Address(Struct, frozen=True, kw_only=True):
    """The management interface's configuration under the NIC's new name."""

    device: str
    mode: str
    ip: str = ""
    netmask: str = ""
    gateway: str = ""
    dns: str = ""
    vlan: str = ""

    @property
    def bridge(self) -> str:
        """The bridge that dom0's tools give a NIC of this name; a VLAN's is named by xapi later."""
        if self.vlan:
            return "xentemp"
        return f"xenbr{self.device[3:]}" if self.device.startswith("eth") else f"br{self.device}"

    def settings(self) -> list[tuple[str, str]]:
        """Key and value in the order of dom0's own tools; what is not set is left out."""
        fixed = [("IP", self.ip), ("NETMASK", self.netmask), ("GATEWAY", self.gateway), ("DNS", self.dns)]
        tag = [("VLAN", self.vlan)] if self.vlan else []
        return [("MODE", self.mode), *tag, *(pair for pair in fixed if self.mode == "static" and pair[1])]


class Dom0:
    """An open ssh session with one host's dom0."""

    def __init__(self, connection: asyncssh.SSHClientConnection, address: str) -> None:
        self._connection = connection
        self._address = address

    async def run(self, *words: str, stdin: str = "") -> Answer:
        """Run one command and wait for its end.

        Raises:
            Dom0Unreachable: the session broke; whether the command ran is not known.
        """
        try:
            done = await self._connection.run(join(words), input=stdin, timeout=COMMAND_SECONDS, encoding="utf-8")
        except (asyncssh.Error, OSError, TimeoutError) as error:
            raise Dom0Unreachable(f"the ssh session with {self._address} broke during `{words[0]}`: {error}") from error
        status = done.returncode if done.returncode is not None else -1
        return Answer(status, str(done.stdout or ""), str(done.stderr or ""))

    async def must(self, *words: str, stdin: str = "") -> str:
        """Run one command that has to succeed; what it printed.

        Raises:
            Dom0Refused: it ended with another status than 0.
        """
        answer = await self.run(*words, stdin=stdin)
        if answer.status:
            said = (answer.err or answer.out).strip() or "it printed nothing"
            raise Dom0Refused(f"on {self._address} `{join(words)}` ended with {answer.status}: {said}")
        return answer.out

    async def resolve(self, name: str) -> str | None:
        """The address that dom0 finds for a name; None when it finds none."""
        answer = await self.run("getent", "hosts", name)
        return answer.out.split()[0] if answer.status == 0 and answer.out.split() else None

    async def nics(self) -> str:
        """dom0's own table of NICs (`interface-rename --list`)."""
        return await self.must(RENAME, "--list")

    async def neighbours(self) -> dict[str, Neighbour] | None:
        """NIC -> the switch and port it is plugged into, by LLDP; None when dom0 has no lldpd to tell it.

        Raises:
            Dom0Refused: lldpctl failed, or printed what cannot be read.
        """
        answer = await self.run("lldpctl", "-f", "json")
        if answer.status == NO_SUCH_PROGRAM:
            return None
        if answer.status:
            raise Dom0Refused(f"on {self._address} `lldpctl` ended with {answer.status}: {answer.err.strip()}")
        try:
            return neighbours.read(answer.out)
        except ValueError as error:
            raise Dom0Refused(f"on {self._address}: {error}") from None

    async def rename(self, names: Sequence[NewName]) -> None:
        """Order new NIC names; they take effect at the next boot."""
        await self.must(RENAME, "--update", *(f"{item.name}={item.mac}" for item in names))

    async def rename_with_management(self, names: Sequence[NewName], management: Address) -> None:
        """Order new names that include the management NIC's, and reboot at once.

        What `xe-reset-networking` does, except that it would put the NICs back to the names of the installation: the
        toolstack stops, its memory of the network is removed, the management interface is written down under its new
        name, and xapi builds this host's network records anew when it starts (xapi: python3/bin/xe-reset-networking).
        The session ends with the reboot.
        """
        inventory = await self.must("cat", INVENTORY)
        await self.must("service", "xapi", "stop")
        await self.must("systemctl", "stop", "xcp-networkd")
        await self.must("rm", "-f", NETWORKD)
        await self.must("tee", INVENTORY, stdin=_inventory(inventory, management.bridge))
        quoted = [("LABEL", management.device), *management.settings()]
        await self.must("tee", MANAGEMENT, stdin="".join(f"{key}='{value}'\n" for key, value in quoted))
        plain = [("DEVICE", management.device), *management.settings()]
        await self.must("tee", RESET, stdin="".join(f"{key}={value}\n" for key, value in plain))
        await self.rename(names)
        await self.run("reboot")


def _inventory(text: str, bridge: str) -> str:
    changed = {"MANAGEMENT_INTERFACE": bridge, "CURRENT_INTERFACES": ""}
    lines = [line for line in text.splitlines() if line.partition("=")[0].strip() not in changed]
    return "\n".join([*lines, *(f"{key}='{value}'" for key, value in changed.items())]) + "\n"


@asynccontextmanager
async def open_dom0(login: Login, *, pin: Callable[[str], bool] | None = None) -> AsyncIterator[Dom0]:
    """An ssh session with a host's dom0.

    Args:
        login: where and as whom.
        pin: asked with the fingerprint at a first contact, when `login.key` is empty: may it be trusted from now on?

    Raises:
        Dom0Unreachable: no connection, another host key than the pinned one, or the login was refused.
    """
    client = _Trust(login, pin)
    try:
        connection = await asyncssh.connect(
            login.address,
            login.port,
            username=login.user,
            password=login.password() if login.password else None,
            known_hosts=((), (), ()),
            client_factory=lambda: client,
            config=[],
            connect_timeout=CONNECT_SECONDS,
        )
    except (asyncssh.Error, OSError, TimeoutError) as error:
        raise Dom0Unreachable(_why(login, client, error)) from None
    async with connection:
        yield Dom0(connection, login.address)


class _Trust(asyncssh.SSHClient):
    """Decides about the host's key before anything is sent."""

    def __init__(self, login: Login, pin: Callable[[str], bool] | None) -> None:
        self._login = login
        self._pin = pin
        self.seen = ""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        self.seen = key.get_fingerprint()
        if self._login.key:
            return self.seen == self._login.key
        return self._pin is not None and self._pin(self.seen)


_COMPARE = (
    "Compare it on the host (`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub`); if it is the same, confirm it when "
    "the command asks on a terminal, or pin it: `xenferry pool add --replace ... --dom0 HOST=ADDRESS,SHA256:...`"
)


def _why(login: Login, client: _Trust, error: BaseException) -> str:
    where = f"{login.user}@{login.address} port {login.port}"
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        known = f"not the pinned {login.key}" if login.key else "not known yet"
        seen = f"the host's key is {client.seen or 'of an unknown kind'}, {known}; nothing was sent"
        return f"{where}: {seen}. {_COMPARE}"
    if isinstance(error, asyncssh.PermissionDenied):
        return f"{where}: dom0 refused the login; give a password or a key that root accepts there"
    return f"{where}: no ssh session: {error or type(error).__name__}"
