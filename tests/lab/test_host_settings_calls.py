"""Clocks, ssh, screens and other settings of hosts, and what a host tells of itself."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from stage import Stage, play, refused

PAIR = "host north\nhost south\n"


def host(stage: Stage, name: str = "south") -> dict[str, Any]:
    return dict(stage.lab.db.get("host", stage.host(name)))


def test_a_clock_is_set_by_hand_only_without_ntp() -> None:
    async def scene(stage: Stage) -> list[Any]:
        south = stage.host("south")
        found: list[Any] = [await refused(stage.call("host.set_servertime", south, "20260101T00:00:00Z"))]
        await stage.call("host.set_ntp_mode", south, "Disabled")
        await stage.call("host.set_servertime", south, "2026-01-01T00:00:00Z")
        await stage.call("host.set_timezone", south, "Europe/Paris")
        found.append(await stage.call("host.get_servertime", south))
        found.append(await stage.call("host.get_server_localtime", south))
        found.append(
            [
                await stage.call("host.get_ntp_synchronized", south),
                await stage.call("host.get_ntp_servers_status", south),
            ]
        )
        found.append(await refused(stage.call("host.set_ntp_mode", south, "Custom")))
        await stage.call("host.set_ntp_custom_servers", south, ["a.example.org", "b.example.org"])
        await stage.call("host.set_ntp_mode", south, "Custom")
        found.append(await stage.call("host.get_ntp_servers_status", south))
        found.append(await stage.call("host.get_servertime", south) == stage.lab.date())
        found.append(await refused(stage.call("host.set_timezone", south, "Mars/Olympus")))
        return [south, *found]

    _, (south, early, time, local, off, empty, servers, right, nowhere) = play(PAIR, scene)
    assert early == ["NOT_ALLOWED_WHEN_NTP_IS_ENABLED", south]
    assert (time, local) == ("20260101T00:00:00Z", "20260101T01:00:00")
    assert off == [False, {}]
    assert empty[0] == "INVALID_NTP_CONFIG"
    assert servers == {"a.example.org": "synced", "b.example.org": "combined"}
    assert right
    assert nowhere == ["INVALID_VALUE", "timezone", "Mars/Olympus"]


def test_ssh_is_open_for_as_long_as_was_said() -> None:
    async def scene(stage: Stage) -> list[Any]:
        south, pool = stage.host("south"), next(iter(stage.lab.db.all("pool")))
        await stage.call("pool.disable_ssh", pool)
        found: list[Any] = [[host(stage, name)["ssh_enabled"] for name in ("north", "south")]]
        await stage.call("host.set_ssh_auto_mode", south, True)
        await stage.call("host.set_ssh_enabled_timeout", south, 60)
        await stage.call("host.enable_ssh", south)
        found.append([host(stage)[field] for field in ("ssh_enabled", "ssh_auto_mode", "ssh_expiry")])
        await asyncio.sleep(61)
        found.append([host(stage)[field] for field in ("ssh_enabled", "ssh_auto_mode")])
        found.append(await refused(stage.call("host.set_ssh_enabled_timeout", south, 172_801)))
        await stage.lab.crash(south)
        stage.lab.db.update("host_metrics", host(stage)["metrics"], live=False)
        found.append(await refused(stage.call("pool.enable_ssh", pool)) == ["ENABLE_SSH_PARTIALLY_FAILED", south])
        return found

    _, found = play(PAIR, scene)
    assert found == [
        [False, False],
        [True, False, "20261123T00:01:00Z"],
        [False, True],
        ["INVALID_VALUE", "ssh_enabled_timeout", "172801"],
        True,
    ]


def test_a_screen_changes_hands_at_the_next_boot() -> None:
    async def scene(stage: Stage) -> list[str]:
        south = stage.host("south")
        seen = [await stage.call(f"host.{what}_display", south) for what in ("disable", "enable", "disable")]
        await stage.lab.crash(south)
        stage.lab.revive(south)
        return [*seen, host(stage)["display"], await stage.call("host.enable_display", south)]

    _, seen = play(PAIR, scene)
    assert seen == ["disable_on_reboot", "enabled", "disable_on_reboot", "disabled", "enable_on_reboot"]


@pytest.mark.parametrize(
    ("method", "params", "expected"),
    [
        ("host.set_max_cstate", ["8"], ["VALUE_NOT_SUPPORTED", "max_cstate", "8"]),
        ("host.set_max_cstate", ["x"], ["INVALID_VALUE", "max_cstate", "x"]),
        ("host.set_iscsi_iqn", [""], ["INVALID_VALUE", "value", ""]),
        ("host.set_console_idle_timeout", [-1], ["INVALID_VALUE", "console_timeout", "-1"]),
        ("host.set_ssl_legacy", [True], ["VALUE_NOT_SUPPORTED", "value", "true"]),
        ("host.dmesg_clear", [], ["NOT_IMPLEMENTED", "dmesg_clear"]),
        ("host.set_uefi_certificates", [""], ["OPERATION_NOT_ALLOWED"]),
    ],
)
def test_settings_are_checked(method: str, params: list[Any], expected: list[str]) -> None:
    async def scene(stage: Stage) -> list[str]:
        return await refused(stage.call(method, stage.host("south"), *params))

    _, error = play(PAIR, scene)
    assert error[: len(expected)] == expected


def test_settings_that_older_clients_keep_elsewhere_say_the_same_there() -> None:
    async def scene(stage: Stage) -> dict[str, Any]:
        south = stage.host("south")
        await stage.call("host.set_multipathing", south, True)
        await stage.call("host.set_iscsi_iqn", south, "iqn.2026-11.org.example:south")
        await stage.call("host.set_power_on_mode", south, "wake-on-lan", {})
        for quiet in ("syslog_reconfigure", "refresh_pack_info", "sync_data"):
            await stage.call(f"host.{quiet}", south)
        await stage.call("host.send_debug_keys", south, "q")
        return host(stage) | {"dmesg": await stage.call("host.dmesg", south)}

    _, record = play(PAIR, scene)
    assert (record["multipathing"], record["other_config"]["multipathing"]) == (True, "true")
    assert record["iscsi_iqn"] == record["other_config"]["iscsi_iqn"]
    assert record["power_on_mode"] == "wake-on-lan"
    assert "System RAM: 65536MB" in record["dmesg"]


def test_a_setting_in_the_old_place_is_carried_over() -> None:
    async def scene(stage: Stage) -> list[Any]:
        south = stage.host("south")
        await stage.call("host.add_to_other_config", south, "multipathing", "true")
        await stage.call("host.add_to_other_config", south, "iscsi_iqn", "iqn.2026-11.org.example:old")
        await asyncio.sleep(1)
        found = [host(stage)["multipathing"], host(stage)["iscsi_iqn"]]
        await stage.call("host.remove_from_other_config", south, "multipathing")
        await asyncio.sleep(1)
        return [*found, host(stage)["multipathing"]]

    assert play(PAIR, scene)[1] == [True, "iqn.2026-11.org.example:old", True]


def test_a_toolstack_that_was_shut_down_stays_away() -> None:
    async def scene(stage: Stage) -> list[Any]:
        found = [await refused(stage.call("host.local_management_reconfigure", "xenbr0"))]
        await stage.call("host.shutdown_agent")
        await asyncio.sleep(30)
        return [*found, stage.lab.toolstacks.answers(stage.host("north"))]

    _, found = play(PAIR, scene)
    assert found == [["POOL_NOT_IN_EMERGENCY_MODE"], False]
