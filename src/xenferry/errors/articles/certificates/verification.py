"""Hosts do not trust each other's certificates

Since XCP-ng 8.3 and XenServer 8 the hosts of a pool check each other's certificates (TLS verification). A pool that
came from 8.2 by upgrade does not do so until it is switched on.

Cause: a host's copy of the pool's certificates is empty or old, mostly after an upgrade from 8.2 to 8.3.
Fix: dom0 of every host: `ls -l /etc/stunnel/xapi-pool-ca-bundle.pem`; if one is empty run `xe
    host-refresh-server-certificate host=HOST` for each host of the pool.

Cause: the certificate was renewed on one host while others were off, or its name does not fit the address used.
Fix: Switch all hosts on, then `xe host-refresh-server-certificate host=HOST` on the one that is refused.

Cause: verification is not on in the pool, or not on all of its hosts.
Tell: `xe pool-param-get uuid=POOL param-name=tls-verification-enabled` and `xe host-list
    params=name-label,tls-verification-enabled`.
Fix: `xe pool-enable-tls-verification` on the coordinator, with all hosts on.

Cause: it is just being switched on, or certificates are just being exchanged.
Tell: `xe task-list` shows the call; a minute later the same call works.
Fix: Wait a minute and try again.

Cause: a clock is wrong, so that a certificate seems to be out of date.
Fix: `date -u` on all hosts; set up NTP.

Example:
    SSL_VERIFY_ERROR(VERIFY ERROR: depth=0, error=self-signed certificate)
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import listed, told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

SAYS = {
    "SSL_VERIFY_ERROR": "the certificate of the other side was not accepted: {p0}",
    "TLS_VERIFICATION_NOT_ENABLED_IN_POOL": "the pool does not check certificates, and this needs it to",
    "TLS_VERIFICATION_ENABLE_IN_PROGRESS": "the checking of certificates is just being switched on",
    "CERT_REFRESH_IN_PROGRESS": "the hosts' certificates are just being renewed",
}
CAUSES = ("bundle", "renewed", "not-on", "in-progress", "clock")
WORDS = {
    "bundle": ("self-signed", "self signed", "unable to get local issuer"),
    "renewed": ("mismatch",),
    "clock": ("not yet valid", "has expired"),
}
ONLY = {
    "bundle": ("SSL_VERIFY_ERROR",),
    "renewed": ("SSL_VERIFY_ERROR",),
    "not-on": ("TLS_VERIFICATION_NOT_ENABLED_IN_POOL",),
    "in-progress": ("TLS_VERIFICATION_ENABLE_IN_PROGRESS", "CERT_REFRESH_IN_PROGRESS"),
    "clock": ("SSL_VERIFY_ERROR",),
}


def evidence_not_on(_reading: Reading, look: Look) -> Evidence:
    """What pool and hosts say."""
    if look.snapshot is None or not look.snapshot.hosts:
        return UNSEEN
    off = [host.name_label for host in look.snapshot.hosts if not host.tls_verification_enabled]
    return told(bool(off), f"It is off on {listed(off)}.", "It is on on every host.")
