"""SR: whether it may serve HA or disaster recovery, its names, and a call that XAPI has given up."""

from __future__ import annotations

from xenferry.lab.availability import statefile
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.lifecycle import sr as lifecycle
from xenferry.lab.registry import call
from xenferry.lab.storage import operations


def _check_plugged_everywhere(ctx: Context, sr: str) -> None:
    """Raises SR_HAS_NO_PBDS [sr] when a host has no PBD or any is unplugged."""
    pbds = [pbd for _, pbd in operations.pbds(ctx.db, sr)]
    everywhere = {pbd["host"] for pbd in pbds} >= set(ctx.db.all("host"))
    if not everywhere or not all(pbd["currently_attached"] for pbd in pbds):
        raise LabError("SR_HAS_NO_PBDS", sr)


def _check_feature(ctx: Context, sr: str, *features: str) -> None:
    """Raises SR_OPERATION_NOT_SUPPORTED [sr] when the driver has none of these."""
    if not set(lifecycle.features(ctx.lab.hypervisor.facts, ctx.db.get("SR", sr)["type"])) & set(features):
        raise LabError("SR_OPERATION_NOT_SUPPORTED", sr)


@call("SR.assert_can_host_ha_statefile")
async def assert_can_host_ha_statefile(ctx: Context, sr: str) -> None:
    """Raises SR_HAS_NO_PBDS, SR_OPERATION_NOT_SUPPORTED, SR_SOURCE_SPACE_INSUFFICIENT [sr]."""
    statefile.check(ctx.lab.hypervisor.facts, sr)


@call("SR.assert_supports_database_replication")
async def assert_supports_database_replication(ctx: Context, sr: str) -> None:
    """Raises SR_HAS_NO_PBDS, SR_OPERATION_NOT_SUPPORTED [sr]."""
    _check_plugged_everywhere(ctx, sr)
    _check_feature(ctx, sr, "SR_METADATA")


@call("SR.make")
async def make(ctx: Context, *_: object) -> str:
    """XAPI has given it up; SR.create has taken its place."""
    raise LabError("MESSAGE_DEPRECATED")


@call("SR.set_name_label")
async def set_name_label(ctx: Context, sr: str, value: str) -> None:
    operations.forward(ctx, sr, plugged=True)
    ctx.db.update("SR", sr, name_label=value)


@call("SR.set_name_description")
async def set_name_description(ctx: Context, sr: str, value: str) -> None:
    operations.forward(ctx, sr, plugged=True)
    ctx.db.update("SR", sr, name_description=value)
