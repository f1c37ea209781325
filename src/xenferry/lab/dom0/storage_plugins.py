"""The plugins of the storage manager and of XAPI itself that clients call: giving back space, and asking for it.

Simplification: disks of a lab have no chains to shorten and arrays no blocks to give back, so that there is never
anything to do.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from xenferry.lab.context import Context
from xenferry.lab.error import LabError

TRIM = "SR_TRIM"
ROOT_BYTES_FREE = 14 * 2**30
"""What is free on a host's root partition."""
NOTHING_TO_COALESCE = "VM has no leaf-coalesceable VDIs"
Arguments = dict[str, str]


def fails(function: str, kind: str, text: str) -> LabError:
    """How a Python plugin's exception is told: XENAPI_PLUGIN_FAILURE [function; class; text]."""
    return LabError("XENAPI_PLUGIN_FAILURE", function, kind, text)


def _needed(function: str, args: Arguments, name: str) -> str:
    if name not in args:
        raise fails(function, "KeyError", f"'{name}'")
    return args[name]


async def do_trim(ctx: Context, host: str, args: Arguments) -> str:
    """Of block storage. What cannot be is told in XML, not as an error."""
    uuid = _needed("do_trim", args, "sr_uuid")
    found = ctx.db.find("SR", uuid=uuid)
    kind = ctx.db.get("SR", found[0])["type"] if found else ""
    if not any(TRIM in sm["features"] for sm in ctx.db.all("SM").values() if sm["type"] == kind):
        return _pairs(errcode="UnsupportedSRForTrim", errmsg=f"Trim on [{uuid}] not supported")
    other = ctx.db.get("SR", found[0])["other_config"]
    ctx.db.update("SR", found[0], other_config={**other, "trim_last_triggered": str(ctx.lab.now())})
    return "True"


def _pairs(**values: str) -> str:
    pairs = (
        f"<key_value_pair><key>{key}</key><value>{escape(text)}</value></key_value_pair>"
        for key, text in values.items()
    )
    return f'<?xml version="1.0" ?><trim_response>{"".join(pairs)}</trim_response>'


async def leaf_coalesce(ctx: Context, host: str, args: Arguments) -> str:
    """Only disks on LVM are looked at; a guest without such ones has nothing to shorten either."""
    if not ctx.db.find("VM", uuid=_needed("leaf-coalesce", args, "vm_uuid")):
        raise fails("leaf-coalesce", "Exception", "VM not found")
    return NOTHING_TO_COALESCE


async def nfs_check(ctx: Context, host: str, args: Arguments) -> str:
    """Whether a host holds a file open: never, for no process of dom0 is simulated."""
    _needed("check", args, "path")
    return "True"


async def available_space(ctx: Context, host: str, args: Arguments) -> str:
    return str(ROOT_BYTES_FREE)


async def check_upload(ctx: Context, host: str, args: Arguments) -> str:
    return str(int(_needed("check_patch_upload", args, "size")) < ROOT_BYTES_FREE)


async def required_space(ctx: Context, host: str, args: Arguments) -> str:
    return _needed("get_required_space", args, "size")


async def reclaimable_space(ctx: Context, host: str, args: Arguments) -> str:
    return "0"


async def clean_up(ctx: Context, host: str, args: Arguments) -> str:
    return ""


PLUGINS = {
    "trim": {"do_trim": do_trim},
    "coalesce-leaf": {"leaf-coalesce": leaf_coalesce},
    "nfs-on-slave": {"check": nfs_check},
    "disk-space": {
        "get_avail_host_disk_space": available_space,
        "check_patch_upload": check_upload,
        "get_required_space": required_space,
        "get_reclaimable_disk_space": reclaimable_space,
        "cleanup_disk_space": clean_up,
    },
}
"""Functions by plugin and name."""
