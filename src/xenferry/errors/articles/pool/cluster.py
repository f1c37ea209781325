"""The pool's cluster (for GFS2) does not allow that

GFS2 SRs need a cluster of the pool's hosts (corosync) over one network in which each host has exactly one address.

Cause: a host cannot join: no address in the cluster's network, more than one, a VLAN where none is allowed, or the
    others are not reachable.
Tell: `xe pif-list network-uuid=NETWORK params=host-name-label,IP,disallow-unplug` for the cluster's network.
Fix: `xe pif-list network-uuid=NETWORK params=host-uuid,IP`: one address for each host; UDP ports 5404 and 5405 open.

Cause: the cluster is still in use, or is there already.
Tell: `xe cluster-list`, and `xe sr-list type=gfs2` has an SR.
Fix: Unplug the GFS2 SRs first; `xe cluster-list`.

Cause: clustering is off on the host or in the pool, or the host has not joined.
Tell: `xe cluster-host-list params=host,enabled,joined`.
Fix: `xe cluster-host-enable uuid=..`; look at `corosync-quorumtool` in dom0.

Cause: it is the last host of the cluster, or not the only one, and this needs the other.
Tell: `xe cluster-host-list` has one entry, or more than one.
Fix: Destroy the cluster instead of its last host; take the others out first.

Cause: the cluster has no certificate, or its forced end failed on a host.
Tell: /var/log/xensource.log names the host and the reason.
Fix: `xe cluster-pool-resync`; then again.

Example:
    NO_CLUSTER_HOSTS_REACHABLE(OpaqueRef:38069976-cca5-44a2-8e7c-c930fc5f6773)
"""

SAYS = {
    "NO_CLUSTER_HOSTS_REACHABLE": "no other host of the cluster could be reached",
    "POOL_JOINING_HOST_MUST_HAVE_ONLY_ONE_IP_ON_CLUSTERING_NETWORK": "the joining host must have "
    "exactly one address in the cluster's network",
    "POOL_JOINING_POOL_CANNOT_ENABLE_CLUSTERING_ON_VLAN_NETWORK": "the pool's cluster runs over VLAN {p0}, which a "
    "joining host cannot have yet",
    "NO_COMPATIBLE_CLUSTER_HOST": "{host} has no clustering of the kind that the SR needs",
    "CLUSTER_ALREADY_EXISTS": "the pool has a cluster already",
    "CLUSTER_CREATE_IN_PROGRESS": "a cluster is just being made",
    "CLUSTER_STACK_IN_USE": "the cluster stack {p0} is in use by a connected SR",
    "INVALID_CLUSTER_STACK": "there is no cluster stack {p0}",
    "CLUSTERING_DISABLED": "clustering is off on the host",
    "CLUSTER_HOST_NOT_JOINED": "the host has not joined the cluster",
    "CLUSTER_HOST_IS_LAST": "this is the last host of the cluster",
    "CLUSTER_DOES_NOT_HAVE_ONE_NODE": "the cluster has {p0} hosts, and this needs exactly one",
    "CLUSTER_HAS_NO_CERTIFICATE": "the cluster has no certificate",
    "CLUSTER_FORCE_DESTROY_FAILED": "the cluster could not be ended by force on every host",
}
CAUSES = ("cannot-join", "in-use", "off", "last", "certificate")
ONLY = {
    "cannot-join": (
        "NO_CLUSTER_HOSTS_REACHABLE", "POOL_JOINING_HOST_MUST_HAVE_ONLY_ONE_IP_ON_CLUSTERING_NETWORK",
        "POOL_JOINING_POOL_CANNOT_ENABLE_CLUSTERING_ON_VLAN_NETWORK",
    ),
    "in-use": ("CLUSTER_ALREADY_EXISTS", "CLUSTER_CREATE_IN_PROGRESS", "CLUSTER_STACK_IN_USE"),
    "off": ("CLUSTERING_DISABLED", "CLUSTER_HOST_NOT_JOINED", "NO_COMPATIBLE_CLUSTER_HOST", "INVALID_CLUSTER_STACK"),
    "last": ("CLUSTER_HOST_IS_LAST", "CLUSTER_DOES_NOT_HAVE_ONE_NODE"),
    "certificate": ("CLUSTER_HAS_NO_CERTIFICATE", "CLUSTER_FORCE_DESTROY_FAILED"),
}  # fmt: skip
