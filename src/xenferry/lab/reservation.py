"""Keeping room for a guest on a host while it starts there, resumes there or is under way to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.placement import arrival, gpu, sriov


@contextmanager
def reserved(ctx: Context, vm: str, host: str, operation: str, *, checked: bool = False) -> Iterator[None]:
    """Checks the host (unless `checked` already) and keeps it: memory, GPUs, network functions, host operation.

    Raises what stands against it at once: a reservation never waits. Whatever happens inside, all is given back.
    """
    facts = ctx.lab.hypervisor.facts
    if checked:
        arrival.check_allocation(facts, vm, host, operation)
    else:
        arrival.check_reservation(facts, vm, host, operation)
    _take(ctx, vm, host, operation)
    try:
        yield
    finally:
        _give_back(ctx, vm, host)


def _take(ctx: Context, vm: str, host: str, operation: str) -> None:
    facts = ctx.lab.hypervisor.facts
    cards, functions = gpu.place(facts, vm, host), sriov.reserve(facts, vm, host)
    locks.mark(ctx, "host", host, operation)
    ctx.db.update("VM", vm, scheduled_to_be_resident_on=host)
    for vgpu, pgpu in cards.items():
        ctx.db.update("VGPU", vgpu, scheduled_to_be_resident_on=pgpu)
    for vif, function in functions.items():
        ctx.db.hidden("VIF", vif)["reserved_pci"] = function
        ctx.db.hidden("PCI", function)["scheduled_to_be_attached_to"] = vm


def _give_back(ctx: Context, vm: str, host: str) -> None:
    locks.unmark(ctx, "host", host)
    if not ctx.db.exists("VM", vm):
        return
    record = ctx.db.get("VM", vm)
    ctx.db.update("VM", vm, scheduled_to_be_resident_on=NULL)
    for vgpu in record["VGPUs"]:
        ctx.db.update("VGPU", vgpu, scheduled_to_be_resident_on=NULL)
    for vif in record["VIFs"]:
        function = ctx.db.hidden("VIF", vif).pop("reserved_pci", NULL)
        if function != NULL:
            ctx.db.hidden("PCI", function)["scheduled_to_be_attached_to"] = NULL
