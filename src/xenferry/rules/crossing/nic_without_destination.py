"""A network interface of the guest, or of one of its snapshots, has no network to go to.

Between pools every interface needs a network of the other pool. xenferry takes the network of the same name there;
XAPI knows only what it is told, and takes another interface of the same MAC address for the same one.

Cause: the other pool has no network of that name.
Fix: Say which network it shall be with `--net HERE=THERE`, or rename the network there.

Cause: a snapshot remembers an interface on a network that the guest has left since.
Fix: Map that network as well, or remove the snapshot.

Example:
    pool east
    host north
      nic eth0 management
      nic eth1 network=mail-net
    guest mail   # rule: nic-without-destination
      disk root
      nic mail-net
    guest wiki
      disk root
      nic eth0

    pool west
    host upper
      nic eth0 management
    sr store nfs default
"""

from __future__ import annotations

from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey, unmapped_nic
from xenferry.rules.place import Place
from xenferry.rules.words import Words, arg

where = Place("ask", 90)


def refused(j: Journey) -> bool:
    """An interface that is not in the map, nor one of the same MAC address."""
    return unmapped_nic(j) is not None


def error(j: Journey) -> Error:
    """XAPI's answer."""
    return ("VIF_NOT_IN_MAP", unmapped_nic(j) or "")


def say(j: Journey) -> Words:
    """Which network it is on now, and whose interface it is."""
    ref = unmapped_nic(j) or j.vm.ref
    vif = j.here.VIF[ref]
    name = j.here.name(vif.network)
    whose = "its" if j.vm.ref == vif.VM else f"its snapshot {j.here.name(vif.VM)}'s"
    seen = f"{j.cannot}: {whose} interface {vif.device} is on network {name!r}, for which none is chosen there."
    return Words(ref, seen, (f"Choose one: `--net {arg(name)}=NETWORK`.",))
