"""The joining host and the pool do not trust each other's certificates

Since XCP-ng 8.3 hosts of a pool check each other's certificates. Both sides must do so, or neither.

Cause: the pool was upgraded from a version without certificate checks, and the host is freshly installed with them.
Tell: `xe pool-param-get uuid=POOL param-name=tls-verification-enabled` differs between pool and joining host.
Fix: On the pool's coordinator: `xe pool-enable-tls-verification`; then join again.

Cause: certificates of the same name but other content are on both sides.
Fix: `xe pool-certificate-list` and `xe pool-uninstall-ca-certificate name=NAME` on the joining host.

Cause: the certificates could not be put together on the joining host: a folder under /etc/stunnel is missing or full.
Tell: dom0: `ls -l /etc/stunnel/xapi-pool-ca-bundle.pem` on the coordinator has size 0.
Fix: On the joining host: `ls -l /etc/stunnel/ /etc/stunnel/certs-pool/`; make the missing folders, run
    `/opt/xensource/bin/update-ca-bundle.sh` in dom0, then join again.

Example:
    POOL_JOINING_HOST_TLS_VERIFICATION_MISMATCH()
"""

from xenferry.errors.evidence import Evidence, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = (
    "POOL_JOINING_HOST_TLS_VERIFICATION_MISMATCH", "POOL_JOINING_HOST_CA_CERTIFICATES_CONFLICT",
    "POOL_JOINING_HOST_TRUSTED_CERTIFICATES_CONFLICT", "POOL_JOINING_MASTER_CERTIFICATE_NOT_IN_POOL_BUNDLE",
    "POOL_JOINING_POOL_BUNDLE_EMPTY_AFTER_IMPORT",
)  # fmt: skip
CAUSES = ("not-checked", "conflict", "bundle-empty")
ONLY = {
    "bundle-empty": (
        "POOL_JOINING_POOL_BUNDLE_EMPTY_AFTER_IMPORT", "POOL_JOINING_MASTER_CERTIFICATE_NOT_IN_POOL_BUNDLE",
    ),
    "not-checked": ("POOL_JOINING_HOST_TLS_VERIFICATION_MISMATCH",),
}  # fmt: skip
SAID = "the certificates of the joining host and of the pool do not fit"
SAYS = {
    "POOL_JOINING_HOST_TLS_VERIFICATION_MISMATCH": "only one of the two, pool and joining host, checks certificates",
    "POOL_JOINING_HOST_CA_CERTIFICATES_CONFLICT": "the joining host has another certificate under a name of the pool",
    "POOL_JOINING_HOST_TRUSTED_CERTIFICATES_CONFLICT": "the joining host trusts other certificates than the pool",
    "POOL_JOINING_MASTER_CERTIFICATE_NOT_IN_POOL_BUNDLE": "the pool's bundle lacks the coordinator's own certificate",
    "POOL_JOINING_POOL_BUNDLE_EMPTY_AFTER_IMPORT": "after the exchange {p0} is empty on the joining host",
}


def evidence_conflict(reading: Reading, _look: Look) -> Evidence:
    """The code's own word."""
    return supports("The code says so.") if "CONFLICT" in reading.code else contradicts("")
