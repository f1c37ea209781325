"""The joining host differs from the pool

Hosts of a pool share guests and database, so versions, updates and CPU vendor must agree.

Cause: it has another version or other updates than the pool.
Tell: `xe host-list params=software-version` on both: the same product_version and another build or xapi version.
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

RULES = ("versions-differ", "vendors-differ")
CODES = (
    "HOSTS_NOT_HOMOGENEOUS", "HOSTS_NOT_COMPATIBLE", "POOL_JOINING_HOST_MUST_HAVE_SAME_API_VERSION",
    "POOL_JOINING_HOST_MUST_HAVE_SAME_DB_SCHEMA", "POOL_JOINING_SM_FEATURES_INCOMPATIBLE",
    "LICENSE_HOST_POOL_MISMATCH", "POOL_JOINING_EXTERNAL_AUTH_MISMATCH",
    "POOL_JOINING_HOST_MUST_HAVE_SAME_PRODUCT_VERSION", "HOST_XAPI_VERSION_HIGHER_THAN_COORDINATOR",
)  # fmt: skip
CAUSES = ("updates", "vendor", "licence")
ONLY = {
    "updates": tuple(code for code in CODES if "LICENSE" not in code and "AUTH" not in code),
    "vendor": ("HOSTS_NOT_HOMOGENEOUS", "HOSTS_NOT_COMPATIBLE"),
    "licence": (
        "HOSTS_NOT_HOMOGENEOUS", "HOSTS_NOT_COMPATIBLE", "LICENSE_HOST_POOL_MISMATCH",
        "POOL_JOINING_EXTERNAL_AUTH_MISMATCH", "POOL_JOINING_HOST_MUST_HAVE_SAME_PRODUCT_VERSION",
    ),
}  # fmt: skip
SAID = "the joining host differs from the pool ({p0})"
SAYS = {
    "HOSTS_NOT_HOMOGENEOUS": "the joining host differs from the pool ({p0})",
    "HOSTS_NOT_COMPATIBLE": "the joining host does not fit the pool",
    "POOL_JOINING_HOST_MUST_HAVE_SAME_API_VERSION": "the joining host speaks another API ({p0}; the pool: {p1})",
    "POOL_JOINING_HOST_MUST_HAVE_SAME_DB_SCHEMA": "the joining host's database has another form ({p0}; the pool: {p1})",
    "POOL_JOINING_HOST_MUST_HAVE_SAME_PRODUCT_VERSION": "the joining host has another product version than the pool",
    "POOL_JOINING_SM_FEATURES_INCOMPATIBLE": "a storage driver of the joining host can do less than the pool's",
    "HOST_XAPI_VERSION_HIGHER_THAN_COORDINATOR": "the host's XAPI ({p0}) is newer than the coordinator's",
    "LICENSE_HOST_POOL_MISMATCH": "host and pool have different licences",
    "POOL_JOINING_EXTERNAL_AUTH_MISMATCH": "host and pool have different external logins (Active Directory)",
}


def evidence_vendor(reading: Reading, _look: Look) -> Evidence:
    """XAPI's word."""
    return by_words(reading.param(0), "CPUs differ")


def evidence_licence(reading: Reading, _look: Look) -> Evidence:
    """The code's own word."""
    return by_words(reading.code, "LICENSE", "AUTH")
