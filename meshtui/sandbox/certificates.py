"""TLS with an authority of the sandbox's own: made at its start, trusted by nobody else, gone at its end. And the
certificate under which Google publishes a service account's key.

Loaded only where one is needed: a demo speaks no TLS and must not wait for it.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
import shutil
import ssl
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from meshtui.sandbox.keys import ServiceAccount

LIFETIME_DAYS = 30
ACCOUNT_LIFETIME_DAYS = 3650
ALPN = ["h2", "http/1.1"]


@dataclass(frozen=True, slots=True)
class Authority:
    """A folder, readable by its owner alone, with the authority's certificate in `ca_file` and the server's beside it.
    The authority's key is not kept: nobody can sign anything more with it."""

    folder: Path

    @property
    def ca_file(self) -> Path:
        return self.folder / "ca.pem"

    def make_context(self) -> ssl.SSLContext:
        """For a server that offers HTTP/2 and HTTP/1.1."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "server.pem")
        context.set_alpn_protocols(ALPN)
        return context

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def make_authority(names: Iterable[str], addresses: Iterable[str]) -> Authority:
    """A new authority, and a certificate of its for these host names and IP addresses. Takes some 10 ms."""
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = _make_name("meshtui sandbox authority")
    authority = _start(issuer, issuer, authority_key.public_key())
    authority = authority.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    authority = authority.add_extension(_make_usage(signs_certificates=True), critical=True)
    key_id = x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key())
    authority = authority.add_extension(key_id, critical=False)

    alternatives = [*map(x509.DNSName, names), *(x509.IPAddress(ipaddress.ip_address(each)) for each in addresses)]
    server = _start(_make_name("meshtui sandbox"), issuer, server_key.public_key())
    server = server.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    server = server.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    server = server.add_extension(_make_usage(signs_certificates=False), critical=True)
    server = server.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    server = server.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(key_id), critical=False
    )

    made = Authority(Path(tempfile.mkdtemp(prefix="meshtui-sandbox-")))
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    made.ca_file.write_bytes(authority.sign(authority_key, hashes.SHA256()).public_bytes(pem))
    private = server_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    with os.fdopen(os.open(made.folder / "server.pem", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(private + server.sign(authority_key, hashes.SHA256()).public_bytes(pem))
    return made


def make_account_certificate(account: ServiceAccount) -> str:
    """The self-signed certificate under which Google publishes a service account's public key, as PEM."""
    subject = _make_name(account.email.replace("@", ".")[:64])
    certificate = _start(
        subject, subject, account.private_key.public_key(), days=ACCOUNT_LIFETIME_DAYS, serial=account.key_id
    )
    made = certificate.sign(account.private_key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()


def _make_name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _start(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    *,
    days: int = LIFETIME_DAYS,
    serial: str = "",
) -> x509.CertificateBuilder:
    """`serial`: hexadecimal digits that the serial number is made of; a random one where empty."""
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(int(serial[:15], 16) + 1 if serial else x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=days))
    )


def _make_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
