"""ONC RPC as far as NFS needs it, in user space: nothing is mounted, no kernel client and no privilege is needed."""
