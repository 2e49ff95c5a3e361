"""Credentials made for the tests at run time: well formed, known to nobody."""

from __future__ import annotations

import base64
import json
import re
import string
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from meshtui.base.credential import Credential, Finding, Source
from meshtui.credentials.discovery import discover, list_in_use
from meshtui.credentials.paste import parse
from meshtui.providers.finding_catalogue import list_rows

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()
"""The clock of these tests."""
PASTE = Source("paste")


def read(text: str | bytes, *, region: str = "", variable: str = "") -> Credential:
    return parse(text, name="it", source=PASTE, region=region, variable=variable, now=NOW)


def ids(credential: Credential) -> list[str]:
    return [finding.id for finding in credential.findings]


def finding(credential: Credential, row: str) -> Finding:
    return next(f for f in credential.findings if f.id == row)


def filler(length: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    """Text of this length that is no word, no repetition, and the same in every run."""
    return "".join(alphabet[(i * 7 + i * i * 3 + 5) % len(alphabet)] for i in range(length))


def openai_key(prefix: str = "sk-proj-", half: int = 74) -> str:
    return prefix + filler(half) + "T3BlbkFJ" + filler(half)[::-1]


def mesh_key(made: int = 0) -> str:
    """A key with a ULID of this moment, in milliseconds since 1970; of 2025-06-15 if none is given."""
    digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    when = "".join(digits[made >> bits & 31] for bits in range(45, -1, -5))
    return "rsk_" + (when + filler(16, digits) if made else "01JXS" + filler(21, digits))


def key_id(prefix: str = "AKIA") -> str:
    """An id that holds the account 029608264753."""
    return prefix + "QNZGKIQY56JQ" + "7WML"


SECRET = filler(36) + "+/Z9"
SESSION = filler(300)


def aws(**changes: Any) -> dict[str, Any]:
    keys = {"access_key_id": key_id(), "secret_access_key": SECRET, "region": "eu-central-1"}
    return {name: value for name, value in {**keys, **changes}.items() if value is not None}


def temporary(**changes: Any) -> dict[str, Any]:
    return aws(**{"access_key_id": key_id("ASIA"), "session_token": SESSION, **changes})


def long_term(account: str = "123456789012") -> str:
    inside = f"BedrockAPIKey-ab12-at-{account}:{filler(40)}"
    return "ABSK" + base64.b64encode(inside.encode()).decode()


def short_term(
    *,
    key: str = "",
    region: str = "eu-central-1",
    service: str = "bedrock",
    begins: str = "20261123T110000Z",
    lasts: int = 43200,
    token: str = "",
    signature: str = "0123456789abcdef" * 4,
) -> str:
    scope = quote(f"{key or key_id()}/{begins[:8]}/{region}/{service}/aws4_request", safe="")
    inside = (
        "bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Algorithm=AWS4-HMAC-SHA256"
        f"&X-Amz-Credential={scope}&X-Amz-Date={begins}&X-Amz-Expires={lasts}"
        + (f"&X-Amz-Security-Token={quote(token, safe='')}" if token else "")
        + f"&X-Amz-SignedHeaders=host&X-Amz-Signature={signature}&Version=1"
    )
    return "bedrock-api-key-" + base64.b64encode(inside.encode()).decode()


@cache
def pem(bits: int = 2048) -> str:
    return private(rsa.generate_private_key(65537, bits))


def private(key: Any, form: PrivateFormat = PrivateFormat.PKCS8, password: bytes | None = None) -> str:
    locked = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, form, locked).decode()


@cache
def curve_pem(form: PrivateFormat = PrivateFormat.PKCS8) -> str:
    return private(ec.generate_private_key(ec.SECP256R1()), form)


@cache
def converted(form: str) -> str:
    """The same RSA key as other tools write it."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key: Any = load_pem_private_key(pem().encode(), None)
    if form == "public":
        return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    if form == "encrypted":
        return private(key, password=b"locked")
    if form == "old encrypted":
        return private(key, PrivateFormat.TraditionalOpenSSL, b"locked")
    return private(key, PrivateFormat.OpenSSH if form == "openssh" else PrivateFormat.TraditionalOpenSSL)


def account(**changes: Any) -> dict[str, Any]:
    file = {
        "type": "service_account",
        "project_id": "acme-prod-7",
        "private_key_id": "0123456789abcdef" * 2 + "01234567",
        "private_key": pem(),
        "client_email": "caller@acme-prod-7.iam.gserviceaccount.com",
        "client_id": "100000000000000000001",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": "https://oauth2.googleapis.com/token",
        "universe_domain": "googleapis.com",
    }
    return {name: value for name, value in {**file, **changes}.items() if value is not None}


def jwt(**claims: Any) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return ".".join((part({"alg": "HS256", "typ": "JWT"}), part(claims), filler(43)))


def from_environment(environ: Mapping[str, str], *, now: float | None = None) -> tuple[Credential, ...]:
    """The credentials that programs would take from these variables, and from the vendors' files in their HOME."""
    return list_in_use(discover(environ, now=now))


def tell(finding: Finding) -> str:
    """Its id and what it tells of this text: its proof, and what fills the gaps of its other words."""
    words = list_rows()[finding.id]
    filled = (*fill_gaps(words.title, finding.title), *fill_gaps(words.fix, finding.fix))
    told = [finding.proof, *(value for value in dict.fromkeys(filled) if value not in finding.proof)]
    return f"{finding.id}({'; '.join(told)})"


def fill_gaps(words: str, text: str) -> tuple[str, ...]:
    """What stands in a text where its pattern has names in braces."""
    parts = string.Formatter().parse(words)
    gaps = "".join(re.escape(plain) + ("" if name is None else "(.*?)") for plain, name, _, _ in parts)
    match = re.fullmatch(gaps, text)
    assert match, (words, text)
    return match.groups()


def read_blocks(path: Path) -> dict[str, list[str]]:
    """Heading → the lines below it, of a file in which something is written down once more, apart from the code."""
    blocks: dict[str, list[str]] = {}
    for line in path.read_text().splitlines():
        if line.startswith("## "):
            blocks[line.removeprefix("## ")] = []
        elif blocks:
            blocks[next(reversed(blocks))].append(line)
    return blocks
