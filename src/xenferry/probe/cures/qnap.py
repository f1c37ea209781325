"""QNAP QTS and QuTS hero: NFS host access of a shared folder. Paths are /NAME, or /share/NAME on older systems."""

from __future__ import annotations

from xenferry.probe.cures._need import ACCESS, SERVICE, VERSION, Need

TITLE = "QNAP QTS, QuTS hero"


def lines(step: str, need: Need) -> tuple[str, ...]:
    if step in ACCESS:
        return (
            f"Control Panel > Privilege > Shared Folders > {need.name} > Edit Shared Folder Permission > NFS host"
            f" access: tick Access right; for each of {', '.join(need.hosts)} Read/Write, Squash option:"
            " Squash no users",
        )
    where = "Control Panel > Network & File Services > Win/Mac/NFS/WebDAV > NFS Service"
    if step in SERVICE:
        return (f"{where}: enable it",)
    if step == VERSION:
        return (f"{where}: enable NFS {'v4 service' if need.major == '4' else 'v2/v3 service'}",)
    return ()
