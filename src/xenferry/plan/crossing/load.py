"""What a guest takes along into another pool, as its step names it: disks with their SRs there, interfaces."""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.plan import disks
from xenferry.plan import steps as s
from xenferry.plan.crossing import cost as cross_cost
from xenferry.plan.things import thing
from xenferry.rules.journey import Journey, vifs_of


def cargo(j: Journey) -> Iterator[s.Cargo]:
    """Every disk of the guest that is no CD."""
    sizes = cross_cost.cargo_bytes(j)
    for vbd, vdi in disks.drives(j.here, j.vm):
        if vdi.ref in j.disks:
            yield s.Cargo(
                disk=thing(j.here, "VDI", vdi.ref),
                device=vbd.userdevice,
                source=thing(j.here, "SR", vdi.SR),
                target=thing(j.there, "SR", j.disks[vdi.ref]),
                bytes=sizes[vdi.ref],
            )


def links(j: Journey) -> Iterator[s.Link]:
    """Every interface of the guest and its snapshots; XAPI finds those without a network by their MAC address."""
    for ref in vifs_of(j):
        vif = j.here.VIF.get(ref)
        if vif is not None and ref in j.networks:
            yield s.Link(
                vif=thing(j.here, "VIF", ref),
                device=vif.device,
                source=thing(j.here, "network", vif.network),
                target=thing(j.there, "network", j.networks[ref]),
                of_snapshot=j.vm.ref != vif.VM,
            )
