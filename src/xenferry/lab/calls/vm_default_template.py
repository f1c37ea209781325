"""VM.set_is_default_template: not in XAPI's documentation, but Xen Orchestra calls it before it deletes a template."""

from __future__ import annotations

from xenferry.lab.calls.vm_settings import set_is_a_template
from xenferry.lab.context import Context
from xenferry.lab.registry import call


@call("VM.set_is_default_template")
async def set_is_default_template(ctx: Context, vm: str, value: bool) -> None:
    """The flag, and the older one in other_config. A default template is a template; one that is none becomes it."""
    if value and not ctx.db.get("VM", vm)["is_a_template"]:
        await set_is_a_template(ctx, vm, value=True)
    rest = {key: text for key, text in ctx.db.get("VM", vm)["other_config"].items() if key != "default_template"}
    ctx.db.update("VM", vm, is_default_template=value, other_config={"default_template": str(value).lower(), **rest})
