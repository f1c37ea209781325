"""Several pools in one process, on one network and under one clock: what pool.join and a move to another pool need.

Simplification: every host of a site reaches every other by its address; only a dead or silent toolstack is in the way.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xenferry.lab.dial import Wire
from xenferry.lab.history import Run, overlap
from xenferry.lab.motion.links import Links

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab
    from xenferry.lab.scenario import Scenario
    from xenferry.lab.server import Served

SPARE = "198.51.100"
"""Hosts whose address an earlier pool already has get one from here (a network set aside for documentation)."""


@dataclass(frozen=True)
class Place:
    """A host of a site: the pool's lab and the host's reference in it."""

    lab: Lab
    host: str


class Site:
    """The labs that find each other by address; `lab.site` of each is this. A lab alone is a site of its own."""

    def __init__(self, labs: Iterable[Lab] = ()) -> None:
        """Raises ValueError as `join` does."""
        self.labs: list[Lab] = []
        self.links = Links(self._bandwidth)
        for lab in labs:
            self.join(lab)

    @classmethod
    def from_scenarios(cls, scenarios: Iterable[Scenario], *, seed: int = 0, **options: Any) -> Site:
        """A lab for each scenario, in this order; `options` as for Lab. Raises ValueError as `join` does."""
        from xenferry.lab.lab import Lab

        return cls(
            Lab.from_scenario(scenario, seed=seed + position, **options) for position, scenario in enumerate(scenarios)
        )

    def join(self, lab: Lab) -> None:
        """Brings a pool to the site, before anything happens in it.

        Raises ValueError for two pools of one name or seed: their objects would have the same references.
        """
        for other in self.labs:
            if other.seed == lab.seed or lab.db.all("pool").keys() & other.db.all("pool").keys():
                raise ValueError("two pools of one site need different names (a `pool NAME` line) and seeds")
        taken = {other.address(host) for other in self.labs for host in other.db.all("host")}
        self.labs.append(lab)
        lab.site = self
        for host in lab.db.all("host"):
            if lab.address(host) in taken:
                readdress(lab, host, self._spare(), "255.255.255.0")

    def find(self, address: str) -> Place | None:
        """The host with this management address or host name, a port or not; None when nobody has it.

        While a host goes over to another pool, both have it; the one whose toolstack answers is meant.
        """
        known = ((lab, lab.host_at(address)) for lab in self.labs)
        places = [lab.place(host) for lab, host in known if host is not None]
        answering = (place for place in places if place.lab.toolstacks.answers(place.host))
        return next(answering, next(iter(places), None))

    def twice(self) -> list[str]:
        """Guests (the reference they had first) that were on two hosts at once, of whichever pools. There must be none.

        `history.twice` of a lab knows its own hosts only, and a guest gets a new reference in each pool.
        """
        earlier = {new: old for lab in self.labs for new, old in lab.history.earlier.items()}
        runs: dict[str, list[Run]] = {}
        for lab in self.labs:
            for run in lab.history.runs:
                guest = run.guest
                while guest in earlier:
                    guest = earlier[guest]
                runs.setdefault(guest, []).append(run)
        return [guest for guest, own in runs.items() if overlap(own)]

    def dial(self, address: str) -> Wire:
        """A connection in this process to a host of any of the pools. Raises ConnectionRefusedError for no host."""
        place = self.find(address)
        if place is None:
            raise ConnectionRefusedError(f"no host of this site has the address {address}")
        return Wire(place.lab, address)

    @asynccontextmanager
    async def serve(self, *, port: int = 0, tls: bool = True) -> AsyncIterator[list[dict[str, Served]]]:
        """Every pool's hosts as servers on loopback, all on one port; each pool's as `lab.server.serve` gives them.

        The n-th pool's coordinator is 127.(n-1).0.1, its members 127.(n-1).1.1 and up. Raises OSError.
        """
        from xenferry.lab.server import serve

        served: list[dict[str, Served]] = []
        async with AsyncExitStack() as stack:
            for position, lab in enumerate(self.labs):
                hosts = await stack.enter_async_context(serve(lab, port=port, tls=tls, net=position))
                port = next(iter(hosts.values())).port
                served.append(hosts)
            yield served

    def _bandwidth(self, host: str, network: str) -> float:
        """Bytes per second, of a host of whichever pool."""
        return next(lab.hypervisor.bandwidth(host, network) for lab in self.labs if lab.db.exists("host", host))

    def _spare(self) -> str:
        candidates = (f"{SPARE}.{number}" for number in range(11, 255))
        return next(address for address in candidates if self.find(address) is None)


def readdress(lab: Lab, host: str, address: str, netmask: str) -> None:
    """Gives a host another management address, as if it had been installed with it."""
    lab.db.update("host", host, address=address)
    for pif in lab.db.find("PIF", host=host, management=True):
        lab.db.update("PIF", pif, IP=address, netmask=netmask)
