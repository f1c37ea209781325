"""This host is a member; the pool's coordinator must be asked

The parameter is the coordinator's address.

Cause: the address that was given is that of a pool member.
Tell: The parameter is the coordinator's address, and another one was called.
Fix: Connect to the address in the parameter instead; in Xen Orchestra change the server's address under Settings,
    Servers.

Cause: the coordinator changed, and the client still has the old address.
Tell: The client's stored address is that of a host that was the coordinator before: `xe pool-list params=master`.
Fix: Use the new address, or a name that you can point to the coordinator.

Example:
    HOST_IS_SLAVE(192.0.2.11)
"""

CODES = ("HOST_IS_SLAVE",)
CAUSES = ("member", "changed")
SAID = "this host is a member of a pool; its coordinator is {p0}"
