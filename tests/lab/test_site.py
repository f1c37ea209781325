"""Several pools on one site: they find each other by address, in process and served."""

from __future__ import annotations

import asyncio
import json

import pytest

from xenferry.lab.clock import virtual_run
from xenferry.lab.scenario import parse
from xenferry.lab.site import Site

EAST = "pool east\nhost north\nhost south\nguest mail on=north\n"
WEST = "pool west\nhost upper\nhost lower\nguest wiki on=upper\n"


def site() -> Site:
    return Site.from_scenarios([parse(EAST), parse(WEST)])


def test_hosts_of_all_pools_have_addresses_of_their_own_and_are_found_by_them() -> None:
    both = site()
    east, west = both.labs
    addresses = [(lab, host, lab.address(host)) for lab in both.labs for host in lab.db.all("host")]
    assert len({address for _, _, address in addresses}) == 4
    for lab, host, address in addresses:
        place = both.find(f"https://{address}:443/")
        assert place is not None
        assert (place.lab, place.host) == (lab, host)
    assert east.site is west.site is both
    assert both.find("203.0.113.77") is None
    pif = west.db.find("PIF", host=west.coordinator, management=True)[0]
    assert west.db.get("PIF", pif)["IP"] == west.address(west.coordinator)


def test_dialling_reaches_the_pool_that_has_the_address() -> None:
    both = site()

    async def names() -> list[str]:
        found = []
        for lab in both.labs:
            login = await ask(both, lab.address(lab.coordinator), "session.login_with_password", "root", "lab")
            found.append(await ask(both, lab.address(lab.coordinator), "pool.get_all_records", login))
        return [next(iter(records.values()))["name_label"] for records in found]

    assert virtual_run(names()) == ["east", "west"]
    with pytest.raises(ConnectionRefusedError):
        both.dial("203.0.113.77")


async def ask(both: Site, address: str, method: str, *params: object) -> object:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    return json.loads(await both.dial(address).post("/jsonrpc", body, content_type="application/json"))["result"]


def test_two_pools_of_one_name_or_seed_cannot_be_told_apart() -> None:
    with pytest.raises(ValueError, match="different names"):
        Site.from_scenarios([parse(EAST), parse(EAST)])


def test_served_pools_share_the_port_and_have_loopback_networks_of_their_own() -> None:
    async def addresses() -> list[list[str]]:
        both = site()
        async with both.serve(tls=False) as pools:
            ports = {host.port for pool in pools for host in pool.values()}
            assert len(ports) == 1
            for lab, pool in zip(both.labs, pools, strict=True):
                for ref, host in pool.items():
                    place = both.find(host.address)
                    assert place is not None
                    assert (place.lab, place.host) == (lab, ref)
            return [[host.address for host in pool.values()] for pool in pools]

    assert asyncio.run(addresses()) == [["127.0.0.1", "127.0.1.1"], ["127.1.0.1", "127.1.1.1"]]
