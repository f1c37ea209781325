"""The storage drivers (SM plug-ins) of an XCP-ng host and what each can do, as its records show it."""

from __future__ import annotations

from typing import Any

_FILE = (
    "SR_PROBE SR_UPDATE SR_CACHING VDI_CREATE VDI_DELETE VDI_ATTACH VDI_DETACH VDI_MIRROR VDI_CLONE VDI_SNAPSHOT "
    "VDI_RESIZE VDI_GENERATE_CONFIG VDI_ACTIVATE VDI_DEACTIVATE VDI_UPDATE VDI_CONFIG_CBT VDI_RESET_ON_BOOT/2 "
    "ATOMIC_PAUSE"
)
_ISO = "SR_ATTACH SR_DETACH SR_SCAN VDI_ATTACH VDI_CREATE VDI_DELETE VDI_DETACH"

TYPES: dict[str, tuple[str, str]] = {
    "ext": ("Local EXT3 VHD", _FILE.replace("SR_CACHING", "SR_SUPPORTS_LOCAL_CACHING")),
    "lvm": ("Local LVM VHD", _FILE.replace("SR_CACHING ", "SR_TRIM ")),
    "nfs": ("NFS VHD", _FILE),
    "iso": ("ISO", _ISO),
    "file": ("File VHD", _FILE),
    "smb": ("SMB", _FILE.replace("VDI_MIRROR ", "")),
    "xfs": ("Local XFS VHD", _FILE),
    "zfs": ("ZFS", _FILE),
    "largeblock": ("LARGEBLOCK", _FILE),
    "cephfs": ("CephFS VHD", _FILE),
    "glusterfs": ("GlusterFS VHD", _FILE),
    "moosefs": ("MooseFS VHD", _FILE),
    "linstor": ("LINSTOR resources on XCP-ng", _FILE),
    "lvmoiscsi": ("VHD over iSCSI", f"SR_METADATA SR_TRIM {_FILE}"),
    "lvmohba": ("VHD over Fibre Channel", f"SR_METADATA SR_TRIM {_FILE}"),
    "udev": ("udev", "SR_PROBE VDI_INTRODUCE VDI_ATTACH VDI_DETACH VDI_UPDATE"),
    "hba": ("HBA raw device", "SR_PROBE VDI_ATTACH VDI_DETACH VDI_DELETE"),
}
"""Type -> its name, and its features; `/2` is a feature's version."""

LOCAL = frozenset({"ext", "lvm", "file", "xfs", "zfs", "largeblock", "udev"})
"""Types whose disks are in one host."""


def driver(kind: str) -> dict[str, Any]:
    """The fields of the SM record of this type."""
    name, features = TYPES[kind]
    split = (feature.partition("/") for feature in features.split())
    versions = {feature: int(version or 1) for feature, _, version in split}
    return {
        "name_label": name,
        "name_description": f"SR plugin of type {kind}",
        "type": kind,
        "vendor": "Citrix Systems Inc",
        "copyright": "(C) 2008 Citrix Systems Inc",
        "version": "1.0",
        "required_api_version": "1.0",
        "capabilities": sorted(versions),
        "features": versions,
        "driver_filename": f"/opt/xensource/sm/{name.split()[0]}SR",
        "required_cluster_stack": ["linstor"] if kind == "linstor" else [],
        "configuration": {"server": "", "serverpath": ""} if kind == "nfs" else {},
    }
