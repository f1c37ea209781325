"""Classes that are rarely seen: provisioning, variants of drivers, tracing, licences, balancing, disaster recovery."""

from __future__ import annotations

from typing import Any

import pytest
from stage import Stage, play, refused

from xenferry.lab.datamodel import NULL

PAIR = """
host north
host south
sr pool-disks nfs default
sr unplugged nfs unplugged
guest mail on=north
  disk root
  nic eth0
  nic eth0
"""


def pool(stage: Stage) -> str:
    return next(iter(stage.lab.db.all("pool")))


def test_a_provisioning_site_is_forgotten_after_its_servers() -> None:
    async def scene(stage: Stage) -> list[Any]:
        site = await stage.call("PVS_site.introduce", "site", "", "")
        server = await stage.call("PVS_server.introduce", ["192.0.2.50"], 6910, 6930, site)
        vifs = {stage.lab.db.get("VIF", vif)["device"]: vif for vif in stage.guest("mail")["VIFs"]}
        proxy = await stage.call("PVS_proxy.create", site, vifs["0"])
        record = {"host": stage.host("north"), "SR": stage.ref("SR", "pool-disks"), "site": site, "size": 2**30}
        cache = await stage.call("PVS_cache_storage.create", record)
        disk = stage.lab.db.get("PVS_cache_storage", cache)["VDI"]
        errors = [
            await refused(stage.call("PVS_server.introduce", ["192.0.2.50"], 6910, 6930, site)),
            await refused(stage.call("PVS_server.introduce", ["192.0.2.51"], 6930, 6910, site)),
            await refused(stage.call("PVS_server.introduce", ["nowhere"], 6910, 6930, site)),
            await refused(stage.call("PVS_proxy.create", site, vifs["0"])),
            await refused(stage.call("PVS_proxy.create", site, vifs["1"])),
            await refused(stage.call("PVS_cache_storage.create", record)),
            await refused(stage.call("PVS_site.forget", site)),
        ]
        await stage.call("PVS_server.forget", server)
        await stage.call("PVS_site.forget", site)
        await stage.call("PVS_proxy.destroy", proxy)
        return [[error[0] for error in errors], stage.lab.db.exists("VDI", disk)]

    _, (codes, disk_left) = play(PAIR, scene)
    assert codes == [
        "PVS_SERVER_ADDRESS_IN_USE", "VALUE_NOT_SUPPORTED", "INVALID_IP_ADDRESS_SPECIFIED",
        "PVS_PROXY_ALREADY_PRESENT", "PVS_VIF_MUST_BE_FIRST_DEVICE", "PVS_CACHE_STORAGE_ALREADY_PRESENT",
        "PVS_SITE_CONTAINS_SERVERS",
    ]  # fmt: skip
    assert not disk_left


def test_a_driver_is_chosen_among_its_own_variants() -> None:
    async def scene(stage: Stage) -> list[Any]:
        db = stage.lab.db
        driver = db.create("Host_driver", host=stage.host("south"), name="ixgbe")
        good = db.create("Driver_variant", driver=driver, name="new", hardware_present=True)
        idle = db.create("Driver_variant", driver=driver, name="old", hardware_present=False)
        errors = [
            await refused(stage.call("Host_driver.select", driver, NULL)),
            await refused(stage.call("Host_driver.select", driver, idle)),
        ]
        await stage.call("Driver_variant.select", good)
        chosen = db.get("Host_driver", driver)["selected_variant"] == good
        await stage.call("Host_driver.deselect", driver)
        return [errors[0][:2], errors[1] == ["HOST_DRIVER_NO_HARDWARE", idle], chosen,
                db.get("Host_driver", driver)["selected_variant"]]  # fmt: skip

    _, found = play(PAIR, scene)
    assert found == [["INVALID_VALUE", "variant"], True, True, NULL]


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("components", ["nothing"], ["component", "nothing"]),
        ("endpoints", ["https://traces.example.org"], ["endpoint", "https://traces.example.org"]),
        ("hosts", ["OpaqueRef:none"], ["host", "OpaqueRef:none"]),
    ],
)
def test_an_observer_is_checked(field: str, value: list[str], expected: list[str]) -> None:
    async def scene(stage: Stage) -> list[str]:
        record = {"name_label": "traces", "name_description": "", "hosts": [], "attributes": {},
                  "endpoints": ["bugtool"], "components": ["xapi"], "enabled": False}  # fmt: skip
        observer = await stage.call("Observer.create", record)
        assert await refused(stage.call(f"Observer.set_{field}", observer, value)) == ["INVALID_VALUE", *expected]
        error = await refused(stage.call("Observer.create", record | {field: value}))
        await stage.call("Observer.destroy", observer)
        return error

    _, error = play(PAIR, scene)
    assert error == ["INVALID_VALUE", *expected]


def test_xcp_ng_has_one_edition() -> None:
    async def scene(stage: Stage) -> list[Any]:
        await stage.call("pool.apply_edition", pool(stage), "xcp-ng")
        return [
            await refused(stage.call("host.apply_edition", stage.host("south"), "premium", False)),
            await refused(stage.call("pool.apply_edition", pool(stage), "premium")),
            await refused(stage.call("host.license_add", stage.host("south"), "no base64!")),
        ]

    _, found = play(PAIR, scene)
    assert found == [["INVALID_EDITION", "premium"], ["INVALID_EDITION", "premium"], ["LICENSE_PROCESSING_ERROR"]]


