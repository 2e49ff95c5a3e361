"""The phases of a request, as httpcore tells of them."""

from __future__ import annotations

import pytest

from meshtui.http.timing import Stopwatch

PLAIN = ("connection.connect_tcp.started", "connection.connect_tcp.complete")
TLS = ("connection.start_tls.started", "connection.start_tls.complete")
SENT = ("http11.send_request_headers.started", "http11.send_request_body.complete")
CAME = ("http11.receive_response_headers.complete",)


@pytest.mark.parametrize(
    ("events", "phases"),
    [
        ((*PLAIN, *SENT, *CAME), ["connected", "sent", "first_byte"]),
        ((*PLAIN, *TLS, *SENT, *CAME), ["secured", "connected", "sent", "first_byte"]),
        ((*PLAIN, TLS[0]), []),
        ((*SENT, *CAME), ["connected", "sent", "first_byte"]),
    ],
    ids=["plain", "TLS", "TLS not agreed", "a connection that was open"],
)
async def test_each_phase_is_told_once_in_its_order(events: tuple[str, ...], phases: list[str]):
    told: list[tuple[str, float]] = []
    watch = Stopwatch(lambda phase, after: told.append((phase, after)))
    for event in events:
        await watch.trace(event, {"host": "api.openai.com"})
    assert [phase for phase, _ in told] == phases
    assert [after for _, after in told] == sorted(after for _, after in told)
    assert watch.securing == (phases == [])
