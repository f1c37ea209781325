"""VM.migrate_send inside a pool: what is asked, in which order, and what becomes of disks, CDs and snapshots."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from stage import PAIR, Stage, play, refused

NULL = "OpaqueRef:NULL"
ISO = "sr images iso\n  image rescue.iso\n"


def network_of(stage: Stage) -> str:
    return str(stage.lab.db.get("PIF", stage.lab.db.find("PIF", management=True)[0])["network"])


async def receive(stage: Stage, host: str) -> dict[str, str]:
    answer: dict[str, str] = await stage.call("host.migrate_receive", stage.host(host), network_of(stage), {})
    return answer


def disks_of(stage: Stage, guest: str) -> list[str]:
    vbds = [stage.lab.db.get("VBD", vbd) for vbd in stage.guest(guest)["VBDs"]]
    return [vbd["VDI"] for vbd in vbds if vbd["type"] == "Disk"]


def stay(stage: Stage, guest: str) -> dict[str, str]:
    return {vdi: stage.lab.db.get("VDI", vdi)["SR"] for vdi in disks_of(stage, guest)}


def to(stage: Stage, guest: str, sr: str) -> dict[str, str]:
    return dict.fromkeys(disks_of(stage, guest), stage.ref("SR", sr))


def test_the_destination_is_what_a_host_answers_and_every_answer_has_a_session_of_its_own() -> None:
    async def scene(stage: Stage) -> list[dict[str, str]]:
        return [await receive(stage, "south"), await receive(stage, "south")]

    stage, (first, second) = play(PAIR, scene)
    address = stage.lab.address(stage.host("south"))
    assert first.keys() == {"SM", "host", "xenops", "session_id", "master"}
    assert first["host"] == stage.host("south")
    assert first["xenops"] == f"http://{address}/services/xenops?session_id={first['session_id']}"
    assert first["master"] == f"http://{stage.lab.address(stage.lab.coordinator)}"
    assert first["session_id"] != second["session_id"]


def test_a_host_receives_only_where_it_has_an_address() -> None:
    async def scene(stage: Stage) -> list[list[str]]:
        bad = "OpaqueRef:nothing"
        other = stage.ref("network", "plain")
        return [
            await refused(stage.call("host.migrate_receive", stage.host("south"), bad, {})),
            await refused(stage.call("host.migrate_receive", bad, network_of(stage), {})),
            await refused(stage.call("host.migrate_receive", stage.host("north"), other, {})),
        ]

    stage, errors = play(
        PAIR.replace("host north memory=64GiB", "host north\n  nic eth0\n  nic eth1 network=plain"), scene
    )
    (pif,) = stage.lab.db.find("PIF", network=stage.ref("network", "plain"))
    assert errors == [
        ["HANDLE_INVALID", "network", "OpaqueRef:nothing"],
        ["HOST_CANNOT_ATTACH_NETWORK", "OpaqueRef:nothing", network_of(stage)],
        ["PIF_HAS_NO_NETWORK_CONFIGURATION", pif],
    ]


def questions(stage: Stage, dest: dict[str, str]) -> dict[str, tuple[Any, ...]]:
    """What may be wrong with one call -> its parameters."""
    mail, maps = stage.vm("mail"), stay(stage, "mail")
    other = to(stage, "mail", "other-disks")
    gone = {key: value for key, value in dest.items() if key != "SM"}
    return {
        "guest": ("OpaqueRef:nobody", dest, True, maps, {}, {}),
        "no keys": (mail, {}, True, maps, {}, {}),
        "a key missing": (mail, gone, True, maps, {}, {}),
        "no URL": (mail, dest | {"master": "nonsense"}, True, maps, {}, {}),
        "no map": (mail, dest, True, {}, {}, {}),
        "map of a disk that is none": (mail, dest, True, maps | {"OpaqueRef:no": next(iter(maps.values()))}, {}, {}),
        "map to an SR that is none": (mail, dest, True, dict.fromkeys(maps, "OpaqueRef:no"), {}, {}),
        "session": (mail, dest | {"session_id": "OpaqueRef:ended"}, True, maps, {}, {}),
        "host": (mail, dest | {"host": "OpaqueRef:nohost"}, True, maps, {}, {}),
        "nobody there": (mail, dest | {"master": "http://203.0.113.5"}, True, maps, {}, {}),
        "member": (mail, dest | {"master": f"http://{stage.lab.address(stage.host('south'))}"}, True, maps, {}, {}),
        "VIFs": (mail, dest, True, maps, {stage.lab.db.get("VM", mail)["VIFs"][0]: network_of(stage)}, {}),
        "unknown options": (mail, dest, False, maps, {}, {"live": "maybe", "compress": "perhaps", "x": "y"}),
        "another SR": (mail, dest, True, other, {}, {}),
    }


def test_what_is_asked_and_in_which_words() -> None:
    text = PAIR.replace("  disk root size=40GiB\n", "  disk root size=40GiB\n  nic eth0\n")

    async def scene(stage: Stage) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        dest = await receive(stage, "south")
        sync, later = {}, {}
        for what, params in questions(stage, dest).items():
            try:
                await stage.call("VM.assert_can_migrate", *params)
                sync[what] = []
            except Exception as error:  # noqa: BLE001 (whatever is answered is what is compared)
                sync[what] = getattr(error, "description", [repr(error)])
            later[what] = (await stage.outcome(await stage.start("VM.assert_can_migrate", *params)))[1]
        return sync, later

    stage, (sync, later) = play(text, scene)
    (disk,) = disks_of(stage, "mail")
    assert later == sync
    assert sync == {
        "guest": ["HANDLE_INVALID", "VM", "OpaqueRef:nobody"],
        "no keys": ["INTERNAL_ERROR", "Not_found"],
        "a key missing": ["INTERNAL_ERROR", "Not_found"],
        "no URL": [
            "INTERNAL_ERROR",
            'Failure("Http.Url.of_string: can\'t parse \'nonsense\': Failure(\\"unsupported URI scheme\\")")',
        ],
        "no map": ["VDI_NOT_IN_MAP", disk],
        "map of a disk that is none": ["HANDLE_INVALID", "VDI", "OpaqueRef:no"],
        "map to an SR that is none": ["HANDLE_INVALID", "SR", "OpaqueRef:no"],
        "session": ["SESSION_INVALID", "OpaqueRef:ended"],
        "host": ["HANDLE_INVALID", "host", "OpaqueRef:nohost"],
        "nobody there": ["INTERNAL_ERROR", "Connection failed: connection refused."],
        "member": ["HOST_IS_SLAVE", stage.lab.address(stage.lab.coordinator)],
        "VIFs": [
            "OPERATION_NOT_ALLOWED",
            "VIF mapping is not allowed for intra-pool migration -all VIFs must be on the same network",
        ],
        "unknown options": [],
        "another SR": [],
    }


def test_a_blocked_guest_is_refused_by_the_deed_and_not_by_the_question() -> None:
    async def scene(stage: Stage) -> list[str]:
        dest = await receive(stage, "south")
        await stage.call("VM.add_to_blocked_operations", stage.vm("mail"), "migrate_send", "licence dongle")
        await stage.call("VM.assert_can_migrate", stage.vm("mail"), dest, True, stay(stage, "mail"), {}, {})
        # the destination is looked at only for its host before that
        return await refused(stage.call("VM.migrate_send", stage.vm("mail"), {"host": dest["host"]}, True, {}, {}, {}))

    stage, error = play(PAIR, scene)
    assert error == ["OPERATION_BLOCKED", stage.vm("mail"), "licence dongle"]


def test_no_host_in_the_destination_is_noticed_even_before_that() -> None:
    async def scene(stage: Stage) -> list[str]:
        await stage.call("VM.add_to_blocked_operations", stage.vm("mail"), "migrate_send", "licence dongle")
        return await refused(stage.call("VM.migrate_send", stage.vm("mail"), {}, True, {}, {}, {}))

    _, error = play(PAIR, scene)
    assert error == ["INTERNAL_ERROR", "Not_found"]


def test_copying_inside_the_pool_is_refused_by_the_deed_only() -> None:
    async def scene(stage: Stage) -> list[str]:
        dest, copy = await receive(stage, "south"), {"copy": "true"}
        params = (stage.vm("mail"), dest, True, stay(stage, "mail"), {}, copy)
        await stage.call("VM.assert_can_migrate", *params)
        return await refused(stage.call("VM.migrate_send", *params))

    stage, error = play(PAIR, scene)
    assert error[0] == "OPERATION_NOT_ALLOWED"
    assert "Copy mode is disallowed" in error[1]
    assert stage.home("mail") == "north"


def test_a_running_guest_moves_and_a_message_tells() -> None:
    async def scene(stage: Stage) -> str:
        dest = await receive(stage, "south")
        vm, maps = stage.vm("mail"), to(stage, "mail", "other-disks")
        return str(await stage.call("VM.migrate_send", vm, dest, True, maps, {}, {}))

    stage, ref = play(PAIR, scene)
    assert ref == stage.vm("mail")
    assert stage.home("mail") == "south"
    (disk,) = disks_of(stage, "mail")
    assert stage.lab.db.get("VDI", disk)["SR"] == stage.ref("SR", "other-disks")
    assert [one["name"] for one in stage.lab.db.all("message").values()] == ["VM_MIGRATED"]


SNAPPED = PAIR.replace("  disk root size=40GiB\n", "  disk root size=40GiB\n  cd rescue.iso\n  snapshot before\n") + ISO


def test_snapshots_follow_their_disks_and_an_inserted_cd_is_taken_out() -> None:
    async def scene(stage: Stage) -> tuple[str, str]:
        (old,) = disks_of(stage, "mail")
        dest = await receive(stage, "north")
        await stage.call("VM.migrate_send", stage.vm("mail"), dest, True, {old: stage.ref("SR", "other-disks")}, {}, {})
        return old, disks_of(stage, "mail")[0]

    stage, (old, new) = play(SNAPPED, scene)
    (snapshot,) = stage.guest("mail")["snapshots"]
    (copied,) = [
        vbd["VDI"] for vbd in map(stage.lab.db.all("VBD").get, stage.lab.db.get("VM", snapshot)["VBDs"])
        if vbd and vbd["type"] == "Disk"
    ]  # fmt: skip
    record = stage.lab.db.get("VDI", copied)
    assert record["SR"] == stage.ref("SR", "other-disks")
    assert (record["is_a_snapshot"], record["snapshot_of"]) == (True, new)
    assert not stage.lab.db.exists("VDI", old)
    drives = [stage.lab.db.get("VBD", vbd) for vbd in stage.guest("mail")["VBDs"]]
    assert [(vbd["empty"], vbd["VDI"]) for vbd in drives if vbd["type"] == "CD"] == [(True, NULL)]


def test_a_halted_guest_stays_halted_and_takes_its_disks() -> None:
    async def scene(stage: Stage) -> tuple[str, list[str]]:
        dest = await receive(stage, "south")
        maps = to(stage, "mail", "other-disks")
        return await stage.outcome(await stage.start("VM.migrate_send", stage.vm("mail"), dest, True, maps, {}, {}))

    stage, outcome = play(PAIR.replace("memory=8GiB", "memory=8GiB halted"), scene)
    assert outcome == ("success", [])
    record = stage.guest("mail")
    assert (record["power_state"], record["resident_on"], record["scheduled_to_be_resident_on"]) == (
        "Halted",
        NULL,
        NULL,
    )
    assert stage.lab.db.get("VDI", disks_of(stage, "mail")[0])["SR"] == stage.ref("SR", "other-disks")
    assert not stage.lab.db.all("message"), "XAPI tells only of running guests"


def test_an_sr_the_target_cannot_see_passes_the_question_and_fails_the_deed() -> None:
    text = PAIR + "sr away ext on=north\n"

    async def scene(stage: Stage) -> list[str]:
        dest = await receive(stage, "south")
        params = (stage.vm("mail"), dest, True, to(stage, "mail", "away"), {}, {})
        await stage.call("VM.assert_can_migrate", *params)
        return await refused(stage.call("VM.migrate_send", *params))

    stage, error = play(text, scene)
    uuid = stage.lab.db.get("SR", stage.ref("SR", "away"))["uuid"]
    assert error == [
        "INTERNAL_ERROR",
        "Storage_error ([S(Internal_error);S(Storage_error ([S(Migration_preparation_failure);"
        f"S(Storage_error ([S(No_storage_plugin_for_sr);S({uuid})]))]))])",
    ]
    assert stage.home("mail") == "north"
    assert stage.guest("mail")["current_operations"] == {}


def test_an_unplugged_sr_is_plugged_where_it_is_needed() -> None:
    async def scene(stage: Stage) -> None:
        dest = await receive(stage, "south")
        await stage.call("VM.migrate_send", stage.vm("mail"), dest, True, to(stage, "mail", "other-disks"), {}, {})

    stage, _ = play(PAIR.replace("sr other-disks nfs", "sr other-disks nfs unplugged=south"), scene)
    assert stage.home("mail") == "south"


@pytest.mark.parametrize(("setting", "code"), [("cbt", "VDI_CBT_ENABLED"), ("encrypted", "VDI_IS_ENCRYPTED")])
def test_disks_that_cannot_leave_their_sr_can_stay(setting: str, code: str) -> None:
    async def scene(stage: Stage) -> list[str]:
        dest = await receive(stage, "south")
        await stage.call("VM.assert_can_migrate", stage.vm("mail"), dest, True, stay(stage, "mail"), {}, {})
        maps = to(stage, "mail", "other-disks")
        return await refused(stage.call("VM.assert_can_migrate", stage.vm("mail"), dest, True, maps, {}, {}))

    stage, error = play(PAIR.replace("size=40GiB", f"size=40GiB {setting}"), scene)
    assert error == [code, disks_of(stage, "mail")[0]]


def test_a_disk_is_moved_by_the_guest_that_has_it() -> None:
    async def scene(stage: Stage) -> list[Any]:
        other = stage.ref("SR", "other-disks")
        (used,) = disks_of(stage, "mail")
        (halted,) = disks_of(stage, "wiki")
        free = await stage.call("VDI.copy", halted, other)
        return [
            await refused(stage.call("VDI.pool_migrate", free, other, {})),
            await refused(stage.call("VDI.pool_migrate", "OpaqueRef:no", other, {})),
            await refused(stage.call("VDI.pool_migrate", used, "OpaqueRef:no", {})),
            free,
            halted != await stage.call("VDI.pool_migrate", halted, other, {}),
        ]

    stage, (unused, unknown, nowhere, free, moved) = play(PAIR.replace("memory=4GiB", "memory=4GiB halted"), scene)
    assert unused == ["VDI_NEEDS_VM_FOR_MIGRATE", free]
    assert unknown == ["VDI_NEEDS_VM_FOR_MIGRATE", "OpaqueRef:no"]
    assert nowhere == ["NO_HOSTS_AVAILABLE"]
    assert moved
    assert stage.guest("wiki")["power_state"] == "Halted"
    assert not stage.lab.db.all("message")


def test_a_disk_of_a_guest_on_a_full_host_cannot_move() -> None:
    """XAPI keeps the guest's memory a second time on its own host."""

    async def scene(stage: Stage) -> list[str]:
        (used,) = disks_of(stage, "mail")
        return await refused(stage.call("VDI.pool_migrate", used, stage.ref("SR", "other-disks"), {}))

    _, error = play(PAIR.replace("host north memory=64GiB", "host north memory=20GiB"), scene)
    assert error[0] == "HOST_NOT_ENOUGH_FREE_MEMORY"


