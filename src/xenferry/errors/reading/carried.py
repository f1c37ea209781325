"""What a program said and the storage driver's error that came of it are one failure: the driver's, with the reason.

`Error code: SR_BACKEND_FAILURE_73` says that a mount failed; the line of mount.nfs beside it says why.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from xenferry.errors.reading.value import Reading

_NFS, _SMB, _ISCSI = (73, 222, 1200), (111, 222, 1200), (68, 141, 47, 83, 67, 202)
CARRIERS = {"mount.nfs": _NFS, "showmount": (*_NFS, 108), "mount.cifs": _SMB, "iscsiadm": _ISCSI}
"""The program and the numbers of the drivers' errors that it leads to."""
_FAR = 5_000
"""Characters between the two."""


def carry(readings: Sequence[Reading]) -> tuple[Reading, ...]:
    """The readings in their order, those of programs taken into the driver's error near them, where there is one."""
    kept: dict[int, Reading] = {at: one for at, one in enumerate(readings) if one.form != "program"}
    for at, one in enumerate(readings):
        if one.form != "program":
            continue
        carrier = _nearest(one, kept)
        if carrier is None:
            kept[at] = one
        else:
            kept[carrier] = _with_reason(kept[carrier], one)
    return tuple(kept[at] for at in sorted(kept))


def _nearest(reason: Reading, kept: dict[int, Reading]) -> int | None:
    codes = {f"SR_BACKEND_FAILURE_{number}" for number in CARRIERS[reason.param(2).partition(":")[0]]}
    near = {
        at: abs(one.start - reason.start)
        for at, one in kept.items()
        if one.form != "program" and one.code in codes and not one.within
    }
    best = min(near, key=near.__getitem__, default=None)
    return best if best is not None and near[best] < _FAR else None


def _with_reason(error: Reading, reason: Reading) -> Reading:
    params = (*error.params, "", "", "")[: max(3, len(error.params))]
    output = f"{params[2]}; {reason.param(2)}" if params[2].strip(" ,") else reason.param(2)
    if reason.param(2) in params[2]:
        output = params[2]
    return replace(
        error,
        params=(*params[:2], output, *params[3:]),
        arguments={**reason.arguments, **error.arguments},
        errno=error.errno if error.errno is not None else reason.errno,
    )
