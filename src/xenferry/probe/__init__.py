"""What XAPI does not tell: name resolution, NFS servers, dom0 over ssh."""
