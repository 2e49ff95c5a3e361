"""A request that went out, read back from its exchange: what equivalent code needs to know of it.

An exchange is redacted, so nothing here can hold a key; code names the environment variable that holds it instead.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from meshtui.base.exchange import UNSENT, Exchange
from meshtui.providers.python_source import Program
from meshtui.providers.registry import find_provider

_OF_EVERY_CLIENT = frozenset({
    "host", "user-agent", "accept", "accept-encoding", "connection", "content-length", "authorization", "x-amz-date",
    "x-amz-security-token", "x-amz-content-sha256", "x-request-id",
})  # fmt: skip
_SCOPE = re.compile(r"Credential=[^/,\s]*/\d{8}/([\w-]+)/([\w-]+)/aws4_request")


class Scope(NamedTuple):
    """What an AWS signature is good for."""

    region: str
    service: str


@dataclass(frozen=True)
class Sent:
    """One exchange; `credential` is the name of what was sent with it, `timeout` in seconds, 0 where not known."""

    exchange: Exchange
    credential: str = ""
    timeout: float = 0.0

    @property
    def url(self) -> str:
        return self.exchange.request.url

    @property
    def path(self) -> str:
        return _find_path(self.url)

    @property
    def curl_address(self) -> str:
        """The URL; for curl's own signature with bare colons, which every curl since 8.9 encodes as AWS does."""
        return re.sub("%3[aA]", ":", self.url) if self.scope else self.url

    @property
    def curl_path(self) -> str:
        return _find_path(self.curl_address)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers that matter to the server: none of the HTTP client's own, and no credential."""
        return tuple((n, v) for n, v in self.exchange.request.headers if n.lower() not in _OF_EVERY_CLIENT)

    @property
    def authorization(self) -> str:
        """As it may be shown: masked."""
        return self._header("authorization")

    @property
    def is_assertion(self) -> bool:
        """Whether a signed assertion was exchanged for a token: it is made again for each request."""
        return self.exchange.provider == "vertex" and self.exchange.call == "token"

    @property
    def scope(self) -> Scope | None:
        """Of the AWS signature; None where nothing was signed."""
        found = _SCOPE.search(self.authorization)
        return Scope(found[1], found[2]) if found else None

    @property
    def has_session_token(self) -> bool:
        return bool(self._header("x-amz-security-token"))

    @property
    def variable(self) -> str:
        """The environment variable that meshtui itself reads this key from; empty where there is none."""
        provider = find_provider(self.exchange.provider)
        slots = {slot.name: slot for slot in provider.slots} if provider else {}
        slot = slots.get(self.credential) or next(iter(slots.values()), None)
        return slot.variables[0] if slot else ""

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that its code reads."""
        if self.scope:
            return ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY") + ("AWS_SESSION_TOKEN",) * self.has_session_token
        return (self.variable,) if self.authorization or self.is_assertion else ()

    @cached_property
    def body(self) -> dict[str, object]:
        """The JSON object in the body; empty for any other body."""
        try:
            value = json.loads(self.exchange.request.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}

    def _header(self, name: str) -> str:
        return next((v for n, v in self.exchange.request.headers if n.lower() == name), "")


class CurlSecret(NamedTuple):
    """A line of curl's configuration, which comes by standard input: an argument could be read by every user of the
    machine as long as curl runs."""

    line: str
    """`header = "Authorization: Bearer %s"`, for printf."""
    values: tuple[str, ...]
    """What the shell fills in between double quotes: `$OPENAI_API_KEY`."""


def make_bearer(value: str) -> CurlSecret:
    """The header `Authorization` with what the shell finds by `value`."""
    return CurlSecret('header = "Authorization: Bearer %s"', (value,))


@dataclass(frozen=True, slots=True)
class CodeExport:
    """How code makes a request of this provider again."""

    program: Callable[[Sent], Program | None]
    """Python; None where the vendor's library has no such call."""
    curl_words: Callable[[Sent], Sequence[tuple[str, ...]]] | None = None
    """Arguments of curl that it needs besides, ready for the shell; no secret among them."""
    curl_secrets: Callable[[Sent], Sequence[CurlSecret]] | None = None
    """What authorizes it; None: a bearer from the key's variable."""
    curl_comments: Callable[[Sent], Sequence[str]] | None = None
    """What to know before running it, a comment line each."""
    curl_instead: Callable[[Sent], str] | None = None
    """A whole command for what no curl can repeat; empty: curl can."""


def _find_path(url: str) -> str:
    return url.partition("://")[2].partition("/")[2].partition("?")[0]


def is_sent(exchange: Exchange) -> bool:
    """Whether there was a request at all."""
    return bool(exchange.request.url) and (exchange.failure is None or exchange.failure.kind not in UNSENT)


def find_last_sent(exchanges: Sequence[Exchange]) -> Exchange | None:
    """The one that decided; None where nothing was sent."""
    return next((exchange for exchange in reversed(exchanges) if is_sent(exchange)), None)
