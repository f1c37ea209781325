"""What clients say of their own, in words: a sentence or an error of Xen Orchestra, and the code for it.

Sentences that nobody else would write are believed anywhere; short ones that could stand in any text (`VDI in use`)
only as a whole line or right after `Error:`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from xenferry.errors.reading.clean import tidy
from xenferry.errors.reading.raw import is_known

_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_REF = r"[\w:-]{1,80}(?:(?<=-)\n[\w-]{1,40})?"
"""A reference or UUID, also one that a terminal broke after a hyphen."""
_AT = r"(?P<a>\[[0-9a-fA-F:]{2,45}\]|[\w.-]{1,253}|[0-9a-fA-F:]{2,45}):(?P<b>\d{1,5})"
_OPEN_SSL = r"(?P<a>[^\n\"']{0,300})"


@dataclass(frozen=True)
class Sentence:
    """A sentence as a regular expression; its groups a, b, c are the error's parameters in this order."""

    code: str
    words: str
    fixed: tuple[str, ...] = ()
    """Parameters that the sentence itself stands for."""
    signs: tuple[str, ...] = ()
    """Pieces in small letters of which a text with this sentence holds one; none where `words` is plain text itself."""

    def may_stand_in(self, lower: str) -> bool:
        """Whether a text, given in small letters, can hold it: cheaper to ask than the regular expression to build."""
        return any(sign in lower for sign in self.signs or (self.words.lower(),))

    def params(self, found: re.Match[str]) -> tuple[str, ...]:
        """The parameters of one find, without empty ones at the end."""
        given = [tidy(found[name] or "").strip("[]") for name in "abc" if name in found.re.groupindex]
        while given and not given[-1]:
            given.pop()
        return (*self.fixed, *given)


