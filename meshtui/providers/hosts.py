"""Where a credential may go: its own hosts over TLS, or this machine. Anything else is refused before it is sent."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from meshtui.config import PROVIDER_NAMES
from meshtui.credentials.hosts import OWN, is_loopback

# Besides the hosts that a credential is for: those that its ladder asks (Google's IAM and Resource Manager reference,
# botocore's endpoint rules for IAM).
_ASKED = {
    "bedrock": re.compile(r"iam(?:\.us-gov)?\.amazonaws\.com"),
    "vertex": re.compile(r"(?:oauth2|cloudresourcemanager|www)\.googleapis\.com"),
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
    if not is_own(provider, host) or port not in (None, 443):
        return f"{where} is not a host of {PROVIDER_NAMES.get(provider, provider)}"
    if scheme != "https":
        return f"{where} is not encrypted: a credential goes over https only"
    return ""


def is_own(provider: str, host: str) -> bool:
    """Whether the host is one that this provider's credential may be sent to."""
    return any(table[provider].fullmatch(host) for table in (OWN, _ASKED) if provider in table)


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
