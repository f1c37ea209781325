"""The receiving host does not answer.

The coordinator of the other pool says where a guest may be sent; the guest's records then go straight to the receiving
host, over TLS.

Cause: the host is down, or its toolstack is.
Fix: Start the host, or its toolstack (`xe-toolstack-restart`), or choose another host.

Cause: a firewall lets the coordinator's address through, but not this host's.
Fix: Open port 443 between all hosts of both pools.

Example:
    pool east
    host north
    guest mail   # rule: receiver-silent
      disk root

    pool west
    host upper
    host lower dead
    sr store nfs default
"""

from __future__ import annotations

from collections.abc import Hashable

from xenferry.pool.records import Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey, receiving_pif
from xenferry.rules.place import Place
from xenferry.rules.words import Words

where = Place("import", 1)


def kin(there: Snapshot, host: Host, via: Ref) -> Hashable:
    """Is it alive, as far as that is known?"""
    metrics = there.host_metrics.get(host.metrics)
    return metrics and metrics.live


def refused(j: Journey) -> bool:
    """The other pool takes it for dead; a host that died less than ten minutes ago is not known to be."""
    metrics = j.there.host_metrics.get(j.host.metrics)
    return metrics is not None and not metrics.live


def error(j: Journey) -> Error:
    """XAPI's answer: nobody accepts the connection."""
    pif = receiving_pif(j)
    return ("TLS_CONNECTION_FAILED", pif.primary_address if pif else j.host.address, "443")


def say(j: Journey) -> Words:
    """That it is down."""
    seen = f"{j.cannot}: the host does not answer."
    return Words(j.host.ref, seen, (f"Start {j.host.name_label}, or choose another host of that pool.",))
