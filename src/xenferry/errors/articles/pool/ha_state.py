"""HA could not be switched on, or lost what it needs

With HA every host writes to a state file on shared storage and sends heartbeats over the network; a host that loses
both restarts itself.

Cause: a host cannot reach the state file: its connection (PBD) to that SR is unplugged, or the storage is slow or away.
Tell: `xe pbd-list sr-uuid=SR params=host-name-label,currently-attached`; /var/log/xha.log speaks of the state file.
Fix: `xe pbd-list sr-uuid=SR params=host-uuid,currently-attached`: plug it on every host; look at /var/log/xha.log in
    dom0.

Cause: hosts do not see each other's heartbeats: management network, VLAN, MTU or a firewall on UDP port 694.
Tell: /var/log/xha.log of each host: which other host it lost; `ping -M do -s 1472` between the management addresses.
Fix: `ping` between all management addresses; the clocks of all hosts must agree (NTP).

Cause: the SR cannot hold a state file: it is not shared, too small (4 GiB), or of a kind that HA does not take.
Tell: `xe sr-list uuid=SR params=type,shared,physical-size`.
Fix: Use an lvmoiscsi, lvmohba or NFS SR: `xe pool-ha-enable heartbeat-sr-uuids=SR`.

Cause: the pool is too small, or no other host could take the guests.
Tell: `xe host-list params=enabled,host-metrics-live`: too few are there.
Fix: HA needs two hosts at least, three in practice.

Cause: HA is off, or not installed, or still armed on that host, or guests are still protected.
Tell: `xe pool-list params=ha-enabled` beside `/usr/libexec/xapi/cluster-stack/xhad/ha_query_liveset` in dom0 of that
    host.
Fix: `xe pool-param-get uuid=POOL param-name=ha-enabled`; `xe pool-ha-disable` before work on hosts.

Cause: it is being switched on or off at the moment.
Tell: `xe task-list` shows pool.enable_ha or disable_ha.
Fix: Wait and try again.

Example:
    HA_FAILED_TO_FORM_LIVESET()
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import is_alive, listed, told, was_read
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

SAYS = {
    "HA_FAILED_TO_FORM_LIVESET": "the hosts did not come together for HA",
    "HA_HEARTBEAT_DAEMON_STARTUP_FAILED": "HA's program did not start on the host",
    "HA_HOST_CANNOT_ACCESS_STATEFILE": "a host cannot reach HA's state file",
    "HA_LOST_STATEFILE": "the host has lost HA's state file",
    "HA_HOST_CANNOT_SEE_PEERS": "{host} sees only some of the other hosts ({p2} of {p1})",
    "CANNOT_CREATE_STATE_FILE": "no SR can hold HA's state file",
    "INCOMPATIBLE_STATEFILE_SR": "HA's state file cannot be on an SR of the type {p0}",
    "INCOMPATIBLE_CLUSTER_STACK_ACTIVE": "HA already runs on the cluster stack {p0}",
    "HA_TOO_FEW_HOSTS": "the pool has too few hosts for HA",
    "HA_NO_PLAN": "no other host could take the guests",
    "HA_NOT_ENABLED": "HA is off",
    "HA_NOT_INSTALLED": "{host} does not have HA's program",
    "HA_HOST_IS_ARMED": "HA is still armed on {host}",
    "VM_IS_PROTECTED": "{vm} is protected by HA",
    "HA_ENABLE_IN_PROGRESS": "HA is just being switched on",
    "HA_DISABLE_IN_PROGRESS": "HA is just being switched off",
}
RULES = ("ha-overcommitted", "ha-unprotected", "pbd-unplugged")
CAUSES = ("state-file", "heartbeat", "wrong-sr", "too-small", "state", "in-progress")
ONLY = {
    "state-file": (
        "HA_HOST_CANNOT_ACCESS_STATEFILE", "HA_LOST_STATEFILE", "HA_FAILED_TO_FORM_LIVESET",
        "HA_HEARTBEAT_DAEMON_STARTUP_FAILED",
    ),
    "heartbeat": ("HA_HOST_CANNOT_SEE_PEERS", "HA_FAILED_TO_FORM_LIVESET", "HA_HEARTBEAT_DAEMON_STARTUP_FAILED"),
    "wrong-sr": ("CANNOT_CREATE_STATE_FILE", "INCOMPATIBLE_STATEFILE_SR", "INCOMPATIBLE_CLUSTER_STACK_ACTIVE"),
    "too-small": ("HA_TOO_FEW_HOSTS", "HA_NO_PLAN"),
    "state": ("HA_NOT_ENABLED", "HA_NOT_INSTALLED", "HA_HOST_IS_ARMED", "VM_IS_PROTECTED"),
    "in-progress": ("HA_ENABLE_IN_PROGRESS", "HA_DISABLE_IN_PROGRESS"),
}  # fmt: skip


def evidence_too_small(_reading: Reading, look: Look) -> Evidence:
    """How many hosts are enabled and alive."""
    if look.snapshot is None or not look.snapshot.hosts:
        return UNSEEN
    ready = [host for host in look.snapshot.hosts if host.enabled and is_alive(look.snapshot, host) is not False]
    said = f"{len(ready)} of {len(look.snapshot.hosts)} hosts are enabled and alive."
    return told(len(ready) < 3, said, said)


def evidence_state(reading: Reading, look: Look) -> Evidence:
    """Whether HA is on, where the code is about that."""
    if look.snapshot is None or reading.code != "HA_NOT_ENABLED" or not was_read(look.snapshot, "pool"):
        return UNSEEN
    return told(not look.snapshot.pool.ha_enabled, "High availability is off.", "High availability is on now.")


def evidence_state_file(_reading: Reading, look: Look) -> Evidence:
    """Shared storage that a host has lost."""
    if look.snapshot is None:
        return UNSEEN
    pool = look.snapshot
    away = [
        f"{pool.name(pbd.SR)} on {pool.name(pbd.host)}"
        for pbd in pool.PBD.values()
        if not pbd.currently_attached and pbd.SR in pool.SR and pool.SR[pbd.SR].shared
    ]
    return told(True, f"Not connected: {listed(away)}.", "") if away else UNSEEN
