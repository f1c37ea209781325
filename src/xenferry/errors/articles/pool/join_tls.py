"""The joining host and the pool do not trust each other's certificates

Since XCP-ng 8.3 hosts of a pool check each other's certificates. Both sides must do so, or neither.

Cause: the pool was upgraded from a version without certificate checks, and the host is freshly installed with them.
Fix: On the pool's coordinator: `xe pool-enable-tls-verification`; then join again.

Cause: certificates of the same name but other content are on both sides.
Fix: `xe pool-certificate-list` and `xe pool-uninstall-ca-certificate name=NAME` on the joining host.

Example:
    POOL_JOINING_HOST_TLS_VERIFICATION_MISMATCH()
"""

from xenferry.errors.evidence import Evidence, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = (
    "POOL_JOINING_HOST_TLS_VERIFICATION_MISMATCH", "POOL_JOINING_HOST_CA_CERTIFICATES_CONFLICT",
    "POOL_JOINING_HOST_TRUSTED_CERTIFICATES_CONFLICT", "POOL_JOINING_MASTER_CERTIFICATE_NOT_IN_POOL_BUNDLE",
)  # fmt: skip
CAUSES = ("not-checked", "conflict")
SAID = "the certificates of the joining host and of the pool do not fit"


def evidence_conflict(reading: Reading, _look: Look) -> Evidence:
    """The code's own word."""
    return supports("The code says so.") if "CONFLICT" in reading.code else contradicts("")
