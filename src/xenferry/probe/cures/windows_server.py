"""Windows Server with Server for NFS (PowerShell module NFS). The path that hosts mount is /NAME of the share."""

from __future__ import annotations

from xenferry.probe.cures._need import ACCESS, SERVICE, VERSION, Need

TITLE = "Windows Server"


def lines(step: str, need: Need) -> tuple[str, ...]:
    if step in ACCESS:
        grant = "-ClientType host -Permission readwrite -AllowRootAccess $true"
        return (
            *(f"Grant-NfsSharePermission -Name {need.name} -ClientName {host} {grant}" for host in need.hosts),
            f"Set-NfsShare -Name {need.name} -Authentication sys -EnableUnmappedAccess $true",
            "The folder's NTFS permissions must let Everyone or the mapped user write.",
        )
    if step in SERVICE:
        return ("Install-WindowsFeature FS-NFS-Service; Start-Service NfsService",)
    if step == VERSION:
        switch = "-EnableNFSV3" if need.major == "3" else "-EnableNFSV4"
        return (f"Set-NfsServerConfiguration {switch} $true; Restart-Service NfsService",)
    return ()
