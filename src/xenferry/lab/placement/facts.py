"""What the checks read: XAPI's tables, its hidden fields, and which XAPI it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError, internal

if TYPE_CHECKING:
    from xenferry.lab.db import Database

Record = Mapping[str, Any]
Tables = Mapping[str, Mapping[str, Record]]

NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Facts:
    """`xapi` is the version whose behaviour is wanted, e.g. (26, 17, 0). `gvt_g` is xapi.conf's switch of that name."""

    tables: Tables
    internal: Tables
    xapi: tuple[int, ...]
    gvt_g: bool = True

    @classmethod
    def of(cls, db: Database) -> Facts:
        """The facts of a lab as they are now; the version is that of the coordinator's XAPI."""
        facts = cls(db.tables, db.internal, ())
        return cls(db.tables, db.internal, known_version(numbers(facts.build(facts.pool["master"]))))

    def get(self, cls: str, ref: str) -> Record:
        """The record. Raises HANDLE_INVALID [class; ref]."""
        record: Record | None = self.tables.get(cls, NOTHING).get(ref)
        if record is None:
            raise LabError("HANDLE_INVALID", cls, ref)
        return record

    def all(self, cls: str) -> Mapping[str, Record]:
        return self.tables.get(cls, NOTHING)

    def valid(self, cls: str, ref: str) -> bool:
        return ref in self.tables.get(cls, NOTHING)

    def hidden(self, cls: str, ref: str, field: str, default: Any) -> Any:
        """A field that XAPI keeps and never shows."""
        return self.internal.get(cls, NOTHING).get(ref, NOTHING).get(field, default)

    @cached_property
    def pool(self) -> Record:
        for record in self.all("pool").values():
            return record
        raise internal("this pool has no pool object")

    @property
    def upgrading(self) -> bool:
        """A rolling pool upgrade is in progress: the key is there, whatever its value."""
        return "rolling_upgrade_in_progress" in self.pool["other_config"]

    def licensed(self, feature: str) -> bool:
        """Whether the pool's licence has a feature, by the end of its key: `vm_start`, `xen_motion`, .."""
        return bool(self.pool["restrictions"].get(f"restrict_{feature}", "false") != "true")

    def live(self, host: str) -> bool:
        """host_metrics.live; a host without metrics counts as dead."""
        metrics = self.all("host_metrics").get(self.get("host", host)["metrics"])
        return bool(metrics and metrics["live"])

    def build(self, host: str) -> str:
        """The version text of a host's XAPI."""
        software = self.get("host", host)["software_version"] if self.valid("host", host) else NOTHING
        return str(software.get("xapi_build") or software.get("xapi") or "26.17.0")

    def domain_type(self, vm: str) -> str:
        """What the guest runs as now, or will run as when it is Halted. Raises INTERNAL_ERROR when nobody knows."""
        record = self.get("VM", vm)
        if record["power_state"] == "Halted":
            return known_type(record["domain_type"])
        return known_type(self.get("VM_metrics", record["metrics"])["current_domain_type"])

    def is_local(self, vm: str, host: str) -> bool:
        """Whether the guest runs on this very host, so that arriving there is a migration onto itself."""
        record = self.get("VM", vm)
        return bool(record["power_state"] == "Running" and record["resident_on"] == host)


def known_type(domain_type: str) -> str:
    """Raises INTERNAL_ERROR for `unspecified`, as XAPI does wherever it must know."""
    if domain_type == "unspecified":
        raise internal("unspecified domain type")
    return domain_type


def known_version(version: tuple[int, ...]) -> tuple[int, ...]:
    """A build made by a developer calls itself 0.0 and behaves like the newest that is known."""
    return version if version >= (1,) else (26, 17, 0)


def numbers(version: str) -> tuple[int, ...]:
    """A version as XAPI compares it: at most one "-" part, dots, and whatever is no number left out."""
    parts = [piece for half in version.split("-")[:2] for piece in half.split(".")]
    return tuple(int(piece) for piece in parts if piece.isdecimal())


def is_null(ref: str) -> bool:
    return ref in ("", NULL)
