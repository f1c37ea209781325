"""Settings of the pool: SDN, secrets, caching, redo log, subjects, blobs, messages."""

from __future__ import annotations

from typing import Any

import pytest
from stage import Stage, play, refused

from xenferry.lab.datamodel import NULL

PAIR = """
host north
host south
sr pool-disks nfs default
sr cache ext on=south
guest mail on=north
  disk root
"""


def pool(stage: Stage) -> str:
    return next(iter(stage.lab.db.all("pool")))


def fields(stage: Stage, *names: str) -> list[Any]:
    return [stage.lab.db.get("pool", pool(stage))[name] for name in names]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        (["ssl", "", 0], ["INVALID_VALUE", "address", ""]),
        (["ssl", "here", 0], ["INVALID_IP_ADDRESS_SPECIFIED", "address"]),
        (["pssl", "192.0.2.1", 0], ["INVALID_VALUE", "address", "192.0.2.1"]),
        (["pssl", "", 80], ["INVALID_VALUE", "port", "80"]),
        (["ssl", "192.0.2.1", 70_000], ["VALUE_NOT_SUPPORTED", "port", "70000", "Port out of range"]),
    ],
)
def test_a_controller_is_checked(params: list[Any], expected: list[str]) -> None:
    async def scene(stage: Stage) -> list[str]:
        return await refused(stage.call("SDN_controller.introduce", *params))

    _, error = play(PAIR, scene)
    assert error == expected


def test_a_pool_has_one_controller_however_it_was_named() -> None:
    async def scene(stage: Stage) -> list[Any]:
        await stage.call("SDN_controller.introduce", "ssl", "192.0.2.1", 0)
        second = await refused(stage.call("SDN_controller.introduce", "ssl", "192.0.2.2", 0))
        await stage.call("pool.set_vswitch_controller", "192.0.2.3")
        left = [(one["address"], one["port"]) for one in stage.lab.db.all("SDN_controller").values()]
        await stage.call("pool.set_vswitch_controller", "")
        return [second[0], left, len(stage.lab.db.all("SDN_controller"))]

    _, found = play(PAIR, scene)
    assert found == ["OPERATION_NOT_ALLOWED", [("192.0.2.3", 6632)], 0]


def test_the_secret_is_changed_only_when_all_hosts_take_part() -> None:
    async def scene(stage: Stage) -> list[Any]:
        task = await stage.start("pool.rotate_secret")
        pending = fields(stage, "is_psr_pending")
        done = [await stage.outcome(task), fields(stage, "is_psr_pending")]
        south = stage.host("south")
        stage.lab.db.update("host_metrics", stage.lab.db.get("host", south)["metrics"], live=False)
        return [pending, *done, await refused(stage.call("pool.rotate_secret")) == ["CANNOT_CONTACT_HOST", south]]

    _, found = play(PAIR, scene)
    assert found == [[True], ("success", []), [False], True]


def test_a_cache_is_switched_on_while_its_host_is_in_maintenance() -> None:
    async def scene(stage: Stage) -> list[Any]:
        south, north, cache = stage.host("south"), stage.host("north"), stage.ref("SR", "cache")
        errors = [await refused(stage.call("host.enable_local_storage_caching", south, cache))]
        for host in (north, south):
            await stage.call("host.disable", host)
        errors.append(await refused(stage.call("host.enable_local_storage_caching", north, cache)))
        errors.append(await refused(stage.call("pool.enable_local_storage_caching", pool(stage))))
        on = [
            stage.lab.db.get("host", south)["local_cache_sr"] == cache,
            stage.lab.db.get("SR", cache)["local_cache_enabled"],
        ]
        shared = stage.ref("SR", "pool-disks")
        errors.append(await refused(stage.call("host.enable_local_storage_caching", south, shared)))
        await stage.call("host.disable_local_storage_caching", south)
        return [north, stage.vm("mail"), errors, on, stage.lab.db.get("host", south)["local_cache_sr"]]

    _, (north, mail, errors, on, after) = play(PAIR, scene)
    assert errors == [
        ["HOST_NOT_DISABLED"],
        ["HOST_IN_USE", north, "vm", mail],
        ["HOSTS_FAILED_TO_ENABLE_CACHING", north],
        ["SR_OPERATION_NOT_SUPPORTED"],
    ]
    assert (on, after) == ([True, True], NULL)


