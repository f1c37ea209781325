"""Certificates: what is accepted, how it is refused, and that a served host presents what was installed."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from stage import Stage, play, refused

from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse

PAIR = "host north\nhost south\n"
START = datetime(2026, 1, 1, tzinfo=UTC)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def key(bits: int = 2048, number: int = 0) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def pem_of(private: Key) -> str:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def certificate(private: Key, *, start: datetime = START, days: int = 3650, digest: HashAlgorithm | None = None) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "north.example.org")])
    builder = x509.CertificateBuilder(name, name, private.public_key(), 1)
    builder = builder.not_valid_before(start).not_valid_after(start + timedelta(days=days))
    return builder.sign(private, digest or SHA256()).public_bytes(Encoding.PEM).decode()


@pytest.mark.parametrize(
    ("private", "pem", "chain", "expected"),
    [
        ("nonsense", "", "", ["SERVER_CERTIFICATE_KEY_INVALID"]),
        (pem_of(ec.generate_private_key(ec.SECP256R1())), "", "",
         ["SERVER_CERTIFICATE_KEY_ALGORITHM_NOT_SUPPORTED", "p256"]),
        (pem_of(key(1024)), "", "", ["SERVER_CERTIFICATE_KEY_RSA_LENGTH_NOT_SUPPORTED", "1024"]),
        (pem_of(key()), "nonsense", "", ["SERVER_CERTIFICATE_INVALID"]),
        (pem_of(key()), certificate(key(), days=30), "",
         ["SERVER_CERTIFICATE_EXPIRED", "2026-11-23T00:00:00Z", "2026-01-31T00:00:00Z"]),
        (pem_of(key()), certificate(key(), start=datetime(2027, 1, 1, tzinfo=UTC)), "",
         ["SERVER_CERTIFICATE_NOT_VALID_YET", "2026-11-23T00:00:00Z", "2027-01-01T00:00:00Z"]),
        (pem_of(key(number=1)), certificate(key()), "", ["SERVER_CERTIFICATE_KEY_MISMATCH"]),
        (pem_of(key()), certificate(key(), digest=SHA384()), "", ["SERVER_CERTIFICATE_SIGNATURE_NOT_SUPPORTED"]),
        (pem_of(key()), certificate(key()), "nonsense", ["SERVER_CERTIFICATE_CHAIN_INVALID"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_certificate_is_named(private: str, pem: str, chain: str, expected: list[str]) -> None:
    async def scene(stage: Stage) -> list[str]:
        return await refused(stage.call("host.install_server_certificate", stage.host("south"), pem, private, chain))

    _, error = play(PAIR, scene)
    assert error == expected


def test_a_served_host_presents_what_was_installed() -> None:
    async def main() -> list[Any]:
        lab = Lab.from_scenario(parse(PAIR))
        host = lab.coordinator
        async with lab.serve() as served:

            async def presented() -> str:
                loop = asyncio.get_running_loop()
                place = (served[host].address, served[host].port)
                return await loop.run_in_executor(None, ssl.get_server_certificate, place)

            first = await presented()
            await lab.call("host.install_server_certificate", host, certificate(key()), pem_of(key()), "")
            installed = await presented()
            told = await lab.call("host.get_server_certificate", host)
            (record,) = lab.db.all("Certificate").values()
            await lab.call("host.reset_server_certificate", host)
            return [first, installed, told, record, await presented(), len(lab.db.all("Certificate"))]

    first, installed, told, record, last, left = asyncio.run(main())
    assert len({first, installed, last}) == 3
    assert installed == told == certificate(key()).replace("\r", "")
    assert (record["type"], record["not_before"], left) == ("host", "20260101T00:00:00Z", 1)
    assert record["fingerprint"].count(":") == 31


def test_authorities_are_known_by_name_and_trusted_ones_by_fingerprint() -> None:
    async def scene(stage: Stage) -> list[Any]:
        pool, pem = next(iter(stage.lab.db.all("pool"))), certificate(key())
        errors = [
            await refused(stage.call("pool.install_ca_certificate", name, pem)) for name in ("..pem", "a", "a b.pem")
        ]
        await stage.call("pool.install_ca_certificate", "ours.pem", pem)
        errors.append(await refused(stage.call("pool.certificate_install", "ours.pem", pem)))
        listed = await stage.call("pool.certificate_list")
        await stage.call("pool.certificate_uninstall", "ours.pem")
        errors.append(await refused(stage.call("pool.certificate_uninstall", "ours.pem")))
        errors.append(await refused(stage.call("pool.install_trusted_certificate", pool, False, pem, [])))
        await stage.call("pool.install_trusted_certificate", pool, True, pem, ["licensing"])
        errors.append(await refused(stage.call("pool.install_trusted_certificate", pool, True, pem, ["licensing"])))
        await stage.call("pool.certificate_sync")
        return [listed, [error[0] for error in errors]]

    _, (listed, codes) = play(PAIR, scene)
    assert listed == ["ours.pem"]
    assert codes == [
        *["CERTIFICATE_NAME_INVALID"] * 3, "CERTIFICATE_ALREADY_EXISTS", "CERTIFICATE_DOES_NOT_EXIST",
        "CERTIFICATE_LACKS_PURPOSE", "TRUSTED_CERTIFICATE_ALREADY_EXISTS",
    ]  # fmt: skip


def test_revocation_lists_and_checking_among_hosts() -> None:
    async def scene(stage: Stage) -> list[Any]:
        await stage.call("pool.crl_install", "gone.pem", "whatever")
        found = [
            await stage.call("pool.crl_list"),
            await refused(stage.call("pool.crl_install", "gone.pem", "")),
            await refused(stage.call("pool.crl_uninstall", "never.pem")),
        ]
        await stage.call("host.emergency_disable_tls_verification")
        found.append([host["tls_verification_enabled"] for host in stage.lab.db.all("host").values()])
        await stage.call("pool.enable_tls_verification")
        found.append([host["tls_verification_enabled"] for host in stage.lab.db.all("host").values()])
        await stage.call("host.refresh_server_certificate", stage.host("south"))
        found.append(
            [(one["type"], one["host"] == stage.host("south")) for one in stage.lab.db.all("Certificate").values()]
        )
        return found

    _, found = play(PAIR, scene)
    assert found == [
        ["gone.pem"],
        ["CRL_ALREADY_EXISTS", "gone.pem"],
        ["CRL_DOES_NOT_EXIST", "never.pem"],
        [False, True],
        [True, True],
        [("host_internal", True)],
    ]
