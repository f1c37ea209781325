"""The pools this machine knows: add, list, remove."""

from xenferry.cli.frame.folder import Folder

command = Folder(
    "xenferry.cli.pool",
    otherwise="list",
    help="The pools this machine knows (also without a command). No password is stored here, only where it is.",
)
