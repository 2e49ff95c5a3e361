"""A provider's own error inside somebody else's envelope: Mesh's `provider_error`, JSON in a relay's sentence, or
"ValidationException: …" as the sentence itself."""

from __future__ import annotations

from meshtui.explain.fields import Fields, aws_type
from meshtui.explain.model import Context, Signal
from meshtui.explain.vendors import detect_provider


def inner_signal(inside: Signal | Fields, *, status: int, call: str, context: Context) -> Signal:
    """The inner fields as a signal of their own, its provider told by its form.

    A 5xx is the word of whoever stands around the error, and says nothing of the error inside.
    """
    believed = status if status < 500 else 0
    if isinstance(inside, Signal):
        return inside._replace(status=inside.status or believed, call=call or inside.call, context=context)
    fields = {"shape": "json", **inside}
    deeper = fields.pop("inside", None)
    number = fields.pop("number", 0)
    inner = inner_signal(deeper, status=status, call=call, context=context) if deeper else None
    signal = Signal(status=number or believed, call=call, context=context, inner=inner, **fields)
    return signal._replace(provider=detect_provider(signal))


def exception_in(fields: Fields) -> Fields | None:
    """Mesh's `ValidationException: text content blocks must be non-empty` as the fields of that AWS exception; None
    where the sentence has not that form, or the envelope is AWS's own."""
    name, colon, rest = fields.get("message", "").partition(":")
    if not colon or not name.endswith("Exception") or not name.isalnum() or len(name) > 60 or fields.get("type"):
        return None
    return {"origin": "error", "type": aws_type(name), "message": rest.strip()}
