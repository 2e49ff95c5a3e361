"""The private key of a service account: what can be mended is mended and told, what cannot is named."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, load_pem_private_key
from google.auth.crypt import RSASigner
from hypothesis import given, settings
from hypothesis import strategies as st

from meshtui.base.credential import Level
from meshtui.base.secret import Secret
from meshtui.providers.vertex.private_key import is_certified, load_private_key, read_pem
from meshtui.providers.vertex.provider import ServiceAccount
from tests.credentials import samples as s

MENDED: dict[str, Callable[[str], str]] = {
    "escaped newlines": lambda pem: pem.replace("\n", "\\n"),
    "twice escaped newlines": lambda pem: pem.replace("\n", "\\\\n"),
    "spaces for line breaks": lambda pem: pem.replace("\n", " "),
    "all on one line": lambda pem: pem.replace("\n", ""),
    "quotes around it": lambda pem: f'"{pem}"',
    "a space before it": lambda pem: " " + pem,
    "escaped CRLF": lambda pem: pem.replace("\n", "\\r\\n"),
}


@pytest.mark.parametrize("damage", MENDED.values(), ids=MENDED)
def test_broken_lines_are_mended_to_the_same_key_and_told(damage: Callable[[str], str]):
    read = read_pem(damage(s.pem()))
    assert read.text == s.pem()
    assert [f.level for f in read.findings if f.level is Level.ERROR] == []
    assert any(f.level is Level.WARNING for f in read.findings)


@pytest.mark.parametrize(
    "harmless", [s.pem(), s.pem().replace("\n", "\r\n"), s.pem().rstrip("\n"), s.pem() + "\n\n", "\n" + s.pem()]
)
def test_what_every_library_takes_is_not_complained_of(harmless: str):
    read = read_pem(harmless)
    assert read.findings == ()
    assert (read.text, read.bits) == (s.pem(), 2048)


def test_googles_own_library_takes_the_mended_key():
    material = s.read(json.dumps(s.account(private_key=s.pem().replace("\n", "\\n")))).material
    assert isinstance(material, ServiceAccount)
    assert RSASigner.from_string(material.private_key.reveal()).sign(b"x")


REFUSED = {
    "curve key in its old form": (s.curve_pem(PrivateFormat.TraditionalOpenSSL), "pem.not-rsa"),
    "encrypted in the old form": (s.converted("old encrypted"), "pem.encrypted"),
    "empty": ("", "pem.no-begin"),
    "base64 alone": ("".join(s.pem().split("\n")[1:-2]), "pem.no-begin"),
    "a line lost": ("\n".join(line for i, line in enumerate(s.pem().split("\n")) if i != 9), "pem.truncated"),
    "nothing inside": ("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", "pem.damaged"),
    "dots inside": ("-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n", "pem.character"),
}


@pytest.mark.parametrize(("text", "row"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_a_key_is_named(text: str, row: str):
    read = read_pem(text)
    assert (read.text, read.findings[-1].id) == ("", row)


def test_a_truncated_key_says_how_much_is_left():
    found = read_pem(s.pem()[:900] + "\n-----END PRIVATE KEY-----\n").findings[-1]
    assert found.proof.startswith("field private_key: 6")
    assert " bytes of 12" in found.proof


def wrap(inside: str, label: str = "PRIVATE KEY") -> str:
    return f"-----BEGIN {label}-----\n{inside}\n-----END {label}-----\n"


def encode(*der: int) -> str:
    return base64.b64encode(bytes(der)).decode()


BODY = "\n".join(s.pem().split("\n")[1:-2])
# What it is called → the text; what is told of it, with its proof; whether it can be used.
TOLD: dict[str, tuple[str, list[str], bool]] = {
    "a key": (s.pem(), [], True),
    "text before the line": (f"x{s.pem()}", ["pem.surrounded(on the BEGIN line)"], True),
    "a line before it": (f"x\n{s.pem()}", [], True),
    "text behind the line": (s.pem().rstrip("\n") + "x\n", ["pem.surrounded(on the END line)"], True),
    "white space behind the line": (s.pem().rstrip("\n") + " \nx", [], True),
    "text on both sides": (f"x{s.pem().rstrip(chr(10))}x", ["pem.surrounded(on the BEGIN line)"], True),
    "no break behind the first line": (s.pem().replace("KEY-----\n", "KEY-----", 1), ["pem.one-line"], True),
    "no break before the last line": (s.pem().replace("\n-----END", "-----END"), ["pem.one-line"], True),
    "a space inside": (s.pem()[:900] + " " + s.pem()[900:], ["pem.one-line"], True),
    "white space at both ends": (wrap(f"  {BODY}  "), [], True),
    "breaks of Windows": (s.pem().replace("\n", "\r\n"), [], True),
    "lines of another length": (wrap(BODY.replace("\n", "")), [], True),
    "escaped breaks of Windows": (s.pem().replace("\n", "\\r\\n"), ["pem.escaped-newlines"], True),
    "an escaped carriage return": (s.pem().replace("\n", "\\r\n"), ["pem.escaped-newlines"], True),
    "the older form": (s.converted("pkcs1"), ["pem.pkcs1(BEGIN RSA PRIVATE KEY)"], True),
    "a short key": (s.pem(1024), ["pem.short(1024)"], True),
    "a carried header": (
        wrap(f"Proc-Type: 4,ENCRYPTED\n\n{BODY}"), ["pem.encrypted(Proc-Type: 4,ENCRYPTED)"], False),
    "a locked key": (s.converted("encrypted"), ["pem.encrypted(ENCRYPTED PRIVATE KEY)"], False),
    "a public key": (wrap(BODY, "PUBLIC KEY"), ["pem.public(BEGIN PUBLIC KEY)"], False),
    "a public key, older": (wrap(BODY, "RSA PUBLIC KEY"), ["pem.public"], False),
    "a certificate": (wrap(BODY, "CERTIFICATE"), ["pem.certificate(BEGIN CERTIFICATE)"], False),
    "a curve key, older": (wrap(BODY, "EC PRIVATE KEY"), ["pem.not-rsa(elliptic curve)"], False),
    "a curve key": (s.curve_pem(), ["pem.not-rsa(EC)"], False),
    "something else": (wrap(BODY, "OPENSSH PRIVATE KEY"), ["pem.other(BEGIN OPENSSH PRIVATE KEY)"], False),
    "a label of 40 letters": (wrap(BODY, "A" * 30 + " " + "A" * 9), ["pem.other"], False),
    "a label of 41 letters": (wrap(BODY, "A" * 41), ["pem.no-begin"], False),
    "a label in small letters": (wrap(BODY, "private key"), ["pem.no-begin"], False),
    "no label": (wrap(BODY, ""), ["pem.no-begin"], False),
    "no last line": (
        f"-----BEGIN PRIVATE KEY-----\n{BODY}",
        ["pem.no-end(no -----END PRIVATE KEY----- after the BEGIN line)"], False),
    "a last line of another label": (s.pem().replace("END PRIVATE KEY", "END X"), [], True),
    "the last line first": (f"-----END PRIVATE KEY-----\n-----BEGIN PRIVATE KEY-----\n{BODY}", ["pem.no-end"], False),
    "a character in its third line": (
        wrap("AAAA\nBB%B"), ["pem.character(line 3: the character %)"], False),
    "a character in its first line": (
        "\n" + wrap("…AAA"),
        ["pem.character(line 3: U+2026 horizontal ellipsis)"], False),
    "escaped breaks and a character": (wrap("AA…A").replace("\n", "\\n"), [
        "pem.escaped-newlines", "pem.character(line 2: U+2026 horizontal ellipsis)"], False),
    "escaped breaks and no first line": ("a\\nb", ["pem.escaped-newlines", "pem.no-begin"], False),
    "escaped breaks and no last line": (
        f"-----BEGIN PRIVATE KEY-----\\n{BODY}", ["pem.escaped-newlines", "pem.no-end"], False),
    "escaped breaks and a public key": (
        wrap("AAAA", "PUBLIC KEY").replace("\n", "\\n"), ["pem.escaped-newlines", "pem.public"], False),
    "escaped breaks and no key": (
        wrap(encode(0x30, 2, 1, 1)).replace("\n", "\\n"), ["pem.escaped-newlines", "pem.damaged"], False),
    "the older form on one line, escaped": (
        s.converted("pkcs1").replace("\n", " \\n"), ["pem.escaped-newlines", "pem.one-line", "pem.pkcs1"], True),
    "too little": (wrap(encode(0x30, 5, 1, 1)), ["pem.truncated(4 bytes of 7)"], False),
    "enough, and no key": (wrap(encode(0x30, 2, 1, 1)), ["pem.damaged"], False),
    "too much": (wrap(encode(0x30, 1, 1, 1)), ["pem.too-long(4 bytes where its own header says 3)"], False),
    "as short as can be": (wrap(encode(0x30, 127, 1)), ["pem.damaged"], False),
    "the longest short form": (wrap(encode(0x30, 0x7F, 1, 1)), ["pem.truncated(4 bytes of 129)"], False),
    "a long form without a size": (wrap(encode(0x30, 0x80, 1, 1)), ["pem.damaged"], False),
    "a long form of one byte": (wrap(encode(0x30, 0x81, 5, 1)), ["pem.truncated(4 bytes of 8)"], False),
    "a long form of three bytes": (wrap(encode(0x30, 0x83, 0, 1, 0)), ["pem.truncated(5 bytes of 261)"], False),
    "a long form of four bytes": (wrap(encode(0x30, 0x84, 0, 0, 1, 0)), ["pem.damaged"], False),
    "no sequence": (wrap(encode(0x31, 5, 1, 1)), ["pem.damaged"], False),
    "a digit too much": (wrap(encode(0x31, 5, 1) + "A"), ["pem.base64(5 characters)"], False),
    "a sign in the middle": (wrap("MQ==MQUB"), ["pem.base64(8 characters)"], False),
    "two signs at its end": (wrap("MQUBAQ=="), ["pem.damaged"], False),
    "as long as may be": ("x" * 16_384, ["pem.no-begin"], False),
    "longer than may be": ("x" * 16_385, ["text.too-long(16385 characters)"], False),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_what_is_wrong_with_it_is_told_and_nothing_else(name: str):
    text, expected, usable = TOLD[name]
    read = read_pem(text)
    told = [s.tell(f) if "(" in row else f.id for f, row in zip(read.findings, expected, strict=True)]
    told = [re.sub("field private_key[,:;] ", "", row) for row in told]
    assert (told, bool(read.text), bool(read.bits)) == (expected, usable, usable)


def certify(pem: str) -> str:
    """The certificate that a key gives itself, as Google publishes one for each key of a service account."""
    key: Any = load_pem_private_key(pem.encode(), None)
    name, day = x509.Name([]), datetime(2026, 11, 23, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, day, day + timedelta(days=1))
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def test_a_certificate_is_of_the_key_that_is_its_other_half():
    certificate = certify(s.pem())
    assert is_certified(certificate, Secret(s.pem()))
    assert not is_certified(certificate, Secret(s.pem(1024)))
    assert not is_certified(certify(s.curve_pem()), Secret(s.pem()))
    for other, key in (("x", s.pem()), (certificate, "x"), (certificate, s.converted("encrypted"))):
        with pytest.raises(ValueError, match=r"\w"):
            is_certified(other, Secret(key))


def test_a_key_is_read_once_as_long_as_it_is_held():
    pem = Secret(s.pem())
    assert load_private_key(pem) is load_private_key(pem)
    assert load_private_key(pem).public_key() == load_private_key(Secret(s.pem())).public_key()


@settings(max_examples=12)
@given(st.integers(0, 1500), st.sampled_from("ABab09+/"))
def test_one_changed_character_never_passes(place: int, character: str):
    body = "".join(s.pem().split("\n")[1:-2])
    place %= len(body) - 4  # the last group may hold bits that encode nothing
    changed = body[:place] + character + body[place + 1 :]
    read = read_pem(f"-----BEGIN PRIVATE KEY-----\n{changed}\n-----END PRIVATE KEY-----\n")
    assert (read.text == "") == (changed != body)


@settings(max_examples=150)
@given(st.text() | st.text("-BEGINDPRVATKY \n\\nABab=/+").map(lambda t: "-----BEGIN PRIVATE KEY-----" + t))
def test_any_text_is_read_without_an_exception(text: str):
    assert read_pem(text).findings