PLAIN = (
    Sentence("ECONNREFUSED", rf"connect ECONNREFUSED {_AT}", signs=("econnrefused",)),
    Sentence("EHOSTUNREACH", rf"connect EHOSTUNREACH {_AT}", signs=("ehostunreach",)),
    Sentence("ENETUNREACH", rf"connect ENETUNREACH {_AT}", signs=("enetunreach",)),
    Sentence("ETIMEDOUT", rf"connect ETIMEDOUT {_AT}", signs=("etimedout",)),
    Sentence("ECONNREFUSED", r"\bECONNREFUSED\b", signs=("econnrefused",)),
    Sentence("EHOSTUNREACH", r"\bEHOSTUNREACH\b", signs=("ehostunreach",)),
    Sentence("ENETUNREACH", r"\bENETUNREACH\b", signs=("enetunreach",)),
    Sentence(
        "ETIMEDOUT",
        r"\bE(?:SOCKET)?TIMEDOUT\b|HTTP connection has timed out|Connect Timeout Error",
        signs=("timedout", "http connection has timed out", "connect timeout error"),
    ),
    Sentence("ENOTFOUND", r"getaddrinfo ENOTFOUND (?P<a>[^\s'\",]{1,253})", signs=("enotfound",)),
    Sentence("EAI_AGAIN", r"getaddrinfo EAI_AGAIN (?P<a>[^\s'\",]{1,253})", signs=("eai_again",)),
    Sentence(
        "ECONNRESET",
        r"\bECONNRESET\b|socket hang up|existing connection was forcibly closed by the remote host",
        signs=("econnreset", "socket hang up", "forcibly closed by the remote host"),
    ),
    Sentence("EPIPE", r"\bwrite EPIPE\b|\bcode: 'EPIPE'", signs=("epipe",)),
    Sentence(
        "ERR_STREAM_PREMATURE_CLOSE",
        r"\bERR_STREAM_PREMATURE_CLOSE\b|Error: Premature close",
        signs=("err_stream_premature_close", "error: premature close"),
    ),
    Sentence("EPROTO", rf"\bEPROTO\b {_OPEN_SSL}", signs=("eproto",)),
    Sentence(
        "SELF_SIGNED_CERT_IN_CHAIN",
        r"self[- ]signed certificate in certificate chain|SELF_SIGNED_CERT_IN_CHAIN",
        signs=("certificate in certificate chain", "self_signed_cert_in_chain"),
    ),
    Sentence("DEPTH_ZERO_SELF_SIGNED_CERT", r"DEPTH_ZERO_SELF_SIGNED_CERT"),
    Sentence(
        "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        r"unable to verify the first certificate|UNABLE_TO_VERIFY_LEAF_SIGNATURE"
        r"|Could not establish trust relationship for the SSL/TLS secure channel",
        signs=(
            "unable to verify the first certificate",
            "unable_to_verify_leaf_signature",
            "establish trust relationship",
        ),
    ),
    Sentence(
        "CERT_NOT_YET_VALID",
        r"CERT_NOT_YET_VALID|certificate is not yet valid",
        signs=("cert_not_yet_valid", "certificate is not yet valid"),
    ),
    Sentence("CERT_HAS_EXPIRED", r"CERT_HAS_EXPIRED"),
    Sentence(
        "ERR_TLS_CERT_ALTNAME_INVALID",
        r"ERR_TLS_CERT_ALTNAME_INVALID|certificate's altnames: (?:Host|IP): (?P<a>[\w.:-]{1,253}?)\.? is not",
        signs=("err_tls_cert_altname_invalid", "altnames"),
    ),
    Sentence("XO_UNHEALTHY_VDI_CHAIN", r"unhealthy VDI chain"),
    Sentence("XO_TASK_DESTROYED", r"task has been destroyed before completion"),
    Sentence(
        "XO_WARM_MIGRATION_TARGET",
        rf"Vm target of warm migration not found for (?P<a>{_REF}) on SR (?P<b>{_REF})",
        signs=("warm migration not found",),
    ),
    Sentence(
        "XO_WARM_MIGRATION_TARGET",
        rf"Multiple target of warm migration found for (?P<a>{_REF}) on SR (?P<b>{_REF})",
        signs=("multiple target of warm",),
    ),
    Sentence(
        "XO_NO_EXPORTS_LISTED",
        r"Cannot read propert(?:y|ies)[^\n]{0,40}?nfs-exports[^\n]{0,20}",
        signs=("nfs-exports",),
    ),
    Sentence("XO_NO_DEVICE_LEFT", r"could not find an allowed VIF device", ("NIC",)),
    Sentence("XO_NO_DEVICE_LEFT", r"no allowed VBD devices", ("disk",)),
    Sentence("XO_INTERFACES_NOT_UPDATED", r"Some network interfaces could not be updated"),
    Sentence("XO_HOSTS_NOT_COMPATIBLE", r"The hosts are not compatible"),
    Sentence(
        "XO_HOSTS_NOT_COMPATIBLE",
        r"(?P<a>a [\w-]{1,20} pool cannot be merged into an? [\w-]{1,20} pool)",
        signs=("cannot be merged into",),
    ),
    Sentence("XO_VM_BEING_MIGRATED", r"cannot backup a VM currently being migrated"),
    Sentence("XO_UNKNOWN_ERROR", r"unknown error from the peer"),
    Sentence(
        "XO_NO_PIF",
        rf"No PIF found that links host: (?P<a>{_REF}) to network: (?P<b>{_REF})",
        signs=("no pif found that",),
    ),
    Sentence(
        "XO_NO_SUCH_OBJECT", rf"\bno such (?P<a>[A-Za-z-]{{1,30}}) (?P<b>{_ID}|undefined|null)", signs=("no such ",)
    ),
    Sentence("XO_NOT_ENOUGH_RESOURCES", r"not enough resources in resource set"),
    Sentence(
        "XO_FORBIDDEN_OPERATION", r"forbidden operation: (?P<a>[^\n\"'\\]{1,80})", signs=("forbidden operation: ",)
    ),
    Sentence(
        "XO_UNEXPECTED_STATUS", r"unexpect(?:ed)? (?:statusCode |status )?(?P<a>[345]\d\d)\b", signs=("unexpect",)
    ),
    Sentence(
        "XO_UNEXPECTED_STATUS",
        r"\bError: (?P<a>[345]\d\d) [A-Z][A-Za-z ]{2,30}",
        signs=("error: 3", "error: 4", "error: 5"),
    ),
    Sentence(
        "VM_BAD_POWER_STATE",
        r"VM state is (?P<b>\w{1,20}) but should be (?P<a>\w{1,20})",
        ("",),
        signs=("vm state is",),
    ),
    Sentence(
        "NO_SUCH_INTERFACE",
        r"(?:\b(?!SIOC)(?P<a>[a-zA-Z][\w.-]{0,15}): )?error (?:while getting|fetching) interface \w{5,11}: "
        r"(?:No such device|Device not found)",
        signs=("error while getting interface", "error fetching interface"),
    ),
    Sentence(
        "NO_SUCH_INTERFACE", r"Cannot find device \"?(?P<a>[a-zA-Z][\w.:-]{0,15})\"?", signs=("cannot find device",)
    ),
)
"""Sentences that are believed wherever they stand. The first that fits a place counts."""

