"""Shared storage: what each host sees of an NFS server, and adding it."""

from xenferry.cli.frame.folder import Folder

command = Folder("xenferry.cli.storage", help="Shared storage: what each host sees of an NFS server, and adding it.")
