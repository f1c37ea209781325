"""The server certificate cannot be installed

A host's certificate is installed with its private key and, if it is not signed by a known authority directly, with the
chain of intermediate certificates; all as PEM text. XAPI checks them before it takes them.

Cause: certificate and key do not belong together.
Tell: `openssl x509 -noout -pubkey -in cert.pem` and `openssl pkey -pubout -in key.pem` print different keys.
Fix: Both of these must print the same: `openssl x509 -in CERT -noout -pubkey`, `openssl pkey -in KEY -pubout`.

Cause: the file is not PEM, or holds something else: a chain where one certificate is wanted, DER, or Windows line ends.
Tell: `openssl x509 -noout -subject -in cert.pem` fails, or `grep -c BEGIN cert.pem` counts more than one certificate.
Fix: `openssl x509 -in CERT -text`; convert DER with `openssl x509 -inform der -in CERT -out CERT.pem`. Intermediate
    certificates go into `certificate-chain=`, not into the certificate's own file.

Cause: the key is of a kind that XAPI does not take: it wants an RSA key of 2048 to 4096 bits with two primes, in PKCS#8
    form.
Tell: `openssl pkey -noout -text -in key.pem` shows another kind than RSA, fewer than 2048 bits, or the file begins with
    BEGIN ENCRYPTED.
Fix: `openssl pkcs8 -topk8 -nocrypt -in KEY -out KEY.pem`; a key of another kind needs a new certificate.

Cause: it is signed with an algorithm other than SHA-256 or SHA-512.
Tell: `openssl x509 -noout -text -in cert.pem` names another Signature Algorithm than sha256 or sha512.
Fix: Have it signed again.

Cause: its dates do not fit: it has expired, or begins later than the host's clock.
Tell: `openssl x509 -noout -dates -in cert.pem` beside `date -u` on the host.
Fix: Compare with `date -u` in dom0; set the clock (`timedatectl`, NTP), or get a new certificate.

Example:
    SERVER_CERTIFICATE_KEY_MISMATCH()
"""

SAYS = {
    "SERVER_CERTIFICATE_KEY_MISMATCH": "the private key does not belong to the certificate",
    "SERVER_CERTIFICATE_INVALID": "the certificate is not an X.509 certificate in PEM form",
    "SERVER_CERTIFICATE_CHAIN_INVALID": "the chain holds something that is not a certificate in PEM form",
    "SERVER_CERTIFICATE_KEY_INVALID": "the private key is not a PKCS#8 key in PEM form",
    "SERVER_CERTIFICATE_KEY_ALGORITHM_NOT_SUPPORTED": "the private key is of a kind ({p0}) that XAPI does not take",
    "SERVER_CERTIFICATE_KEY_RSA_LENGTH_NOT_SUPPORTED": "the RSA key has {p0} bits; 2048 to 4096 are possible",
    "SERVER_CERTIFICATE_KEY_RSA_MULTI_NOT_SUPPORTED": "the RSA key is made of more than two primes",
    "SERVER_CERTIFICATE_SIGNATURE_NOT_SUPPORTED": "the certificate is not signed with SHA-256 or SHA-512",
    "SERVER_CERTIFICATE_EXPIRED": "the certificate was valid until {p1}; the host's clock says {p0}",
    "SERVER_CERTIFICATE_NOT_VALID_YET": "the certificate is valid from {p1}; the host's clock says {p0}",
}
CAUSES = ("mismatch", "form", "key-kind", "signature", "dates")
ONLY = {
    "mismatch": ("SERVER_CERTIFICATE_KEY_MISMATCH",),
    "form": ("SERVER_CERTIFICATE_INVALID", "SERVER_CERTIFICATE_CHAIN_INVALID", "SERVER_CERTIFICATE_KEY_INVALID"),
    "key-kind": (
        "SERVER_CERTIFICATE_KEY_INVALID", "SERVER_CERTIFICATE_KEY_ALGORITHM_NOT_SUPPORTED",
        "SERVER_CERTIFICATE_KEY_RSA_LENGTH_NOT_SUPPORTED", "SERVER_CERTIFICATE_KEY_RSA_MULTI_NOT_SUPPORTED",
    ),
    "signature": ("SERVER_CERTIFICATE_SIGNATURE_NOT_SUPPORTED",),
    "dates": ("SERVER_CERTIFICATE_EXPIRED", "SERVER_CERTIFICATE_NOT_VALID_YET"),
}  # fmt: skip
