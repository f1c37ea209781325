"""Hosts tell how long their guests wait for storage, each for itself."""

from __future__ import annotations

import asyncio
from typing import Any

from xenferry.lab.error import LabError
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.pool.snapshot import Snapshot
from xenferry.probe.latency import measure
from xenferry.xapi import XapiError

POOL = """
pool P
host busy
host idle
server nas
  export /vol
sr store nfs server=nas path=/vol
guest g on=busy
  disk root sr=store
"""


class Calls:
    def __init__(self, lab: Lab, *, odd: float | None = None) -> None:
        self._lab, self._odd = lab, odd

    async def call(self, method: str, *params: Any) -> Any:
        if self._odd is not None:
            return self._odd
        try:
            return await self._lab.call(method, *params)
        except LabError as error:
            raise XapiError(error.code, tuple(error.params)) from None


def measured(odd: float | None = None) -> dict[str, tuple[float, float]]:
    lab = Lab.from_scenario(parse(POOL))
    snapshot = Snapshot.from_tables(lab.db.tables)
    found = asyncio.run(measure(Calls(lab, odd=odd), snapshot))
    named = {(snapshot.name(host), snapshot.name(sr)): seen for (host, sr), seen in found.items()}
    return {host: (seen.read, seen.write) for (host, sr), seen in named.items() if sr == "store"}


def test_a_host_whose_guests_use_the_sr_waits_and_others_do_not() -> None:
    found = measured()
    assert 0.1 < found["busy"][0] < 2.0
    assert found["idle"] == (0.0, 0.0)


def test_what_is_no_number_is_not_shown() -> None:
    assert measured(float("nan")) == {}
    assert measured(-1.0) == {}
