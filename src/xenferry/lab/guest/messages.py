"""Messages that XAPI leaves about what was done with a guest."""

from __future__ import annotations

from xenferry.lab.context import Context


def tell(ctx: Context, vm: str, name: str, text: str) -> None:
    """A message of priority 5 whose body begins with the guest's name."""
    if ctx.db.exists("VM", vm):
        record = ctx.db.get("VM", vm)
        body = f"VM '{record['name_label']}' {text}"
        ctx.db.create(
            "message", name=name, priority=5, cls="VM", obj_uuid=record["uuid"], body=body, timestamp=ctx.lab.date()
        )
