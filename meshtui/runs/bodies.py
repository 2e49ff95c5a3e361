"""What stands in an answer's body, be it whole or a stream."""

from __future__ import annotations

from meshtui.providers.reading import as_json
from meshtui.providers.sse import SseDecoder

_NO, _YES = frozenset({"false", "0", "no", "off", "none", "null", "n", "f"}), frozenset({"true", "1", "yes"})


def values(body: str) -> list[object]:
    """The JSON of a whole answer, or of each event of a stream."""
    whole = as_json(body)
    if whole is not None:
        return [whole]
    decoder = SseDecoder()
    return [as_json(event.data) for event in (*decoder.feed(body.encode()), *decoder.close())]


def flag(value: object) -> bool | None:
    """A flag as Mesh may write it; None for what is none. The value of its fallback header is documented nowhere."""
    if isinstance(value, str):
        word = value.strip().lower()
        return False if word in _NO else True if word in _YES else None
    return value if isinstance(value, bool) else None
