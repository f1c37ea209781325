"""dom0 over ssh: real connections on loopback, answers from the model, and nothing of this machine in between."""

import asyncio

import asyncssh
import pytest

from xenferry.lab.change import change_world
from xenferry.lab.dom0.command import Shell, run, simulated
from xenferry.lab.dom0.server import serve_dom0
from xenferry.lab.lab import Lab
from xenferry.lab.network.boot import RESET, boot_nics
from xenferry.lab.scenario import ScenarioError, load, parse
from xenferry.probe.dom0 import Address, Dom0Unreachable, Login, NewName, open_dom0

NAS = "nfs-nas.localdomain"


def story():
    return Lab.from_scenario(load("first-pool"))


def host_of(lab, name):
    return lab.db.find("host", name_label=name)[0]


def login(where, **more):
    fields = {"password": lambda: "lab", "key": where.fingerprint} | more
    return Login(address=where.address, port=where.port, **fields)


def test_a_session_lists_nics_and_orders_names_for_the_next_boot():
    lab = story()
    host = host_of(lab, "xcp2")

    async def main():
        async with serve_dom0(lab) as servers, open_dom0(login(servers[host])) as dom0:
            table = await dom0.nics()
            macs = {line.split()[0]: line.split()[1] for line in table.splitlines()[1:]}
            await dom0.rename([NewName(macs["eth4"], "eth0")])
            return macs, await dom0.nics()

    macs, after = asyncio.run(main())
    assert list(macs) == ["eth2", "eth4"]
    assert {line.split()[0]: line.split()[1] for line in after.splitlines()[1:]} == macs, "not before the boot"
    boot_nics(lab, host)
    assert {nic.name: nic.mac for nic in lab.world.dom0[host].nics}["eth0"] == macs["eth4"]


def test_a_renamed_management_nic_brings_its_reset_and_its_reboot():
    lab = story()
    host = host_of(lab, "xcp2")
    down = []

    async def reboot(ref):
        down.append((ref, boot_nics(lab, ref)))

    async def main():
        async with serve_dom0(lab, reboot=reboot) as servers, open_dom0(login(servers[host])) as dom0:
            macs = {nic.name: nic.mac for nic in lab.world.dom0[host].nics}
            address = Address(device="eth0", mode="static", ip="192.168.1.12", netmask="255.255.255.0")
            await dom0.rename_with_management([NewName(macs["eth4"], "eth0")], address)

    asyncio.run(main())
    assert down == [(host, True)]
    assert RESET not in lab.world.dom0[host].files
    assert "MANAGEMENT_INTERFACE='xenbr0'" in lab.world.dom0[host].files["/etc/xensource-inventory"]
    management = [pif for pif in lab.db.all("PIF").values() if pif["host"] == host and pif["management"]]
    assert [(pif["device"], pif["IP"]) for pif in management] == [("eth0", "192.168.1.12")]


def test_dom0_resolves_what_its_name_server_knows():
    lab = story()
    host = host_of(lab, "xcp1")

    async def main():
        async with serve_dom0(lab) as servers, open_dom0(login(servers[host])) as dom0:
            before = await dom0.resolve(NAS)
            change_world(lab, f"server {NAS} resolvable")
            return before, await dom0.resolve(NAS), await dom0.resolve("xcp2"), await dom0.resolve("nobody")

    assert asyncio.run(main()) == (None, "192.168.1.50", "192.168.1.12", None)


@pytest.mark.parametrize("wrong", [{"password": lambda: "guess"}, {"key": "SHA256:another"}])
def test_a_wrong_password_or_host_key_gets_nowhere(wrong):
    lab = story()

    async def main():
        async with serve_dom0(lab) as servers:
            where = servers[host_of(lab, "xcp1")]
            with pytest.raises(Dom0Unreachable):
                async with open_dom0(login(where, **wrong)):
                    raise AssertionError("let in")

    asyncio.run(main())


def test_a_key_may_log_in_instead_of_a_password():
    lab = story()
    key = asyncssh.generate_private_key("ssh-ed25519")

    async def main():
        async with serve_dom0(lab, keys=key.export_public_key().decode()) as servers:
            where = servers[host_of(lab, "xcp1")]
            options = {"known_hosts": None, "username": "root", "client_keys": [key], "config": []}
            async with asyncssh.connect(where.address, where.port, **options) as connection:
                return (await connection.run("hostname")).stdout

    assert asyncio.run(main()) == "xcp1\n"


def test_every_host_has_a_key_and_a_port_of_its_own_on_loopback():
    lab = story()

    async def main():
        async with serve_dom0(lab) as servers:
            return list(servers.values())

    found = asyncio.run(main())
    assert len({where.port for where in found}) == len({where.fingerprint for where in found}) == 2
    assert {where.address for where in found} == {"127.0.0.1"}


@pytest.mark.parametrize(
    "line", ["touch /tmp/x", "echo $(id)", "cat /etc/passwd; id", "hostname | cat", "hostname > /tmp/x", "python3 -c 1"]
)
def test_nothing_is_run_that_is_not_simulated(line):
    lab = story()
    answer = run(Shell(lab, host_of(lab, "xcp1")), line)
    assert answer.status == 127
    assert "not simulated" in answer.err
    assert answer.out == ""