def test_a_redo_log_gets_a_disk_and_keeps_it() -> None:
    async def scene(stage: Stage) -> list[Any]:
        await stage.call("pool.enable_redo_log", stage.ref("SR", "pool-disks"))
        (on, vdi) = fields(stage, "redo_log_enabled", "redo_log_vdi")
        disk = stage.lab.db.get("VDI", vdi)
        await stage.call("pool.disable_redo_log")
        await stage.call("pool.enable_redo_log", stage.ref("SR", "pool-disks"))
        return [on, disk["type"], fields(stage, "redo_log_vdi") == [vdi]]

    _, found = play(PAIR, scene)
    assert found == [True, "redo_log", True]


def test_no_redo_log_on_an_sr_that_does_not_exist() -> None:
    async def scene(stage: Stage) -> list[str]:
        return await refused(stage.call("pool.enable_redo_log", "OpaqueRef:none"))

    assert play(PAIR, scene)[1][0] == "CANNOT_ENABLE_REDO_LOG"


@pytest.mark.parametrize(
    ("key", "value", "good"),
    [
        ("auto_update_enabled", "true", True),
        ("auto_update_enabled", "yes", False),
        ("auto_update_url", "https://updates.example.com/", True),
        ("auto_update_url", "ftp://updates.example.com/", False),
        ("mine", "x", False),
    ],
)
def test_the_guests_agent_is_told_two_things_only(key: str, value: str, good: bool) -> None:
    async def scene(stage: Stage) -> Any:
        (pool,) = stage.lab.db.all("pool")
        call = stage.call("pool.add_to_guest_agent_config", pool, key, value)
        return await call and "" if good else await refused(call)

    stage, error = play(PAIR, scene)
    assert error == ("" if good else ["INVALID_VALUE", "guest_agent_config", f"{key} = {value}"])
    assert next(iter(stage.lab.db.all("pool").values()))["guest_agent_config"] == ({key: value} if good else {})


def test_every_host_is_asked_for_an_extension() -> None:
    async def scene(stage: Stage) -> Any:
        (pool,) = stage.lab.db.all("pool")
        has = await stage.call("pool.has_extension", pool, "pool_update.apply")
        stage.lab.db.update("host_metrics", stage.lab.db.get("host", stage.host("south"))["metrics"], live=False)
        return has, await refused(stage.call("pool.has_extension", pool, "pool_update.apply"))

    stage, found = play(PAIR, scene)
    assert found == (True, ["HOST_OFFLINE", stage.host("south")])


def test_nobody_but_root_is_known() -> None:
    async def scene(stage: Stage) -> list[list[str]]:
        record = {"subject_identifier": "S-1-5-21", "other_config": {}}
        return [
            await refused(stage.call("subject.create", record)),
            await refused(stage.call("auth.get_subject_identifier", "somebody")),
            await refused(stage.call("auth.get_subject_information_from_identifier", "S-1-5-21")),
        ]

    _, found = play(PAIR, scene)
    assert found == [["AUTH_IS_DISABLED"]] * 3


def test_hosts_log_in_by_the_same_means_or_none_does() -> None:
    async def scene(stage: Stage) -> list[Any]:
        ref, south = pool(stage), stage.host("south")
        await stage.call("pool.enable_external_auth", ref, {}, "pam", "PAM")
        kinds = [host["external_auth_type"] for host in stage.lab.db.all("host").values()]
        errors = [
            await refused(stage.call("pool.enable_external_auth", ref, {}, "pam", "PAM")),
            await refused(stage.call("host.enable_external_auth", south, {}, "pam", "PAM")),
        ]
        await stage.call("pool.disable_external_auth", ref, {})
        errors.append(await refused(stage.call("pool.enable_external_auth", ref, {}, "x", "LDAP")))
        await stage.call("host.enable_external_auth", south, {}, "pam", "PAM")
        await stage.call("host.disable_external_auth", south, {})
        stage.lab.db.update("host", south, hostname="north")
        errors.append(await refused(stage.call("pool.enable_external_auth", ref, {}, "pam", "PAM")))
        left = [host["external_auth_type"] for host in stage.lab.db.all("host").values()]
        return [kinds, left, [error[0] for error in errors], errors[1][1:]]

    _, found = play(PAIR, scene)
    assert found == [
        ["PAM", "PAM"],
        ["", ""],
        [
            "POOL_AUTH_ALREADY_ENABLED",
            "AUTH_ALREADY_ENABLED",
            "AUTH_UNKNOWN_TYPE",
            "POOL_AUTH_ENABLE_FAILED_DUPLICATE_HOSTNAME",
        ],
        ["PAM", "pam"],
    ]


