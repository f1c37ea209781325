"""The joining host and the pool's coordinator could not talk

The joining host logs in at the coordinator and copies itself into the pool; that connection failed.

Cause: the coordinator's address, user or password is wrong, or a firewall blocks port 443.
Tell: From the joining host: `curl -sk https://COORDINATOR/ -o /dev/null -w '%{http_code}'` prints 000.
Fix: From the joining host: `curl -k https://COORDINATOR/`; use root and its password, and the coordinator's own
    address.

Cause: jumbo frames on the management network, which is not supported.
Tell: Short answers come, long ones hang: `ping -M do -s 8972 COORDINATOR` fails where the network is set to 9000.
Fix: Set the MTU of the management networks to 1500, join, and leave it so.

Example:
    JOINING_HOST_CONNECTION_FAILED()
"""

CODES = ("JOINING_HOST_CONNECTION_FAILED", "JOINING_HOST_SERVICE_FAILED")
CAUSES = ("connection", "mtu")
SAID = "the joining host and the coordinator could not talk"
