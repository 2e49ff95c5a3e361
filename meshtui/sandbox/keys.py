"""The credentials of one sandbox, made at its start and worth nothing elsewhere."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from meshtui.sandbox import ids

REGION = "us-east-1"
"""The one AWS region that the sandbox is."""
PROJECT = "meshtui-sandbox"
LOCATION = "global"
OPENAI_MARKER = "T3BlbkFJ"
"""base64 of "OpenAI"; stands in the middle of every platform key (trufflehog and gitleaks search for it)."""


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
    """Everything secret that the sandbox knows."""

    base_url: str
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
    """What Mesh's dashboard would send: the realm in which provider keys are managed."""
    admin: str
    """What opens the admin path: no vendor's, and of this run alone."""

    def addresses(self) -> dict[str, dict[str, object]]:
        """For each name its address and its secret, ready for JSON; `admin` is no credential: it steers."""
        aws, mesh = f"{self.base_url}/aws", f"{self.base_url}/mesh/v1"
        return {
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
                "service_account": self.service_account.as_json(self.base_url),
                "region": LOCATION,
            },
            "admin": {"base_url": f"{self.base_url}/admin", "token": self.admin},
        }


def make(base_url: str) -> Keys:
    """New keys for a sandbox at this address. Takes some 50 ms, nearly all of it for RSA."""
    account = ids.digits(12)
    user = f"BedrockAPIKey-{ids.letters(4).lower()}"
    secret = base64.b64encode(secrets.token_bytes(32)).decode()
    return Keys(
        base_url=base_url,
        openai=f"sk-proj-{ids.letters(74)}{OPENAI_MARKER}{ids.letters(74)}",
        openai_organization=f"org-{ids.letters(24)}",
        openai_project=f"proj_{ids.letters(24)}",
        bedrock="ABSK" + base64.b64encode(f"{user}-at-{account}:{secret}".encode()).decode(),
        bedrock_user=user,
        aws_account=account,
        aws_key_id=access_key_id(account),
        aws_secret=base64.b64encode(secrets.token_bytes(30)).decode(),
        service_account=ServiceAccount(
            email=f"tester@{PROJECT}.iam.gserviceaccount.com",
            client_id=ids.digits(21),
            key_id=ids.hexadecimal(40),
            project=PROJECT,
            project_number=ids.digits(12),
            private_key=rsa.generate_private_key(public_exponent=65537, key_size=2048),
        ),
        mesh=f"rsk_{ids.ulid()}",
        platform=f"rsk_{ids.ulid()}",
        dashboard=_unsigned_jwt(),
        admin=secrets.token_urlsafe(32),
    )


def access_key_id(account: str) -> str:
    """A long-term access key id in which the account's number stands as AWS writes it: 40 bits under a leading one,
    seven bits above 32 random ones, in base32 (Tal Be'ery, "A short note on AWS KEY ID")."""
    number = 1 << 47 | int(account) << 7 | secrets.randbits(7)
    return "AKIA" + base64.b32encode(number.to_bytes(6, "big") + secrets.token_bytes(4)).decode()


def _unsigned_jwt() -> str:
    parts = (b'{"alg":"HS256","typ":"JWT"}', b'{"role":"authenticated","aud":"sandbox"}', secrets.token_bytes(32))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
