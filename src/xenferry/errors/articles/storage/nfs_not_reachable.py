"""Nothing answers on the server's NFS port

The name was resolved, but within five seconds no TCP connection to port 2049 of the server could be made.

Cause: a firewall, a wrong VLAN or a missing route lies between the host's storage NIC and the server.
Tell: dom0: `nc -zv SERVER 2049` hangs, and from another host it succeeds.
Fix:
- dom0: `nc -zv SERVER 2049`, `ip route get ADDRESS` (does it leave through the NIC you expect?), `ping ADDRESS`.
- Allow TCP 2049 (and 111, mountd for NFS 3) from every host of the pool.
- Linux: `firewall-cmd --permanent --add-service=nfs --add-service=rpc-bind --add-service=mountd && firewall-cmd
  --reload`.
- Windows Server: allow "Server for NFS" in the firewall for the network profile that is active.

Cause: the address is that of another machine, or the name resolves to an address that does not serve NFS.
Tell: dom0: `getent hosts SERVER` gives an address that the file server does not have on its own pages.
Fix: dom0: `getent hosts NAME`; on a NAS with several NICs take the address in the storage network.

Cause: the NFS service does not run on the server, or listens on another port or address.
Tell: dom0: `nc -zv SERVER 2049` is refused at once, from every host.
Fix:
- Linux: `systemctl status nfs-server`, `ss -ltn sport = :2049`.
- TrueNAS: Services, NFS: running, and "Bind IP Addresses" empty or holding the address you use.
- Synology: Control Panel, File Services, NFS: enabled.
- QNAP: Control Panel, NFS Service: enabled.
- NetApp: `vserver nfs status`; the data LIF must allow nfs.

Example:
    SR_BACKEND_FAILURE_108(, Unable to detect an NFS service on this target., )
"""

CODES = ("SR_BACKEND_FAILURE_108",)
WORDS = {
    "blocked": ("no route to host", "network is unreachable", "timed out"),
    "nfs-not-running": ("connection refused", "program not registered"),
}
CAUSES = ("blocked", "wrong-address", "nfs-not-running")
SAID = "{server} did not accept a connection to port 2049 within five seconds"
