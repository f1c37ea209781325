"""A guest that answered before a run answers after it: what XAPI cannot know is asked of the guest's address."""

from __future__ import annotations

import asyncio
import socket

import pytest

from xenferry.lab.change import change_world
from xenferry.lab.clock import virtual_run
from xenferry.lab.lab import Lab
from xenferry.lab.network import hearing as lab_hearing
from xenferry.lab.scenario import parse
from xenferry.plan.migrate import migrate
from xenferry.pool.addresses import addresses, within_reach
from xenferry.pool.capture import read_pool
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.probe import knock
from xenferry.runs import control
from xenferry.runs.engine import Report, Setting
from xenferry.runs.journal import Journal
from xenferry.xapi import connect

POOL = """
pool p
host a
  nic eth0 ip=10.0.0.1/24 management
  nic eth1 cable=guests
host b
  nic eth0 ip=10.0.0.2/24 management
  nic eth1 cable={cable}
host c
  nic eth0 ip=10.0.0.3/24 management
  nic eth1 ip=10.7.0.3/24 cable=guests
sr shared nfs
guest web on=a memory=1GiB
  disk root sr=shared
  nic eth1 ip=10.7.0.20
guest mute on=a memory=1GiB
  disk root sr=shared
  nic eth1
"""
RIGHT, WRONG = POOL.format(cable="guests"), POOL.format(cable="elsewhere")


def ref(s: Snapshot, kind: str, name: str) -> Ref:
    return next(key for key, row in s.tables[kind].items() if getattr(row, "name_label", "") == name)


async def _moved(text: str, guest: str, *orders: str) -> Report:
    """Move a guest from a to b; `orders` change the world before."""
    lab = Lab.from_scenario(parse(text))
    for order in orders:
        change_world(lab, order)
    journal = Journal("sqlite://", clock=asyncio.get_running_loop().time)

    async def ask(address: str) -> bool:
        return lab_hearing.answers(lab, address)

    async with connect(lab.address(lab.coordinator), "root", "lab", pin=None, dial=lab.dial) as connection:
        s = await read_pool(connection)
        plan = migrate(s, [ref(s, "VM", guest)], target=ref(s, "host", "b"))
        setting = Setting(journal=journal, pool=connection, look=lambda: read_pool(connection), owner="test", knock=ask)
        report = await control.begin(plan, setting)
    journal.close()
    return report


def test_a_guest_that_is_heard_again_is_shown_so() -> None:
    report = virtual_run(_moved(RIGHT, "web"))
    assert report.state == "done"
    assert report.proof
    assert [each.answers_on for each in report.proof.guests] == ["10.7.0.20"]


def test_a_guest_taken_off_its_cable_is_told_though_xapi_is_content() -> None:
    report = virtual_run(_moved(WRONG, "web"))
    assert report.state == "incomplete"
    assert report.proof
    (fault,) = report.proof.failures
    assert "guest web runs on b and does not answer on 10.7.0.20" in fault


@pytest.mark.parametrize(("guest", "orders"), [("mute", ()), ("web", ("host a nic eth1 link=off",))])
def test_a_guest_that_was_not_heard_before_is_not_judged(guest: str, orders: tuple[str, ...]) -> None:
    report = virtual_run(_moved(WRONG, guest, *orders))
    assert report.state == "done"
    assert report.proof
    assert [each.answers_on for each in report.proof.guests] == [""]


def test_what_an_agent_says_is_asked_only_if_it_is_another_machines_address() -> None:
    lab = Lab.from_scenario(parse(RIGHT))
    (metrics,) = (r for r, row in lab.db.all("VM_guest_metrics").items() if row["networks"])
    said = {"0/ip": "10.7.0.20", "0/ipv6/0": "2001:db8::20", "1/ip": "127.0.0.1", "2/ip": "; reboot", "3/ip": "fe80::1"}
    lab.db.update("VM_guest_metrics", metrics, networks=said)
    s = Snapshot.from_tables(lab.db.tables)
    vm = next(vm for vm in s.guests if vm.name_label == "web")
    assert addresses(s, vm) == ("10.7.0.20", "2001:db8::20")
    assert not any(map(knock.worth_asking, ("127.0.0.1", "224.0.0.1", "0.0.0.0", "::1", "x", "169.254.169.254")))  # noqa: S104
    assert knock.worth_asking("10.7.0.20")


def test_a_pool_on_this_machine_has_no_guests_elsewhere() -> None:
    s = Snapshot.from_tables(parse(RIGHT).tables)
    assert within_reach(s, ["10.7.0.20"]) == ("10.7.0.20",)
    here = parse(RIGHT)
    for number, host in enumerate(here.tables["host"].values(), 1):
        host["address"] = f"127.0.0.{number}"
    assert within_reach(Snapshot.from_tables(here.tables), ["10.7.0.20"]) == ()


def test_an_open_port_and_a_closed_one_both_prove_that_somebody_is_there() -> None:
    async def main() -> tuple[bool, bool]:
        server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        open_port = await knock._connect("127.0.0.1", port)
        server.close()
        await server.wait_closed()
        return open_port, await knock._connect("127.0.0.1", port)

    assert asyncio.run(main()) == (True, True)


def test_an_echo_has_a_checksum_that_adds_up() -> None:
    packet = knock._request(8, bytes(range(16)))
    words = sum(int.from_bytes(packet[at : at + 2], "big") for at in range(0, len(packet), 2))
    while words >> 16:
        words = (words >> 16) + (words & 0xFFFF)
    assert words == 0xFFFF


def test_an_echo_comes_back_where_the_system_lets_us_send_one_and_is_no_answer_elsewhere() -> None:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP).close()
        allowed = True
    except OSError:
        allowed = False
    assert asyncio.run(asyncio.wait_for(knock._echo("127.0.0.1"), 5)) is allowed


def test_this_machines_own_addresses_are_never_asked() -> None:
    assert asyncio.run(knock.knock("127.0.0.1")) is False
