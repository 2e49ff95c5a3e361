"""A provider's own error inside somebody else's envelope: Mesh's `provider_error`, JSON in a relay's sentence, or
"ValidationException: …" as the sentence itself."""

from __future__ import annotations

from meshtui.explain.fields import Fields, aws_type
from meshtui.explain.model import Context, Signal
from meshtui.explain.whose import whose


def provider_signal(inside: Fields, *, status: int, call: str, context: Context) -> Signal:
    """The inner fields as a signal of their own, its provider told by its form."""
    fields = {**inside, "shape": "json"}
    deeper = fields.pop("inside", None)
    number = fields.pop("number", 0)
    inner = provider_signal(deeper, status=status, call=call, context=context) if deeper else None
    signal = Signal(status=number or status, call=call, context=context, inner=inner, **fields)
    return _of(signal, whose(signal))


def _of(signal: Signal, provider: str) -> Signal:

    return signal._replace(provider=provider)


def exception_in(fields: Fields) -> Fields | None:
    """Mesh's `ValidationException: text content blocks must be non-empty` as the fields of that AWS exception; None
    where the sentence has not that form, or the envelope is AWS's own."""
    name, colon, rest = fields.get("message", "").partition(":")
    if not colon or not name.endswith("Exception") or not name.isalnum() or len(name) > 60 or fields.get("type"):
        return None
    return {"origin": "error", "type": aws_type(name), "message": rest.strip()}
