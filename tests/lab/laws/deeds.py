"""What the random administrator can do: a call with parameters made of objects that are there now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from xenferry.lab.datamodel import NULL
from xenferry.lab.lab import Lab

Params = list[Any]
CLIENTS_OWN = "somebody's task"
"""A task that a client makes stays pending until the client says otherwise."""


class Hand:
    """Points at objects by numbers, so that the same numbers mean the same deed in the same pool."""

    def __init__(self, lab: Lab, numbers: tuple[int, int, int]) -> None:
        self._lab = lab
        self._numbers = numbers

    def ref(self, cls: str, place: int = 0) -> str:
        """An object of the class, NULL when there is none."""
        refs = sorted(self._lab.db.all(cls), key=lambda ref: self._lab.db.get(cls, ref)["uuid"])
        return refs[self._numbers[place] % len(refs)] if refs else NULL

    def guest(self) -> str:
        """A guest, template or snapshot; never a control domain."""
        guests = [ref for ref, vm in self._lab.db.all("VM").items() if not vm["is_control_domain"]]
        return sorted(guests)[self._numbers[0] % len(guests)] if guests else NULL

    def disks(self) -> dict[str, str]:
        """All disks of the guest that `guest` points at, each with an SR."""
        vm = self._lab.db.all("VM").get(self.guest())
        drives = [self._lab.db.get("VBD", vbd) for vbd in vm["VBDs"]] if vm else []
        return {drive["VDI"]: self.ref("SR", 2) for drive in drives if drive["type"] == "Disk"}

    def number(self, place: int, count: int) -> int:
        return self._numbers[place] % count


def lost_guest(lab: Lab) -> str:
    """A guest that XAPI believes on a host that is dead: the only one that may be reset without harm."""
    dead = (ref for ref, vm in lab.db.all("VM").items() if vm["resident_on"] in lab.toolstacks.dead)
    return next((ref for ref in dead if not lab.db.get("VM", ref)["is_control_domain"]), NULL)


def _vbd(hand: Hand) -> Params:
    kind = ("Disk", "CD")[hand.number(2, 2)]
    empty = kind == "CD" and hand.number(1, 3) == 0
    return [
        {
            "VM": hand.guest(), "VDI": NULL if empty else hand.ref("VDI", 1), "userdevice": "autodetect",
            "bootable": False, "mode": "RW" if kind == "Disk" else "RO", "type": kind, "empty": empty,
            "other_config": {}, "qos_algorithm_type": "", "qos_algorithm_params": {}, "unpluggable": True,
        }
    ]  # fmt: skip


def _vif(hand: Hand) -> Params:
    return [
        {
            "VM": hand.guest(), "network": hand.ref("network", 1), "device": str(hand.number(2, 7)), "MAC": "",
            "MTU": 1500, "other_config": {}, "qos_algorithm_type": "", "qos_algorithm_params": {},
        }
    ]  # fmt: skip


def _vdi(hand: Hand) -> Params:
    return [
        {
            "SR": hand.ref("SR"), "virtual_size": 2**30, "type": "user", "sharable": hand.number(1, 4) == 0,
            "read_only": False, "other_config": {}, "name_label": "made",
        }
    ]  # fmt: skip


GUEST: dict[str, Callable[[Hand], Params]] = {
    "VM.start": lambda h: [h.guest(), h.number(1, 5) == 0, False],
    "VM.start_on": lambda h: [h.guest(), h.ref("host", 1), False, False],
    "VM.pool_migrate": lambda h: [h.guest(), h.ref("host", 1), {}],
    "VM.clean_shutdown": lambda h: [h.guest()],
    "VM.hard_shutdown": lambda h: [h.guest()],
    "VM.clean_reboot": lambda h: [h.guest()],
    "VM.hard_reboot": lambda h: [h.guest()],
    "VM.suspend": lambda h: [h.guest()],
    "VM.resume": lambda h: [h.guest(), False, False],
    "VM.resume_on": lambda h: [h.guest(), h.ref("host", 1), h.number(2, 4) == 0, False],
    "VM.pause": lambda h: [h.guest()],
    "VM.unpause": lambda h: [h.guest()],
    "VM.clone": lambda h: [h.guest(), "a clone"],
    "VM.snapshot": lambda h: [h.guest(), "a snapshot", []],
    "VM.checkpoint": lambda h: [h.guest(), "a checkpoint"],
    "VM.revert": lambda h: [h.guest()],
    "VM.copy": lambda h: [h.guest(), "a copy", NULL],
    "VM.provision": lambda h: [h.guest()],
    "VM.destroy": lambda h: [h.guest()],
    "VM.set_is_a_template": lambda h: [h.guest(), h.number(1, 2) == 0],
    "VM.set_memory_limits": lambda h: [h.guest(), 2**20, 2**30 * 8, 2**30, 2**30 * (1 + h.number(1, 8))],
    "VM.set_affinity": lambda h: [h.guest(), h.ref("host", 1)],
    "VM.set_blocked_operations": lambda h: [h.guest(), [{}, {"pool_migrate": "no"}, {"start": "no"}][h.number(1, 3)]],
}
HOST: dict[str, Callable[[Hand], Params]] = {
    "host.disable": lambda h: [h.ref("host")],
    "host.enable": lambda h: [h.ref("host")],
    "host.evacuate": lambda h: [h.ref("host"), NULL, h.number(1, 3)],
    "host.reboot": lambda h: [h.ref("host")],
    "host.shutdown": lambda h: [h.ref("host")],
    "host.power_on": lambda h: [h.ref("host")],
    "pool.designate_new_master": lambda h: [h.ref("host")],
    "host.restart_agent": lambda h: [h.ref("host")],
}
DEVICE: dict[str, Callable[[Hand], Params]] = {
    "VBD.create": _vbd,
    "VBD.plug": lambda h: [h.ref("VBD")],
    "VBD.unplug": lambda h: [h.ref("VBD")],
    "VBD.eject": lambda h: [h.ref("VBD")],
    "VBD.insert": lambda h: [h.ref("VBD"), h.ref("VDI", 1)],
    "VBD.destroy": lambda h: [h.ref("VBD")],
    "VIF.create": _vif,
    "VIF.plug": lambda h: [h.ref("VIF")],
    "VIF.unplug": lambda h: [h.ref("VIF")],
    "VIF.move": lambda h: [h.ref("VIF"), h.ref("network", 1)],
    "VIF.destroy": lambda h: [h.ref("VIF")],
}
STORAGE: dict[str, Callable[[Hand], Params]] = {
    "VDI.create": _vdi,
    "VDI.destroy": lambda h: [h.ref("VDI")],
    "VDI.forget": lambda h: [h.ref("VDI")],
    "VDI.snapshot": lambda h: [h.ref("VDI"), {}],
    "VDI.clone": lambda h: [h.ref("VDI"), {}],
    "VDI.copy": lambda h: [h.ref("VDI"), h.ref("SR", 1), NULL, NULL],
    "VDI.resize_online": lambda h: [h.ref("VDI"), 2**30 * (1 + h.number(1, 50))],
    "VDI.set_on_boot": lambda h: [h.ref("VDI"), ("persist", "reset")[h.number(1, 2)]],
    "VDI.enable_cbt": lambda h: [h.ref("VDI")],
    "VDI.disable_cbt": lambda h: [h.ref("VDI")],
    "VDI.data_destroy": lambda h: [h.ref("VDI")],
    "VDI.revert": lambda h: [h.ref("VDI")],
    "VDI.resize": lambda h: [h.ref("VDI"), 2**30 * (1 + h.number(1, 50))],
    "VDI.pool_migrate": lambda h: [h.ref("VDI"), h.ref("SR", 1), {}],
    "SR.scan": lambda h: [h.ref("SR")],
    "SR.forget": lambda h: [h.ref("SR")],
    "SR.destroy": lambda h: [h.ref("SR")],
    "PBD.plug": lambda h: [h.ref("PBD")],
    "PBD.unplug": lambda h: [h.ref("PBD")],
    "PBD.destroy": lambda h: [h.ref("PBD")],
    "PBD.create": lambda h: [
        {"host": h.ref("host"), "SR": h.ref("SR", 1), "device_config": {"server": "nas", "serverpath": "/srv"}}
    ],
}
TASK: dict[str, Callable[[Hand], Params]] = {
    "task.cancel": lambda h: [h.ref("task")],
    "task.destroy": lambda h: [h.ref("task")],
    "task.create": lambda h: [CLIENTS_OWN, ""],
}
DEEDS = {**GUEST, **HOST, **DEVICE, **STORAGE, **TASK}
