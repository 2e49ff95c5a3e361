"""Keys of every shape, made at run time, and how to see whether one got out."""

from __future__ import annotations

import base64
import json
import random
import re
import string
from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from meshtui.base.secret import PREFIXES

_chance = random.Random(7)
LETTERS = string.ascii_letters + string.digits


def some(length: int, alphabet: str = LETTERS) -> str:
    return "".join(_chance.choices(alphabet, k=length))


def _short_term() -> str:
    token = f"X-Amz-Security-Token={some(200)}&X-Amz-Signature={some(64, '0123456789abcdef')}"
    url = f"bedrock.amazonaws.com/?X-Amz-Credential=ASIA{some(16, string.ascii_uppercase)}%2F20261123&{token}"
    return "bedrock-api-key-" + base64.b64encode(url.encode()).decode()


def _long_term() -> str:
    return "ABSK" + base64.b64encode(f"BedrockAPIKey-abcd-at-123456789012:{some(44)}".encode()).decode()


PEM = (
    rsa.generate_private_key(65537, 2048)
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    .decode()
)  # fmt: skip
SECRET = f"{some(12)}/{some(13)}+{some(11)}1b"
SESSION_TOKEN = f"IQoJb3JpZ2luX2Vj{some(300)}/+{some(20)}=="
KEY_ID = "ASIA" + some(16, string.ascii_uppercase + "234567")
KEYS = {
    "old OpenAI key": f"sk-{some(20)}T3BlbkFJ{some(20)}",
    "project key": f"sk-proj-{some(74)}T3BlbkFJ{some(70)}_-aZ",
    "service account's key": f"sk-svcacct-{some(74)}T3BlbkFJ{some(74)}",
    "admin key": f"sk-admin-{some(60)}T3BlbkFJ{some(60)}",
    "long-term Bedrock key": _long_term(),
    "short-term Bedrock key": _short_term(),
    "key id": "AKIA" + some(16, string.ascii_uppercase + "234567"),
    "secret access key": SECRET,
    "session token": SESSION_TOKEN,
    "PEM": PEM,
    "Mesh key": "rsk_01" + some(40, string.ascii_uppercase + string.digits),
    "Mesh admin key": "mak_" + some(30),
    "JWT": f"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.{some(200)}",
    "access token": "ya29.c." + some(150),
    "API key of Google": "AIza" + some(35),
}
ACCOUNT = {
    "type": "service_account",
    "project_id": "demo-project",
    "private_key_id": some(40, "0123456789abcdef"),
    "private_key": PEM,
    "client_email": "a@demo-project.iam.gserviceaccount.com",
    "client_id": "1" * 21,
    "token_uri": "https://oauth2.googleapis.com/token",
}
ENVIRONMENT = {
    "OPENAI_API_KEY": KEYS["project key"],
    "AWS_BEARER_TOKEN_BEDROCK": KEYS["long-term Bedrock key"],
    "AWS_ACCESS_KEY_ID": KEY_ID,
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_SESSION_TOKEN": SESSION_TOKEN,
    "AWS_REGION": "us-east-1",
    "MESHAPI_API_KEY": KEYS["Mesh key"],
}
EVERY = (*KEYS.values(), KEY_ID)
WINDOW = 8
"""Characters of a key in a row that nothing may show, where they are neither its prefix nor its last four."""

ULID_TIME = 10
"""Characters of a Mesh key behind its prefix that tell when it was made: every id of that moment has them too."""


@cache
def windows_of(key: str) -> frozenset[str]:
    """Every piece of that length of the key's body, without its known prefix and the last four, which masks show."""
    return frozenset(body[at : at + WINDOW] for body in _secret_bodies(key) for at in range(len(body) - WINDOW + 1))


def _secret_bodies(key: str) -> list[str]:
    if "-----" in key:
        return [line for line in key.splitlines() if "-----" not in line]
    prefix = next((p for p in PREFIXES if key.startswith(p)), "")
    public = len(prefix) + (ULID_TIME if prefix in ("rsk_", "mak_") else 0)
    return [key[public:-4]]


def pieces_in(text: str, windows: frozenset[str]) -> list[str]:
    """Those of the pieces that are in the text, be they broken over its lines."""
    flat = re.sub(r"[\s│▏▎▊|]", "", text)
    return [piece for at in range(len(flat) - WINDOW + 1) if (piece := flat[at : at + WINDOW]) in windows]


def parts_in(text: str, key: str) -> list[str]:
    """The pieces of the key that are in the text."""
    return pieces_in(text, windows_of(key))


@cache
def _windows_of_all(keys: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*map(windows_of, keys))


def leaked(text: str, keys: tuple[str, ...] = EVERY) -> list[str]:
    """The pieces of any of the keys that are in the text."""
    return pieces_in(text, _windows_of_all(keys))


def part_of(key: str) -> str:
    """Twelve characters of the key's body: a leak of a part, to be planted where a search has to find it."""
    body = _secret_bodies(key)[0]
    return body[len(body) // 2 - 6 : len(body) // 2 + 6]


def mask_too_little(value: str) -> str:
    """What a faulty mask would show: everything but the last two characters."""
    return f"{value[:-2]}…"


def account_text() -> str:
    return json.dumps(ACCOUNT, indent=2)
