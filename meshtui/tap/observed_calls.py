"""What the tap saw, as frozen data: a call, the credential in it, the process that made it, or a note about traffic
that could not be read. Everything is redacted when it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import TYPE_CHECKING

from meshtui.base.redaction import redact

if TYPE_CHECKING:
    from meshtui.base.exchange import Exchange
    from meshtui.base.secret import Secret


class Scheme(StrEnum):
    """How a request carries its credential."""

    BEARER = "bearer token"
    SIGV4 = "AWS signature"
    API_KEY = "API key header"
    BASIC = "user and password"
    QUERY = "key in the address"
    GRANT = "token request"
    OTHER = "unknown scheme"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SentCredential:
    """The credential of one request. Of an AWS signature `secret` is the access key id, and `scope` `region/service`;
    of a token request `secret` is the refresh token, or `scope` the id of the key that signed the assertion."""

    scheme: Scheme
    header: str = ""
    """The header, query parameter or form field in which it came."""
    secret: Secret | None = None
    scope: str = ""
    issuer: str = ""
    """Of a token request: whom the assertion names (`iss`)."""

    @property
    def fingerprint(self) -> str:
        """Eight hexadecimal digits, equal for equal credentials; empty where none was sent."""
        return self.secret.fingerprint if self.secret else ""

    @property
    def masked(self) -> str:
        return self.secret.masked if self.secret else ""


_numbers = count(1)


def take_next_number() -> int:
    """The number of the next call of this process."""
    return next(_numbers)


NOT_SENT = SentCredential(Scheme.NONE)


@dataclass(frozen=True, slots=True)
class Process:
    """A process of the child's: its number, and a name without arguments."""

    pid: int
    name: str


@dataclass(frozen=True, slots=True)
class ObservedRequest:
    """A request whose head is known; its answer may be still to come. `number` is the one of the later call."""

    number: int
    provider: str
    call: str
    host: str
    method: str
    path: str
    credential: SentCredential
    extra: tuple[SentCredential, ...] = ()
    """Further credentials in the same request."""


@dataclass(frozen=True, slots=True)
class ObservedCall:
    """One request with its answer, or with the failure in the answer's place."""

    request: ObservedRequest
    exchange: Exchange
    connection: int
    """Calls of one connection share it."""
    digest: str = ""
    """Equal for equal requests: method, address and body, credentials and dates left out."""
    model: str = ""
    sent_bytes: int = 0
    received_bytes: int = 0
    connect_seconds: float | None = None
    """Seconds to connect to the provider, including TLS; None except for the first call of a connection."""
    issued: tuple[Secret, ...] = ()
    """Credentials that the answer handed out: an access token, a temporary access key id."""
    process: Process | None = None
    remarks: tuple[str, ...] = ()
    """What was not kept of it, and why."""
    injected: bool = False
    """Answered by a fault of ours, not by the host."""

    @property
    def failed(self) -> bool:
        """Whether no answer, a broken one or an error came. An error inside a stream of status 200 is found by the
        explanation only."""
        return self.exchange.failure is not None or self.exchange.status >= 400


class NoteKind(StrEnum):
    HTTP2_ONLY = "http2 only"
    NOT_TLS = "not TLS"
    NOT_TRUSTED = "not trusted"
    UPGRADE = "upgrade"
    UNREADABLE = "unreadable"
    NO_PROXY_CREDENTIAL = "no proxy credential"
    STILL_RUNS = "still runs"
    """A process that outlives the program: the proxy that it was given is gone."""
    OWN_ERROR = "own error"


@dataclass(frozen=True, slots=True)
class Note:
    """Traffic that was seen and not read. `text` says what, `step` what to do about it."""

    kind: NoteKind
    host: str
    text: str
    step: str = ""
    process: Process | None = None
    at: float = 0.0
    """Unix time in seconds."""

    def __post_init__(self) -> None:
        for name in ("host", "text", "step"):
            object.__setattr__(self, name, redact(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Listener:
    """The callbacks for what is observed. All three are called on the event loop and must return soon."""

    on_request: Callable[[ObservedRequest], None]
    on_call: Callable[[ObservedCall], None]
    on_note: Callable[[Note], None]
