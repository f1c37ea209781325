"""The file server's list of exports could not be read

Xen Orchestra asked a host what the server exports (SR.probe), and the answer had no list in it: that is a fault of
Xen Orchestra's reading, with a cause on the server's side.

Cause: the server exports nothing, or nothing that it tells this host: NFS 4 only, or mountd is off.
Tell: `showmount -e SERVER` in dom0 shows nothing, or an error.
Fix: `xenferry storage probe nfs SERVER:/PATH` tells which step fails on which host. Export the path to all hosts'
    addresses; with NFS 4 only, give the path by hand instead of choosing it.

Cause: the server's address is wrong, or is not that of a file server.
Tell: `rpcinfo -p SERVER` in dom0 fails.
Fix: Enter only the server's name or address, no path and no `nfs://`.

Example:
    Cannot read property 'nfs-exports' of null
"""

CODES = ("XO_NO_EXPORTS_LISTED",)
CAUSES = ("no-list", "address")
SAID = "the server's list of exports was empty or not there"
