"""Updates: from a repository with XAPI, with XCP-ng's plugin, and what is still to be done after them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from stage import Stage, play, refused

from xenferry.lab.change import change_world
from xenferry.lab.scenario import ScenarioError, parse

PAIR = """
host north memory=64GiB
  update xen-hypervisor-4.17.5-16 recommended=RebootHost,RestartVM
  update qemu-4.2.1-6 mandatory=RestartToolstack recommended=RestartDeviceModel
host south memory=64GiB
  update xen-hypervisor-4.17.5-16 mandatory=RebootHost
sr pool-disks nfs default
guest mail on=north memory=8GiB
  disk root
guest wiki on=south memory=4GiB
  disk root
"""
URL = "https://updates.example.org/8.3"


async def with_repository(stage: Stage) -> str:
    """The pool uses a repository; the hash of what it offers."""
    pool = next(iter(stage.lab.db.all("pool")))
    repository = await stage.call("Repository.introduce", "base", "", URL, URL, True, "")
    await stage.call("pool.add_repository", pool, repository)
    return str(await stage.call("pool.sync_updates", pool, False))


def pending(stage: Stage, cls: str, ref: str) -> dict[str, list[str]]:
    record = stage.lab.db.get(cls, ref)
    return {
        kind: sorted(record[f"pending_guidances{kind}"])
        for kind in ("", "_recommended", "_full")
        if record[f"pending_guidances{kind}"]
    }


def test_updates_say_what_is_to_be_done_and_restarts_do_it() -> None:
    async def scene(stage: Stage) -> list[Any]:
        host, mail = stage.host("north"), stage.vm("mail")
        checksum = await with_repository(stage)
        seen = [stage.lab.db.get("host", host)["latest_synced_updates_applied"]]
        seen.append(await stage.call("host.apply_updates", host, checksum))
        record = stage.lab.db.get("host", host)
        seen.append(
            [record["enabled"], record["latest_synced_updates_applied"], record["last_update_hash"] == checksum]
        )
        seen += [pending(stage, "host", host), pending(stage, "VM", mail), pending(stage, "VM", stage.vm("wiki"))]
        await stage.outcome(await stage.migrate("mail", "south"))
        seen.append(pending(stage, "VM", mail))
        await stage.lab.crash(host)
        stage.lab.revive(host)
        await asyncio.sleep(60)
        seen.append(pending(stage, "host", host))
        await stage.call("VM.hard_shutdown", mail)
        seen.append(pending(stage, "VM", mail))
        return seen

    _, seen = play(PAIR, scene)
    assert seen == [
        "no",
        [],
        [False, "yes", True],
        {
            "": ["restart_toolstack"],
            "_recommended": ["reboot_host"],
            "_full": ["reboot_host", "restart_toolstack"],
        },
        {"_recommended": ["restart_device_model", "restart_vm"], "_full": ["restart_device_model", "restart_vm"]},
        {"_recommended": ["restart_vm"], "_full": ["restart_vm"]},
        {"_recommended": ["restart_vm"], "_full": ["restart_vm"]},
        {},
        {},
    ]


def test_a_host_is_emptied_before_an_update_that_needs_it() -> None:
    async def scene(stage: Stage) -> list[Any]:
        host, pool = stage.host("south"), next(iter(stage.lab.db.all("pool")))
        found = [await refused(stage.call("host.apply_updates", host, "x"))]
        checksum = await with_repository(stage)
        found.append(await refused(stage.call("host.apply_updates", host, "not this")))
        found.append(await refused(stage.call("host.apply_updates", host, checksum)))
        await stage.call("host.evacuate", host)
        await stage.call("host.apply_updates", host, checksum)
        found.append(await refused(stage.call("host.apply_updates", host, checksum)))
        ready = [await stage.call("pool.check_update_readiness", pool, reboot) for reboot in (False, True)]
        return [host, found, [[error[0] for error in errors] for errors in ready]]

    _, (host, found, ready) = play(PAIR, scene)
    assert ready == [[], ["NO_HOSTS_AVAILABLE"] * 2], "the other host is disabled now: north cannot be emptied"
    assert found == [
        ["NO_REPOSITORY_ENABLED"],
        ["UPDATEINFO_HASH_MISMATCH"],
        ["HOST_EVACUATION_IS_REQUIRED", host],
        ["HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY", host],
    ]


def test_repositories_are_told_apart_and_not_forgotten_while_used() -> None:
    async def scene(stage: Stage) -> list[Any]:
        await with_repository(stage)
        (used,), pool = stage.lab.db.all("Repository"), next(iter(stage.lab.db.all("pool")))
        bundle = await stage.call("Repository.introduce_bundle", "bundle", "")
        found = [
            await refused(stage.call("Repository.forget", used)),
            await refused(stage.call("Repository.introduce", "base", "", "https://other.example.org", URL, True, "")),
            await refused(stage.call("Repository.introduce", "new", "", "ftp://x", URL, True, "")),
            await refused(stage.call("Repository.introduce", "new", "", f"{URL}/b", URL, True, "../key")),
            await refused(stage.call("pool.add_repository", pool, bundle)),
            await refused(stage.call("pool.configure_repository_proxy", pool, "http://proxy:3128", "me", "")),
        ]
        await stage.call("pool.remove_repository", pool, used)
        await stage.call("Repository.forget", used)
        return [used, found, list(stage.lab.db.all("Repository")) == [bundle]]

    _, (used, found, left) = play(PAIR, scene)
    assert found == [
        ["REPOSITORY_IS_IN_USE"],
        ["REPOSITORY_ALREADY_EXISTS", used],
        ["INVALID_BASE_URL", "ftp://x"],
        ["INVALID_GPGKEY_PATH", "../key"],
        ["REPO_SHOULD_BE_SINGLE_ONE_ENABLED"],
        ["INVALID_REPOSITORY_PROXY_CREDENTIAL"],
    ]
    assert left


def test_the_plugin_of_xcp_ng_lists_and_installs() -> None:
    async def scene(stage: Stage) -> list[Any]:
        host = stage.host("north")

        async def ask(function: str, **args: str) -> Any:
            return json.loads(await stage.call("host.call_plugin", host, "updater.py", function, args))

        names = [package["name"] for package in await ask("check_update")]
        task = await stage.start("host.call_plugin", host, "updater.py", "update", {})
        await asyncio.sleep(1)
        shown = [record["name_label"] for record in stage.lab.db.all("task").values()]
        busy = await refused(stage.call("host.call_plugin", host, "updater.py", "check_update", {}))
        twice = await refused(stage.call("host.call_plugin", host, "updater.py", "update", {}))
        done = await stage.outcome(task)
        return [names, any(name.startswith("Update host north (") for name in shown), busy[:2], twice[1], done,
                await ask("check_update"), await ask("query_installed", packages="qemu, nothing")]  # fmt: skip

    _, seen = play(PAIR, scene)
    assert seen == [
        ["xen-hypervisor", "qemu"],
        True,
        ["-1", "The updater plugin is busy (current operation: update)"],
        "Update already in progress",
        ("success", []),
        [],
        {"qemu": "qemu-4.2.1-6", "nothing": ""},
    ]


def test_a_package_is_published_while_the_lab_runs() -> None:
    async def scene(stage: Stage) -> list[Any]:
        change_world(stage.lab, "host south update qemu-4.2.1-7 recommended=RestartVM")
        with pytest.raises(ScenarioError, match="mandatory"):
            change_world(stage.lab, "host south update qemu-4.2.1-7 soon=RestartVM")
        with pytest.raises(ScenarioError, match="RestartVM"):
            change_world(stage.lab, "host south update qemu-4.2.1-7 full=RestartWM")
        host = stage.host("south")
        listed = json.loads(await stage.call("host.call_plugin", host, "updater.py", "check_update", {}))
        return [package["release"] for package in listed]

    _, releases = play(PAIR, scene)
    assert releases == ["16", "7"]


def test_a_misspelt_guidance_is_answered_with_the_right_words() -> None:
    with pytest.raises(ScenarioError, match="RebootHost"):
        parse("host north\n  update qemu full=RebotHost\n")
