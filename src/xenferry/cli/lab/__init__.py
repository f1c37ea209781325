"""An embedded pool as a server, for any XenAPI client."""

from xenferry.cli.frame.folder import Folder

command = Folder("xenferry.cli.lab", help="An embedded pool that behaves like a real one.")
