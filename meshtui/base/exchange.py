"""One HTTP request and its answer, or its failure, as frozen data. Redacted when made: no other kind exists."""

from __future__ import annotations

from dataclasses import dataclass, field

from meshtui.base.body_redaction import redact_body
from meshtui.base.provider_names import REQUEST_ID_HEADERS
from meshtui.base.redaction import redact, redact_headers

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What was sent. `signed` is the SigV4 canonical request, an empty line and its string to sign; or the JWT's header
    and claims, one line each; or empty."""

    method: str
    url: str
    headers: Headers = ()
    body: str = ""
    signed: str = ""

    def __post_init__(self) -> None:
        _redact(self, "url", "signed")
        object.__setattr__(self, "body", redact_body(self.body))
        object.__setattr__(self, "headers", redact_headers(self.headers))


@dataclass(frozen=True, slots=True)
class Answer:
    """What was received. A stream's body is everything received until it ended."""

    status: int
    headers: Headers = ()
    body: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "body", redact_body(self.body))
        object.__setattr__(self, "headers", redact_headers(self.headers))

    def header(self, name: str) -> str:
        """The first value under this name, whatever its case; empty where absent."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why no complete answer was received. `kind` is one of FAILURES; `message` is the library's own text."""

    kind: str
    message: str

    def __post_init__(self) -> None:
        _redact(self, "message")


UNUSABLE = ("credential_malformed", "credential_missing", "credential_expired", "credential_wrong_kind")
"""Kinds of failure where what is known offline kept a credential from being sent; named as their cause."""
UNSENT = frozenset({"not_sent", "refused_host", *UNUSABLE})
"""Kinds of failure before anything was sent."""
FAILURES = {
    "dns": "the host name could not be resolved",
    "refused": "nothing listens at that address",
    "tls": "no secure connection could be made",
    "proxy": "the proxy did not let the request through",
    "connect_timeout": "no connection in time",
    "read_timeout": "no answer in time",
    "dropped": "the connection broke before the answer was complete",
    "too_long": "the answer was longer than meshtui reads",
    "network": "the network failed",
    "not_sent": "the request could not be built, so nothing was sent",
    "refused_host": "the address is not one this credential may be sent to, so nothing was sent",
    "cancelled": "you stopped it",
    "program_closed": "your program closed the connection before the answer was complete",
    **dict.fromkeys(UNUSABLE, "the key cannot be sent as it is, so nothing was sent"),
}


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds since the request was started; None where that point was not reached."""

    connected: float | None = None
    sent: float | None = None
    first_byte: float | None = None
    total: float | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call on the wire. `started` is Unix time in seconds; exactly one of `answer` and `failure` may be missing:
    a stream that broke has both."""

    provider: str
    call: str
    request: Request
    started: float
    answer: Answer | None = None
    failure: Failure | None = None
    timings: Timings = field(default_factory=Timings)

    @property
    def status(self) -> int:
        """The HTTP status; 0 where no answer came."""
        return self.answer.status if self.answer else 0

    @property
    def request_id(self) -> str:
        """The id that the vendor's support asks for, from whichever header has it; the one that was sent where no
        answer was received; empty where there is none."""
        if self.answer is None:
            return next((v for n, v in self.request.headers if n.lower() == "x-request-id"), "")
        return next((v for n in REQUEST_ID_HEADERS if (v := self.answer.header(n))), "")


def _redact(thing: object, *names: str) -> None:
    for name in names:
        object.__setattr__(thing, name, redact(getattr(thing, name)))
