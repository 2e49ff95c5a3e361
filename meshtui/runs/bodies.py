"""The JSON in an answer's body, be it whole or a stream."""

from __future__ import annotations

from meshtui.providers.reading import as_json
from meshtui.providers.sse import SseDecoder


def values(body: str) -> list[object]:
    """The JSON of a whole answer, or of each event of a stream."""
    whole = as_json(body)
    if whole is not None:
        return [whole]
    decoder = SseDecoder()
    return [as_json(event.data) for event in (*decoder.feed(body.encode()), *decoder.close())]
