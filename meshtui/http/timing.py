"""When a request connected, was sent and got its first byte: httpcore's trace events, as Timings."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from meshtui.base.exchange import Timings

OnPhase = Callable[[str, float], None]
"""Takes secured (TLS was agreed), connected, sent or first_byte, and the seconds since the request began."""

# Event of httpcore → phase. A request on a connection that was still open is connected at once.
_PHASES = {
    "http11.send_request_headers.started": "connected",
    "http11.send_request_body.complete": "sent",
    "http11.receive_response_headers.complete": "first_byte",
}


class Stopwatch:
    """The times of one request. `trace` is for httpx's `trace` extension."""

    def __init__(self, on_phase: OnPhase) -> None:
        self.started = 0.0
        """Unix time in seconds."""
        self.peer = ""
        """The host that the connection was really made to: a proxy's, where there is one."""
        self.securing = False
        """TLS was begun and has not been agreed."""
        self.tunnelled = False
        """The proxy has opened a tunnel to the host."""
        self._on_phase = on_phase
        self._zero = 0.0
        self._marks: dict[str, float] = {}
        self._tunnelling = False
        self.start()

    def start(self) -> None:
        self.started = time.time()
        self._zero = time.perf_counter()

    def reached(self, phase: str) -> bool:
        return phase in self._marks

    def timings(self) -> Timings:
        """The times so far; `total` is now."""
        return Timings(**self._marks, total=time.perf_counter() - self._zero)

    async def trace(self, event: str, info: Mapping[str, object]) -> None:
        if event == "http11.send_request_headers.started":
            # Behind a proxy the first request is the CONNECT that opens the tunnel: its times are not ours.
            self._tunnelling = getattr(info.get("request"), "method", b"") == b"CONNECT"
        if event == "http11.receive_response_headers.complete" and self._tunnelling:
            # Version, status, and more.
            self.tunnelled = _is_success(info.get("return_value"))
        if event == "connection.connect_tcp.started":
            self.peer = str(info.get("host", ""))
        elif event.endswith("start_tls.started"):
            self.securing = True
        elif event.endswith("start_tls.complete"):
            self.securing = False
            self._on_phase("secured", time.perf_counter() - self._zero)
        elif event in _PHASES and not self._tunnelling:
            self._mark(_PHASES[event])

    def _mark(self, phase: str) -> None:
        if phase not in self._marks:
            after = time.perf_counter() - self._zero
            self._marks[phase] = after
            self._on_phase(phase, after)


def _is_success(head: object) -> bool:
    return isinstance(head, tuple) and len(head) > 1 and isinstance(head[1], int) and 200 <= head[1] < 300
