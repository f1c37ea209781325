"""What stands against an operation on the whole pool."""

from __future__ import annotations

from xenferry.lab.error import LabError
from xenferry.lab.lifecycle.verdicts import Verdicts
from xenferry.lab.placement.facts import Facts

IN_PROGRESS = {
    "ha_enable": "HA_ENABLE_IN_PROGRESS",
    "ha_disable": "HA_DISABLE_IN_PROGRESS",
    "cluster_create": "CLUSTER_CREATE_IN_PROGRESS",
    "designate_new_master": "DESIGNATE_NEW_MASTER_IN_PROGRESS",
    "tls_verification_enable": "TLS_VERIFICATION_ENABLE_IN_PROGRESS",
    "configure_repositories": "CONFIGURE_REPOSITORIES_IN_PROGRESS",
    "sync_updates": "SYNC_UPDATES_IN_PROGRESS",
    "sync_bundle": "SYNC_BUNDLE_IN_PROGRESS",
    "apply_updates": "APPLY_UPDATES_IN_PROGRESS",
}
"""Operations that refuse each other, with the error each causes."""
WAITING = (
    "cert_refresh", "exchange_certificates_on_join", "exchange_ca_certificates_on_join", "copy_primary_host_certs",
    "eject", "get_updates", "exchange_crls_on_join",
)  # fmt: skip
"""Operations that wait for others, and for which others wait."""
OPERATIONS = (*IN_PROGRESS, *WAITING)


def operation_error(facts: Facts, pool: str, operation: str) -> LabError | None:
    """The first thing that stands against the operation, or None."""
    if facts.get("pool", pool)["is_psr_pending"]:
        return LabError("POOL_SECRET_ROTATION_PENDING")
    return _verdicts(facts, pool).error(operation)


def allowed_operations(facts: Facts, pool: str) -> list[str]:
    return _verdicts(facts, pool).allowed


def _verdicts(facts: Facts, pool: str) -> Verdicts:
    record = facts.get("pool", pool)
    current: dict[str, str] = record["current_operations"]
    verdicts = Verdicts(OPERATIONS)
    waiting = next(((name, task) for task, name in current.items() if name in WAITING), ())
    blocking = next((name for name in IN_PROGRESS if name in current.values()), "")
    if blocking:
        verdicts.refuse(IN_PROGRESS, IN_PROGRESS[blocking])
        verdicts.refuse(WAITING, "OTHER_OPERATION_IN_PROGRESS", "pool", pool, *waiting)
    elif waiting:
        verdicts.refuse(OPERATIONS, "OTHER_OPERATION_IN_PROGRESS", "pool", pool, *waiting)
    else:
        _check_state(verdicts, facts, record["ha_enabled"], record["ha_cluster_stack"])
    return verdicts


def _check_state(verdicts: Verdicts, facts: Facts, ha: bool, stack: str) -> None:
    if ha:
        verdicts.refuse(("ha_enable", "tls_verification_enable"), "HA_IS_ENABLED")
    else:
        verdicts.refuse(("ha_disable",), "HA_NOT_ENABLED")
    if facts.upgrading:
        verdicts.refuse(("cluster_create", "tls_verification_enable"), "NOT_SUPPORTED_DURING_UPGRADE")
    if facts.all("Cluster"):
        verdicts.refuse(("cluster_create",), "CLUSTER_ALREADY_EXISTS")
    elif ha:
        verdicts.refuse(("cluster_create",), "INCOMPATIBLE_CLUSTER_STACK_ACTIVE", stack)
