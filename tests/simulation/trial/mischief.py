"""What has gone wrong while a run was driven, and who did it: laws judge by this what nobody could have helped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from random import Random
from typing import Any

from xenferry.lab.error import LabError
from xenferry.lab.faults import Dropped
from xenferry.lab.lab import Lab


@dataclass
class Deed:
    """What somebody else asked of a guest or a host, and when; `end` None: it goes on, or nobody knows."""

    call: str
    begin: float
    end: float | None = None
    error: str = ""
    target: str = ""
    """The uuid of the SR or host to which it goes."""


@dataclass
class Blow:
    """A host or its toolstack died."""

    at: float
    kind: str
    host: str
    """Its reference."""


@dataclass
class Mischief:
    """What has gone wrong so far."""

    lab: Lab
    chance: Random
    story: list[str] = field(default_factory=list)
    deeds: dict[str, list[Deed]] = field(default_factory=dict)
    """What others did, by the uuid of the guest or host."""
    blows: list[Blow] = field(default_factory=list)
    made: set[str] = field(default_factory=set)
    """The uuids of disks that others made or took from their guest."""
    orphaned: set[str] = field(default_factory=set)
    """The names of guests that others deleted while their disks moved: the copies are theirs."""
    met: list[str] = field(default_factory=list)
    """The kinds of what went wrong."""
    over: bool = False
    within: float = 0.0

    def tell(self, text: str) -> None:
        self.story.append(f"{asyncio.get_running_loop().time():8.1f} s  {text}")

    def later(self, work: Callable[[], Coroutine[Any, Any, None]], more: float = 0.0) -> None:
        """Does that at a random time, and so many seconds later, unless the trial is over by then."""
        at = self.chance.uniform(0.0, self.within) + more

        async def wait() -> None:
            await asyncio.sleep(at)
            if not self.over:
                await work()

        self.lab.spawn(wait())

    async def do(self, about: str, call: str, *params: Any, target: str = "") -> Any:
        """Somebody else calls this about the guest or host of this uuid. None: it was refused, or nobody knows."""
        now = asyncio.get_running_loop().time
        deed = Deed(call, now(), target=target)
        self.deeds.setdefault(about, []).append(deed)
        try:
            answer = await self.lab.call(call, *params)
        except LabError as error:
            deed.error, deed.end = error.code, now()
        except Dropped:
            pass  # the coordinator died: whether it goes on is not known
        else:
            deed.end = now()
            return answer
        return None

    def asked(self, uuid: str, *calls: str) -> list[Deed]:
        """What others asked of this guest or host: these calls, or all."""
        return [deed for deed in self.deeds.get(uuid, ()) if not calls or deed.call in calls]

    def evacuations(self) -> list[Deed]:
        """When others emptied a host, whosever guests were on it."""
        return [deed for deeds in self.deeds.values() for deed in deeds if deed.call == "host.evacuate"]

    def host(self) -> str:
        return self.chance.choice(list(self.lab.db.all("host")))

    def guest(self) -> str:
        return self.chance.choice(self.guests())

    def guests(self) -> list[str]:
        every = self.lab.db.all("VM").items()
        return [ref for ref, vm in every if not (vm["is_control_domain"] or vm["is_a_template"])]

    def name(self, cls: str, ref: str) -> str:
        return str(self.lab.db.get(cls, ref)["name_label"])

    def uuid(self, cls: str, ref: str) -> str:
        return str(self.lab.db.get(cls, ref)["uuid"])