def test_roles_come_down_to_permissions() -> None:
    async def scene(stage: Stage) -> list[Any]:
        db = stage.lab.db
        start, stop = (db.create("role", name_label=f"VM.{name}") for name in ("start", "shutdown"))
        operator = db.create("role", name_label="operator", subroles=[start, stop])
        admin = db.create("role", name_label="admin", subroles=[operator])
        subject = db.create("subject", subject_identifier="S-1", roles=[])
        await stage.call("subject.add_to_roles", subject, admin)
        errors = [
            await refused(stage.call("subject.add_to_roles", subject, admin)),
            await refused(stage.call("subject.add_to_roles", subject, NULL)),
            await refused(stage.call("subject.remove_from_roles", subject, operator)),
        ]
        names = await stage.call("subject.get_permissions_name_label", subject)
        holders = await stage.call("role.get_by_permission_name_label", "VM.start")
        return [errors, names, holders == [operator, admin]]

    _, found = play(PAIR, scene)
    assert found == [
        [["ROLE_ALREADY_EXISTS"], ["ROLE_NOT_FOUND"], ["ROLE_NOT_FOUND"]],
        ["VM.start", "VM.shutdown"],
        True,
    ]


def test_a_blob_is_kept_by_name_and_forgotten() -> None:
    async def scene(stage: Stage) -> list[Any]:
        guest = stage.vm("mail")
        blob = await stage.call("VM.create_new_blob", guest, "note", "", True)
        kept = stage.guest("mail")["blobs"] == {"note": blob}
        kind = stage.lab.db.get("blob", blob)["mime_type"]
        again = await refused(stage.call("VM.create_new_blob", guest, "note", "", True))
        await stage.call("blob.destroy", blob)
        return [kept, kind, again[0], stage.guest("mail")["blobs"]]

    _, found = play(PAIR, scene)
    assert found == [True, "application/octet-stream", "INTERNAL_ERROR", {}]


def test_messages_go_by_date_and_priority() -> None:
    async def scene(stage: Stage) -> list[list[str]]:
        db, left = stage.lab.db, []
        for day, priority in (("01", 5), ("02", 3), ("03", 5)):
            db.create("message", name=f"M{day}", priority=priority, cls="VM", timestamp=f"202611{day}T00:00:00Z")
        for filters in ({"before": "20261102T00:00:00Z"}, {"priority": "3", "after": "2026-11-01T00:00:00Z"}, {}):
            await stage.call("message.destroy_all", filters)
            left.append([record["name"] for record in db.all("message").values()])
        return left

    _, left = play(PAIR, scene)
    assert left == [["M02", "M03"], ["M03"], []]


def test_what_xapi_only_declares_is_refused_as_xapi_does() -> None:
    async def scene(stage: Stage) -> list[list[str]]:
        return [
            await refused(stage.call("console.create", {"other_config": {}})),
            await refused(stage.call("console.destroy", NULL)),
            await refused(stage.call("pool.set_uefi_certificates", pool(stage), "")),
        ]

    _, found = play(PAIR, scene)
    assert [error[0] for error in found] == ["NOT_IMPLEMENTED", "NOT_IMPLEMENTED", "OPERATION_NOT_ALLOWED"]


def test_small_settings_of_the_pool() -> None:
    async def scene(stage: Stage) -> list[Any]:
        ref = pool(stage)
        (old,) = fields(stage, "telemetry_uuid")
        await stage.call("pool.reset_telemetry_uuid", ref)
        await stage.call("pool.enable_client_certificate_auth", ref, "client.example.org")
        await stage.call("pool.set_igmp_snooping_enabled", ref, True)
        await stage.call("pool.set_https_only", ref, False)
        errors = [
            await refused(stage.call("pool.set_ext_auth_cache_size", ref, -1)),
            await refused(stage.call("pool.set_ext_auth_cache_expiry", ref, 0)),
            await refused(stage.call("pool.set_telemetry_next_collection", ref, "20270101T00:00:00Z")),
        ]
        changed = fields(stage, "telemetry_uuid") != [old]
        plain = [host["https_only"] for host in stage.lab.db.all("host").values()]
        names = ("client_certificate_auth_enabled", "client_certificate_auth_name", "igmp_snooping_enabled")
        return [changed, fields(stage, *names), plain, [error[0] for error in errors]]

    _, found = play(PAIR, scene)
    assert found == [
        True,
        [True, "client.example.org", True],
        [False, False],
        ["INVALID_VALUE", "INVALID_VALUE", "TELEMETRY_NEXT_COLLECTION_TOO_LATE"],
    ]
