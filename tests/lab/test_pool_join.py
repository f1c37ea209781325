"""A stand-alone host joins a pool and leaves it again: refusals in order, the recorded times, what arrives."""

from __future__ import annotations

import asyncio
import http.client
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from stage import refused

from xenferry.lab.clock import ScaledLoop, virtual_run
from xenferry.lab.error import LabError
from xenferry.lab.joining.level import common
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.lab.server import Served
from xenferry.lab.site import Site

POOL = """
pool main
host h1 features=1fcbfbff-f7fa3223-2d93fbff-00000523
  nic eth0 ip=192.0.2.11/24 management
  nic eth1
  vlan eth1 42 network=tagged
host h2 features=1fcbfbff-f7fa3223-2d93fbff-00000523
  nic eth0 ip=192.0.2.12/24 management
  nic eth1
server nas address=192.0.2.200
  export /srv
sr shared nfs server=nas path=/srv default
guest before on=h1
  disk root
  nic eth0
"""
ALONE = """
pool alone
host h4 features=178bfbff-e6fa3223-2d93fbff-00000523
  nic eth0 ip=192.0.2.14/24 management
  nic eth1
network private internal
sr cellar ext on=h4
guest own halted
  disk root sr=cellar
  nic eth0
"""
HOSTS = {"h1": "192.0.2.11", "h2": "192.0.2.12", "h4": "192.0.2.14"}
Scene = Callable[["Two"], Awaitable[Any]]


class Two:
    """A pool and a host that is not yet in it."""

    def __init__(self, alone: str = ALONE, pool: str = POOL) -> None:
        self.pool = Lab.from_scenario(parse(pool), seed=0)
        self.alone = Lab.from_scenario(parse(alone), seed=1)
        self.site = Site([self.pool, self.alone])

    async def join(self, address: str = "192.0.2.11", password: str = "lab", *, how: str = "join") -> Any:  # noqa: S107 (a lab)
        return await self.alone.call(f"pool.{how}", address, "root", password)

    def seen(self) -> list[tuple[str, bool, bool]]:
        """Name, enabled and live of every host of the pool."""
        db = self.pool.db
        hosts = db.all("host").values()
        return [
            (each["name_label"], each["enabled"], db.get("host_metrics", each["metrics"])["live"]) for each in hosts
        ]

    def host(self, name: str) -> str:
        (found,) = self.pool.db.find("host", name_label=name)
        return found


def play(scene: Scene, alone: str = ALONE, pool: str = POOL) -> Two:
    two = Two(alone, pool)
    virtual_run(scene(two))
    return two


@pytest.mark.parametrize(
    ("address", "password", "error"),
    [
        ("192.0.2.11", "wrong", ["SESSION_AUTHENTICATION_FAILED", "root", "Authentication failure"]),
        ("192.0.2.14", "lab", ["OPERATION_NOT_ALLOWED", "Host cannot become slave of itself"]),
        ("192.0.2.12", "lab", ["HOST_IS_SLAVE", "192.0.2.11"]),
        ("no-such-host.invalid", "lab", ["JOINING_HOST_CONNECTION_FAILED"]),
        ("", "lab", ["JOINING_HOST_CONNECTION_FAILED"]),
        ("192.0.2.200", "lab", ["INTERNAL_ERROR", "Connection failed: connection refused."]),
    ],
)
def test_the_pool_must_be_found_and_let_it_in(address: str, password: str, error: list[str]) -> None:
    async def act(two: Two) -> None:
        assert await refused(two.join(address, password)) == error

    play(act)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (("guest own halted", "guest own running"), ["JOINING_HOST_CANNOT_HAVE_RUNNING_VMS"]),
        (("host h4 ", "host h4 vendor=AuthenticAMD "), ["HOSTS_NOT_HOMOGENEOUS", "CPUs differ"]),
        (("host h4 ", "host h4 platform=3.2.0 "), ["HOSTS_NOT_COMPATIBLE"]),
        (("sr cellar ext on=h4", "sr cellar ext on=h4\nsr lib iso"), ["JOINING_HOST_CANNOT_CONTAIN_SHARED_SRS"]),
        (("  nic eth1\n", "  nic eth1\n  nic eth2\n  bond bond0 of=eth1,eth2\n"), ["POOL_JOINING_HOST_HAS_BONDS"]),
        (("  nic eth1\n", "  nic eth1\n  vlan eth1 9\n"), ["POOL_JOINING_HOST_HAS_NON_MANAGEMENT_VLANS"]),
        (("host h4 ", "host h3\nhost h4 "), ["JOINING_HOST_CANNOT_BE_MASTER_OF_OTHER_HOSTS"]),
    ],
)
def test_the_joining_host_is_looked_at(change: tuple[str, str], error: list[str]) -> None:
    async def act(two: Two) -> None:
        assert await refused(two.join()) == error

    play(act, ALONE.replace(*change))


