"""Keys of every shape, made at run time, and how to see whether one got out."""

from __future__ import annotations

import base64
import json
import random
import re
import string

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
PIECE = 12
"""Characters of a key in a row that are a leak, where they are neither its prefix nor its last four."""


def leaked(text: str, keys: tuple[str, ...] = EVERY) -> list[str]:
    """The pieces of keys in the text, be they broken over its lines."""
    flat = "".join(text.split()).replace("|", "")
    return [piece for key in keys for piece in _pieces(key) if piece in flat]


def _pieces(key: str) -> list[str]:
    inner = [line for line in key.splitlines() if "-----" not in line] if "-----" in key else [key[16:] or key]
    if len(key) < 40:
        inner = [key[6:]]
    return [line[at : at + PIECE] for line in inner for at in range(0, max(len(line) - PIECE - 3, 1), 4)]


def account_text() -> str:
    return json.dumps(ACCOUNT, indent=2)


WINDOW = 8
"""Characters of a key in a row that nothing may show, where they are neither its prefix nor its last four."""


def parts_in(text: str, key: str) -> list[str]:
    """The pieces of that length of the key's body that are in the text, be they broken over its lines."""
    flat = re.sub(r"[\s│▏▎▊|]", "", text)
    prefix = next((p for p in PREFIXES if key.startswith(p)), "")
    bodies = [line for line in key.splitlines() if "-----" not in line] if "-----" in key else [key[len(prefix) : -4]]
    every = (body[at : at + WINDOW] for body in bodies for at in range(len(body) - WINDOW + 1))
    return [piece for piece in every if piece in flat]