def test_the_files_of_this_machine_are_out_of_reach():
    answer = run(Shell(story(), host_of(story(), "xcp1")), "cat /etc/passwd /etc/xensource-inventory")
    assert answer.status == 1
    assert "No such file" in answer.err
    assert "MANAGEMENT_INTERFACE='xenbr0'" in answer.out


def test_the_table_is_laid_out_as_the_tool_lays_it_out():
    lab = Lab.from_scenario(parse("host a\n  nic eth0 mac=00:50:b6:5b:ca:6a driver=igb pci=02:00.0\n"))
    out = run(Shell(lab, host_of(lab, "a")), "interface-rename --list").out
    head, row = out.splitlines()
    assert head == "Name  MAC                PCI              ethN  Phys  SMBios  Driver  Version  Firmware  "
    assert row.startswith("eth0  00:50:b6:5b:ca:6a  0000:02:00.0[0]  eth0  ")
    rules = run(Shell(lab, host_of(lab, "a")), "cat /etc/sysconfig/network-scripts/interface-rename-data/*.json").out
    assert '"00:50:b6:5b:ca:6a"' in rules
    refused = run(Shell(lab, host_of(lab, "a")), "interface-rename --update eth0=00:00:00:00:00:01")
    assert refused.status == 1
    assert "No NIC found" in refused.err


def test_the_nfs_server_looks_the_same_from_dom0_as_from_xapi():
    lab = Lab.from_scenario(parse("server nas address=192.0.2.9\n  export /srv to=10.0.0.0/8\nhost a\n"))
    shell = Shell(lab, host_of(lab, "a"))
    assert run(shell, "showmount -e nas").out == "Export list for nas:\n/srv 10.0.0.0/8\n"
    assert "nfs" in run(shell, "rpcinfo -s nas").out
    change_world(lab, "server nas rpcbind=off")
    assert run(shell, "showmount -e nas").status == 1
    assert run(shell, "rpcinfo -s nas").status == 1


@pytest.mark.parametrize(
    ("line", "look"),
    [
        ("server nas unreachable a", lambda w: len(w.servers["nas"].unreachable) == 1),
        ("server nas unresolvable", lambda w: len(w.servers["nas"].unresolvable) == 2),
        ("server nas versions=4", lambda w: w.servers["nas"].versions == (4,)),
        ("server nas export /srv root-squash=on subdirs=off", lambda w: w.servers["nas"].exports["/srv"].root_squash),
        ("server nas export /srv to=10.0.0.0/8", lambda w: not w.servers["nas"].exports["/srv"].admits("192.0.2.1")),
        ("server nas export /new", lambda w: "/new" in w.servers["nas"].exports),
        ("server nas export /srv gone", lambda w: not w.servers["nas"].exports),
        ("host a nic eth0 cable=blue link=off", lambda w: not next(iter(w.dom0.values())).nics[0].link),
        ("guest g dirty=20MiB/s", lambda w: [load.dirty for load in w.loads.values()] == [20 * 2**20]),
    ],
)
def test_an_administrator_changes_the_world_with_a_line(line, look):
    lab = Lab.from_scenario(parse("server nas\n  export /srv\nhost a\nhost b\nguest g\n"))
    assert not look(lab.world)
    change_world(lab, line)
    assert look(lab.world)


@pytest.mark.parametrize(
    "line", ["server nsa resolvable", "server nas resolveable", "printer x on", "server nas export /srv squash=off",
             "server nas export /srv root-squash=no", "host c nic eth0 link=off", "guest x dirty=1MiB/s", 'server "nas']
)  # fmt: skip
def test_a_line_that_is_not_understood_changes_nothing_and_says_what_was_expected(line):
    lab = Lab.from_scenario(parse("server nas\n  export /srv\nhost a\n"))
    before = repr(lab.world)
    with pytest.raises(ScenarioError) as caught:
        change_world(lab, line)
    assert caught.value.expected
    assert repr(lab.world) == before


def test_the_list_of_simulated_programs_is_known():
    assert {"interface-rename", "getent", "showmount", "cat", "tail", "reboot"} <= set(simulated())


def test_reboot_in_dom0_takes_the_host_down_and_brings_it_back_with_its_new_names(monkeypatch):
    monkeypatch.setattr("xenferry.lab.dom0.server.BOOT_S", 0.3)
    lab = story()
    host = host_of(lab, "xcp2")

    async def main():
        async with serve_dom0(lab) as servers, open_dom0(login(servers[host])) as dom0:
            mac = next(nic.mac for nic in lab.world.dom0[host].nics if nic.name == "eth4")
            address = Address(device="eth0", mode="static", ip="192.168.1.12", netmask="255.255.255.0")
            await dom0.rename_with_management([NewName(mac, "eth0")], address)
            await asyncio.sleep(0.1)
            down = not lab.toolstacks.answers(host)
            await asyncio.sleep(0.5)
            return down, lab.toolstacks.answers(host), mac

    down, back, mac = asyncio.run(main())
    assert (down, back) == (True, True)
    assert {nic.mac: nic.name for nic in lab.world.dom0[host].nics}[mac] == "eth0"
