"""Whose host an address is: a credential goes only to its owner's hosts, or to this machine."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

GOOGLE_TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
_OLD_TOKEN_URIS = ("https://accounts.google.com/o/oauth2/token", "https://www.googleapis.com/oauth2/v4/token",
                   "https://www.googleapis.com/oauth2/v3/token")  # fmt: skip

_AWS = r"(?:bedrock|bedrock-runtime|sts)(?:-fips)?\.[a-z0-9-]+"
# Where each provider's credential belongs. OpenAI: its page on data residency. Mesh: documentation
# "Authentication". AWS: botocore's endpoint rules. Google: google-genai's source.
OWN = {
    "openai": re.compile(r"(?:[a-z]{2,12}\.)?api\.openai\.com"),
    "mesh": re.compile(r"api(?:-dev)?\.meshapi\.ai"),
    "bedrock": re.compile(rf"{_AWS}\.(?:amazonaws\.com|api\.aws)|sts\.amazonaws\.com"),
    "vertex": re.compile(r"(?:[a-z0-9-]+-)?aiplatform\.googleapis\.com|aiplatform\.(?:us|eu)\.rep\.googleapis\.com"),
}


def whose(url: str, provider: str) -> str:
    """`own`, `loopback` or `foreign`: what sending this provider's credential to the address would mean."""
    host = host_of(url)
    if is_loopback(host):
        return "loopback"
    own = OWN[provider].fullmatch(host) and urlsplit(url).scheme == "https"
    return "own" if own else "foreign"


def host_of(url: str) -> str:
    """The host, in small letters; empty where the address has none or cannot be read."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return ""
    return "" if parts.scheme not in ("http", "https") or parts.username is not None else host


def is_loopback(host: str) -> bool:
    """Whether the host is this machine: where the sandbox is, and where TLS is not asked for."""
    return host in ("localhost", "::1") or re.fullmatch(r"127(?:\.\d{1,3}){3}", host) is not None


def is_old_token_uri(uri: str) -> bool:
    """Whether it is one of the addresses that Google's own files had in earlier years."""
    return uri in _OLD_TOKEN_URIS
