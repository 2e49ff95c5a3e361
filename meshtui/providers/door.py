"""How httpx is set up for us: whose certificates it trusts, whose proxies it uses, and nothing that it does unasked."""

from __future__ import annotations

import os
import ssl
from functools import lru_cache
from typing import TYPE_CHECKING

from meshtui.providers.sending import SendingError

if TYPE_CHECKING:
    import httpx

_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


@lru_cache(maxsize=4)
def _trusted(*certificates: str) -> ssl.SSLContext:
    """The TLS settings, made once for each value of those variables: reading the trust store takes 30 ms."""
    import httpx

    return httpx.create_ssl_context(trust_env=any(certificates))


def make_door(*, use_proxies: bool) -> httpx.AsyncClient:
    """An HTTP client; takes some 250 ms of processor time the first time. Raises SendingError where the environment's
    settings for proxies or certificates cannot be used."""
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    import httpx

    try:
        context = _trusted(*(os.environ.get(name, "") if use_proxies else "" for name in _CERTIFICATES))
    except OSError as problem:
        raise SendingError("tls", f"the trusted certificates could not be loaded: {problem}") from None
    try:
        return httpx.AsyncClient(
            verify=context,
            trust_env=use_proxies,
            follow_redirects=False,
            timeout=None,  # noqa: S113 - one deadline for the whole attempt stands above it
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )
    except (ValueError, ImportError, httpx.InvalidURL) as problem:
        raise SendingError("proxy", f"the proxy settings of the environment cannot be used: {problem}") from None
