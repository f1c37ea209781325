"""Three lab hosts that ask real servers, each from an address of its own."""

from __future__ import annotations

import asyncio
from typing import Any

from xenferry.lab.error import LabError
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.pool.snapshot import CLASSES, Snapshot
from xenferry.probe.nfs import HostView, probe_nfs
from xenferry.probe.own_look import combined, look
from xenferry.probe.share import Share as Wanted
from xenferry.xapi import XapiError

SERVER = "127.77.0.1"
SOURCES = {"a": "127.77.0.11", "b": "127.77.0.12", "c": "127.77.0.13"}


class Pool:
    """Three lab hosts that ask real servers, each from an address of its own."""

    def __init__(self) -> None:
        self.lab = Lab.from_scenario(parse("host a\nhost b\nhost c\n"))
        self.hosts = {record["name_label"]: ref for ref, record in self.lab.db.all("host").items()}
        self.lab.world.nfs_sources = {self.hosts[name]: address for name, address in SOURCES.items()}
        for name, address in SOURCES.items():
            for pif in self.lab.db.get("host", self.hosts[name])["PIFs"]:
                own = {"IP": address, "netmask": "255.255.255.0", "IPv6": [f"fd00:77::{address[-2:]}/64"]}
                self.lab.db.update("PIF", pif, **own)
            self.lab.db.update("host", self.hosts[name], address=address)

    async def call(self, method: str, *params: Any) -> Any:
        try:
            return await self.lab.call(method, *params)
        except LabError as error:
            raise XapiError(error.code, tuple(error.params)) from None

    def views(self, path: str = "", *, server: str = SERVER, version: str = "") -> dict[str, HostView]:
        """What each host sees, by its name."""
        snapshot = Snapshot.from_tables({cls: dict(self.lab.db.all(cls)) for cls in CLASSES})
        found = asyncio.run(probe_nfs(self, snapshot, Wanted(server, path), version=version))
        return {snapshot.name(view.host): view for view in found}

    def together(self, path: str, *, server: str, version: str, source: str) -> dict[str, HostView]:
        """The same with what this machine sees from an address, and tries."""
        own = asyncio.run(look(Wanted(server, path), version, "" if ":" in server else source, trying=True))
        found = self.views(path, server=server, version=version)
        return {name: combined(view, own, version) for name, view in found.items()}

    def create(self, path: str, version: str = "") -> tuple[str, ...]:
        """SR.create on host a: the error, or () when it was made."""
        config = {"server": SERVER, "serverpath": path} | ({"nfsversion": version} if version else {})
        try:
            call = self.call("SR.create", self.hosts["a"], config, 0, "disks", "", "nfs", "user", True, {})
            asyncio.run(call)
        except XapiError as error:
            return (error.code.removeprefix("SR_BACKEND_FAILURE_"), *error.params[1:2])
        return ()

    @property
    def plugged(self) -> set[str]:
        """Hosts that have the NFS SR."""
        names, (sr,) = {ref: name for name, ref in self.hosts.items()}, self.lab.db.find("SR", type="nfs")
        pbds = self.lab.db.find("PBD", SR=sr, currently_attached=True)
        return {names[self.lab.db.get("PBD", pbd)["host"]] for pbd in pbds}
