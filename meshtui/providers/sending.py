"""A request on its way: what is known of it, from when it leaves until that is frozen into an exchange."""

from __future__ import annotations

from collections.abc import Callable

from meshtui.exchange import Answer, Exchange, Failure, Headers, Request
from meshtui.providers import eventstream
from meshtui.providers.call import Call
from meshtui.providers.phases import OnPhase, Stopwatch


class SendingError(Exception):
    """Ends a sending; the failure says why."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.failure = Failure(kind, reason)


class Sending:
    """One request on its way. `exchange` is there as soon as `Client.send` has ended, be it by cancellation.

    `body` is the answer's body as it came, for reading tokens and words; what people see is `exchange`.
    """

    def __init__(
        self,
        call: Call,
        *,
        timeout: float,
        on_phase: OnPhase = lambda _phase, _after: None,
        on_bytes: Callable[[bytes], None] = lambda _data: None,
    ) -> None:
        self.call = call
        self.timeout = timeout
        """Seconds for all of it, from connecting to the last byte."""
        self.on_bytes = on_bytes
        """Called with each piece of a body whose status is 2xx; a DamagedError from it ends the reading."""
        self.watch = Stopwatch(on_phase)
        self.body = b""
        self.status = 0
        self.headers: Headers = ()
        self.sent_headers: Headers | None = None
        self._exchange: Exchange | None = None

    @property
    def exchange(self) -> Exchange:
        """Raises RuntimeError while it is still under way."""
        if self._exchange is None:
            raise RuntimeError("the request is still under way")
        return self._exchange

    @property
    def succeeded(self) -> bool:
        """Whether a whole answer came, with a status of 2xx."""
        return self._exchange is not None and self._exchange.failure is None and 200 <= self.status < 300

    def end(self, failure: Failure | None) -> None:
        """Freezes what is known into the exchange."""
        answer = Answer(self.status, self.headers, self._shown_body()) if self.status else None
        request: Request = self.call.request(self.sent_headers)
        self._exchange = Exchange(
            self.call.provider, self.call.call, request, self.watch.started, answer, failure, self.watch.timings()
        )

    def _shown_body(self) -> str:
        if any(k.lower() == "content-type" and v.startswith(eventstream.MEDIA_TYPE) for k, v in self.headers):
            return eventstream.as_text(self.body)
        return self.body.decode("utf-8", "replace")
