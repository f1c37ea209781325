"""The guest's device emulator did not start on the receiving host

Each fully virtualised guest has helper processes in dom0 (qemu, varstored). They are started anew where the guest
arrives; if that fails the move fails.

Cause: a UEFI guest was started on a newer version once, and its variables cannot be read by this older one (varstored).
Fix: Move it to a host that is as new; or restore its NVRAM from a backup of that time.

Cause: the emulator had too little memory or a device that this host lacks.
Tell: dom0: /var/log/daemon.log of that minute has qemu's own words, `free -m` and `df -h /` show what was short.
Fix: See /var/log/daemon.log of the receiving host (qemu-dm-N, varstored) and free memory in dom0.

Cause: the program of the virtual GPU ended: driver of the host and the card's type do not fit, or the card has no room.
Fix: dom0: `nvidia-smi`, `dmesg | tail` and /var/log/daemon.log of that minute; `xe pgpu-list params=resident-VGPUs`.

Example:
    FAILED_TO_START_EMULATOR(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e, varstored, Daemon exited unexpectedly)
"""

from xenferry.errors.evidence import Evidence, by_words, contradicts
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("emulated-devices", "older-host-during-upgrade")
CODES = ("FAILED_TO_START_EMULATOR",)
CAUSES = ("uefi", "resources", "vgpu")
WORDS = {"vgpu": ("vgpu",)}
SAID = "a device of {vm} could not be handed over ({p1}: {p2})"


def evidence_uefi(reading: Reading, _look: Look) -> Evidence:
    """Its name; another emulator's name speaks against it."""
    found = by_words(" ".join(reading.params), "varstored")
    other = not found.seen and any(reading.params[1:])
    return contradicts("The emulator that failed is another one.") if other else found
