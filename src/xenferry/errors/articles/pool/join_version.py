"""The joining host differs from the pool

Hosts of a pool share guests and database, so versions, updates and CPU vendor must agree.

Cause: it has another version or other updates than the pool.
Fix: Bring both to the same level: the same release, `yum update` on all, restart the toolstack or the hosts.

Cause: its CPUs are of another vendor than the pool's.
Fix: It cannot join: Intel and AMD do not mix in one pool.

Cause: its licence, external login or product differs (XCP-ng and XenServer do not mix).
Fix: Make them the same; `xe host-param-get uuid=HOST param-name=software-version`.

Example:
    HOSTS_NOT_HOMOGENEOUS(CPUs differ)
"""

from xenferry.errors.evidence import Evidence, by_words
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = (
    "HOSTS_NOT_HOMOGENEOUS", "HOSTS_NOT_COMPATIBLE", "POOL_JOINING_HOST_MUST_HAVE_SAME_API_VERSION",
    "POOL_JOINING_HOST_MUST_HAVE_SAME_DB_SCHEMA", "POOL_JOINING_SM_FEATURES_INCOMPATIBLE",
    "LICENSE_HOST_POOL_MISMATCH", "POOL_JOINING_EXTERNAL_AUTH_MISMATCH",
)  # fmt: skip
CAUSES = ("updates", "vendor", "licence")
SAID = "the joining host differs from the pool ({p0})"


def evidence_vendor(reading: Reading, _look: Look) -> Evidence:
    """XAPI's word."""
    return by_words(reading.param(0), "CPUs differ")


def evidence_licence(reading: Reading, _look: Look) -> Evidence:
    """The code's own word."""
    return by_words(reading.code, "LICENSE", "AUTH")
