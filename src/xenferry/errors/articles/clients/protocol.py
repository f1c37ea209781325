"""Client and host cannot agree on how to encrypt

They speak, but not the same version of TLS, or one of them does not speak TLS at all.

Cause: the host is old: XenServer up to 7.0 offers only TLS 1.0 and short keys, which today's clients refuse.
Tell: The reason names “unsupported protocol”, “dh key too small” or “legacy”.
Fix: Update the host. Until then, on the client's side only: `NODE_OPTIONS=--tls-min-v1.0` (and
    --tls-cipher-list='DEFAULT@SECLEVEL=0') for Xen Orchestra.

Cause: what listens there does not speak TLS: port 80, or another service.
Tell: The reason names “wrong version number” or “packet length too long”.
Fix: Use port 443 and the address of a host.

Cause: the client is older than the host: XCP-ng 8.3 and XenServer 8 take TLS 1.2 and later only.
Tell: The reason names “handshake failure” or “alert protocol version”.
Fix: Update the client.

Example:
    write EPROTO 140:error:1408F10B:SSL routines:ssl3_get_record:wrong version number:
"""

CODES = ("EPROTO",)
CAUSES = ("old-host", "no-tls", "old-client")
SAID = "client and host could not agree on TLS ({p0})"
WORDS = {
    "old-host": ("unsupported protocol", "dh key too small", "legacy sigalg", "legacy renegotiation"),
    "no-tls": ("wrong version number", "packet length too long", "http request"),
    "old-client": ("handshake failure", "alert protocol version"),
}
