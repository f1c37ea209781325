"""dom0 has no interface of this name

A command in dom0, or the network daemon, asked for an interface that the kernel does not have.

Cause: the NIC was renamed: a card was added, moved or replaced, and what had been eth4 is eth0 now, or the other way.
Tell: `ip link` and `interface-rename --list` in dom0 beside `xe pif-list params=device,MAC`.
Fix: `xenferry nics plan` says how to rename; by hand `interface-rename -u ethN=MAC`, then restart the host.

Cause: the card is gone or its driver does not load.
Tell: `lspci | grep -i net` does not show it, or `dmesg | grep -i firmware` has an error.
Fix: Seat or replace the card, or install its driver disk; remove what is left in XAPI: `xe pif-forget uuid=PIF`.

Cause: it is a bridge, VLAN or bond that is not up.
Tell: The name begins with xenbr, xapi or bond; `ovs-vsctl show` does not have it.
Fix: `xe pif-plug uuid=PIF` for the interface below it.

Example:
    eth4: error fetching interface information: Device not found
"""

CODES = ("NO_SUCH_INTERFACE",)
CAUSES = ("renamed", "card", "bridge")
SAID = "there is no interface {p0} in dom0"
WORDS = {"bridge": ("xenbr", "xapi", "bond")}
