"""TLS at both ends of the tap: looking at a ClientHello before answering it, the certificate authority of this run, and
TLS without a socket, so that the relay decides itself when bytes move.

The authority's key exists in memory only. What the child trusts is a bundle of the usual roots and the run's authority.
"""

from __future__ import annotations

import contextlib
import os
import ssl
import struct
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import trustme

HTTP_1_1 = "http/1.1"
MAX_HELLO = 1 << 16
"""Bytes of a ClientHello; with post-quantum keys it has some 2 000."""
TRUST_STORE_PASSWORD = "changeit"  # noqa: S105 - Java's customary one: the store holds public certificates only
_HANDSHAKE, _CLIENT_HELLO = 22, 1
_SERVER_NAME, _ALPN = 0, 16
_MAX_LEAVES = 64
_BUNDLE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


class NotTlsError(Exception):
    """The bytes do not begin a TLS connection."""


@dataclass(frozen=True, slots=True)
class ClientHello:
    """What a client asks for. `alpn` is empty where it offers nothing: then it speaks HTTP/1.1."""

    server_name: str
    alpn: tuple[str, ...]

    @property
    def speaks_http1(self) -> bool:
        return not self.alpn or HTTP_1_1 in self.alpn


def read_client_hello(data: bytes) -> ClientHello | None:
    """The ClientHello at the beginning of these bytes; None while more is needed. RFC 8446, section 4.1.2.

    Raises NotTlsError for bytes that are no ClientHello.
    """
    message = b""
    position = 0
    while True:
        if len(data) > position and data[position] != _HANDSHAKE:
            raise NotTlsError("no TLS handshake record")
        if len(data) < position + 5:
            return None
        (length,) = struct.unpack_from("!H", data, position + 3)
        if len(data) < position + 5 + length:
            if position > MAX_HELLO or length > 1 << 14:
                raise NotTlsError("a record longer than TLS allows")
            return None
        message += data[position + 5 : position + 5 + length]
        position += 5 + length
        if len(message) >= 4:
            if message[0] != _CLIENT_HELLO:
                raise NotTlsError("the first message is no ClientHello")
            size = int.from_bytes(message[1:4], "big")
            if size > MAX_HELLO:
                raise NotTlsError("a ClientHello longer than any")
            if len(message) >= 4 + size:
                return _parse_hello(message[4 : 4 + size])


def _parse_hello(body: bytes) -> ClientHello:
    name = ""
    alpn: tuple[str, ...] = ()
    try:
        position = 34  # version, random
        position += 1 + body[position]  # session id
        position += 2 + struct.unpack_from("!H", body, position)[0]  # cipher suites
        position += 1 + body[position]  # compression methods
        for kind, extension in _read_extensions(body[position:]):
            if kind == _SERVER_NAME and len(extension) > 5:
                name = extension[5 : 5 + struct.unpack_from("!H", extension, 3)[0]].decode("ascii", "replace")
            elif kind == _ALPN:
                alpn = tuple(_read_protocols(extension[2:]))
    except (IndexError, struct.error) as problem:
        raise NotTlsError(f"a ClientHello that cannot be read: {problem}") from None
    return ClientHello(name.lower(), alpn)


def _read_extensions(data: bytes) -> Iterator[tuple[int, bytes]]:
    position, end = 2, len(data)
    while position + 4 <= end:
        kind, length = struct.unpack_from("!HH", data, position)
        yield kind, data[position + 4 : position + 4 + length]
        position += 4 + length


def _read_protocols(data: bytes) -> Iterator[str]:
    position = 0
    while position < len(data):
        length = data[position]
        yield data[position + 1 : position + 1 + length].decode("ascii", "replace")
        position += 1 + length


class RunAuthority:
    """The certificate authority of one run. A leaf is made when its host is called first."""

    def __init__(self) -> None:
        self._leaves: OrderedDict[str, ssl.SSLContext] = OrderedDict()

    @cached_property
    def _authority(self) -> trustme.CA:
        import trustme

        return trustme.CA(organization_name="meshtui run", organization_unit_name="trusted by this run's programs only")

    @property
    def certificate_pem(self) -> bytes:
        return self._authority.cert_pem.bytes()

    def serve_as(self, host: str) -> ssl.SSLContext:
        """The context that answers as this host. HTTP/1.1 is the only protocol in it."""
        if context := self._leaves.get(host):
            self._leaves.move_to_end(host)
            return context
        import datetime

        now = datetime.datetime.now(datetime.UTC)
        day = datetime.timedelta(days=1)
        leaf = self._authority.issue_cert(host, common_name=host[:64], not_before=now - day, not_after=now + 30 * day)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols([HTTP_1_1])
        context.num_tickets = 0  # to resume a session with us saves nobody anything: the way is short
        _load_chain(context, leaf.private_key_and_cert_chain_pem.bytes())
        self._leaves[host] = context
        if len(self._leaves) > _MAX_LEAVES:
            self._leaves.popitem(last=False)
        return context


