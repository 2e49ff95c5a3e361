"""Which hosts are a provider's, and what a request to one of them is for.

Where a provider's credentials belong is in its `hosts` module. Programs call more: sources are AWS's "Bedrock
endpoints" (botocore's endpoint rules) and google-auth's token addresses.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from meshtui.http.hosts import find_owner

# Provider → hosts that our own requests have no need of. A service that hands out credentials belongs to the provider
# whose credentials it hands out.
_FURTHER: tuple[tuple[str, str], ...] = (
    ("bedrock", r"(?:bedrock[a-z-]*|sts|iam)(?:-fips)?(?:\.[a-z0-9-]+)?\.(?:amazonaws\.com(?:\.cn)?|api\.aws)"),
    ("bedrock", r"portal\.sso\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?"),
    ("vertex", r"(?:oauth2|iamcredentials|sts)\.googleapis\.com"),
)
_COMPILED = tuple((provider, re.compile(pattern)) for provider, pattern in _FURTHER)

# Provider, what the host begins with, a pattern of method and path, and the call; the first row that fits decides. The
# names of the calls are those that the error rules know.
_CALLS: tuple[tuple[str, str, str, str], ...] = (
    ("openai", "", r"\w+ /v1/models\b", "models"),
    ("openai", "", r"\w+ /v1/embeddings\b", "embeddings"),
    ("mesh", "", r"\w+ /v1/models\b", "models"),
    ("mesh", "", r"\w+ /v1/embeddings\b", "embeddings"),
    ("mesh", "", r"\w+ /v1/(?:usage|balance)\b", "usage"),
    ("bedrock", "sts", "", "sts"),
    ("bedrock", "iam", "", "iam"),
    ("bedrock", "portal.sso", "", "sso"),
    ("bedrock", "bedrock.", "", "models"),
    ("vertex", "oauth2", "", "token"),
    ("vertex", "iamcredentials", "", "token"),
    ("vertex", "sts", "", "token"),
    ("", "", "", "chat"),
)
_CALL_ROWS = tuple((provider, host, re.compile(pattern), call) for provider, host, pattern, call in _CALLS)


class Target(NamedTuple):
    """Whose host it is, and what the request is for."""

    provider: str
    call: str


@lru_cache(1024)
def find_provider(host: str) -> str:
    """The provider whose host this is; empty for any other."""
    name = host.lower().rstrip(".")
    return find_owner(name) or next((provider for provider, pattern in _COMPILED if pattern.fullmatch(name)), "")


def is_target(host: str) -> bool:
    """Whether the calls to this host are read."""
    return find_provider(host) != ""


def find_target(host: str, method: str, path: str) -> Target:
    """The provider and the call of one request; an empty provider for any other host."""
    provider, line = find_provider(host), f"{method} {path}"
    for owner, start, pattern, call in _CALL_ROWS:
        if owner in ("", provider) and host.startswith(start) and pattern.match(line):
            return Target(provider, call)
    return Target(provider, "")
