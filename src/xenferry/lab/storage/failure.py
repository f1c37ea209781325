"""How a storage driver's failure becomes a XenAPI error.

A driver fails with a number and a text; XAPI has a name of its own for a few numbers and shows all others as
`SR_BACKEND_FAILURE_N` with three parameters: an empty one, the text, and what the driver wrote to stderr.
"""

from __future__ import annotations

from xenferry.lab.error import LabError

TEXTS = {
    24: "The VDI is currently in use",
    39: "The SR is not empty",
    40: "The SR scan failed",
    42: "The SR already exists",
    46: "The VDI is not available",
    44: "There is insufficient space",
    47: "The SR is not available",
    61: "File SR creation error",
    63: "File SR deletion error",
    72: "Required NFS server version unsupported",
    73: "NFS mount error",
    74: "NFS unmount error",
    75: "NFS mount point already attached",
    76: "Failed to remove NFS mount point",
    78: "VDI Creation failed",
    79: "VDI Invalid size",
    87: "The request is missing the LUNid parameter",
    88: "NFS SR creation error",
    90: "The request is missing the device parameter",
    91: "The device is not a valid path",
    94: "The request is missing the location parameter",
    95: "The request is missing the target parameter",
    96: "The request is missing or has an incorrect target IQN parameter",
    101: "The request is missing the serverpath parameter",
    102: "The request is missing the server parameter",
    103: "The serverpath argument is not valid",
    107: "The SCSIid parameter is missing or incorrect",
    108: "Unable to detect an NFS service on this target.",
    140: "Incorrect DNS name, unable to resolve.",
    202: "General backend error",
    222: "Could not mount the directory specified in Device Configuration",
    224: "Could not locate the ISO sharename on the target, or the access permissions may be incorrect.",
    225: "Incorrect Location string format. String must be in the format SERVER:PATH for NFS targets, "
    "or \\\\SERVER\\PATH for CIFS targets",
    226: "Invalid local path",
    227: "Given SMB version is not allowed. Choose either 1.0 or 3.0",
    228: 'Require "-o" along with xe-mount-iso-sr',
    460: "Failed to calculate changed blocks for given VDIs.",
    461: "The file system for SR cannot be written to.",
}
"""Code -> the driver's description, as far as the lab's drivers use it."""


def failed(code: int, opterr: str = "", *, stderr: str = "") -> LabError:
    """The error that XAPI reports for a driver's failure with this code and detail."""
    named = {39: "SR_NOT_EMPTY", 24: "VDI_IN_USE", 16: "SR_DEVICE_IN_USE"}
    if code in named:
        return LabError(named[code])
    text = f"{TEXTS[code]} [opterr={opterr}]" if opterr else TEXTS[code]
    return LabError(f"SR_BACKEND_FAILURE_{code}", "", text, stderr)


def broken(text: str) -> LabError:
    """An exception the driver did not foresee: code 1200 with its text alone."""
    return LabError("SR_BACKEND_FAILURE_1200", "", text, "")
