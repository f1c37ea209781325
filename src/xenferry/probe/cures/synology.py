"""Synology DSM: NFS permissions of a shared folder. Its name for no_root_squash is "No mapping"."""

from __future__ import annotations

from xenferry.probe.cures._need import ACCESS, SERVICE, VERSION, Need

TITLE = "Synology DSM"


def lines(step: str, need: Need) -> tuple[str, ...]:
    if step in ACCESS:
        options = "(rw,async,no_wdelay,crossmnt,no_root_squash,insecure_locks,sec=sys)"
        return (
            f"Control Panel > Shared Folder > {need.name} > Edit > NFS Permissions, one rule each for"
            f" {', '.join(need.hosts)}: Privilege Read/Write, Squash No mapping, Security sys,"
            " tick Allow users to access mounted subfolders",
            f"/etc/exports then reads: {' '.join([need.path, *(host + options for host in need.hosts)])}",
        )
    if step in SERVICE:
        return ("Control Panel > File Services > NFS > Enable NFS service; Security > Firewall: allow NFS",)
    if step == VERSION:
        return (f"Control Panel > File Services > NFS > Maximum NFS protocol: NFSv{need.version} or higher",)
    return ()
