"""The place of the ISO images is not given as the driver expects it

An SR for ISO images is described by one `location`; where it points cannot be used.

Cause: the location of an NFS share lacks the colon between server and path, or that of an SMB share lacks the server.
Tell: `xe pbd-param-get uuid=PBD param-name=device-config`: location without colon (NFS) or without two slashes in front
    (SMB).
Fix: NFS: `device-config:location=SERVER:/PATH`; SMB: `device-config:location=//SERVER/SHARE device-config:type=cifs`
    (225).

Cause: the share is mounted, but the folder named as `iso_path` is not in it.
Tell: dom0: mount the share by hand and `ls` it: the folder is missing or written with other letters.
Fix: Correct or leave out `device-config:iso_path` (224).

Cause: a local folder was named that does not exist on this host.
Tell: dom0: `ls -d FOLDER` on this host fails.
Fix: Make the folder on the host, and give `device-config:legacy_mode=true` (226). A local folder is one host's only:
    a guest with such an ISO in its drive cannot move.

Example:
    SR_BACKEND_FAILURE_225(, Incorrect location string, )
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import listed, told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("cd-not-on-host",)
CODES = ("SR_BACKEND_FAILURE_224", "SR_BACKEND_FAILURE_225", "SR_BACKEND_FAILURE_226")
CAUSES = ("form", "iso-path", "local-folder")
ONLY = {
    "form": ("SR_BACKEND_FAILURE_225",),
    "iso-path": ("SR_BACKEND_FAILURE_224",),
    "local-folder": ("SR_BACKEND_FAILURE_226",),
}
SAID = "the location of the ISO images is not usable ({detail})"


def evidence_form(_reading: Reading, look: Look) -> Evidence:
    """The locations that the pool's connections to ISO libraries have."""
    if look.snapshot is None:
        return UNSEEN
    given = {pbd.device_config.get("location", "") for pbd in look.snapshot.PBD.values()}
    bad = sorted(place for place in given if place and ":" not in place and not place.startswith(("/", "\\")))
    return told(True, f"Neither server nor folder is in: {listed(bad)}.", "") if bad else UNSEEN
