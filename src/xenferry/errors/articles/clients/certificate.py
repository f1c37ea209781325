"""The client does not trust the host's certificate

Hosts come with a certificate that they signed themselves. A client that checks certificates refuses it until it is told
to trust it, or the host gets one from an authority that the client knows. Traffic between hosts is another matter: see
SSL_VERIFY_ERROR.

Cause: the host has its own, self-signed certificate, as installed.
Tell: `openssl s_client -connect HOST:443 </dev/null | openssl x509 -noout -issuer -subject` shows the same name twice.
Fix (Xen Orchestra): Settings, Servers: switch “Unauthorized certificates” on for this server.
Fix: Scripts: give the host's certificate as the one to trust (Python: `ssl.create_default_context(cafile=FILE)`); take
    the file from the host itself, /etc/xensource/xapi-ssl.pem without its private key. Or install a certificate of
    your own authority: `xe host-server-certificate-install`.

Cause: the certificate is from an authority of your own, which this machine does not know, or the certificates between
    the authority and the host's were not installed with it.
Tell: The issuer is another name than the subject.
Fix: Add the authority to what the client's machine trusts (Node.js: NODE_EXTRA_CA_CERTS=FILE); install the host's
    certificate together with its chain (`certificate-chain=` of `xe host-server-certificate-install`).

Cause: the certificate has expired, or is not valid yet for the client's or the host's clock.
Tell: `openssl s_client -connect HOST:443 </dev/null | openssl x509 -noout -dates` beside `date -u` on both machines.
Fix: Set the clock by NTP; then, if it has really expired, `xe host-refresh-server-certificate host=HOST` for the
    host's own one (8.3), or install a new one.

Cause: the certificate is for another name than the one that the client used, e.g. the name instead of the address.
Tell: `openssl x509 -noout -ext subjectAltName` lists the names it is for.
Fix: Connect by a name that stands in it, or have one issued with name and address.

Example:
    Error: self-signed certificate
"""

SAYS = {
    "DEPTH_ZERO_SELF_SIGNED_CERT": "the host's certificate is signed by itself, and the client does not trust it",
    "SELF_SIGNED_CERT_IN_CHAIN": "the host's certificate is from an authority that the client does not know",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE": "the client does not know who signed the host's certificate",
    "CERT_HAS_EXPIRED": "the host's certificate has expired",
    "CERT_NOT_YET_VALID": "the host's certificate is not valid yet",
    "ERR_TLS_CERT_ALTNAME_INVALID": "the host's certificate is not for {p0}",
}
CAUSES = ("self-signed", "authority", "dates", "name")
ONLY = {
    "self-signed": ("DEPTH_ZERO_SELF_SIGNED_CERT", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
    "authority": ("SELF_SIGNED_CERT_IN_CHAIN", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
    "dates": ("CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"),
    "name": ("ERR_TLS_CERT_ALTNAME_INVALID",),
}
