"""NICs renamed from a browser: the keys of control domains, what has to be decided, the plan, the run to its end."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from inside import Inside
from visitor import Visitor, live_visit

from xenferry.lab.lab import Lab
from xenferry.plan.steps import Thing
from xenferry.pool.neighbour import Neighbour
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.runs.journal import OPEN
from xenferry.web.control import ControlDomains, Pin
from xenferry.xapi import Unreachable

SCENARIO = """\
pool odd
host alpha memory=64GiB
  nic eth0 ip=192.0.2.11/24 management
host beta memory=64GiB
  nic eth4 ip=192.0.2.12/24 management
sr pool-disks nfs default
guest mail on=alpha memory=1GiB
  disk root
"""
UNTOLD = """\
pool untold
host alpha memory=64GiB
  nic eth0 ip=192.0.2.11/24 management
  nic eth1
  nic eth2
host beta memory=64GiB
  nic eth1 ip=192.0.2.12/24 management
  nic eth0
sr pool-disks nfs default
"""
KEY = "SHA256:keyOfDom0"


class Guarded(Inside):
    """Nobody comes in before the key was confirmed; beta's switch tells its ports."""

    def __init__(self, lab: Lab, pins: dict[str, str], meet: Pin) -> None:
        super().__init__(lab)
        self._pins, self._meet = pins, meet

    async def reach(self, host: Thing, address: str) -> None:
        if self._pins.get(address) != KEY and not self._meet(address, KEY):
            raise Unreachable(f"dom0 of {host.name}: the host's key is {KEY}, not known yet; nothing was sent.")

    async def ask(self, host: Thing, address: str, question: Callable[[Any], Awaitable[Any]]) -> Any:
        raise Unreachable("nobody answers")

    async def neighbours(self, snapshot: Snapshot) -> tuple[dict[Ref, Neighbour], tuple[str, ...]]:
        return {}, ("beta: dom0 has no `lldpctl`",)


def guarded(lab: Lab) -> ControlDomains:
    pins: dict[str, str] = {}

    def pin(address: str, key: str) -> bool:
        pins[address] = key
        return True

    return ControlDomains(lambda meet: Guarded(lab, pins, meet), pin)


def test_nics_are_renamed_once_somebody_has_confirmed_the_key(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        assert "Cable 1 (≠) has more than one name" in (await visitor.get("/pools/pool/nics")).text
        planned = await visitor.post("/pools/pool/nics", dom0="1")
        link = planned.headers["location"]
        shown = (await visitor.get(link)).text
        assert "beta: dom0 has no <code>lldpctl</code>" in shown
        assert 'href="/pools/pool/dom0">See whether it lets us in' in shown
        assert "Rehearse it" not in shown, "a twin has no control domains"
        refused = await visitor.post(f"{link}/approve")
        assert refused.status_code == 409
        assert "is not confirmed yet" in refused.text
        page = (await visitor.get("/pools/pool/dom0")).text
        (address,) = re.findall(r'name="address" value="([^"]+)"', page)
        wrong = await visitor.post("/pools/pool/dom0/trust", address=address, key="SHA256:another")
        assert wrong.status_code == 409
        assert (await visitor.post("/pools/pool/dom0/trust", address=address, key=KEY)).status_code == 303
        assert "lets us in" in (await visitor.get("/pools/pool/dom0")).text
        assert visitor.deeds()[0].startswith(f"trusts the ssh key {KEY} of dom0 of ")
        begun = await visitor.post(f"{link}/approve")
        run = begun.headers["location"].rpartition("/")[2]
        while visitor.house.journal.run(run).state in OPEN:
            await visitor.house.news_of(run, 60.0)
        assert visitor.house.journal.run(run).state == "done"
        assert "Every cable has one name on all its hosts" in (await visitor.get("/pools/pool/nics")).text

    live_visit(tmp_path, work, SCENARIO, control=guarded)


def test_what_the_pool_does_not_tell_is_asked_and_the_answer_counts(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        page = (await visitor.get("/pools/pool/nics")).text
        assert "Say what the pool does not tell" in page
        answers = re.findall(r'<option value="([^"]+=eth[0-9]+)">', page)
        assert answers
        again = await visitor.post("/pools/pool/nics")
        assert again.status_code == 200, "as long as nothing was answered, the question stands"
        assert "Say what the pool does not tell" in again.text
        answered = await visitor.post("/pools/pool/nics", told=[answers[0]])
        if answered.status_code == 200:  # one answer leads to the next question
            assert f'value="{answers[0]}"' in answered.text
        else:
            assert "Plan: give NICs on the same cable" in (await visitor.get(answered.headers["location"])).text
        wrong = await visitor.post("/pools/pool/nics", told=["nobody=eth0"])
        assert wrong.status_code == 400

    live_visit(tmp_path, work, UNTOLD)


def test_pool_without_control_domains_says_so(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        assert "this pool is embedded" in (await visitor.get("/pools/pool/dom0")).text
        assert (await visitor.post("/pools/pool/nics", dom0="1")).status_code == 409
        planned = await visitor.post("/pools/pool/nics", shut_down="1")
        refused = await visitor.post(f"{planned.headers['location']}/approve")
        assert refused.status_code == 409
        assert "cannot be reached from here" in refused.text

    live_visit(tmp_path, work, SCENARIO)
