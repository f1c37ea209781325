"""host.migrate_receive: how a host says where a guest may be sent to, with a session that lets it in."""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.motion.network import check_receiving


def migrate_receive(ctx: Context, host: str, network: str) -> dict[str, str]:
    """A fresh session each time, which nobody ends, not even when the call fails after it (as XAPI).

    Raises LICENCE_RESTRICTION, HANDLE_INVALID for the network, and what `check_receiving` raises: a host that does not
    exist has no PIF either.
    """
    if not ctx.lab.hypervisor.facts.licensed("storage_xen_motion"):
        raise LabError("LICENCE_RESTRICTION", "Storage_motion")
    session = ctx.lab.sessions.open(ctx.lab.sessions.username, "migrate_receive", ctx.lab.coordinator)
    ctx.db.get("network", network)
    address = check_receiving(ctx.db, network, host)
    base = f"http://{address}/services"
    return {
        "SM": f"{base}/SM?session_id={session}",
        "host": host,
        "xenops": f"{base}/xenops?session_id={session}",
        "session_id": session,
        "master": f"http://{ctx.lab.address(ctx.lab.coordinator)}",
    }
