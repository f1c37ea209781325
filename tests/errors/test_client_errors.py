"""What clients say when no host answers them, or of their own: read with its parameters, told under its own name."""

from __future__ import annotations

import json

import pytest

from xenferry.errors import Explanation, catalogue, clients, explain
from xenferry.errors.explain import explain_reading
from xenferry.errors.look import Look
from xenferry.errors.reading import read
from xenferry.errors.reading.client_words import BY_NUMBER
from xenferry.pool.snapshot import Snapshot

VM = "622a2cd9-537c-4a49-933c-e47ce1f8555e"

SAID = {
    "connect ECONNREFUSED 192.0.2.10:443": ("ECONNREFUSED", "192.0.2.10", "443"),
    "connect EHOSTUNREACH 192.0.2.10:443": ("EHOSTUNREACH", "192.0.2.10", "443"),
    "connect ETIMEDOUT 192.0.2.10:80": ("ETIMEDOUT", "192.0.2.10", "80"),
    "connect ENETUNREACH 2001:db8::1:443": ("ENETUNREACH", "2001:db8::1", "443"),
    "Error: HTTP connection has timed out": ("ETIMEDOUT",),
    "read ECONNRESET": ("ECONNRESET",),
    "Error: socket hang up": ("ECONNRESET",),
    "getaddrinfo ENOTFOUND xcp1.lan xcp1.lan:443": ("ENOTFOUND", "xcp1.lan"),
    "getaddrinfo EAI_AGAIN xcp1.lan": ("EAI_AGAIN", "xcp1.lan"),
    "Error: self signed certificate": ("DEPTH_ZERO_SELF_SIGNED_CERT",),
    "self-signed certificate in certificate chain": ("SELF_SIGNED_CERT_IN_CHAIN",),
    "unable to verify the first certificate": ("UNABLE_TO_VERIFY_LEAF_SIGNATURE",),
    "Error: certificate has expired": ("CERT_HAS_EXPIRED",),
    "Hostname/IP does not match certificate's altnames: IP: 192.0.2.10 is not in the cert's list: ": (
        "ERR_TLS_CERT_ALTNAME_INVALID",
        "192.0.2.10",
    ),
    "unhealthy VDI chain": ("XO_UNHEALTHY_VDI_CHAIN",),
    "task has been destroyed before completion": ("XO_TASK_DESTROYED",),
    "Error: unexpected 500": ("XO_UNEXPECTED_STATUS", "500"),
    f"no such VM {VM}": ("XO_NO_SUCH_OBJECT", "VM", VM),
    "not enough permissions": ("XO_UNAUTHORIZED",),
    "XoError: forbidden operation: Backup is running": ("XO_FORBIDDEN_OPERATION", "Backup is running"),
    "VM state is Running but should be Halted": ("VM_BAD_POWER_STATE", "", "Halted", "Running"),
    "could not find an allowed VIF device": ("XO_NO_DEVICE_LEFT", "NIC"),
    "Cannot read property 'nfs-exports' of null": ("XO_NO_EXPORTS_LISTED",),
    "eth4: error fetching interface information: Device not found": ("NO_SUCH_INTERFACE", "eth4"),
    "SIOCGIFFLAGS: Error while getting interface flags: No such device": ("NO_SUCH_INTERFACE",),
    "no hosts available": ("NO_HOSTS_AVAILABLE",),
    "VDI in use": ("VDI_IN_USE",),
}

