"""Linux with its kernel's NFS server (exports(5), nfs.conf(5))."""

from __future__ import annotations

from xenferry.probe.cures._need import ACCESS, SERVICE, VERSION, Need
from xenferry.probe.exports import linux_line

TITLE = "Linux, /etc/exports"


def lines(step: str, need: Need) -> tuple[str, ...]:
    """no_root_squash: hosts make directories as root; no_subtree_check: directories below can be mounted."""
    if step in ACCESS and need.path:
        return (f"in /etc/exports: {linux_line(need.path, need.hosts)}", "exportfs -ra")
    if step in SERVICE:
        ports = (
            "for s in nfs rpc-bind mountd; do firewall-cmd --permanent --add-service=$s; done; firewall-cmd --reload"
        )
        return ("systemctl enable --now nfs-server rpcbind", ports)
    if step == VERSION:
        return (f"in /etc/nfs.conf below [nfsd]: vers{need.major}=y", "systemctl restart nfs-server")
    return ()
