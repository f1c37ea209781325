"""Hosts of one kind run different versions of their firmware.

Windows in particular has stopped with a blue screen (0x109) after migrations between hosts whose firmware sets the CPU
up differently: prefetchers, C-states and fast strings are not virtualised. Compared are hosts of the same product; what
is set inside the firmware is not visible from outside.

Cause: some hosts got an update of their firmware and others did not.
Fix: Update the firmware of the others, one host at a time: `xenferry maintenance enter HOST`.

Cause: the pool was made of machines bought at different times.
Fix: Compare the settings in the firmware by hand, if Windows guests are to move between them.

Example:
    pool p
    host xcp1
      set bios_strings.system-product-name=R640 bios_strings.bios-version=2.12
    host xcp2   # rule: bios-differs
      set bios_strings.system-product-name=R640 bios_strings.bios-version=1.6
    host xcp3
      set bios_strings.system-product-name=R640 bios_strings.bios-version=2.12
    guest desk on=xcp1 os=windows-11
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from xenferry.pool.records import VM, Host
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts.guest import guest_metrics
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.words import arg, count

PRODUCT, VERSION = "system-product-name", "bios-version"


def find(s: Snapshot) -> Iterator[Finding]:
    """Each host whose firmware is not the one that most hosts of its kind have, if Windows runs in the pool."""
    windows = [vm for vm in s.guests if vm.power_state == "Running" and _is_windows(s, vm)]
    kinds: dict[str, list[Host]] = {}
    for host in s.hosts if windows else ():
        if host.bios_strings.get(PRODUCT) and host.bios_strings.get(VERSION):
            kinds.setdefault(host.bios_strings[PRODUCT], []).append(host)
    for product, hosts in kinds.items():
        versions = Counter(host.bios_strings[VERSION] for host in hosts)
        yield from _odd(product, hosts, versions, len(windows))


def _is_windows(s: Snapshot, vm: VM) -> bool:
    told = guest_metrics(s, vm)
    return told is not None and told.os_version.get("distro", "").lower() == "windows"


def _odd(product: str, hosts: list[Host], versions: Mapping[str, int], windows: int) -> Iterator[Finding]:
    usual = max(versions, key=lambda version: versions[version])
    for host in hosts:
        own = host.bios_strings[VERSION]
        if own != usual:
            yield Finding(
                code="bios-differs",
                severity=Severity.NOTE,
                subject=host.ref,
                cause=host.ref,
                hosts=(host.ref,),
                seen=f"{host.name_label} ({product}) has firmware {own}, most others {usual};"
                f" {count(windows, 'Windows guest')} may move between them.",
                cures=(
                    f"Empty it with `xenferry maintenance enter {arg(host.name_label)}`, then bring it to {usual}.",
                ),
            )
