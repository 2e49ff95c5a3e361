"""The private key of a service account: what is wrong with its PEM text, and how long its RSA key is. Checking the
numbers of the RSA key takes some 35 ms of processor time, so it is done once.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from meshtui.base.credential import Finding
from meshtui.base.secret import Secret
from meshtui.providers.credential_reading import KEY_LIMIT, describe_character
from meshtui.providers.finding_catalogue import make_finding

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes


_BEGIN = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,40})-----")
_END = re.compile(r"-----END [A-Z0-9 ]{1,40}-----")
_GOOD = ("PRIVATE KEY", "RSA PRIVATE KEY")
# What a BEGIN line that is not ours means.
_LABELS = {
    "ENCRYPTED PRIVATE KEY": "pem.encrypted",
    "PUBLIC KEY": "pem.public",
    "RSA PUBLIC KEY": "pem.public",
    "CERTIFICATE": "pem.certificate",
}


@dataclass(frozen=True, slots=True)
class Pem:
    """`text` is the key as Google writes it, lines of 64 characters; empty where it cannot be used. `bits` of RSA."""

    findings: tuple[Finding, ...]
    text: str = ""
    bits: int = 0


def read_pem(raw: str) -> Pem:
    """The key in a PEM text, repaired where only its line breaks are damaged. Checking its numbers takes some 45 ms."""
    text = raw
    findings: list[Finding] = []
    if len(raw) > KEY_LIMIT:
        return Pem((make_finding("text.too-long", where="field private_key", length=len(raw)),))
    if "\\n" in text or "\\r" in text:
        text = re.sub(r"\\+r", "", re.sub(r"\\+n", "\n", text))
        findings.append(make_finding("pem.escaped-newlines"))
    begin = _BEGIN.search(text)
    if begin is None:
        return Pem((*findings, make_finding("pem.no-begin")))
    label = begin[1]
    end = _END.search(text, begin.end())
    body = text[begin.end() : end.start() if end else len(text)]
    if (wrong := _find_wrong_label(label, body)) is not None:
        return Pem((*findings, wrong))
    if end is None:
        return Pem((*findings, make_finding("pem.no-end")))
    findings += _judge_layout(text, begin.start(), end.end(), body)
    if label == "RSA PRIVATE KEY":
        findings.append(make_finding("pem.pkcs1"))
    packed = "".join(body.split())
    if (unfit := _find_unfit(text, body, packed)) is not None:
        return Pem((*findings, unfit))
    lines = "\n".join(packed[i : i + 64] for i in range(0, len(packed), 64))
    whole = f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n"
    bits, judged = _judge_rsa_key(whole)
    return Pem((*findings, *judged), whole if bits else "", bits)


def _find_wrong_label(label: str, body: str) -> Finding | None:
    if "Proc-Type: 4,ENCRYPTED" in body:
        return make_finding("pem.encrypted", label="Proc-Type: 4,ENCRYPTED")
    if label in _GOOD:
        return None
    if label == "EC PRIVATE KEY":
        return make_finding("pem.not-rsa", what="elliptic curve")
    return make_finding(_LABELS.get(label, "pem.other"), label=label)


def _judge_layout(text: str, begin: int, end: int, body: str) -> list[Finding]:
    findings = []
    before, after = text[:begin].rpartition("\n")[2], text[end:].partition("\n")[0]
    if before or after.strip():
        findings.append(make_finding("pem.surrounded", where="on the BEGIN line" if before else "on the END line"))
    if not (body.startswith(("\n", "\r\n")) and body.endswith("\n")) or " " in body.strip():
        findings.append(make_finding("pem.one-line"))
    return findings


def _find_unfit(text: str, body: str, packed: str) -> Finding | None:
    """What keeps the base64 between the two lines from being one key: a character, a length."""
    if odd := re.search(r"[^A-Za-z0-9+/=\s]", body):
        line = text.count("\n", 0, text.index(body) + odd.start()) + 1
        return make_finding("pem.character", line=line, character=describe_character(odd[0]))
    der = _decode_base64(packed)
    want, have = _read_der_length(der), len(der)
    if want > have:
        return make_finding("pem.truncated", have=have, want=want)
    if 0 < want < have:
        return make_finding("pem.too-long", have=have, want=want)
    if len(packed) % 4 or "=" in packed.rstrip("="):
        return make_finding("pem.base64", length=len(packed))
    return None


def _decode_base64(packed: str) -> bytes:
    """The bytes of base64 text, as far as it goes: a single digit at the end makes no byte."""
    digits = packed.replace("=", "")
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    return base64.b64decode(digits + "=" * (-len(digits) % 4))


def _read_der_length(der: bytes) -> int:
    """The length that the outermost DER sequence says it has, its own header included; 0 where it says none."""
    if len(der) < 4 or der[0] != 0x30:
        return 0
    if der[1] < 0x80:
        return 2 + der[1]
    size = der[1] & 0x7F
    return 2 + size + int.from_bytes(der[2 : 2 + size], "big") if 1 <= size <= 3 else 0


def _judge_rsa_key(pem: str) -> tuple[int, list[Finding]]:
    """The bits of the RSA key, 0 where it is none; and what is wrong with it."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem.encode("ascii"), password=None)
    except (ValueError, UnsupportedAlgorithm):  # one that is locked has another label, and does not come here
        return 0, [make_finding("pem.damaged")]
    if not isinstance(key, RSAPrivateKey):
        return 0, [make_finding("pem.not-rsa", what=type(key).__name__.removesuffix("PrivateKey"))]
    return key.key_size, [make_finding("pem.short", bits=key.key_size)] if key.key_size < 2048 else []


# Forgotten with the credential that holds the text.
_read: WeakKeyDictionary[Secret, PrivateKeyTypes] = WeakKeyDictionary()


def load_private_key(pem: Secret) -> PrivateKeyTypes:
    """The key in a PEM text. Raises what cryptography raises: ValueError, TypeError, UnsupportedAlgorithm."""
    known = _read.get(pem)
    if known is None:
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        known = _read[pem] = load_pem_private_key(pem.reveal().encode(), password=None)
    return known


def is_certified(certificate: str, pem: Secret) -> bool:
    """Whether the public key in an X.509 certificate (PEM) is the other half of this private key. Raises ValueError
    where one of them cannot be read."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.x509 import load_pem_x509_certificate

    try:
        published = load_pem_x509_certificate(certificate.encode()).public_key()
        return published == load_private_key(pem).public_key()
    except (TypeError, UnsupportedAlgorithm) as problem:
        raise ValueError(str(problem)) from None