def test_force_lets_cpus_differ_and_nothing_else() -> None:
    async def act(two: Two) -> None:
        assert await refused(two.join(how="join_force")) == ["JOINING_HOST_CANNOT_HAVE_RUNNING_VMS"]
        await two.alone.call("VM.hard_shutdown", two.alone.db.find("VM", name_label="own")[0])
        await two.join(how="join_force")

    play(act, ALONE.replace("halted", "running").replace("host h4 ", "host h4 vendor=AuthenticAMD "))


def test_a_member_cannot_join_elsewhere() -> None:
    async def act(two: Two) -> None:
        error = await refused(two.pool.call("pool.join", "192.0.2.14", "root", "lab"))
        assert error == ["JOINING_HOST_CANNOT_BE_MASTER_OF_OTHER_HOSTS"]
        error = await refused(two.pool.call("pool.join", "192.0.2.11", "root", "lab"))
        assert error == ["OPERATION_NOT_ALLOWED", "Host is already part of a pool"]

    play(act)


async def login(two: Two, address: str) -> str:
    """What a login at this address comes to: `in`, an error's code, or `silent`."""
    place = two.site.find(address)
    assert place is not None
    if not place.lab.toolstacks.answers(place.host):
        return "silent"
    try:
        await place.lab.answer(place.host, "session.login_with_password", ["root", "lab", "1.0", "test"])
    except LabError as error:
        return error.code
    return "in"


def test_a_join_takes_the_time_that_was_recorded() -> None:
    async def act(two: Two) -> None:
        loop = asyncio.get_running_loop()
        start = loop.time()
        await two.join()
        assert 2 < loop.time() - start < 3.5
        assert two.seen()[-1] == ("h4", False, False)
        await asyncio.sleep(start + 9 - loop.time())
        assert two.seen()[-1] == ("h4", False, True)
        assert await login(two, HOSTS["h4"]) == "in"
        await asyncio.sleep(start + 14 - loop.time())
        assert await login(two, HOSTS["h4"]) == "silent"
        await asyncio.sleep(start + 22.5 - loop.time())
        assert await login(two, HOSTS["h4"]) == "HOST_IS_SLAVE"
        await asyncio.sleep(start + 25 - loop.time())
        assert two.seen()[-1] == ("h4", True, True)

    play(act)


