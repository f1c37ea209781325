"""Messages that XAPI leaves about what was done with a guest."""

from __future__ import annotations

from xenferry.lab.context import Context


def tell(ctx: Context, vm: str, name: str, text: str) -> None:
    """A message of priority 5 whose body begins with the guest's name and uuid."""
    if ctx.db.exists("VM", vm):
        record = ctx.db.get("VM", vm)
        body = f"VM '{record['name_label']}' (uuid: {record['uuid']}) {text}"
        ctx.db.create(
            "message", name=name, priority=5, cls="VM", obj_uuid=record["uuid"], body=body, timestamp=ctx.lab.date()
        )


def tell_on_host(ctx: Context, vm: str, name: str, what: str, host: str) -> None:
    """The same, of something that happened on a host: `started`, `resumed`."""
    record = ctx.db.get("host", host)
    tell(ctx, vm, name, f"{what} on host: {record['name_label']} (uuid: {record['uuid']})")
