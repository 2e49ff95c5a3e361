"""Where a Google service account's token may be sent (google-genai's source; Google's references of IAM and Resource
Manager), and what to think of the `token_uri` in its file."""

from __future__ import annotations

from urllib.parse import urlsplit

from meshtui.http.hosts import HostRule

HOSTS = {
    "vertex": HostRule(
        r"(?:[a-z0-9-]+-)?aiplatform\.googleapis\.com|aiplatform\.(?:us|eu)\.rep\.googleapis\.com",
        asked=r"(?:oauth2|cloudresourcemanager|www)\.googleapis\.com",
    )
}

GOOGLE_TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
_OLD_TOKEN_URIS = ("https://accounts.google.com/o/oauth2/token", "https://www.googleapis.com/oauth2/v4/token",
                   "https://www.googleapis.com/oauth2/v3/token")  # fmt: skip
_TOKEN_HOSTS = ("oauth2.googleapis.com", "accounts.google.com", "www.googleapis.com")


def is_old_token_uri(uri: str) -> bool:
    """Whether it is one of the addresses that Google's own files had in earlier years."""
    return uri in _OLD_TOKEN_URIS


def is_foreign_token_uri(uri: str, ours: str) -> bool:
    """Whether a service account's `token_uri` is neither Google's, in any form it has had over the years, nor the
    address in use. It is only judged, never called: what is signed for Google could be replayed there for an hour."""
    if uri in ("", ours):
        return False
    try:
        parts = urlsplit(uri)
    except ValueError:
        return True
    return parts.scheme != "https" or parts.netloc not in _TOKEN_HOSTS
