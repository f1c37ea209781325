"""The move failed; the last parameter says why

XAPI wraps an error of another kind into this code: the guest, both hosts, and the message.

Cause: the connection between the two hosts broke, or TLS between them is not right.
Fix: Both hosts must reach each other on port 443; check `xe host-refresh-server-certificate` and that
    /etc/stunnel/xapi-pool-ca-bundle.pem is not empty.

Cause: the receiving host had not enough memory, or could not attach the guest's disks.
Fix: The same minute in /var/log/xensource.log of the receiving host names it.

Example:
    VM_MIGRATE_FAILED(6c79edf3-702b-493b-2648-a6e2446c5a39, 49058e64-761a-4453-93f5-b9b4cce5a77d,
    b20a2b96-ef76-4eb9-87b0-dd70159e9be7, Connection reset by peer)
"""

from xenferry.errors.evidence import Evidence, by_words
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("VM_MIGRATE_FAILED", "VM_MIGRATE_CONTACT_REMOTE_SERVICE_FAILED", "TLS_CONNECTION_FAILED")
CAUSES = ("connection", "receiver")
SAID = "the move of {vm} failed: {p3}"


def evidence_connection(reading: Reading, _look: Look) -> Evidence:
    """The message."""
    return by_words(" ".join(reading.params), "connection", "reset by peer", "tls", "stunnel", "end_of_file")


def evidence_receiver(reading: Reading, _look: Look) -> Evidence:
    """The message."""
    return by_words(" ".join(reading.params), "memory", "does_not_exist", "attach")