SHORT = (
    Sentence("DEPTH_ZERO_SELF_SIGNED_CERT", r"self[- ]signed certificate", signs=("signed certificate",)),
    Sentence("CERT_HAS_EXPIRED", r"certificate has expired"),
    Sentence("XO_UNAUTHORIZED", r"not enough permissions"),
    Sentence("XO_INVALID_CREDENTIALS", r"invalid credentials"),
    Sentence(
        "XO_INVALID_PARAMETERS", r"(?P<a>invalid parameters?(?:s|:[^\n\"]{0,200})?)", signs=("invalid parameter",)
    ),
    Sentence("XO_INVALID_PARAMETERS", r"(?P<a>clean shutdown requires PV drivers)", signs=("clean shutdown requires",)),
    Sentence(
        "XO_INVALID_PARAMETERS",
        r"(?P<a>cannot set new size \(\d+\) below the current size \(\d+\))",
        signs=("cannot set new size",),
    ),
    Sentence("XO_INCORRECT_STATE", r"incorrect state"),
    Sentence("XO_FEATURE_UNAUTHORIZED", r"feature Unauthorized"),
    Sentence("XO_OPERATION_FAILED", r"operation failed"),
    Sentence("XO_NO_PIF", r"no PIF found"),
    Sentence("EHOSTUNREACH", r"server unreachable"),
    Sentence("NO_HOSTS_AVAILABLE", r"no hosts available"),
    Sentence("SESSION_AUTHENTICATION_FAILED", r"authentication failed"),
    Sentence("VM_MISSING_PV_DRIVERS", r"missing PV drivers"),
    Sentence("VM_IS_TEMPLATE", r"VM is a template"),
    Sentence("VM_LACKS_FEATURE", r"VM lacks feature\b[^\n\"]{0,40}", signs=("vm lacks feature",)),
    Sentence("NOT_SUPPORTED_DURING_UPGRADE", r"not supported during upgrade"),
    Sentence("VDI_IN_USE", r"VDI in use"),
    Sentence("HOST_OFFLINE", r"host offline"),
    Sentence("OPERATION_BLOCKED", r"operation blocked"),
    Sentence("XO_UNKNOWN_ERROR", r"(?P<a>Cannot read propert(?:y|ies) [^\n]{3,80})", signs=("cannot read propert",)),
)
"""Sentences that count only as a whole line, with or without `Error:` before it, or as a client's message."""