def _load_chain(context: ssl.SSLContext, pem: bytes) -> None:
    """Loads key and certificates, which the ssl module takes from a file only: one in memory where the system has such,
    else one that only we can read and that is gone at once."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("leaf", os.MFD_CLOEXEC)
        try:
            os.write(descriptor, pem)
            context.load_cert_chain(f"/proc/self/fd/{descriptor}")
        finally:
            os.close(descriptor)
        return
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "leaf.pem")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
        context.load_cert_chain(path)


def read_roots(environ: Mapping[str, str]) -> bytes:
    """The certificates that the child would trust without us, as PEM: the system's, certifi's where the system has
    none, and those of the bundles that its variables name already."""
    found: dict[str, bytes] = {}
    paths = ssl.get_default_verify_paths()
    for path in (*(environ.get(name, "") for name in _BUNDLE_VARIABLES), paths.openssl_cafile, paths.cafile or ""):
        real = os.path.realpath(path) if path else ""
        if real and real not in found and (pem := _read_pem(real)):
            found[real] = pem
    if not any(path and os.path.realpath(path) in found for path in (paths.openssl_cafile, paths.cafile)):
        import certifi

        found[certifi.where()] = _read_pem(certifi.where())
    return b"\n".join(found.values())


def _read_pem(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(16 << 20)
    except OSError:
        return b""
    return data if b"-----BEGIN CERTIFICATE-----" in data else b""


def write_bundle(folder: Path, roots: bytes, authority: RunAuthority) -> Path:
    """Writes the bundle that the child trusts, readable by its owner only, and returns its path. Raises OSError."""
    return _write(folder / "ca-bundle.pem", roots.rstrip() + b"\n" + authority.certificate_pem)


def write_authority(folder: Path, authority: RunAuthority, extra: bytes = b"") -> Path:
    """Writes the run's certificate and `extra` ones, for programs that add them to their own roots. Raises OSError."""
    return _write(folder / "run-ca.pem", extra + authority.certificate_pem)


def write_trust_store(folder: Path, roots: bytes, authority: RunAuthority) -> Path:
    """Writes the bundle as a PKCS#12 store for Java. Raises OSError. Takes some 10 ms."""
    import warnings

    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some roots of the world have serial numbers that are not positive
        certificates = []
        for block in [*_split_pem(roots), authority.certificate_pem]:
            try:
                certificates.append(x509.load_pem_x509_certificate(block))
            except ValueError:  # one root that cannot be read must not cost the others
                continue
        entries = [pkcs12.PKCS12Certificate(one, f"root-{n}".encode()) for n, one in enumerate(certificates)]
        # The certificates are public: the password only has to be there, so few rounds will do.
        encryption = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(1000).build(TRUST_STORE_PASSWORD.encode())
        return _write(folder / "trust.p12", pkcs12.serialize_java_truststore(entries, encryption))


def _split_pem(pem: bytes) -> Iterator[bytes]:
    end = b"-----END CERTIFICATE-----"
    for part in dict.fromkeys(pem.split(end)):
        _, begin, rest = part.partition(b"-----BEGIN CERTIFICATE-----")
        if begin:
            yield begin + rest + end + b"\n"


def _write(path: Path, data: bytes) -> Path:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    return path


def make_upstream_context(cafile: str | None = None, *, alpn: bool = True) -> ssl.SSLContext:
    """How real hosts are verified: by the default roots and those of the bundle that the parent's variables name."""
    context = ssl.create_default_context()
    if cafile:
        context.load_verify_locations(cafile)
    if alpn:
        context.set_alpn_protocols([HTTP_1_1])
    return context


class TlsEnd:
    """One end of TLS without a socket: encrypted bytes in, plain ones out, and the other way round."""

    def __init__(
        self,
        context: ssl.SSLContext,
        *,
        server_side: bool = False,
        server_name: str | None = None,
    ) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.object = context.wrap_bio(
            self._incoming, self._outgoing, server_side=server_side, server_hostname=server_name
        )
        self.ready = False
        """Whether the handshake is done."""
        self.closed = False
        """Whether the other side said that it sends no more (close_notify)."""

    def do_handshake(self) -> None:
        """Continues the handshake as far as the received bytes allow. Raises ssl.SSLError where it fails."""
        try:
            self.object.do_handshake()
            self.ready = True
        except ssl.SSLWantReadError:
            pass

    def receive(self, data: bytes) -> bytes:
        """Takes encrypted bytes and returns the plain ones that they complete. Raises ssl.SSLError."""
        self._incoming.write(data)
        if not self.ready:
            self.do_handshake()
            if not self.ready:
                return b""
        chunks = []
        try:
            while chunk := self.object.read(1 << 16):
                chunks.append(chunk)
            self.closed = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self.closed = True
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def send(self, data: bytes) -> bytes:
        """Takes plain bytes and returns their encrypted form, with what is left of the handshake."""
        view = memoryview(data)
        while view:
            view = view[self.object.write(view) :]
        return self._outgoing.read()

    def take_outgoing(self) -> bytes:
        """What TLS itself wants to send: handshake, tickets, alerts."""
        return self._outgoing.read() if self._outgoing.pending else b""

    def say_goodbye(self) -> bytes:
        """The close_notify that ends what we send."""
        with contextlib.suppress(ssl.SSLError):
            self.object.unwrap()
        return self.take_outgoing()


ALERT_ACCESS_DENIED = bytes((21, 3, 3, 0, 2, 2, 49))
"""The alert that a client gets before any handshake where the host could not be verified (RFC 8446, section 6)."""
_UNTRUSTED_REASONS = frozenset({
    "TLSV1_ALERT_UNKNOWN_CA", "SSLV3_ALERT_CERTIFICATE_UNKNOWN", "SSLV3_ALERT_BAD_CERTIFICATE",
    "TLSV1_ALERT_ACCESS_DENIED",
    "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE", "SSLV3_ALERT_CERTIFICATE_EXPIRED", "SSLV3_ALERT_HANDSHAKE_FAILURE",
    "SSLV3_ALERT_CERTIFICATE_REVOKED", "TLSV1_ALERT_INTERNAL_ERROR", "TLSV1_ALERT_DECRYPT_ERROR",
})  # fmt: skip


def is_distrust(error: ssl.SSLError) -> bool:
    """Whether a client ended the handshake because it does not accept our certificate."""
    return (error.reason or "") in _UNTRUSTED_REASONS
