"""A failed step has a cure for every make of server, with the addresses of all hosts in it."""

from __future__ import annotations

import json
import re

import pytest

from xenferry.probe.cures import Need, cures, makes
from xenferry.probe.view import (
    ADMITS,
    ANSWERS,
    MAKES,
    MOUNTS,
    MOUNTS_BELOW,
    PACKETS,
    RESOLVES,
    ROOM,
    ROUTE,
    VERSION,
    WRITES,
)

HOSTS = ("192.0.2.11", "192.0.2.12", "192.0.2.13")
NEED = Need(server="nas", path="/mnt/store/vms", hosts=HOSTS)
WANTED = {"linux", "netapp", "qnap", "synology", "truenas-core", "truenas-scale", "windows-server"}
ROOT = {
    "linux": "no_root_squash",
    "netapp": "-superuser sys",
    "qnap": "Squash no users",
    "synology": "No mapping",
    "truenas-core": "Maproot User root",
    "truenas-scale": "Maproot User root",
    "windows-server": "-AllowRootAccess $true",
}


def told(step: str, make: str, need: Need = NEED) -> str:
    return "\n".join(line for cure in cures(step, need, make) for line in cure.lines)


def test_every_make_that_people_have_is_there() -> None:
    assert set(makes()) == WANTED == set(ROOT)


@pytest.mark.parametrize("make", sorted(WANTED))
@pytest.mark.parametrize("step", [ADMITS, MOUNTS, MAKES, MOUNTS_BELOW, WRITES])
def test_one_line_lets_all_hosts_in_and_leaves_root_root(step: str, make: str) -> None:
    text = told(step, make)
    assert all(host in text for host in HOSTS)
    assert ROOT[make] in text


@pytest.mark.parametrize("make", sorted(WANTED))
@pytest.mark.parametrize("step", [ANSWERS, VERSION])
def test_a_service_or_version_that_is_off_is_switched_on(step: str, make: str) -> None:
    assert told(step, make)
    assert told(step, make, Need(server="nas", path="", hosts=HOSTS, version="4.1"))


@pytest.mark.parametrize("make", ["truenas-core", "truenas-scale"])
def test_commands_for_truenas_are_json_that_it_can_read(make: str) -> None:
    (body,) = re.findall(r"sharing\.nfs\.update ID '(.*)'", told(MAKES, make))
    wanted = json.loads(body)
    assert wanted["hosts"] == list(HOSTS)
    assert wanted["maproot_user"] == "root"
    assert wanted.get("alldirs") is (True if make == "truenas-core" else None)


def test_a_name_is_resolved_by_the_hosts_whatever_the_server() -> None:
    (cure,) = cures(RESOLVES, NEED)
    assert cure.title == "On the hosts"
    assert "DNS=" in cure.lines[0]


def test_the_version_asked_for_is_the_one_switched_on() -> None:
    assert "vers3=y" in told(VERSION, "linux")
    assert "-v4.1 enabled" in told(VERSION, "netapp", Need(server="nas", path="", hosts=HOSTS, version="4.1"))


def test_a_make_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(KeyError):
        list(cures(MAKES, NEED, "abacus"))


def test_what_is_on_the_way_or_a_matter_of_space_is_cured_there() -> None:
    for step, title in ((ROUTE, "On the hosts"), (PACKETS, "On the way"), (ROOM, "On the server")):
        (cure,) = cures(step, NEED)
        assert cure.title == title
