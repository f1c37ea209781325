"""The packages that wait to be installed on a host, and what each asks for once it is.

XAPI does not know them before it has asked a repository; a scenario's `update` lines say what there is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from xenferry.lab.db import Database

KINDS = ("mandatory", "recommended", "full")
"""How urgent a request is. `full` is what brings everything up to date, so it holds the others too."""
GUIDANCES = ("RebootHost", "RestartToolstack", "EvacuateHost", "RestartDeviceModel", "RestartVM")
"""What an update may ask for, as updateinfo.xml spells it."""
Update = Mapping[str, list[str]]
"""What one update asks for, by kind."""


def of_host(db: Database, host: str) -> dict[str, Update]:
    """The updates by package, in the scenario's order."""
    updates: dict[str, Update] = db.hidden("host", host).setdefault("updates", {})
    return updates


def asked(updates: Mapping[str, Update], kind: str) -> list[str]:
    """What these updates ask for together, each once, in the order of GUIDANCES."""
    wanted = {guidance for update in updates.values() for guidance in update.get(kind, ())}
    return [guidance for guidance in GUIDANCES if guidance in wanted]


def take(db: Database, host: str, packages: list[str] | None = None) -> dict[str, Update]:
    """Installs these packages, or all: they wait no more. Returns what was installed."""
    waiting = of_host(db, host)
    taken = {name: update for name, update in waiting.items() if packages is None or name in packages}
    db.hidden("host", host)["updates"] = {name: each for name, each in waiting.items() if name not in taken}
    db.hidden("host", host).setdefault("installed", []).extend(taken)
    return taken


def checksum(db: Database) -> str:
    """The hash of what the repository offers, which changes when it offers something else."""
    names = sorted({name for host in db.all("host") for name in _known(db, host)})
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def _known(db: Database, host: str) -> list[str]:
    return [*of_host(db, host), *db.hidden("host", host).get("installed", ())]
