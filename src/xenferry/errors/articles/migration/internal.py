"""Something broke inside XAPI or xenopsd

This is no refusal but a failure on the way; the text is all that the API has. The log of the same minute on both hosts
(/var/log/xensource.log) holds the reason: search for the task's name or the guest's UUID.

Cause: the connection between the hosts broke: TLS certificates after an upgrade to 8.3, a firewall on port 443, an
    MTU that does not fit, or the receiving host failed.
Fix:
- dom0: `ls -l /etc/stunnel/xapi-pool-ca-bundle.pem` on every host: if it is empty run `xe
  host-refresh-server-certificate host=HOST` for each host.
- `ping -M do -s 8972` between the hosts with jumbo frames; the MTU must be the same on all switch ports.

Cause: the guest's state could not be sent or read: emu-manager or xenguest ended, often between versions that are far
    apart, or the CPUs differ.
Fix: Update both hosts to the same level; else shut the guest down, move it, start it.

Cause: something that the guest has did not exist on the other side: a domain of the same guest left over from an
    earlier try.
Fix: dom0 of the receiving host: `xl list`; destroy a domain of that guest only if the guest surely runs elsewhere,
    then `xe-toolstack-restart`.

Cause: some guests were still on the host when the evacuation ended.
Fix: `xe vm-list resident-on=HOST`, move those one by one: each answer names its reason.

Cause: a guest did not give back memory.
Fix: Set its dynamic minimum to its maximum for the move, or free memory on the receiving host.

Cause: a USB or PCI device of the host could not be handed to the guest.
Fix: Start the guest without the device (`xe vusb-list`, `xe vm-param-get uuid=GUEST param-name=other-config`), look for
    it with `lsusb` in dom0, and update the host: older versions fail when a guest has both a USB and a PCI device.

Cause: HA's program in dom0 ended with an error.
Fix: Read /var/log/xha.log and `df -h /var/log` on every host; update the hosts, then switch HA on again.

Cause: a PV guest's disk could not be read by its boot loader.
Fix: Check the storage under the disk (`dmesg | tail` in dom0), then the disk from a rescue system.

Cause: the boot loader that the guest names does not exist on this host.
Tell: `xe vm-param-get uuid=GUEST param-name=PV-bootloader` shows the name that the text repeats.
Fix: Give the name of one that is there, or its whole path: `xe vm-param-set uuid=GUEST PV-bootloader=..`; empty it for
    a fully virtualised guest.

Cause: no disk of the guest is marked as bootable: often only the CD was, and it has been ejected.
Tell: `xe vbd-list vm-uuid=GUEST params=userdevice,bootable,type` shows no disk with bootable: true.
Fix: `xe vbd-param-set uuid=VBD bootable=true` for the disk with the system.

Example:
    INTERNAL_ERROR(xenopsd internal error: Xenops_migrate.Remote_failed("Unix.Unix_error: Connection reset by peer"))
"""

from xenferry.errors.evidence import Evidence, by_words
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("INTERNAL_ERROR",)
CAUSES = (
    "connection", "guest-state", "left-over", "still-resident", "balloon", "usb", "ha-daemon", "boot-disk",
    "wrong-loader", "no-bootable-disk",
)  # fmt: skip
WORDS = {
    "usb": ("usb reset", "usb_reset", "pciback"),
    "ha-daemon": ("MTC exit code", "ha_start_daemon", "xha"),
    "boot-disk": ("pygrub", "Bootloader.Bad", "Bootloader.Error"),
    "wrong-loader": ("Unknown_bootloader", "Unknown bootloader"),
    "no-bootable-disk": ("no bootable device", "no bootable disk"),
}
SAID = "something broke inside: {p0}"


def _said(reading: Reading, *words: str) -> Evidence:
    return by_words(" ".join(reading.params), *words)


def evidence_connection(reading: Reading, _look: Look) -> Evidence:
    """Words of the network and of TLS."""
    found = _said(reading, "reset by peer", "connection refused", "stunnel", "end_of_file", "broken pipe", "timed out")
    return (
        found
        if found.seen
        else _said(
            reading, "econnreset", "econnrefused", "econnaborted", "epipe", "etimedout", "ehostunreach", "enetunreach"
        )
    )


def evidence_guest_state(reading: Reading, _look: Look) -> Evidence:
    """Words of the programs that send and read a guest."""
    return _said(reading, "emu-manager", "emu_manager", "xenguest", "shadow paging")


def evidence_left_over(reading: Reading, _look: Look) -> Evidence:
    """xenopsd's exception."""
    return _said(reading, "does_not_exist", "already_exists")


def evidence_still_resident(reading: Reading, _look: Look) -> Evidence:
    """The evacuation's own words."""
    return _said(reading, "still resident")


def evidence_balloon(reading: Reading, _look: Look) -> Evidence:
    """xenopsd's exceptions."""
    return _said(reading, "failed_to_cooperate", "free_this_much_memory")
