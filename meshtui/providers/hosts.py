"""Where a credential may go: its own hosts over TLS, or this machine. Anything else is refused before it is sent."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from meshtui.config import PROVIDER_NAMES

_AWS = r"(?:amazonaws\.com|api\.aws)"
# Mesh documentation "authentication" and its SDK's test hosts; OpenAI's data residency hosts; botocore's endpoint
# rules; google-genai's source for Vertex's hosts; Google's IAM and Resource Manager reference.
HOSTS = {
    "openai": re.compile(r"(?:[a-z]{2,12}\.)?api\.openai\.com"),
    "mesh": re.compile(r"api(?:-dev)?\.meshapi\.ai"),
    "bedrock": re.compile(
        rf"(?:bedrock|bedrock-runtime|sts)(?:-fips)?\.[a-z0-9-]+\.{_AWS}|sts\.amazonaws\.com|iam(?:\.us-gov)?\.amazonaws\.com"
    ),
    "vertex": re.compile(
        r"(?:[a-z0-9-]+-)?aiplatform\.googleapis\.com|aiplatform\.(?:us|eu)\.rep\.googleapis\.com"
        r"|(?:oauth2|cloudresourcemanager|www)\.googleapis\.com"
    ),
}
_GOOGLE_TOKEN_HOSTS = ("oauth2.googleapis.com", "accounts.google.com", "www.googleapis.com")


def refusal(provider: str, scheme: str, host: str, port: int | None, userinfo: str = "") -> str:
    """Why a credential of this provider must not go there; empty where it may. `port` is None for the scheme's own."""
    where = f"{scheme}://{host}" + (f":{port}" if port else "")
    if userinfo:
        return f"{where} comes with a user name in the address"
    if scheme not in ("http", "https"):
        return f"{where} is not an http address"
    if is_loopback(host):
        return ""
    hosts = HOSTS.get(provider)
    if hosts is None or not hosts.fullmatch(host) or port not in (None, 443):
        return f"{where} is not a host of {PROVIDER_NAMES.get(provider, provider)}"
    if scheme != "https":
        return f"{where} is not encrypted: a credential goes over https only"
    return ""


def is_loopback(host: str) -> bool:
    """Whether the host is this machine: where the sandbox is, and where TLS is not asked for."""
    return host in ("localhost", "::1") or bool(re.fullmatch(r"127(?:\.\d{1,3}){3}", host))


def is_foreign_token_uri(uri: str, ours: str) -> bool:
    """Whether a service account's `token_uri` is neither Google's, in any form it has had over the years, nor the
    address in use. It is only judged, never called: what is signed for Google could be replayed there for an hour."""
    if uri in ("", ours):
        return False
    try:
        parts = urlsplit(uri)
    except ValueError:
        return True
    return parts.scheme != "https" or parts.netloc not in _GOOGLE_TOKEN_HOSTS