def test_what_a_joining_host_brings_along() -> None:
    async def act(two: Two) -> None:
        await two.join()
        await asyncio.sleep(60)
        db, host = two.pool.db, two.host("h4")
        nics = {pif["device"]: pif for pif in db.all("PIF").values() if pif["host"] == host and pif["VLAN"] == -1}
        coordinator = {
            pif["device"]: pif["network"]
            for pif in db.all("PIF").values()
            if pif["host"] == two.host("h1") and pif["VLAN"] == -1
        }
        assert {device: pif["network"] for device, pif in nics.items()} == coordinator
        assert (nics["eth0"]["IP"], nics["eth0"]["management"]) == ("192.0.2.14", True)
        assert db.find("network", name_label="private") == []
        (tagged,) = db.find("network", name_label="tagged")
        assert host in {db.get("PIF", pif)["host"] for pif in db.get("network", tagged)["PIFs"]}
        plugged = {
            db.get("SR", pbd["SR"])["name_label"]
            for pbd in db.all("PBD").values()
            if pbd["host"] == host and pbd["currently_attached"]
        }
        assert plugged == {"shared", "cellar", "XCP-ng Tools"}
        (own,) = db.find("VM", name_label="own")
        assert [db.get("VBD", vbd)["VDI"] for vbd in db.get("VM", own)["VBDs"]] == db.find("VDI", name_label="own root")
        (level,) = (pool["cpu_info"]["features_hvm_host"] for pool in db.all("pool").values())
        assert level.startswith("178bfbff-e6fa3223")
        await two.pool.call("VM.start_on", own, host, False, False)
        (before,) = db.find("VM", name_label="before")
        error = await refused(two.pool.call("VM.pool_migrate", before, host, {}))
        assert error[0] == "VM_INCOMPATIBLE_WITH_THIS_HOST"
        await two.pool.call("VM.pool_migrate", before, host, {"force": "true"})

    play(act)


def test_who_leaves_is_a_pool_of_its_own_again() -> None:
    async def act(two: Two) -> None:
        await two.join()
        await asyncio.sleep(60)
        error = await refused(two.pool.call("pool.eject", two.host("h1")))
        assert error == ["INTERNAL_ERROR", "Xapi_pool.Cannot_eject_master"]
        nobody = "OpaqueRef:00000000-dead-0000-0000-000000000000"
        assert await refused(two.pool.call("pool.eject", nobody)) == ["HOST_OFFLINE", nobody]
        host = two.host("h4")
        (own,) = two.pool.db.find("VM", name_label="own")
        await two.pool.call("VM.start_on", own, host, False, False)
        assert await refused(two.pool.call("pool.eject", host)) == ["OPERATION_NOT_ALLOWED", "VM resident on host"]
        await two.pool.call("VM.hard_shutdown", own)
        await two.pool.call("pool.eject", host)
        assert [name for name, _, _ in two.seen()] == ["h1", "h2"]
        assert not [pif for pif in two.pool.db.all("PIF").values() if pif["host"] == host]
        await asyncio.sleep(180)
        assert await login(two, HOSTS["h4"]) == "in"
        place = two.site.find(HOSTS["h4"])
        assert place is not None
        assert place.lab.coordinator == place.host
        await place.lab.call("pool.join", HOSTS["h1"], "root", "lab")
        await asyncio.sleep(60)
        assert two.seen()[-1] == ("h4", True, True)

    play(act)


def test_a_level_is_what_all_have() -> None:
    assert common(["ff-0f", "0f-ff-01"]) == "0000000f-0000000f-00000000"
    assert common([]) == ""


def test_a_served_host_answers_for_its_new_pool_at_its_old_address() -> None:
    def ask(address: str, port: int, method: str, *params: Any) -> Any:
        connection = http.client.HTTPConnection(address, port, timeout=30)
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, "id": 1})
        connection.request("POST", "/jsonrpc", body)
        reply = json.loads(connection.getresponse().read())
        connection.close()
        return reply.get("result", reply.get("error", {}).get("message"))

    def work(two: Two, pools: list[dict[str, Served]]) -> None:
        (first, *_), (alone,) = ([*pool.values()] for pool in pools)
        login = ("root", "lab", "1.0", "test")
        session = ask(alone.address, alone.port, "session.login_with_password", *login)
        assert ask(alone.address, alone.port, "pool.join", session, first.address, "root", "lab") == ""
        for _ in range(200):
            if two.seen()[-1] == ("h4", True, True):
                break
            time.sleep(0.02)
        assert two.seen()[-1] == ("h4", True, True)
        assert ask(alone.address, alone.port, "session.login_with_password", *login) == "HOST_IS_SLAVE"

    async def main() -> None:
        two = Two()
        async with two.site.serve(tls=False) as pools:
            await asyncio.to_thread(work, two, pools)

    with asyncio.Runner(loop_factory=lambda: ScaledLoop(60.0)) as runner:
        runner.run(main())
