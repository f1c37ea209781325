"""What stands against an operation on a cluster or on a host's part in it: one thing at a time."""

from __future__ import annotations

from collections.abc import Iterable

from xenferry.lab.error import LabError
from xenferry.lab.placement.facts import Facts

OF_CLUSTER = ("destroy", "disable", "enable", "remove", "add")
"""In the order in which XAPI lists them."""
OF_HOST = ("disable", "enable")
NOT_DURING_UPGRADE = ("add", "remove", "destroy")


def operation_error(facts: Facts, cls: str, ref: str, operation: str) -> LabError | None:
    """The first thing that stands against the operation, or None. `cls` is Cluster or Cluster_host."""
    record = facts.get(cls, ref)
    current: dict[str, str] = record["current_operations"]
    if current:
        return LabError("OTHER_OPERATION_IN_PROGRESS", cls, ref, _joined(current.values()), _joined(current))
    if cls == "Cluster" and facts.upgrading and operation in NOT_DURING_UPGRADE:
        return LabError("NOT_SUPPORTED_DURING_UPGRADE")
    if cls == "Cluster_host" and not record["joined"]:
        return LabError("CLUSTER_HOST_NOT_JOINED", ref)
    return None


def _joined(words: Iterable[str]) -> str:
    found = list(words)
    return found[0] if len(found) == 1 else "{" + ",".join(found) + "}"


def of_cluster(facts: Facts, ref: str) -> list[str]:
    return [name for name in OF_CLUSTER if operation_error(facts, "Cluster", ref, name) is None]


def of_host(facts: Facts, ref: str) -> list[str]:
    return [name for name in OF_HOST if operation_error(facts, "Cluster_host", ref, name) is None]
