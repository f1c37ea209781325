"""What XAPI throws away because it connects to something that is no more (db_gc_util.ml, gc_connector).

A drive whose disk is gone, an interface without its network, a PBD without its host: each lives until the next sweep.
"""

from __future__ import annotations

from xenferry.lab.datamodel import NULL
from xenferry.lab.db import Database, Record

ENDS = {"VDI": ("SR",), "VIF": ("VM", "network"), "PBD": ("host", "SR"), "console": ("VM",), "crashdump": ("VM", "VDI")}
"""Fields that must name an object of the class they are called after."""


def collect(db: Database) -> None:
    """Deletes what has lost an end, disks first, for drives hang on them. A CD drive only loses its disk."""
    for cls, ends in ENDS.items():
        for ref, record in list(db.all(cls).items()):
            if not all(db.exists(end, record[end]) for end in ends):
                _discard(db, cls, ref, record)
        if cls == "VDI":
            _collect_drives(db)


def _collect_drives(db: Database) -> None:
    for ref, record in list(db.all("VBD").items()):
        has_guest = db.exists("VM", record["VM"])
        if has_guest and (record["empty"] or db.exists("VDI", record["VDI"])):
            continue
        if has_guest and record["type"] == "CD":
            db.update("VBD", ref, VDI=NULL)
            db.update("VBD", ref, empty=True)
        else:
            _discard(db, "VBD", ref, record)


def _discard(db: Database, cls: str, ref: str, record: Record) -> None:
    metrics = record.get("metrics", NULL)
    if f"{cls}_metrics" in db.tables and db.exists(f"{cls}_metrics", metrics):
        db.destroy(f"{cls}_metrics", metrics)
    db.destroy(cls, ref)
