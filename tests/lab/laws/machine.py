"""The random administrator: calls and accidents, several at a time, in virtual time, with the laws after each."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from xenferry.lab.clock import VirtualLoop
from xenferry.lab.error import LabError
from xenferry.lab.faults import Dropped
from xenferry.lab.lab import Lab
from xenferry.lab.menus import MENUS
from xenferry.lab.scenario import parse

from . import invariants
from .client import Follower, believed, truth
from .deeds import DEEDS, DEVICE, GUEST, HOST, STORAGE, TASK, Hand, lost_guest
from .menu import check_entry, idle_entries
from .pools import POOLS

numbers = st.tuples(*[st.integers(0, 999)] * 3)
waits = st.sampled_from((0.0, 0.0, 0.05, 0.3, 1.0, 4.0, 15.0, 60.0))
HOURS_S = 4 * 3600.0
BROKEN_BY_BUG = ("Error(", "Exception(")


class Administrator(RuleBasedStateMachine):
    """Every rule ends with the laws, checked at a moment when other things may still be under way."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner(loop_factory=VirtualLoop)
        self.calls: set[asyncio.Task[None]] = set()
        self.lawful = False

    @initialize(pool=st.sampled_from(POOLS), seed=st.integers(0, 3))
    def begin(self, pool: str, seed: int) -> None:
        self.lab = Lab.from_scenario(parse(pool), seed=seed)
        self.client = Follower(self.lab)
        self.lab.toolstacks.stopped.append(self._forget)
        self._play(asyncio.sleep(0))

    def _forget(self, host: str) -> None:
        if host == self.lab.coordinator:
            self.client.forget()

    @rule(name=st.sampled_from(sorted(GUEST)), numbers=numbers, later=st.booleans(), wait=waits)
    def treat_a_guest(self, name: str, numbers: Any, later: bool, wait: float) -> None:
        self._do(name, numbers, later, wait)

    @rule(
        name=st.sampled_from(("VM.start", "VM.pool_migrate", "VM.resume", "VM.start_on")), numbers=numbers, wait=waits
    )
    def bring_a_guest_somewhere(self, name: str, numbers: Any, wait: float) -> None:
        self._do(name, numbers, True, wait)

    @rule(numbers=numbers, wait=waits)
    def move_a_guest_with_disks(self, numbers: Any, wait: float) -> None:
        hand = Hand(self.lab, numbers)
        self._play(self._send(hand.guest(), hand.ref("host", 1), hand.disks(), wait))

    @rule(name=st.sampled_from(sorted(HOST)), numbers=numbers, later=st.booleans(), wait=waits)
    def treat_a_host(self, name: str, numbers: Any, later: bool, wait: float) -> None:
        self._do(name, numbers, later, wait)

    @rule(name=st.sampled_from(sorted(DEVICE)), numbers=numbers, later=st.booleans(), wait=waits)
    def treat_a_device(self, name: str, numbers: Any, later: bool, wait: float) -> None:
        self._do(name, numbers, later, wait)

    @rule(name=st.sampled_from(sorted(STORAGE)), numbers=numbers, later=st.booleans(), wait=waits)
    def treat_storage(self, name: str, numbers: Any, later: bool, wait: float) -> None:
        self._do(name, numbers, later, wait)

    @rule(name=st.sampled_from(sorted(TASK)), numbers=numbers)
    def treat_a_task(self, name: str, numbers: Any) -> None:
        self._do(name, numbers, False, 0.0)

    @rule(numbers=numbers)
    def lose_a_host(self, numbers: Any) -> None:
        self._play(self.lab.crash(Hand(self.lab, numbers).ref("host")))

    @rule(numbers=numbers)
    def find_a_host_again(self, numbers: Any) -> None:
        host = Hand(self.lab, numbers).ref("host")
        if host in self.lab.toolstacks.dead:
            self._play(self._revive(host))

    @rule()
    def give_up_a_lost_guest(self) -> None:
        self._play(self._call("VM.power_state_reset", [lost_guest(self.lab)], 0.05))

    @rule(wait=st.sampled_from((0.5, 5.0, 30.0, 700.0)))
    def wait(self, wait: float) -> None:
        self._play(asyncio.sleep(wait))

    @rule(number=st.integers(0, 9999))
    def try_what_a_menu_says(self, number: int) -> None:
        """One entry of a menu of an idle object, tried on a twin of the pool."""
        self.lab.menus.settle()
        entries = idle_entries(self.lab)
        if entries:
            check_entry(self.lab, entries[number % len(entries)])

    def teardown(self) -> None:
        try:
            if self.lawful:
                self._play(self._rest())
                left = list(invariants.restless(self.lab))
                assert not left, left
        finally:
            self.runner.close()

    async def _rest(self) -> None:
        """Everybody goes home, every machine is switched on, and hours pass."""
        await asyncio.sleep(200)
        for host in list(self.lab.toolstacks.dead):
            self.lab.revive(host)
        await asyncio.sleep(HOURS_S)

    async def _revive(self, host: str) -> None:
        self.lab.revive(host)

    def _do(self, name: str, numbers: Any, later: bool, wait: float) -> None:
        params = DEEDS[name](Hand(self.lab, numbers))
        asynchronous = later and name not in TASK and not name.startswith("VM.set_")
        self._play(self._call(f"Async.{name}" if asynchronous else name, params, wait))

    async def _send(self, vm: str, host: str, disks: dict[str, str], wait: float) -> None:
        try:
            receiving = await self.lab.call("host.migrate_receive", host, self._network(host), {})
        except LabError as error:
            note(f"no way to {host}: {error}")
            return
        await self._call("Async.VM.migrate_send", [vm, receiving, True, disks, {}, {}, {}], wait)

    def _network(self, host: str) -> str:
        pifs = [self.lab.db.get("PIF", pif) for pif in self.lab.db.get("host", host)["PIFs"]]
        return next((pif["network"] for pif in pifs if pif["management"]), "OpaqueRef:NULL")

    async def _call(self, method: str, params: list[Any], wait: float) -> None:
        """A coordinator that does not answer cannot be called."""
        if self.lab.toolstacks.answers(self.lab.coordinator):
            call = asyncio.get_running_loop().create_task(self._carry(method, params))
            self.calls.add(call)
            call.add_done_callback(self.calls.discard)
        await asyncio.sleep(wait)

    async def _carry(self, method: str, params: list[Any]) -> None:
        try:
            await self.lab.call(method, *params)
        except Dropped:
            note(f"{method}: the connection broke")
        except LabError as error:
            note(f"{method}: {error}")
            _check_error(method, error)

    def _play(self, scene: Coroutine[Any, Any, Any]) -> None:
        self.lawful = False
        self.runner.run(self._scene(scene))
        self.lawful = True

    async def _scene(self, scene: Coroutine[Any, Any, Any]) -> None:
        """Errors of calls under way count where they are noticed."""
        await scene
        for call in [call for call in self.calls if call.done()]:
            call.result()
        await self._follow()
        self._check()

    async def _follow(self) -> None:
        if not self.lab.toolstacks.answers(self.lab.coordinator):
            return
        for _ in range(20):
            try:
                await self.client.catch_up()
            except (Dropped, LabError) as error:
                note(f"no events: {error}")
                return
            if believed(self.client) == truth(self.lab):
                return
        raise AssertionError("events tell another story", _difference(believed(self.client), truth(self.lab)))

    def _check(self) -> None:
        found = list(invariants.broken(self.lab))
        assert not found, found
        self.lab.menus.settle()
        facts = self.lab.hypervisor.facts
        for cls, listing in MENUS.items():
            for ref, record in self.lab.db.all(cls).items():
                try:
                    computed = listing(facts, ref)
                except LabError:
                    continue
                assert record["allowed_operations"] == computed, (cls, ref, record["allowed_operations"], computed)


def _check_error(method: str, error: LabError) -> None:
    """Whatever is refused is refused by a rule of XAPI, not by a gap or a fault of the lab."""
    assert error.code != "NOT_IMPLEMENTED", (method, error)
    assert not any(word in str(error) for word in BROKEN_BY_BUG), (method, error)


def _difference(one: Any, other: Any) -> list[Any]:
    return [
        (cls, ref, one.get(cls, {}).get(ref), other.get(cls, {}).get(ref))
        for cls in {**one, **other}
        for ref in {**one.get(cls, {}), **other.get(cls, {})}
        if one.get(cls, {}).get(ref) != other.get(cls, {}).get(ref)
    ]
