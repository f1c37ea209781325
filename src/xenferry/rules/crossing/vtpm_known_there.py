"""The other pool already has a virtual TPM of the same UUID.

A guest keeps its virtual TPM, and the TPM its UUID, when it changes pools.

Cause: an earlier move was interrupted and left its records there, or the guest was there before.
Fix: Make sure which guest is in use, then remove the other one's records, or its TPM: `xe vtpm-destroy uuid=...`.

Example:
    pool east
    host north
    guest mail   # rule: vtpm-known-there
      disk root
      vtpm
    guest wiki
      disk root

    pool west
    host upper
    sr store nfs default
    # twin: the TPM of mail is there too
"""

from __future__ import annotations

from xenferry.pool.records import VTPM
from xenferry.rules.facts import namesakes
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey
from xenferry.rules.place import Place
from xenferry.rules.words import Words

where = Place("import", 11)


def refused(j: Journey) -> bool:
    """A TPM keeps its UUID; two of one pool cannot share it."""
    return _twin(j) is not None


def _twin(j: Journey) -> VTPM | None:
    uuids = namesakes.tpms(j.there)
    mine = (j.here.VTPM[ref] for vm in (j.vm, *j.snapshots) for ref in vm.VTPMs if ref in j.here.VTPM)
    return next((vtpm for vtpm in mine if vtpm.uuid in uuids), None)


def error(j: Journey) -> Error:
    """XAPI's answer."""
    twin = _twin(j)
    return ("IMPORT_ERROR_GENERIC", f"A VTPM with UUID {twin.uuid if twin else ''} already exists")


def say(j: Journey) -> Words:
    """That it is there, too."""
    twin = _twin(j)
    seen = f"{j.cannot}: that pool already has a virtual TPM of the same UUID, left over from an earlier move."
    uuid = twin.uuid if twin else "..."
    return Words(j.vm.ref, seen, (f"If it is not in use there, remove it there: `xe vtpm-destroy uuid={uuid}`.",))
