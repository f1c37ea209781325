"""The lab's control domains reached without a network, so that hosts may reboot in virtual time.

The commands are those that go over ssh, the answers those of the lab's dom0; ssh itself is tried elsewhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xenferry.cli.frame.dom0 import _address
from xenferry.lab.dom0.command import Shell, carry_out
from xenferry.lab.dom0.server import BOOT_S
from xenferry.lab.lab import Lab
from xenferry.plan.steps import Management, Thing
from xenferry.probe.dom0 import Dom0, Dom0Refused, NewName


@dataclass
class Ended:
    """What asyncssh gives of a command that has ended."""

    returncode: int
    stdout: str
    stderr: str


class Line:
    """As an ssh connection, as far as it is used; `stays_down`: the host does not come back when it reboots."""

    def __init__(self, lab: Lab, host: str, *, stays_down: bool = False) -> None:
        self._lab, self._host, self._stays_down = lab, host, stays_down

    async def run(self, line: str, **given: Any) -> Ended:
        answer = await carry_out(Shell(self._lab, self._host), line, given["input"])
        if answer.reboots:
            self._lab.spawn(self._reboot())
        return Ended(answer.status, answer.out, answer.err)

    async def _reboot(self) -> None:
        await self._lab.crash(self._host)
        await asyncio.sleep(BOOT_S)
        if not self._stays_down:
            self._lab.revive(self._host)


class Inside:
    """The `Dom0` of a run. `renamed` are the hosts whose NICs were given names, in order."""

    def __init__(self, lab: Lab, dead: str = "") -> None:
        self._lab, self._dead = lab, dead
        self.renamed: list[str] = []

    async def rename_nics(
        self, host: Thing, address: str, names: Mapping[str, str], management: Management | None = None
    ) -> None:
        ref = self._lab.db.by_uuid("host", host.uuid)
        self.renamed.append(host.name)
        dom0 = Dom0(Line(self._lab, ref, stays_down=host.name == self._dead), address)  # type: ignore[arg-type]
        new = [NewName(mac, name) for mac, name in names.items()]
        try:
            if management is None:
                await dom0.rename(new)
            else:
                await dom0.rename_with_management(new, _address(management))
        except Dom0Refused as error:
            raise ValueError(str(error)) from None
