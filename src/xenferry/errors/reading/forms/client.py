"""Errors of clients: no connection, no trust in a certificate, and what Xen Orchestra refuses or gives up by itself.

What Python says of connections counts only where a client of XAPI is at work: storage drivers are Python as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.errors.reading.client_words import of_number, sentences
from xenferry.errors.reading.raw import Raw

ORDER = 86

_CLIENT = re.compile(
    r"XenAPI|xmlrpc|HTTPSConnection|https://|dial tcp|requests\.|urllib|ansible|terraform|packer|SSL: |x509: ",
    re.IGNORECASE,
)
_DRIVER = re.compile(r"\bSM\b|SMlog|SR_BACKEND|opterr|mount|iscsi|/opt/xensource/sm", re.IGNORECASE)
_SHORT = 400
"""Characters of a text that is nothing but such an error, without a word on who said it."""
_ADDRESS = re.compile(
    r"host='(?P<a>[\w.:-]{1,253})', port=(?P<b>\d{1,5})|dial tcp (?P<d>[\w.-]{0,253}):(?P<e>\d{1,5})"
    r"|\b(?:https?|wss?)://(?P<c>[\w.-]{1,253})"
)
_JSON_RPC = re.compile(r"jsonrpc2: code (?P<code>-?\d{1,6}) message: (?P<said>[^\n]{1,200})")
_PYTHON = (
    ("ECONNREFUSED", re.compile(r"\[Errno (?:111|61|10061)\][^\n]{0,60}|connect: connection refused")),
    ("EHOSTUNREACH", re.compile(r"\[Errno (?:113|65)\][^\n]{0,40}|connect: no route to host")),
    ("ENETUNREACH", re.compile(r"\[Errno (?:101|51)\][^\n]{0,40}")),
    ("ETIMEDOUT", re.compile(r"\[Errno (?:110|60|10060)\][^\n]{0,60}|ConnectTimeoutError|i/o timeout")),
    (
        "ECONNRESET",
        re.compile(r"\[Errno (?:104|54|10054)\][^\n]{0,40}|RemoteDisconnected|read: connection reset by peer"),
    ),
    ("ENOTFOUND", re.compile(r"\[Errno (?:-2|8|11001)\][^\n]{0,60}|no such host")),
    ("EAI_AGAIN", re.compile(r"\[Errno -3\][^\n]{0,60}")),
    (
        "SELF_SIGNED_CERT_IN_CHAIN",
        re.compile(r"verify failed: self[- ]signed certificate in certificate chain"),
    ),
    ("DEPTH_ZERO_SELF_SIGNED_CERT", re.compile(r"certificate verify failed: self[- ]signed certificate")),
    ("CERT_HAS_EXPIRED", re.compile(r"certificate verify failed: certificate has expired")),
    ("ERR_TLS_CERT_ALTNAME_INVALID", re.compile(r"certificate verify failed: (?:Hostname|IP address) mismatch")),
    (
        "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        re.compile(
            r"CERTIFICATE_VERIFY_FAILED|x509: certificate signed by unknown authority|unable to get local issuer"
        ),
    ),
    ("EPROTO", re.compile(r"\[SSL: (?:UNSUPPORTED_PROTOCOL|WRONG_VERSION_NUMBER|DH_KEY_TOO_SMALL)\]")),
)
"""The words of Python's and Go's own libraries."""


def find(text: str) -> Iterator[Raw]:
    """Every such sentence, the more telling of two in one place."""
    for sentence, found in sentences(text):
        yield Raw(sentence.code, sentence.params(found), "client", found.start(), found.end())
    for found in _JSON_RPC.finditer(text):
        if (read := of_number(int(found["code"]), found["said"])) is not None:
            yield Raw(*read, "client", found.start(), found.end())
    if _CLIENT.search(text) or (len(text) < _SHORT and not _DRIVER.search(text)):
        yield from _of_libraries(text)


def _of_libraries(text: str) -> Iterator[Raw]:
    """One for each line: a traceback tells the same error several times."""
    lines: set[int] = set()
    address = _ADDRESS.search(text)
    where = _where(address) if address else ()
    for code, words in _PYTHON:
        for found in words.finditer(text):
            line = text.count("\n", 0, found.start())
            if line not in lines:
                lines.add(line)
                params = where if code in ("ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT") else where[:1]
                yield Raw(code, params if code != "EPROTO" else (found[0],), "client", found.start(), found.end())


def _where(found: re.Match[str]) -> tuple[str, ...]:
    """Address and port, as far as the text tells."""
    return tuple(filter(None, (found["a"] or found["c"] or found["d"], found["b"] or found["e"])))