LIBRARIES = {
    "xmlrpc.client: ConnectionRefusedError: [Errno 111] Connection refused": ("ECONNREFUSED",),
    "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='192.0.2.10', port=443): Max retries exceeded with "
    "url: / (Caused by NewConnectionError('Failed to establish a new connection: [Errno 113] No route to host'))": (
        "EHOSTUNREACH",
        "192.0.2.10",
        "443",
    ),
    "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate "
    "(_ssl.c:1129)": ("DEPTH_ZERO_SELF_SIGNED_CERT",),
    "Error: jsonrpc2: code 10 message: invalid parameters": ("XO_INVALID_PARAMETERS", "invalid parameters"),
    "Error: jsonrpc2: code -32000 message: unknown error from the peer": ("XO_UNKNOWN_ERROR",),
    "Error: jsonrpc2: code 2 message: not enough permissions": ("XO_UNAUTHORIZED",),
    "* data.xenorchestra_pif.pif: dial tcp 192.0.2.9:80: connect: connection refused": (
        "ECONNREFUSED",
        "192.0.2.9",
        "80",
    ),
    "WARN importVdiContent: { error: Error: 404 Not Found": ("XO_UNEXPECTED_STATUS", "404"),
    'Error: Post "https://xcp1.lan/": dial tcp: lookup xcp1.lan: no such host': ("ENOTFOUND", "xcp1.lan"),
    'Error: Post "https://192.0.2.10/": tls: failed to verify certificate: x509: certificate signed by unknown '
    "authority": ("UNABLE_TO_VERIFY_LEAF_SIGNATURE", "192.0.2.10"),
}
"""Python's and Go's own words."""


@pytest.mark.parametrize("text", [*SAID, *LIBRARIES])
def test_a_client_s_words_are_read(text: str) -> None:
    (found,) = read(text)
    assert (found.code, *found.params) == {**SAID, **LIBRARIES}[text]


@pytest.mark.parametrize("number", BY_NUMBER)
def test_xen_orchestra_s_numbers_are_read_with_their_data(number: int) -> None:
    code, keys = BY_NUMBER[number]
    data = {key: f"the-{key}" for key in keys if key != "message"}
    text = json.dumps({"code": number, "data": data, "message": "words", "name": "XoError"}, indent=2)
    (found,) = read("vm.migrate\n{}\n" + text)
    assert (found.code, found.params) == (code, tuple("words" if key == "message" else f"the-{key}" for key in keys))


@pytest.mark.parametrize(
    "text",
    [
        "We had a VDI in use last week, and the operation failed because nobody had asked.",
        "SMlog: [1234] Exception: [Errno 111] Connection refused by portmapper",
        "He got no such luck. All hosts must be offline.",
        '{"code": 25, "message": "some other program\'s words"}',
    ],
)
def test_words_that_anybody_could_write_are_not_read(text: str) -> None:
    assert read(text) == ()


def test_the_error_inside_counts_and_not_that_the_client_s_call_failed() -> None:
    text = json.dumps({"code": 21, "data": {"objectId": VM, "code": "IMPORT_ERROR"}, "message": "operation failed"})
    assert [one.code for one in read(text)] == ["IMPORT_ERROR"]
    cut = text[1:]
    assert [one.code for one in read(cut)] == ["IMPORT_ERROR"]


def test_the_state_that_xen_orchestra_wants_decides_which_cause_comes_first() -> None:
    def first(**data: object) -> str:
        text = json.dumps({"code": 25, "data": data, "message": "incorrect state", "name": "XoError"})
        return explain(text)[0].causes[0].key

    assert first(property="ha_enabled", actual=True, expected=False, object="x") == "ha"
    assert first(property="pinnedVms", actual=[VM], expected=[], object="x") == "pinned"
    assert first(property="power_state", actual="Halted", expected="Running", object="x") == "host-off"


def _causes(text: str, snapshot: Snapshot) -> list[str]:
    (reading,) = read(text)
    told: Explanation = explain_reading(reading, Look(snapshot))
    return [cause.key for cause in told.causes]


def test_an_address_is_looked_up_among_the_pool_s_hosts() -> None:
    address = "192.0.2.10"
    snapshot = Snapshot.from_tables({"host": {"OpaqueRef:h": {"name_label": "xcp1", "address": address}}})
    assert _causes(f"connect ECONNREFUSED {address}:443", snapshot)[0] == "toolstack"
    assert _causes("connect ECONNREFUSED 203.0.113.9:443", snapshot)[0] == "address"
    assert _causes(f"connect ECONNREFUSED {address}:10809", snapshot)[0] == "port"


@pytest.mark.parametrize("code", clients.CODES)
def test_a_client_s_code_alone_is_explained(code: str) -> None:
    assert [told.code for told in explain(code)] == [code]


def test_no_client_s_code_is_one_of_xapi_s() -> None:
    assert not set(clients.CODES) & set(catalogue.codes())
