"""Two NICs of one host have the same MAC address.

XAPI and the renaming of NICs tell NICs by their MAC address. After a change of slots, firmware or release a host can be
left with two records for one NIC, or with a NIC that nobody knows by its right name.

Cause: an update or a moved card gave a NIC a new name, and the record of the old name stayed.
Fix: Forget the one that is not plugged: `xe pif-forget uuid=...`, then `xe pif-scan host-uuid=...`.

Example:
    pool p
    host xcp1
      nic eth0 management mac=02:00:00:00:00:01
      nic eth1 mac=02:00:00:00:00:02
    host xcp2   # rule: nic-twice
      nic eth0 management mac=02:00:00:00:00:03
      nic eth1 mac=02:00:00:00:00:03 unplugged
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.records import PIF, Host
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.words import listed


def find(s: Snapshot) -> Iterator[Finding]:
    """Each host with several physical NICs of one address."""
    by_mac: dict[tuple[str, str], list[PIF]] = {}
    for pif in s.PIF.values():
        if pif.physical and pif.MAC:
            by_mac.setdefault((pif.host, pif.MAC.lower()), []).append(pif)
    for pifs in by_mac.values():
        host = s.host.get(pifs[0].host)
        if len(pifs) > 1 and host is not None:
            yield _finding(host, pifs)


def _finding(host: Host, pifs: list[PIF]) -> Finding:
    idle = next((pif for pif in pifs if not pif.currently_attached and not pif.management), pifs[-1])
    forget = f"xe pif-forget uuid={idle.uuid}"
    return Finding(
        code="nic-twice",
        severity=Severity.RISK,
        subject=host.ref,
        cause=idle.ref,
        hosts=(host.ref,),
        seen=f"{host.name_label} has {listed(pif.device for pif in pifs)} with one MAC address, {pifs[0].MAC}.",
        cures=(f"Forget the record that is out of date: `{forget}`, then `xe pif-scan host-uuid={host.uuid}`.",),
    )
