"""What the plugins in dom0 (/etc/xapi.d/plugins) print when they are called through XAPI.

Known are those that a management interface asks about a host's health: disks, RAID, hyper-threading, IPMI, services.
Updates are in `updater`, the storage manager's in `storage_plugins`. Simplification: every host boots from one healthy
disk without RAID and has no BMC; a service of dom0 is started and stopped without effect.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from xenferry.lab.error import LabError

DISK_BYTES = 480_103_981_056
PARTITIONS = (
    ("sda1", 19_327_352_832, "/"),
    ("sda2", 19_327_352_832, ""),
    ("sda4", 536_870_912, "/boot/efi"),
    ("sda5", 4_294_967_296, "/var/log"),
    ("sda6", 1_073_741_824, "[SWAP]"),
)
"""Name, bytes and mount point, as the installer divides a disk."""
NOT_SIMULATED = frozenset({"install-supp-pack", "linstor-manager", "lvm.py", "sdncontroller.py"})
"""Plugins that a host has and the lab cannot carry out."""


@dataclass(frozen=True)
class Call:
    """One call: the record of the host it runs on, and its arguments."""

    host: Mapping[str, Any]
    args: Mapping[str, str]


def run(host: Mapping[str, Any], plugin: str, function: str, args: Mapping[str, str]) -> str:
    """What the plugin answers.

    Raises XENAPI_MISSING_PLUGIN [plugin], UNKNOWN_XENAPI_PLUGIN_FUNCTION [function], NOT_IMPLEMENTED.
    """
    if plugin in NOT_SIMULATED:
        raise LabError("NOT_IMPLEMENTED", f"host.call_plugin {plugin} {function}")
    if plugin not in PLUGINS:
        raise LabError("XENAPI_MISSING_PLUGIN", plugin)
    if function not in PLUGINS[plugin]:
        raise LabError("UNKNOWN_XENAPI_PLUGIN_FUNCTION", function)
    return PLUGINS[plugin][function](Call(host, args))


def _constant(value: Any) -> Callable[[Call], str]:
    return lambda call: json.dumps(value)


def _no_bmc(call: Call) -> str:
    raise LabError("1", "IPMI not available", "", "")


def _service(call: Call) -> str:
    if not call.args.get("service"):
        raise LabError("-1", "Missing or empty argument `service`", "", "")
    return json.dumps(True)


def _hyperthreading(call: Call) -> str:
    return json.dumps(int(call.host["cpu_info"].get("threads_per_core", "1")) > 1)


def _block_devices(call: Call) -> str:
    disk: dict[str, Any] = _device("sda", "", DISK_BYTES, "disk", "")
    disk["children"] = [_device(name, "sda", size, "part", mount) for name, size, mount in PARTITIONS]
    return json.dumps({"blockdevices": [disk]})


def _device(name: str, parent: str, size: int, kind: str, mount: str) -> dict[str, Any]:
    return {
        "name": name, "kname": name, "pkname": parent, "size": str(size), "type": kind, "ro": "0", "mountpoint": mount,
    }  # fmt: skip


def _smart(call: Call) -> str:
    """The members of `smartctl -j -a` that say which disk it is and how it feels."""
    disk = {
        "device": {"name": "/dev/sda", "info_name": "/dev/sda", "type": "scsi", "protocol": "SCSI"},
        "user_capacity": {"blocks": DISK_BYTES // 512, "bytes": DISK_BYTES},
        "smart_status": {"passed": True},
        "temperature": {"current": 31},
        "power_on_time": {"hours": 17_520},
    }
    return json.dumps({"/dev/sda:scsi": disk})


PLUGINS: Mapping[str, Mapping[str, Callable[[Call], str]]] = {
    "hyperthreading.py": {"get_hyperthreading": _hyperthreading},
    "ipmitool.py": {
        "is_ipmi_device_available": _constant(False),
        "get_all_sensors": _no_bmc,
        "get_sensor": _no_bmc,
        "get_ipmi_lan": _no_bmc,
    },
    "lsblk.py": {"list_block_devices": _block_devices},
    "netdata.py": {"is_netdata_installed": _constant(False), "get_netdata_api_key": lambda call: ""},
    "raid.py": {"check_raid_pool": _constant({})},
    "service.py": dict.fromkeys(("start_service", "stop_service", "restart_service", "try_restart_service"), _service),
    "smartctl.py": {"health": _constant({"/dev/sda:scsi": "PASSED"}), "information": _smart},
    "zfs.py": {"list_zfs_pools": _constant({})},
}
"""Function by plugin and name. They are the ones of XCP-ng's own package of plugins."""
