"""The document at /updates: what waits to be installed on which host, as XAPI knows it since pool.sync_updates.

Simplification: titles, dates and severities are invented, and what a scenario adds later is in it at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from xenferry.lab.db import Database
from xenferry.lab.updates import available

ISSUED = "20261101T00:00:00Z"


def document(db: Database, hosts: list[str]) -> str | None:
    """JSON for these hosts. None when the pool does not use exactly one repository with updates."""
    used = (db.get("Repository", ref) for pool in db.all("pool").values() for ref in pool["repositories"])
    found = [repository for repository in used if repository["update"]]
    if len(found) != 1:
        return None
    updates = {name: each for host in hosts for name, each in available.of_host(db, host).items()}
    return json.dumps(
        {
            "hosts": [_host(db, host) for host in hosts],
            "updates": [_update(name, each) for name, each in sorted(updates.items())],
            "hash": found[0]["hash"],
        }
    )


def _host(db: Database, host: str) -> dict[str, Any]:
    updates = available.of_host(db, host)
    guidance = {kind: available.asked(updates, kind) for kind in available.KINDS}
    rpms = [f"{name}.x86_64.rpm" for name in updates]
    return {"ref": host, "guidance": _whole(guidance), "RPMS": rpms, "updates": sorted(updates), "livepatches": []}


def _update(name: str, update: available.Update) -> dict[str, Any]:
    return {
        "id": name,
        "summary": f"Update {name}",
        "description": "",
        "special-info": "",
        "URL": "None",
        "type": "enhancement",
        "issued": ISSUED,
        "severity": "None",
        "livepatches": [],
        "guidance": _whole(update),
        "title": name,
    }


def _whole(guidance: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {kind: list(guidance.get(kind, ())) for kind in (*available.KINDS, "livepatch")}
