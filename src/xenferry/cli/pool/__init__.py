"""The pools this machine knows: add, list, remove."""

from xenferry.cli.frame.folder import Folder

command = Folder(
    "xenferry.cli.pool", help="The pools this machine knows. No password is stored here, only where it is."
)
