"""The agent inside a guest: what it reports after a boot, and that it falls silent when the guest stops.

Simplification: a guest reports what it reported the last time it ran; one that never ran has a current Linux agent.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from xenferry.lab.datamodel import NULL

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

BOOT_S = 25.0
"""From the start of the domain to the agent's first report."""
FEATURES = ("shutdown", "reboot", "suspend", "poweroff", "balloon", "vcpu-hotplug")
FIRST_REPORT = {
    "os_version": {"name": "Debian GNU/Linux 13 (trixie)", "distro": "debian", "major": "13", "uname": "6.12.0-amd64"},
    "PV_drivers_version": {"major": "9", "minor": "4", "micro": "0", "build": "1"},
    "PV_drivers_up_to_date": True,
    "PV_drivers_detected": True,
    "other": {f"feature-{name}": "1" for name in FEATURES},
    "live": True,
    "can_use_hotplug_vbd": "yes",
    "can_use_hotplug_vif": "yes",
}


def remember(lab: Lab, vm: str) -> None:
    """The guest is gone; the lab keeps in mind what it reported. XAPI leaves the old report where it is."""
    ref = lab.db.get("VM", vm)["guest_metrics"]
    if lab.db.exists("VM_guest_metrics", ref):
        report = lab.db.get("VM_guest_metrics", ref)
        lab.db.hidden("VM", vm)["report"] = {name: value for name, value in report.items() if name != "uuid"}


def forget(lab: Lab, vm: str) -> None:
    """The guest starts: the report of its last run is deleted."""
    ref = lab.db.get("VM", vm)["guest_metrics"]
    if ref != NULL:
        lab.db.update("VM", vm, guest_metrics=NULL)
        if lab.db.exists("VM_guest_metrics", ref):
            lab.db.destroy("VM_guest_metrics", ref)


def forget_old(lab: Lab, vm: str) -> None:
    """The guest boots again: a report from before is deleted, unless it is of the very same second (XAPI's clock)."""
    ref = lab.db.get("VM", vm)["guest_metrics"]
    if not lab.db.exists("VM_guest_metrics", ref) or lab.db.get("VM_guest_metrics", ref)["last_updated"] < lab.date():
        forget(lab, vm)


def wake(lab: Lab, vm: str) -> None:
    """The guest goes on after it was suspended: the agent reports the same again."""
    ref = lab.db.get("VM", vm)["guest_metrics"]
    if lab.db.exists("VM_guest_metrics", ref):
        lab.db.update("VM_guest_metrics", ref, last_updated=lab.date())


def boot(lab: Lab, vm: str) -> None:
    """Has the agent report once the guest has booted, if it still runs in the same domain then."""
    lab.spawn(_report(lab, vm, lab.db.get("VM", vm)["domid"]))


async def _report(lab: Lab, vm: str, domid: int) -> None:
    await asyncio.sleep(BOOT_S)
    if not lab.db.exists("VM", vm) or lab.db.get("VM", vm)["domid"] != domid:
        return
    fields: dict[str, Any] = lab.db.hidden("VM", vm).get("report", FIRST_REPORT)
    ref = lab.db.get("VM", vm)["guest_metrics"]
    if lab.db.exists("VM_guest_metrics", ref):
        lab.db.update("VM_guest_metrics", ref, **fields | {"last_updated": lab.date()})
    else:
        lab.db.update("VM", vm, guest_metrics=lab.db.create("VM_guest_metrics", fields, last_updated=lab.date()))
