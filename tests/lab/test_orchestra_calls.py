"""What a management server as Xen Orchestra's asks a pool: at connect, in the background, on each of its screens.

Every row is one request as it comes over the wire (JSON-RPC), with what the answer must look like. `north` and the like
stand for references.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from xenferry.lab.clock import virtual_run
from xenferry.lab.datamodel import NULL, datamodel
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.lab.wire.endpoint import respond

POOL = """
host north memory=64GiB
  update qemu-4.2.1-6
host south memory=64GiB
server nas
  export /srv/vms
sr pool-disks nfs default
guest mail on=north memory=8GiB
  disk root
  cd guest-tools.iso
  nic eth0
guest wiki on=south memory=4GiB
  disk root
"""
NFS = {"server": "nas", "serverpath": "/srv/vms"}

Answer = Callable[[Any], object]
"""Whether an answer is good."""


def is_json(expected: object) -> Answer:
    return lambda answer: json.loads(answer) == expected


def has(*names: str) -> Answer:
    return lambda answer: set(names) <= set(answer)


def empty(answer: Any) -> object:
    return answer in ("", [], {})


def refused(code: str) -> str:
    """The answer is this error."""
    return code


AT_CONNECT: list[tuple[str, list[Any], Answer | str]] = [
    ("pool.get_all_records", [], lambda answer: len(answer) == 1),
    ("host.get_all_records", [], lambda answer: {one["address"] for one in answer.values()} >= {"192.0.2.11"}),
    ("system.listMethods", [], has("event.from", "pool_update.introduce", "VTPM.create", "SR.probe_ext")),
    ("event.from", [["*"], "", 0.1], lambda answer: {e["class"] for e in answer["events"]} >= {"pool", "host", "vm"}),
    ("event.inject", ["pool", "pool"], str),
    ("pool.add_to_other_config", ["pool", "xo:clientInfo:1", "{}"], empty),
    ("pool.remove_from_other_config", ["pool", "xo:clientInfo:1"], empty),
    ("task.create", ["a", "b"], lambda answer: answer.startswith("OpaqueRef:")),
]
IN_THE_BACKGROUND: list[tuple[str, list[Any], Answer | str]] = [
    ("host.get_servertime", ["north"], lambda answer: answer.endswith("Z")),
    ("host.get_bios_strings", ["north"], has("system-manufacturer")),
    ("pool.get_license_state", ["pool"], has("edition", "expiry")),
    ("host.call_plugin", ["south", "updater.py", "check_update", {}], is_json([])),
    (
        "host.call_plugin",
        ["north", "updater.py", "check_update", {}],
        lambda answer: [each["name"] for each in json.loads(answer)] == ["qemu"],
    ),
    ("host.call_plugin", ["north", "smartctl.py", "health", {}], is_json({"/dev/sda:scsi": "PASSED"})),
    ("host.call_plugin", ["north", "smartctl.py", "information", {}], lambda answer: "smart_status" in answer),
    ("host.call_plugin", ["north", "raid.py", "check_raid_pool", {}], is_json({})),
    ("host.call_plugin", ["north", "hyperthreading.py", "get_hyperthreading", {}], is_json(True)),
    ("host.call_plugin", ["north", "ipmitool.py", "is_ipmi_device_available", {}], is_json(False)),
    ("host.call_plugin", ["north", "ipmitool.py", "get_all_sensors", {}], refused("1")),
    ("host.call_plugin", ["north", "netdata.py", "is_netdata_installed", {}], is_json(False)),
    ("host.call_plugin", ["north", "lsblk.py", "list_block_devices", {}], has("{")),
    ("host.call_plugin", ["north", "zfs.py", "list_zfs_pools", {}], is_json({})),
    ("host.call_plugin", ["north", "xscontainer", "register", {}], refused("XENAPI_MISSING_PLUGIN")),
    ("VM.get_secureboot_readiness", ["mail"], lambda answer: answer == "disabled"),
    ("pool.get_guest_secureboot_readiness", ["pool"], lambda answer: answer == "ready"),
    ("host.get_sched_gran", ["north"], lambda answer: answer == "cpu"),
    ("host.get_server_certificate", ["north"], lambda answer: "BEGIN CERTIFICATE" in answer),
]
MOVING: list[tuple[str, list[Any], Answer | str]] = [
    ("VM.assert_can_boot_here", ["mail", "south"], empty),
    ("VM.assert_operation_valid", ["mail", "suspend"], empty),
    ("VBD.eject", ["mail's drive"], empty),
    ("VM.pool_migrate", ["mail", "south", {}], empty),
    ("VM.add_to_blocked_operations", ["mail", "pool_migrate", "because"], empty),
    ("VM.pool_migrate", ["mail", "north", {}], refused("OPERATION_BLOCKED")),
    ("VM.remove_from_blocked_operations", ["mail", "pool_migrate"], empty),
]
MAINTENANCE: list[tuple[str, list[Any], Answer | str]] = [
    ("host.get_vms_which_prevent_evacuation", ["south"], empty),
    ("host.assert_can_evacuate", ["south"], empty),
    ("host.disable", ["south"], empty),
    ("host.evacuate", ["south", NULL, 3], empty),
    ("host.get_resident_VMs", ["south"], lambda answer: len(answer) == 1),
    ("pool.disable_ha", [], refused("HA_NOT_ENABLED")),
    ("host.enable", ["south"], empty),
]
STORAGE: list[tuple[str, list[Any], Answer | str]] = [
    ("SR.get_supported_types", [], has("nfs", "lvmoiscsi", "ext", "iso")),
    ("SR.probe", ["south", {"server": "nowhere"}, "nfs", {}], refused("SR_BACKEND_FAILURE_140")),
    ("SR.probe", ["south", {"server": "nas"}, "nfs", {}], refused("SR_BACKEND_FAILURE_101")),
    ("SR.probe", ["south", NFS, "nfs", {}], lambda answer: "<SRlist" in answer),
    ("SR.create", ["south", NFS, 0, "new", "", "nfs", "user", True, {}], lambda answer: answer.startswith("Opaque")),
    ("SR.scan", ["pool-disks"], empty),
]
SCREENS = {
    "connect": AT_CONNECT, "background": IN_THE_BACKGROUND, "moving": MOVING, "maintenance": MAINTENANCE,
    "storage": STORAGE,
}  # fmt: skip


@dataclass
class Client:
    """A session over the wire of one lab. `names` are the references that rows call by name."""

    lab: Lab
    session: str = ""

    async def ask(self, method: str, params: list[Any]) -> dict[str, Any]:
        body = json.dumps({"jsonrpc": "2.0", "id": 0, "method": method, "params": params}).encode()
        answer = await self.lab.dial(self.lab.address(self.lab.coordinator)).post(
            "/jsonrpc", body, content_type="application/json"
        )
        found: dict[str, Any] = json.loads(answer)
        return found

    async def log_in(self) -> None:
        self.session = (await self.ask("session.login_with_password", ["root", "lab", "2.0", "xo"]))["result"]

    def names(self) -> dict[str, str]:
        found = {"pool": next(iter(self.lab.db.all("pool")))}
        for cls in ("host", "VM", "SR"):
            found |= {record["name_label"]: ref for ref, record in self.lab.db.all(cls).items()}
        drives = [ref for ref, vbd in self.lab.db.all("VBD").items() if vbd["type"] == "CD"]
        return found | {"mail's drive": drives[0]}

    def known(self, params: list[Any]) -> list[Any]:
        names = self.names()
        return [names.get(one, one) if isinstance(one, str) else one for one in params]


@pytest.mark.parametrize("screen", SCREENS)
def test_every_question_of_a_screen_is_answered(screen: str) -> None:
    async def main() -> None:
        client = Client(Lab.from_scenario(parse(POOL)))
        await client.log_in()
        for method, params, good in SCREENS[screen]:
            answer = await ask(client, method, params)
            if isinstance(good, str):
                assert answer.get("error", {}).get("message") == good, (method, params, answer)
            else:
                assert "error" not in answer, (method, params, answer)
                assert good(answer["result"]), (method, params, answer["result"])

    virtual_run(main())


async def ask(client: Client, method: str, params: list[Any]) -> dict[str, Any]:
    given = [client.known(params)[0], *params[1:]] if method == "event.inject" else client.known(params)
    if method == "event.inject":
        given = ["pool", client.names()["pool"]]
    session = [] if method == "system.listMethods" else [client.session]
    return await client.ask(method, [*session, *given])


def test_every_screen_names_calls_that_exist() -> None:
    for method in (row[0] for rows in SCREENS.values() for row in rows if row[0] != "system.listMethods"):
        cls, _, name = method.partition(".")
        assert datamodel().call(cls, name), method


@pytest.mark.parametrize(
    "path",
    ["rrd_updates?start=1795391000&cf=AVERAGE&interval=5&json=true&host=true", "host_rrd?json=true"],
)
def test_statistics_are_downloaded(path: str) -> None:
    async def main() -> tuple[int, Any]:
        client = Client(Lab.from_scenario(parse(POOL)))
        await client.log_in()
        joint = "&" if "?" in path else "?"
        reply = await respond(
            client.lab, client.lab.coordinator, "GET", f"/{path}{joint}session_id={client.session}", b""
        )
        return reply.status, json.loads(reply.body)

    status, document = virtual_run(main())
    assert status == 200
    assert document


def test_updates_are_listed_for_the_hosts_asked_for() -> None:
    async def main() -> tuple[list[int], Any]:
        client = Client(Lab.from_scenario(parse(POOL)))
        await client.log_in()
        north = client.names()["north"]

        async def get(query: str) -> Any:
            path = f"/updates?session_id={client.session}{query}"
            return await respond(client.lab, client.lab.coordinator, "GET", path, b"")

        without = await get("")
        url = "https://updates.example.org/"
        repository = await client.lab.call("Repository.introduce", "base", "", url, url, True, "")
        await client.lab.call("pool.add_repository", client.names()["pool"], repository)
        reply = await get(f"&host_refs={north}")
        return [without.status, (await get("&host_refs=nobody")).status, reply.status], json.loads(reply.body)

    statuses, document = virtual_run(main())
    assert statuses == [404, 400, 200]
    assert [host["updates"] for host in document["hosts"]] == [["qemu-4.2.1-6"]]
    assert [update["id"] for update in document["updates"]] == ["qemu-4.2.1-6"]