BY_NUMBER: dict[int, tuple[str, tuple[str, ...]]] = {
    1: ("XO_NO_SUCH_OBJECT", ("type", "id")),
    2: ("XO_UNAUTHORIZED", ("permission",)),
    3: ("XO_INVALID_CREDENTIALS", ()),
    5: ("XO_FORBIDDEN_OPERATION", ("operation", "reason")),
    7: ("NO_HOSTS_AVAILABLE", ()),
    8: ("SESSION_AUTHENTICATION_FAILED", ()),
    9: ("EHOSTUNREACH", ()),
    10: ("XO_INVALID_PARAMETERS", ("message",)),
    11: ("VM_MISSING_PV_DRIVERS", ("objectId",)),
    12: ("VM_IS_TEMPLATE", ("objectId",)),
    13: ("VM_BAD_POWER_STATE", ("objectId", "expected", "actual")),
    14: ("VM_LACKS_FEATURE", ("objectId",)),
    15: ("NOT_SUPPORTED_DURING_UPGRADE", ()),
    16: ("XO_OBJECT_ALREADY_EXISTS", ("objectType", "objectId")),
    17: ("VDI_IN_USE", ("objectId", "operation")),
    18: ("HOST_OFFLINE", ("objectId",)),
    19: ("OPERATION_BLOCKED", ("objectId", "code")),
    21: ("XO_OPERATION_FAILED", ("code", "objectId")),
    24: ("XO_NOT_ENOUGH_RESOURCES", ()),
    25: ("XO_INCORRECT_STATE", ("property", "actual", "expected", "object")),
    26: ("XO_FEATURE_UNAUTHORIZED", ("featureCode",)),
}
"""Xen Orchestra's numbers (xo-common): the code, and which of the error's data are its parameters."""


OPERATION_FAILED = 21


def of_object(value: Mapping[str, Any]) -> tuple[str, tuple[str, ...]] | None:
    """The error that an object of Xen Orchestra's JSON is: a number, data, and a message that belongs to the number."""
    number, data, message = value.get("code"), value.get("data"), value.get("message")
    if not isinstance(number, int) or not isinstance(message, str) or number not in BY_NUMBER:
        return None
    said = of_sentence(message)
    code, keys = BY_NUMBER[number]
    if (said is None or said[0] != code) and value.get("name") != "XoError":
        return None
    given = {"message": message, **(data if isinstance(data, dict) else {})}
    if number == OPERATION_FAILED and is_known(given.get("code")):
        return None  # XAPI's own error stands in it, and is read where it stands
    return code, tuple(_shown(given.get(key)) for key in keys)


def of_number(number: int, message: str) -> tuple[str, tuple[str, ...]] | None:
    """The same for clients that show the number and the message only."""
    if said := of_sentence(message):
        return said
    code, keys = BY_NUMBER.get(number, ("", ()))
    return (code, (message,) if keys == ("message",) else ()) if code else None


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nothing"
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def of_sentence(message: str) -> tuple[str, tuple[str, ...]] | None:
    """The code and parameters of a client's whole message."""
    for sentence in (*PLAIN, *SHORT):
        if found := re.fullmatch(rf"(?:{sentence.words})\.?", message.strip()):
            return sentence.code, sentence.params(found)
    return None


_ALONE = (
    r"(?:^|(?<=Error: )|(?<=Error\()|(?<=message\": \")|(?<=message\":\"))[ ]*(?:\w*Error: )?[\"'`]?(?:%s)"
    r"(?=[\"'`.)]{0,3}[ ]*(?:$|,))"
)


_BLANK = re.compile(r"(?<=\w) (?=[\w(])")


@cache
def _pattern(words: str) -> re.Pattern[str]:
    """Blanks between words may be the end of a line."""
    return re.compile(_BLANK.sub(r"\\s+", words), re.MULTILINE | re.IGNORECASE)


def sentences(text: str) -> Iterator[tuple[Sentence, re.Match[str]]]:
    """Every place where a sentence stands, each place once."""
    lower = " ".join(text.lower().split())
    taken: list[tuple[int, int]] = []
    for sentence in (*PLAIN, *SHORT):
        if not sentence.may_stand_in(lower):
            continue
        for found in _pattern(sentence.words if sentence in PLAIN else _ALONE % sentence.words).finditer(text):
            if all(found.end() <= start or found.start() >= end for start, end in taken):
                taken.append(found.span())
                yield sentence, found
