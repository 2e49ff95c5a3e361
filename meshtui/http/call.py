"""A request ready for the wire, before it is sent. What people see of it is the Exchange made from it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from meshtui import __version__
from meshtui.base.endpoints import DEFAULT_MAX_TOKENS
from meshtui.base.exchange import Failure, Headers, Request
from meshtui.base.secret import Secret

USER_AGENT = f"meshtui/{__version__}"
JSON = "application/json"
# RFC 9110, 5.5, but for obs-text: visible ASCII, with spaces and tabs only between.
_SENDABLE = re.compile(r"[!-~](?:[\t -~]*[!-~])?")


class Tool(NamedTuple):
    """A function that a model may ask for; nothing here ever runs it."""

    name: str
    about: str
    parameters: Mapping[str, object]
    """JSON schema."""


TEST_TOOL = Tool(
    "get_weather", "The weather in a city now",
    {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PromptRequest:
    """A prompt for a model, independent of the API. `model` is its name at the API that is called."""

    model: str
    text: str
    system: str = ""
    max_tokens: int = DEFAULT_MAX_TOKENS
    stream: bool = False
    cache: bool = False
    """Whether Mesh's response cache may answer."""
    tools: bool = False
    """Whether `TEST_TOOL` is offered to the model."""


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request. Where `failure` is set it cannot be sent, and the rest says as much as was known of it.

    Headers, body and what was signed are not printed with the rest: they may hold a signature, a signed assertion, a
    session token.
    """

    provider: str
    """Under which name of a `hosts` module it goes: decides where it may go. Mostly the provider's id."""
    call: str
    """What it asks for: chat, token, sts, models, …"""
    method: str
    url: str
    headers: Mapping[str, str | Secret] = field(default_factory=dict, repr=False)
    bearer: Secret | None = None
    """Sent as `Authorization: Bearer …`."""
    body: bytes = field(default=b"", repr=False)
    signed: str = field(default="", repr=False)
    """The SigV4 canonical request, an empty line and its string to sign; or the JWT's header and claims."""
    failure: Failure | None = None
    binary: Mapping[str, Callable[[], Callable[[bytes], str]]] = field(default_factory=dict)
    """Media type of a binary body → makes what shows its pieces, one after the other, to people; anything else is shown
    as UTF-8."""

    def wire_headers(self) -> Headers:
        """Names and unmasked values, in order. Only for sending."""
        plain = tuple((k, v.reveal() if isinstance(v, Secret) else v) for k, v in self.headers.items())
        key = (("Authorization", f"Bearer {self.bearer.reveal()}"),) if self.bearer is not None else ()
        return (("User-Agent", USER_AGENT), ("Accept-Encoding", "identity"), *key, *plain)

    def request(self, headers: Headers | None = None) -> Request:
        """What may be shown of it: redacted. `headers` are those that really went out, where they did."""
        shown = self.wire_headers() if headers is None else headers
        return Request(self.method, self.url, shown, self.body.decode("utf-8", "replace"), self.signed)


def make_unsendable(provider: str, call: str, reason: str, *, kind: str = "not_sent", url: str = "") -> Call:
    """A call that could not be built, and why; nothing of it will be sent."""
    return Call(provider, call, "POST", url, failure=Failure(kind, reason))


def make_json_call(
    provider: str, call: str, url: str, bearer: Secret, body: object, headers: Mapping[str, str] | None = None
) -> Call:
    """A POST of JSON with a bearer credential."""
    named = {"Content-Type": JSON, "Accept": "*/*", **(headers or {})}
    return Call(provider, call, "POST", url, named, bearer, json.dumps(body).encode())


def make_get_call(
    provider: str, call: str, url: str, bearer: Secret | None, headers: Mapping[str, str] | None = None
) -> Call:
    """A GET, with a bearer credential or with none."""
    return Call(provider, call, "GET", url, {"Accept": JSON, **(headers or {})}, bearer)


def find_header_fault(call: Call) -> str:
    """Why these headers cannot travel, with no part of a value in the words; empty where they can."""
    if call.bearer is not None and not _SENDABLE.fullmatch(call.bearer.reveal()):
        return f"the key {_find_problem(call.bearer.reveal())}"
    for name, value in call.headers.items():
        text = value.reveal() if isinstance(value, Secret) else value
        if not _SENDABLE.fullmatch(text):
            return f"the value of the {name} header {_find_problem(text)}"
    return ""


def _find_problem(text: str) -> str:
    if not text:
        return "is empty"
    if text != text.strip():
        return "begins or ends with white space"
    at = next(i for i, character in enumerate(text) if not (" " <= character <= "~" or character == "\t"))
    return f"holds U+{ord(text[at]):04X} at position {at + 1} of {len(text)}, which no HTTP header may carry"
