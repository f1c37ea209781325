"""A trusted certificate cannot be installed or found

A pool keeps certificates that it trusts (of authorities, and since XenServer 8 of single peers) and lists of revoked
ones (CRL) under a name, alike on all hosts.

Cause: the file is not a certificate in PEM form, or is damaged.
Tell: `openssl x509 -noout -subject -in FILE` fails.
Fix: `openssl x509 -in FILE -text` must show it; convert DER first.

Cause: a certificate or list of that name is there already, or the same one under another name.
Tell: `xe certificate-list` shows the name, or the same fingerprint under another one.
Fix: `xe certificate-list`, `xe pool-certificate-list`; uninstall the old one, or use what is there.

Cause: there is none of that name.
Tell: The name is not in `xe certificate-list`, letter for letter.
Fix: The names are those of `xe pool-certificate-list`, with capitals as shown there.

Cause: the name is not possible: it must be a file's name without slash, of letters, digits, dot, dash and underscore.
Tell: The name has a slash, a blank or a letter with an accent, or does not end as the file does.
Fix: Rename the file.

Cause: its dates do not fit: it has expired, or is not valid yet by the host's clock.
Tell: `openssl x509 -noout -dates -in FILE` beside `date -u` on the coordinator.
Fix: `date -u` in dom0; get a new one.

Cause: nothing was said of what it is to be trusted for.
Tell: The call was made without a purpose.
Fix: Give a purpose in the call.

Example:
    CERTIFICATE_ALREADY_EXISTS(ca.pem)
"""

from xenferry.errors.evidence import Evidence
from xenferry.errors.facts import told, was_read
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

SAYS = {
    "CERTIFICATE_CORRUPT": "the certificate {p0} cannot be read",
    "CRL_CORRUPT": "the list of revoked certificates {p0} cannot be read",
    "CERTIFICATE_LIBRARY_CORRUPT": "the folder of the host's certificates cannot be read",
    "CA_CERTIFICATE_INVALID": "this is not a certificate in PEM form",
    "TRUSTED_CERTIFICATE_INVALID": "this is not a certificate in PEM form",
    "NOT_TRUSTED_CERTIFICATE": "the certificate is not one of those that are trusted",
    "CERTIFICATE_ALREADY_EXISTS": "a certificate with the name {p0} is there already",
    "CRL_ALREADY_EXISTS": "a list of revoked certificates with the name {p0} is there already",
    "TRUSTED_CERTIFICATE_ALREADY_EXISTS": "this certificate ({p0}) is trusted for the same purpose already",
    "CERTIFICATE_DOES_NOT_EXIST": "there is no certificate with the name {p0}",
    "CRL_DOES_NOT_EXIST": "there is no list of revoked certificates with the name {p0}",
    "CERTIFICATE_NAME_INVALID": "{p0} is not a name that a certificate can have",
    "CRL_NAME_INVALID": "{p0} is not a name that a list of revoked certificates can have",
    "CA_CERTIFICATE_EXPIRED": "the certificate has expired",
    "CA_CERTIFICATE_NOT_VALID_YET": "the certificate is not valid yet",
    "TRUSTED_CERTIFICATE_EXPIRED": "the certificate was valid until {p1}; the host's clock says {p0}",
    "TRUSTED_CERTIFICATE_NOT_VALID_YET": "the certificate is valid from {p1}; the host's clock says {p0}",
    "CERTIFICATE_LACKS_PURPOSE": "no purpose was given for the certificate",
}
CAUSES = ("damaged", "exists", "missing", "name", "dates", "purpose")
ONLY = {
    "damaged": (
        "CERTIFICATE_CORRUPT", "CRL_CORRUPT", "CERTIFICATE_LIBRARY_CORRUPT", "CA_CERTIFICATE_INVALID",
        "TRUSTED_CERTIFICATE_INVALID",
    ),
    "exists": ("CERTIFICATE_ALREADY_EXISTS", "CRL_ALREADY_EXISTS", "TRUSTED_CERTIFICATE_ALREADY_EXISTS"),
    "missing": ("CERTIFICATE_DOES_NOT_EXIST", "CRL_DOES_NOT_EXIST", "NOT_TRUSTED_CERTIFICATE"),
    "name": ("CERTIFICATE_NAME_INVALID", "CRL_NAME_INVALID"),
    "dates": (
        "CA_CERTIFICATE_EXPIRED", "CA_CERTIFICATE_NOT_VALID_YET", "TRUSTED_CERTIFICATE_EXPIRED",
        "TRUSTED_CERTIFICATE_NOT_VALID_YET",
    ),
    "purpose": ("CERTIFICATE_LACKS_PURPOSE",),
}  # fmt: skip


def _is_there(reading: Reading, look: Look) -> bool | None:
    if look.snapshot is None or not reading.param(0) or not was_read(look.snapshot, "Certificate"):
        return None
    return any(one.name == reading.param(0) for one in look.snapshot.Certificate.values())


def evidence_exists(reading: Reading, look: Look) -> Evidence:
    """The certificates that the pool lists."""
    return told(_is_there(reading, look), "The pool lists it.", "The pool lists none of that name.")


def evidence_missing(reading: Reading, look: Look) -> Evidence:
    """The certificates that the pool lists."""
    there = _is_there(reading, look)
    missing = None if there is None else not there
    return told(missing, "The pool lists none of that name.", "The pool lists it now.")
