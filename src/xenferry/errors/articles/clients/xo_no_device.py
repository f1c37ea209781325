"""The guest has no place left for another device

XAPI tells which device numbers are still free for a guest; the list was empty.

Cause: the guest has as many NICs or disks as it can have: seven NICs, or four emulated ones until its drivers run;
    a few hundred disks with drivers, four without.
Tell: `xe vm-param-get uuid=VM param-name=allowed-VIF-devices` (or -VBD-devices) is empty.
Fix: Remove an unused one; a guest that runs without tools takes devices only while it is off.

Cause: the guest's tools are not there or not running, so XAPI counts only emulated devices.
Tell: `xe vm-param-get uuid=VM param-name=PV-drivers-detected` says false.
Fix: Install and start the tools, or add the device while the guest is off.

Example:
    Error: could not find an allowed VIF device
"""

CODES = ("XO_NO_DEVICE_LEFT",)
CAUSES = ("full", "no-tools")
SAID = "the guest takes no further {p0}"
