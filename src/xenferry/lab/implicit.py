"""The calls that every class has: get_all, get_record, get_X, set_X, add_to_X and so on, from the datamodel.

Simplification: a setter that XAPI computes with (`VM.set_memory_limits` is not one of these, `VM.set_is_a_template` is)
simply sets its field here, unless `lab/calls/` says more.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from operator import itemgetter
from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.datamodel import Class, datamodel
from xenferry.lab.error import LabError, internal
from xenferry.lab.expression import select

PLAIN = frozenset({"network", "secret", "VM_appliance", "VM_group", "VMSS"})
"""Classes whose objects do nothing but exist: the lab creates and destroys them as they are given."""

Function = Callable[..., Awaitable[Any]]


def find(cls: str, name: str) -> Function | None:
    """The implicit call `cls.name`, or None when it is not one of those."""
    whole: dict[str, Function] = {
        "get_all": get_all,
        "get_all_records": get_all_records,
        "get_all_where": get_all_where,
        "get_all_records_where": get_all_records_where,
        "get_by_uuid": get_by_uuid,
        "get_by_name_label": get_by_name_label,
        "get_record": get_record,
    }
    if cls in PLAIN and name in ("create", "destroy"):
        return partial(create if name == "create" else destroy, cls)
    if name in whole:
        return partial(whole[name], cls)
    return _of_field(datamodel().classes[cls], name)


def _of_field(model: Class, name: str) -> Function | None:
    verbs: tuple[tuple[str, Callable[..., Awaitable[Any]], str], ...] = (
        ("add_to_", add_to_map, " map"),
        ("remove_from_", remove_from_map, " map"),
        ("add_", add_to_set, " set"),
        ("remove_", remove_from_set, " set"),
        ("get_", get_field, ""),
        ("set_", set_field, ""),
    )
    for prefix, function, kind in verbs:
        field = model.fields.get(name.removeprefix(prefix)) if name.startswith(prefix) else None
        if field is not None and field.type.endswith(kind):
            return partial(function, model.name, field.name)
    return None


def in_order(cls: str, ctx: Context, rows: Mapping[str, Any]) -> dict[str, Any]:
    """As XAPI lists them: by reference, the highest first; messages newest first; roles as they are (recorded).

    Simplification: a pool made from a scenario lists its objects in the scenario's order, for people to recognise.
    """
    if cls == "message":
        return dict(reversed(list(rows.items())))
    if cls == "role" or not ctx.db.by_reference:
        return dict(rows)
    return dict(sorted(rows.items(), key=itemgetter(0), reverse=True))


async def get_all(cls: str, ctx: Context) -> list[str]:
    return list(in_order(cls, ctx, ctx.db.all(cls)))


async def get_all_records(cls: str, ctx: Context) -> dict[str, Any]:
    return in_order(cls, ctx, ctx.db.all(cls))


async def get_all_where(cls: str, ctx: Context, expression: str) -> list[str]:
    return list(in_order(cls, ctx, select(expression, ctx.db.all(cls), cls)))


async def get_all_records_where(cls: str, ctx: Context, expression: str) -> dict[str, Any]:
    return in_order(cls, ctx, select(expression, ctx.db.all(cls), cls))


async def get_by_uuid(cls: str, ctx: Context, uuid: str) -> str:
    return ctx.db.by_uuid(cls, uuid)


async def get_by_name_label(cls: str, ctx: Context, label: str) -> list[str]:
    return ctx.db.find(cls, name_label=label)


async def get_record(cls: str, ctx: Context, ref: str) -> Any:
    return dict(ctx.db.get(cls, ref))


async def create(cls: str, ctx: Context, record: dict[str, Any]) -> str:
    """A network without a bridge gets the next free `xapiN`, as XAPI does it."""
    if cls == "network" and not record["bridge"]:
        taken = {network["bridge"] for network in ctx.db.all("network").values()}
        record["bridge"] = next(name for name in (f"xapi{n}" for n in range(len(taken) + 1)) if name not in taken)
    return ctx.db.create(cls, record)


async def destroy(cls: str, ctx: Context, ref: str) -> None:
    ctx.db.destroy(cls, ref)


async def get_field(cls: str, field: str, ctx: Context, ref: str) -> Any:
    return ctx.db.get(cls, ref)[field]


async def set_field(cls: str, field: str, ctx: Context, ref: str, value: Any) -> None:
    ctx.db.update(cls, ref, **{field: value})


async def add_to_map(cls: str, field: str, ctx: Context, ref: str, key: str, value: Any) -> None:
    """A new key comes first. Raises MAP_DUPLICATE_KEY [class; field; ref; key]."""
    old = ctx.db.get(cls, ref)[field]
    if key in old:
        raise LabError("MAP_DUPLICATE_KEY", cls, field, ref, key)
    if not key:
        raise internal("Db_exn.Empty_key_in_map")
    ctx.db.update(cls, ref, **{field: {key: value, **old}})


async def remove_from_map(cls: str, field: str, ctx: Context, ref: str, key: str) -> None:
    """Removing what is not there succeeds."""
    old = ctx.db.get(cls, ref)[field]
    ctx.db.update(cls, ref, **{field: {name: value for name, value in old.items() if name != key}})


async def add_to_set(cls: str, field: str, ctx: Context, ref: str, value: Any) -> None:
    """Adding what is already there succeeds and changes nothing."""
    old = ctx.db.get(cls, ref)[field]
    if value not in old:
        ctx.db.update(cls, ref, **{field: [value, *old]})


async def remove_from_set(cls: str, field: str, ctx: Context, ref: str, value: Any) -> None:
    """Removing what is not there succeeds."""
    old = ctx.db.get(cls, ref)[field]
    ctx.db.update(cls, ref, **{field: [one for one in old if one != value]})
