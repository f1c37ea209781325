"""The host found no NFS service on the server

Drivers up to sm 3.0.11 ask the server's portmapper (rpcbind, port 111) whether it offers NFS, and give up after six
tries of thirty seconds. The server may serve NFS well on port 2049 and still fail this question.

Cause: the network between host and server loses or blocks the question: a firewall, the wrong VLAN or NIC, an MTU that
    does not fit, a TTL that is too short.
Tell: dom0: `ping SERVER` or `rpcinfo -p SERVER` gets no answer from this host, and does from another.
Fix:
- dom0: follow the path step by step: `ping SERVER`, `ping -M do -s 8972 SERVER` with jumbo frames, `rpcinfo -s
  SERVER`, `nc -zv SERVER 111`, `nc -zv SERVER 2049`. The first that fails is the place to look.
- Open ports 111 (TCP and UDP), 2049 and the port of mountd from all hosts to the server.
- Give the host an address in the storage network if its way leads through a router or firewall.

Cause: rpcbind does not run on the server, or NFS uses other ports than the usual ones: a server with NFS 4 only needs
    no rpcbind and most then have none.
Tell: dom0: `rpcinfo -p SERVER` is refused while `nc -zv SERVER 2049` succeeds.
Fix:
- Linux: `systemctl enable --now rpcbind nfs-server`, and enable NFS 3 in /etc/nfs.conf (`[nfsd] vers3=y`).
- TrueNAS: Services, NFS: enable NFSv3 beside NFSv4, and leave the mountd and rpc.statd ports as they are unless a
  firewall needs them fixed.
- Synology: Control Panel, File Services, NFS: enable the service with NFSv3 as minimum.
- QNAP: Control Panel, Network & File Services, NFS Service: enable v3.
- NetApp: `vserver nfs modify -vserver SVM -v3 enabled`.
- dom0: update the host: sm from 3.0.12 on looks at port 2049 and knows NFS 4 only servers.

Cause: the NFS service of the server does not run.
Tell: dom0: `rpcinfo -p SERVER` answers without a line for nfs.
Fix: Start it, see that it starts by itself after a restart of the server, and try again.

Example:
    SR_BACKEND_FAILURE_73(, NFS mount error [opterr=Failed to detect NFS service on server 192.0.2.60], )
"""

CODES = ("SR_BACKEND_FAILURE_73",)
WHEN = r"Failed to detect NFS service"
CAUSES = ("network", "rpcbind", "nfs-not-running")
SAID = "the host asked {server} for its NFS service and got no answer that names one"
