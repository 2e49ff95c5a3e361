"""The credentials of one sandbox, made at its start and worth nothing elsewhere; and the access tokens it gives out."""

from __future__ import annotations

import base64
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from meshtui.sandbox import ids

REGION = "us-east-1"
"""The one AWS region that the sandbox is."""
PROJECT = "meshtui-sandbox"
LOCATION = "global"
OPENAI_MARKER = "T3BlbkFJ"
"""base64 of "OpenAI", in the middle of every platform key (trufflehog and gitleaks search for it)."""


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A Google service account with one RSA-2048 key."""

    email: str
    client_id: str
    key_id: str
    project: str
    project_number: str
    private_key: rsa.RSAPrivateKey

    def as_json(self, base_url: str) -> dict[str, str]:
        """The file that Google's console hands out, with addresses on loopback where a client would call them."""
        pem = self.private_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        quoted = self.email.replace("@", "%40")
        return {
            "type": "service_account",
            "project_id": self.project,
            "private_key_id": self.key_id,
            "private_key": pem.decode(),
            "client_email": self.email,
            "client_id": self.client_id,
            "auth_uri": f"{base_url}/google/auth",
            "token_uri": f"{base_url}/google/token",
            "auth_provider_x509_cert_url": f"{base_url}/google/oauth2/v1/certs",
            "client_x509_cert_url": f"{base_url}/google/robot/v1/metadata/x509/{quoted}",
            "universe_domain": "googleapis.com",
        }


@dataclass(frozen=True, slots=True)
class Keys:
    """Everything secret that the sandbox knows, and where it is reached."""

    base_url: str
    tls_base_url: str
    """Empty where it does not speak TLS."""
    ca_file: str
    """The certificate of its own authority."""
    openai: str
    openai_organization: str
    openai_project: str
    bedrock: str
    bedrock_user: str
    aws_account: str
    aws_key_id: str
    aws_secret: str
    service_account: ServiceAccount
    mesh: str
    platform: str
    dashboard: str
    """What Mesh's dashboard would send: it manages provider keys."""
    admin: str
    """What opens the admin path: no vendor's, and of this run alone."""
    google_api_key: str
    """Bound to the service account: Vertex takes it where no project is named."""
    access_token: str
    """A ready access token of the service account, for clients that ask Google's own token endpoint whatever
    `token_uri` says. Good for as long as the sandbox runs."""

    def addresses(self) -> dict[str, dict[str, object]]:
        """For each name its address and its secret, ready for JSON; `admin` controls the sandbox itself."""
        aws, mesh = f"{self.base_url}/aws", f"{self.base_url}/mesh/v1"
        found: dict[str, dict[str, object]] = {
            "mesh": {"base_url": mesh, "key": self.mesh},
            "platform": {"base_url": mesh, "key": self.platform},
            "openai": {"base_url": f"{self.base_url}/openai/v1", "key": self.openai},
            "bedrock": {"endpoint_url": aws, "api_key": self.bedrock, "region": REGION},
            "aws": {
                "endpoint_url": aws,
                "access_key_id": self.aws_key_id,
                "secret_access_key": self.aws_secret,
                "region": REGION,
            },
            "vertex": {
                "base_url": f"{self.base_url}/vertex",
                "token_uri": f"{self.base_url}/google/token",
                "access_token": self.access_token,
                "api_key": self.google_api_key,
                "service_account": self.service_account.as_json(self.base_url),
                "region": LOCATION,
            },
            "admin": {"base_url": f"{self.base_url}/admin", "token": self.admin},
        }
        if self.tls_base_url:
            paths = {"mesh": "/mesh/v1", "openai": "/openai/v1", "aws": "/aws", "vertex": "/vertex"}
            secured: dict[str, object] = {name: f"{self.tls_base_url}{path}" for name, path in paths.items()}
            found["tls"] = {"base_url": self.tls_base_url, "ca_file": self.ca_file, **secured}
        return found


def make_keys(base_url: str, tls_base_url: str = "", ca_file: str = "") -> Keys:
    """New keys for a sandbox at these addresses. Takes some 50 ms, nearly all of it for RSA."""
    account = ids.make_digits(12)
    user = f"BedrockAPIKey-{ids.make_letters(4).lower()}"
    secret = base64.b64encode(secrets.token_bytes(32)).decode()
    return Keys(
        base_url=base_url,
        tls_base_url=tls_base_url,
        ca_file=ca_file,
        openai=f"sk-proj-{ids.make_letters(74)}{OPENAI_MARKER}{ids.make_letters(74)}",
        openai_organization=f"org-{ids.make_letters(24)}",
        openai_project=f"proj_{ids.make_letters(24)}",
        bedrock="ABSK" + base64.b64encode(f"{user}-at-{account}:{secret}".encode()).decode(),
        bedrock_user=user,
        aws_account=account,
        aws_key_id=make_access_key_id(account),
        aws_secret=base64.b64encode(secrets.token_bytes(30)).decode(),
        service_account=ServiceAccount(
            email=f"tester@{PROJECT}.iam.gserviceaccount.com",
            client_id=ids.make_digits(21),
            key_id=ids.make_hexadecimal(40),
            project=PROJECT,
            project_number=ids.make_digits(12),
            private_key=rsa.generate_private_key(public_exponent=65537, key_size=2048),
        ),
        mesh=f"rsk_{ids.make_ulid()}",
        platform=f"rsk_{ids.make_ulid()}",
        dashboard=_make_unsigned_jwt(),
        admin=secrets.token_urlsafe(32),
        google_api_key=f"AQ.{ids.make_letters(50)}",
        access_token=_make_access_token(),
    )


def make_access_key_id(account: str) -> str:
    """A long-term access key id in which the account's number stands as AWS writes it: 40 bits under a leading one,
    seven bits above 32 random ones, in base32 (Tal Be'ery, "A short note on AWS KEY ID")."""
    number = 1 << 47 | int(account) << 7 | secrets.randbits(7)
    return "AKIA" + base64.b32encode(number.to_bytes(6, "big") + secrets.token_bytes(4)).decode()


def _make_access_token() -> str:
    return f"ya29.c.{ids.make_letters(160)}"


def _make_unsigned_jwt() -> str:
    parts = (b'{"alg":"HS256","typ":"JWT"}', b'{"role":"authenticated","aud":"sandbox"}', secrets.token_bytes(32))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


TOKEN_LIFETIME_SECONDS = 3599
"""Seconds, as Google states them in `expires_in`."""
MAX_TOKENS_KEPT = 1000
"""Tokens that are remembered; older ones read as unknown."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """`expires`: Unix time."""

    scopes: frozenset[str]
    expires: float


class AccessTokens:
    """Access token → grant. Locked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: OrderedDict[str, AccessToken] = OrderedDict()

    def give(self, scopes: frozenset[str], now: float) -> str:
        """A new token, in the shape of Google's. `now`: Unix time by the server's clock."""
        token = _make_access_token()
        with self._lock:
            self._tokens[token] = AccessToken(scopes, now + TOKEN_LIFETIME_SECONDS)
            if len(self._tokens) > MAX_TOKENS_KEPT:
                self._tokens.popitem(last=False)
        return token

    def find(self, token: str) -> AccessToken | None:
        with self._lock:
            return self._tokens.get(token)
