"""The private key of a service account: what can be mended is mended and told, what cannot is named."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.serialization import PrivateFormat
from google.auth.crypt import RSASigner
from hypothesis import given, settings
from hypothesis import strategies as st

from meshtui.base.credential import Level
from meshtui.providers.vertex.private_key import read_pem
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


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 1500), st.sampled_from("ABab09+/"))
def test_one_changed_character_never_passes(place: int, character: str):
    body = "".join(s.pem().split("\n")[1:-2])
    place %= len(body) - 4  # the last group may hold bits that encode nothing
    changed = body[:place] + character + body[place + 1 :]
    read = read_pem(f"-----BEGIN PRIVATE KEY-----\n{changed}\n-----END PRIVATE KEY-----\n")
    assert (read.text == "") == (changed != body)


@settings(max_examples=150, deadline=None)
@given(st.text() | st.text("-BEGINDPRVATKY \n\\nABab=/+").map(lambda t: "-----BEGIN PRIVATE KEY-----" + t))
def test_any_text_is_read_without_an_exception(text: str):
    assert read_pem(text).findings
