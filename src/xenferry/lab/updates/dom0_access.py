"""Which PCI cards, and whether the screen, dom0 leaves alone: command lines say it, so a change takes a reboot."""

from __future__ import annotations

from typing import Any

from xenferry.lab.db import Database

STATUS = {
    (True, True): "disabled",
    (False, True): "disable_on_reboot",
    (False, False): "enabled",
    (True, False): "enable_on_reboot",
}
"""By what holds since the last boot and what will hold after the next."""


def status(db: Database, pci: str) -> str:
    wanted = _wishes(db, pci)
    return STATUS[wanted["hidden_now"], wanted["hidden_next"]]


def change(db: Database, pci: str, *, hidden: bool) -> str:
    """The new status; a GPU's record shows it too."""
    _wishes(db, pci)["hidden_next"] = hidden
    _show(db, pci)
    return status(db, pci)


def boot(db: Database, host: str) -> None:
    """The host has rebooted: what was asked for holds."""
    for pci in db.get("host", host)["PCIs"]:
        wanted = db.hidden("PCI", pci)
        if wanted.get("hidden_now") != wanted.get("hidden_next"):
            wanted["hidden_now"] = wanted["hidden_next"]
            _show(db, pci)
    after = {"disable_on_reboot": "disabled", "enable_on_reboot": "enabled"}
    display = db.get("host", host)["display"]
    db.update("host", host, display=after.get(display, display))


def _wishes(db: Database, pci: str) -> dict[str, Any]:
    """What Xen was told at the last boot and will be told at the next; of a captured card a GPU's record says it."""
    wanted = db.hidden("PCI", pci)
    if "hidden_now" not in wanted:
        shown = {gpu["dom0_access"] for gpu in db.all("PGPU").values() if gpu["PCI"] == pci}
        wanted["hidden_now"] = bool(shown & {"disabled", "enable_on_reboot"})
        wanted["hidden_next"] = bool(shown & {"disabled", "disable_on_reboot"})
    return wanted


def _show(db: Database, pci: str) -> None:
    for gpu in db.find("PGPU", PCI=pci):
        db.update("PGPU", gpu, dom0_access=status(db, pci))
