"""Empty a host for maintenance, and bring its guests home afterwards."""

from xenferry.cli.frame.folder import Folder

command = Folder("xenferry.cli.maintenance", help="Empty a host for maintenance, and bring its guests home afterwards.")