def test_nobody_balances_the_pool() -> None:
    async def scene(stage: Stage) -> list[list[str]]:
        found = [
            await refused(stage.call("VM.retrieve_wlb_recommendations", stage.vm("mail"))),
            await refused(stage.call("pool.deconfigure_wlb")),
            await refused(stage.call("pool.initialize_wlb", "192.0.2.9:8012", "a", "b", "c", "d")),
        ]
        stage.lab.db.update("pool", pool(stage), wlb_url="192.0.2.9:8012")
        return [*found, await refused(stage.call("pool.retrieve_wlb_configuration"))]

    _, found = play(PAIR, scene)
    assert found == [["WLB_NOT_INITIALIZED"], ["WLB_NOT_INITIALIZED"], ["WLB_CONNECTION_REFUSED"], ["WLB_DISABLED"]]


def test_a_schedule_says_what_its_frequency_needs() -> None:
    async def scene(stage: Stage) -> list[Any]:
        record = {"name_label": "nightly", "name_description": "", "enabled": True, "type": "snapshot",
                  "retained_snapshots": 3, "frequency": "daily", "schedule": {"hour": "3"}}  # fmt: skip
        schedule = await stage.call("VMSS.create", record)
        seen = [stage.lab.db.get("VMSS", schedule)["schedule"]]
        await stage.call("VMSS.set_frequency", schedule, "weekly")
        await stage.call("VMSS.set_schedule", schedule, {"days": "monday,FRIDAY"})
        seen.append(stage.lab.db.get("VMSS", schedule)["schedule"])
        await stage.call("VM.set_snapshot_schedule", stage.vm("mail"), schedule)
        errors = [
            await refused(stage.call("VMSS.create", record | {"schedule": {"days": "Monday"}})),
            await refused(stage.call("VMSS.create", record | {"retained_snapshots": 11})),
            await refused(stage.call("VMSS.set_schedule", schedule, {"min": "20"})),
            await refused(stage.call("VMSS.set_schedule", schedule, {"hour": "24"})),
            await refused(stage.call("VMSS.set_schedule", schedule, {"days": "Monday,monday"})),
            await refused(stage.call("VMSS.destroy", schedule)),
        ]
        await stage.call("VM.set_snapshot_schedule", stage.vm("mail"), NULL)
        await stage.call("VMSS.destroy", schedule)
        return [seen, errors, list(stage.lab.db.all("VMSS"))]

    _, (seen, errors, left) = play(PAIR, scene)
    assert seen == [{"hour": "3", "min": "0"}, {"hour": "3", "min": "0", "days": "Monday,Friday"}]
    assert errors == [
        ["INVALID_VALUE", "schedule:days", "Monday"],
        ["INVALID_VALUE", "retained_snapshots", "11"],
        ["INVALID_VALUE", "schedule:min", "20"],
        ["INVALID_VALUE", "schedule:hour", "24"],
        ["INVALID_VALUE", "schedule:days", "Monday,monday"],
        ["VMSS_HAS_VM"],
    ]
    assert left == []


def test_nfs_holds_no_copy_of_a_database() -> None:
    async def scene(stage: Stage) -> list[Any]:
        sr = stage.ref("SR", "pool-disks")
        return [
            await refused(stage.call("DR_task.create", "nfs", {}, [])),
            (await refused(stage.call("SR.enable_database_replication", sr)))[0],
            await stage.call("SR.disable_database_replication", sr),
        ]

    _, found = play(PAIR, scene)
    assert found == [
        ["OPERATION_NOT_ALLOWED", "Disaster recovery not supported on SRs of type nfs"],
        "SR_OPERATION_NOT_SUPPORTED",
        "",
    ]


def test_a_network_serves_disks_encrypted_or_not_never_both() -> None:
    async def scene(stage: Stage) -> list[Any]:
        network = next(iter(stage.lab.db.all("network")))
        other = await stage.call("network.create", {"name_label": "other", "name_description": "", "MTU": 1500,
                                                    "other_config": {}})  # fmt: skip
        await stage.call("network.add_purpose", network, "nbd")
        error = await refused(stage.call("network.add_purpose", other, "insecure_nbd"))
        await stage.call("network.remove_purpose", network, "nbd")
        await stage.call("network.add_purpose", other, "insecure_nbd")
        return [error, stage.lab.db.get("network", other)["purpose"]]

    _, found = play(PAIR, scene)
    assert found == [["NETWORK_INCOMPATIBLE_PURPOSES", "insecure_nbd", "nbd"], ["insecure_nbd"]]


def test_what_only_a_driver_may_set_is_refused_even_to_root() -> None:
    async def scene(stage: Stage) -> list[list[str]]:
        vdi = stage.lab.db.get("VBD", stage.guest("mail")["VBDs"][0])["VDI"]
        lost = stage.lab.db.create("VDI", SR=stage.ref("SR", "unplugged"))
        await stage.call("VDI.set_name_label", vdi, "new")
        return [
            await refused(stage.call("VDI.set_sharable", vdi, True)),
            await refused(stage.call("VDI.set_read_only", vdi, True)),
            (await refused(stage.call("VDI.set_name_label", lost, "x")))[:1],
        ]

    _, found = play(PAIR, scene)
    assert found == [["PERMISSION_DENIED", ""], ["PERMISSION_DENIED", ""], ["SR_HAS_NO_PBDS"]]