def test_a_cancelled_move_leaves_the_guest_and_its_disks_where_they_were() -> None:
    async def scene(stage: Stage) -> tuple[str, list[str]]:
        dest = await receive(stage, "south")
        maps = to(stage, "mail", "other-disks")
        task = await stage.start("VM.migrate_send", stage.vm("mail"), dest, True, maps, {}, {})
        await asyncio.sleep(3)
        stage.lab.tasks.cancel(task)
        return await stage.outcome(task)

    stage, outcome = play(PAIR, scene)
    assert outcome == ("cancelled", [])
    assert stage.home("mail") == "north"
    assert stage.lab.db.get("SR", stage.ref("SR", "other-disks"))["VDIs"] == []


def test_of_two_sent_at_once_to_a_host_with_room_for_one_one_arrives() -> None:
    """XAPI asks whether a guest may go and then promises the memory without counting again, so both set out."""
    text = PAIR.replace("host south memory=64GiB", "host south memory=24GiB")
    text = text.replace("guest mail on=north memory=8GiB", "guest mail on=north memory=7GiB")
    text = text.replace("guest wiki on=north memory=4GiB", "guest wiki on=north memory=7GiB")

    async def scene(stage: Stage) -> list[tuple[str, list[str]]]:
        dest = await receive(stage, "south")
        wishes = [(stage.vm(guest), dest, True, to(stage, guest, "other-disks"), {}, {}) for guest in ("mail", "wiki")]
        tasks = await asyncio.gather(*(stage.start("VM.migrate_send", *wish) for wish in wishes))
        return [await stage.outcome(task) for task in tasks]

    stage, outcomes = play(text, scene)
    assert sorted(status for status, _ in outcomes) == ["failure", "success"]
    (error,) = [error for status, error in outcomes if status == "failure"]
    assert error[0] == "INTERNAL_ERROR"
    assert {stage.guest(name)["resident_on"] for name in ("mail", "wiki")} == {stage.host("north"), stage.host("south")}
    assert all(stage.guest(name)["power_state"] == "Running" for name in ("mail", "wiki"))
