"""From an answer, whatever its shape, to the one signal that the rules match.

Shapes seen in the wild: OpenAI's, Google's and Mesh's `{"error": {…}}` (also inside an array, a string, `detail`, a
stream's event or a relay's message), the flat form of token endpoints, AWS's `{"message": …}` with the type in a
header, STS's XML, pages and bare text of edges and proxies, event-stream exceptions, nothing at all.
"""

from __future__ import annotations

from collections.abc import Mapping

from meshtui.base.names import PROVIDER_NAMES, REQUEST_ID_HEADERS
from meshtui.explain import tree
from meshtui.explain.fields import MAX_TEXT, Fields, aws_type, fold
from meshtui.explain.model import NO_HEADERS, Context, Signal
from meshtui.explain.vendors import NAMES

MAX_BODY = 4_000_000
"""Characters looked at; an error answer is a thousandth of that."""

_NO_CONTEXT = Context()


def read(
    body: str,
    *,
    provider: str = "",
    call: str = "",
    status: int = 0,
    headers: Mapping[str, str] | None = None,
    context: Context = _NO_CONTEXT,
    printed: bool = True,
) -> Signal:
    """The answer as one signal. Never raises.

    `provider` and `status` are believed where given and known; left empty, `status` is taken from the body where it
    holds one. `printed` is false for a part of what a client printed, which is not looked through for another print.
    """
    names = {str(k).lower(): str(v) for k, v in headers.items()} if headers else NO_HEADERS
    fields = read_body(body, printed=printed)
    if names:
        _from_headers(fields, names)
    fields["text"] = body[:MAX_TEXT]
    return _signal(fields, provider, call, status, names, context)


def of_value(value: object, *, provider: str, call: str) -> Signal:
    """A JSON value that is no text any more, such as the one in a Python exception, as a signal."""
    return _signal({**tree.of_tree(value), "shape": "json"}, provider, call, 0, NO_HEADERS, _NO_CONTEXT)


def of_fields(fields: Fields, *, headers: Mapping[str, str]) -> Signal:
    """The fields of an error object that was found in a value, as a signal."""
    fields.setdefault("shape", "json")
    if headers:
        _from_headers(fields, headers)
    return _signal(fields, "", "chat", 0, headers, _NO_CONTEXT)


def _signal(
    fields: Fields, provider: str, call: str, status: int, headers: Mapping[str, str], context: Context
) -> Signal:
    if headers and not fields.get("request_id"):
        fields["request_id"] = next((headers[name] for name in REQUEST_ID_HEADERS if name in headers), "")
    number = fields.pop("number", 0)
    if not 0 < status <= 999:
        status = number if call != "local" else 0
    inner = _inner(fields, status, call, context)
    known = provider if provider in PROVIDER_NAMES or provider in NAMES else ""
    return Signal(provider=known, call=call, status=status, headers=headers, context=context, inner=inner, **fields)


def _inner(fields: Fields, status: int, call: str, context: Context) -> Signal | None:
    """The provider's own error inside this one, taken out of the fields; None where there is none."""
    inside = fields.pop("inside", None)
    if inside is None and "Exception:" not in fields.get("message", ""):
        return None
    from meshtui.explain import relay

    inside = inside or relay.exception_in(fields)
    return relay.inner_signal(inside, status=status, call=call, context=context) if inside else None


def read_body(body: str, *, printed: bool = True) -> Fields:
    """The fields of a body, by the first shape that fits. Always holds `shape` and `origin`."""
    text = body[:MAX_BODY].strip("\ufeff \t\r\n\0")
    if not text:
        return {"shape": "empty", "origin": ""}
    first = text[0]
    if first in '{["':
        fields = tree.of_json(text)
        if fields is not None:
            fields["shape"] = "json"
            return fields
    from meshtui.explain import markup, stream  # few answers need them

    if first == "<":
        return markup.of_markup(text)
    streamed = stream.of_stream(text)
    if streamed is not None:
        return streamed
    from meshtui.explain import wrapped

    return {"shape": "text", "origin": "text", "message": fold(text), "inside": wrapped.inside(text, printed=printed)}


def _from_headers(fields: Fields, headers: Mapping[str, str]) -> None:
    """What headers add: AWS's exception type, an event stream's, OpenAI's error code in `x-error-json`."""
    framed = ":exception-type" in headers
    kind = headers.get(":exception-type") or headers.get("x-amzn-errortype")
    if kind and not fields.get("type"):
        fields["type"] = aws_type(kind)
        if fields["origin"] in ("", "top", "text"):
            fields["origin"] = "frame" if framed else "aws"
    packed = headers.get("x-error-json")
    if packed and not fields.get("code"):
        fields.update({k: v for k, v in _unpacked(packed).items() if v and not fields.get(k)})


def _unpacked(packed: str) -> Fields:
    """The fields of `x-error-json`, OpenAI's error body in base64."""
    import binascii

    try:
        text = binascii.a2b_base64(packed[:MAX_TEXT]).decode("utf-8", "replace").strip()
    except ValueError:
        return {}
    return tree.of_json(text) or {}
