"""The way into control domains for a run: ssh with the pool's password, each host's key pinned when first seen."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from xenferry import config
from xenferry.cli.frame.source import Source, ask_password, chosen
from xenferry.plan.step import Thing
from xenferry.probe.dom0 import Address, Dom0, Dom0Refused, Dom0Unreachable, Login, NewName, open_dom0
from xenferry.xapi import Unreachable

if TYPE_CHECKING:
    from xenferry.plan.steps import Management
    from xenferry.pool.neighbour import Neighbour
    from xenferry.pool.records import Ref
    from xenferry.pool.snapshot import Snapshot

T = TypeVar("T")
Enter = Callable[[str], Login]
"""Address of a host -> how to log in to its dom0."""
Pin = Callable[[str, str], bool]
"""Address and fingerprint of a key seen for the first time -> may it be trusted from now on?"""


class Dom0s:
    """The control domains of a pool, as a run needs them."""

    def __init__(self, enter: Enter, pin: Pin) -> None:
        self._enter = enter
        self._pin = pin

    async def reach(self, host: Thing, address: str) -> None:
        """Log in and look at the NICs, so that what is in the way shows before anything is done.

        Raises:
            Unreachable, ValueError: as `rename_nics`.
        """
        async with self._open(host, address) as dom0:
            await dom0.nics()

    async def rename_nics(
        self, host: Thing, address: str, names: Mapping[str, str], management: Management | None = None
    ) -> None:
        """Give NICs (MAC -> name) other names from the next boot on; with the management NIC among them it boots now.

        Raises:
            Unreachable: dom0 does not answer, or its key is not the pinned one.
            ValueError: dom0 refused; the message says why.
        """
        new = [NewName(mac, name) for mac, name in names.items()]
        async with self._open(host, address) as dom0:
            if management is None:
                await dom0.rename(new)
            else:
                await dom0.rename_with_management(new, _address(management))

    async def ask(self, host: Thing, address: str, question: Callable[[Dom0], Awaitable[T]]) -> T:
        """Log in to a host's dom0 and ask it something.

        Raises:
            Unreachable, ValueError: as `rename_nics`.
        """
        async with self._open(host, address) as dom0:
            return await question(dom0)

    def knows(self, address: str) -> bool:
        """Is the key of this host's dom0 pinned, so that nobody has to be asked about it?"""
        return bool(self._enter(address).key)

    async def at_once(self, addresses: Sequence[str], work: Callable[[str], Awaitable[T]]) -> list[T]:
        """Work with all hosts at once, those first and one by one about whose key a person has to be asked."""
        strangers = {address: await work(address) for address in addresses if not self.knows(address)}
        known = [address for address in addresses if address not in strangers]
        found = strangers | dict(zip(known, await asyncio.gather(*map(work, known)), strict=True))
        return [found[address] for address in addresses]

    async def neighbours(self, snapshot: Snapshot) -> tuple[dict[Ref, Neighbour], tuple[str, ...]]:
        """Physical PIF -> the switch it is plugged into; and of each host that does not tell, why."""
        found: dict[Ref, Neighbour] = {}
        silent: list[str] = []
        hosts = {host.address: host for host in snapshot.hosts}

        async def ask(address: str) -> dict[str, Neighbour] | str:
            host = hosts[address]
            return await self._said(Thing("host", host.uuid, host.name_label), address)

        for host, said in zip(hosts.values(), await self.at_once(list(hosts), ask), strict=True):
            if isinstance(said, str):
                silent.append(said)
                continue
            own = (pif for pif in snapshot.PIF.values() if pif.physical and pif.host == host.ref)
            found |= {pif.ref: said[pif.device] for pif in own if pif.device in said}
        return found, tuple(silent)

    async def _said(self, host: Thing, address: str) -> dict[str, Neighbour] | str:
        try:
            async with self._open(host, address) as dom0:
                said = await dom0.neighbours()
        except (Unreachable, ValueError) as error:
            return str(error)
        missing = f"{host.name}: dom0 has no `lldpctl`, so its switches are unknown; the package is lldpd."
        return missing if said is None else said

    @asynccontextmanager
    async def _open(self, host: Thing, address: str) -> AsyncIterator[Dom0]:
        try:
            async with open_dom0(self._enter(address), pin=lambda key: self._pin(address, key)) as dom0:
                yield dom0
        except Dom0Unreachable as error:
            raise Unreachable(f"dom0 of {host.name}: {error}") from None
        except Dom0Refused as error:
            raise ValueError(str(error)) from None


def _address(wanted: Management) -> Address:
    return Address(
        device=wanted.device,
        mode=wanted.mode,
        ip=wanted.ip,
        netmask=wanted.netmask,
        gateway=wanted.gateway,
        dns=wanted.dns,
        vlan=wanted.vlan,
    )


def of_pool(source: Source) -> Dom0s | None:
    """The control domains of a configured pool; None for a lab in process, which has none that ssh could reach."""
    if source.lab:
        return None
    keys = known_keys()
    return of_entry(
        *chosen(config.load(), source.pool),
        keys,
        lambda address, key: _confirmed(address, key) and keys.pin(address, key),
    )


def known_keys() -> Keys:
    """The keys that this user has accepted."""
    return Keys(config.find_state() / "dom0-keys.json")


def of_entry(name: str, entry: config.PoolEntry, keys: Keys, pin: Pin) -> Dom0s:
    """The control domains of this pool; `pin` is asked about keys that are seen for the first time."""

    def enter(address: str) -> Login:
        at = entry.dom0.get(address, config.Dom0Entry(address))
        key = at.key or keys.known(address)
        return Login(
            address=at.address, port=at.port, user=entry.user, password=lambda: ask_password(name, entry), key=key
        )

    return Dom0s(enter, pin)


def _confirmed(address: str, key: str) -> bool:
    """Ask a person; a script gets no: pin the key first by a run on a terminal."""
    if not sys.stdin.isatty():
        return False
    return click.confirm(f"dom0 of {address} shows the ssh key {key}. Is that its key?", default=False)


class Keys:
    """The ssh keys of control domains that were seen and accepted, in a file of this user."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def known(self, address: str) -> str:
        """The pinned fingerprint (`SHA256:...`), empty if none is."""
        return self._load().get(address, "")

    def pin(self, address: str, key: str) -> bool:
        """Remember a key."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.write_text(json.dumps(self._load() | {address: key}, indent=2, sort_keys=True) + "\n", "utf-8")
        return True

    def _load(self) -> dict[str, str]:
        if not self._path.exists():
            return {}
        found: dict[str, str] = json.loads(self._path.read_text("utf-8"))
        return found
