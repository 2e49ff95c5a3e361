"""From an answer, whatever its shape, to the one parsed error that the rules match.

Shapes seen in the wild: OpenAI's, Google's and Mesh's `{"error": {…}}` (also inside an array, a string, `detail`, a
stream's event or a relay's message), the flat form of token endpoints, AWS's `{"message": …}` with the type in a
header, STS's XML, pages and bare text of edges and proxies, event-stream exceptions, nothing at all.
"""

from __future__ import annotations

from collections.abc import Mapping

from meshtui.base.provider_names import PROVIDER_NAMES, REQUEST_ID_HEADERS
from meshtui.explain.aws_exceptions import is_used_by_aws, read_aws_type
from meshtui.explain.formats import bodies
from meshtui.explain.formats.fields import MAX_TEXT, Fields, fold
from meshtui.explain.model import NO_HEADERS, Context, ParsedError
from meshtui.explain.vendors import NAMES, detect_provider

MAX_BODY = 4_000_000
"""Characters looked at; an error answer is a thousandth of that."""

_NO_CONTEXT = Context()


def parse_response(
    body: str,
    *,
    provider: str = "",
    call: str = "",
    status: int = 0,
    headers: Mapping[str, str] | None = None,
    context: Context = _NO_CONTEXT,
    printed: bool = True,
) -> ParsedError:
    """The answer as one signal. Never raises.

    `provider` and `status` are believed where given and known; left empty, `status` is taken from the body where it
    holds one. `printed` is false for a part of what a client printed, which is not looked through for another print.
    """
    names = {str(k).lower(): str(v) for k, v in headers.items()} if headers else NO_HEADERS
    fields = read_body(body, printed=printed)
    if names:
        _add_header_fields(fields, names)
    fields["text"] = body[:MAX_TEXT]
    return _build_error(fields, provider, call, status, names, context)


def parse_fields(fields: Fields, *, headers: Mapping[str, str]) -> ParsedError:
    """The fields of an error object that was found in a value, as a signal."""
    fields.setdefault("shape", "json")
    if headers:
        _add_header_fields(fields, headers)
    return _build_error(fields, "", "chat", 0, headers, _NO_CONTEXT)


def _build_error(
    fields: Fields, provider: str, call: str, status: int, headers: Mapping[str, str], context: Context
) -> ParsedError:
    if headers and not fields.get("request_id"):
        fields["request_id"] = next((headers[name] for name in REQUEST_ID_HEADERS if name in headers), "")
    number = fields.pop("number", 0)
    if not 0 < status <= 999:
        status = number if call != "local" else 0
    inner = _read_inner_error(fields, status, call, context)
    known = provider if provider in PROVIDER_NAMES or provider in NAMES else ""
    return ParsedError(
        provider=known, call=call, status=status, headers=headers, context=context, inner=inner, **fields
    )


def _read_inner_error(fields: Fields, status: int, call: str, context: Context) -> ParsedError | None:
    """The provider's own error inside this one, removed from the fields; None where there is none."""
    inside = _parse_wrapped(fields)
    if inside is None:
        inside = find_exception(fields)
    return parse_inner(inside, status=status, call=call, context=context) if inside else None


def _parse_wrapped(fields: Fields) -> ParsedError | Fields | None:
    wrapped = fields.pop("wrapped", None)
    found: ParsedError | Fields | None = fields.pop("inside", None)
    return parse_inner_text(wrapped) if found is None and wrapped else found


def read_body(body: str, *, printed: bool) -> Fields:
    """The fields of a body, by the first shape that fits. Always holds `shape` and `origin`."""
    text = body[:MAX_BODY].strip("\ufeff \t\r\n\0")
    if not text:
        return {"shape": "empty", "origin": ""}
    first = text[0]
    if first in '{["':
        fields = bodies.read_json_text(text)
        if fields is not None:
            fields["shape"] = "json"
            return fields
    from meshtui.explain.formats import markup, streams  # few answers need them

    if first == "<":
        return markup.read_markup(text)
    streamed = streams.read_stream(text)
    if streamed is not None:
        return streamed
    return {"shape": "text", "origin": "text", "message": fold(text), "inside": parse_inner_text(text, printed=printed)}


def _add_header_fields(fields: Fields, headers: Mapping[str, str]) -> None:
    """What headers add: AWS's exception type, an event stream's, OpenAI's error code in `x-error-json`."""
    framed = ":exception-type" in headers
    kind = headers.get(":exception-type") or headers.get("x-amzn-errortype")
    if kind and not fields.get("type"):
        fields["type"] = read_aws_type(kind)
        if fields["origin"] in ("", "top", "text"):
            fields["origin"] = "frame" if framed else "aws"
    packed = headers.get("x-error-json")
    if packed and not fields.get("code"):
        fields.update({k: v for k, v in _unpack_error_json(packed).items() if v and not fields.get(k)})


def _unpack_error_json(packed: str) -> Fields:
    """The fields of `x-error-json`, OpenAI's error body in base64."""
    import binascii

    try:
        text = binascii.a2b_base64(packed[:MAX_TEXT]).decode("utf-8", "replace").strip()
    except ValueError:
        return {}
    return bodies.read_json_text(text) or {}


def parse_inner(inside: ParsedError | Fields, *, status: int, call: str, context: Context) -> ParsedError:
    """The inner fields as an error of their own, its provider recognised by its form. A 5xx is the status of the outer
    answer and says nothing about the inner error."""
    believed = status if status < 500 else 0
    if isinstance(inside, ParsedError):
        return inside._replace(status=inside.status or believed, call=call or inside.call, context=context)
    fields = {"shape": "json", **inside}
    deeper = _parse_wrapped(fields)
    number = fields.pop("number", 0)
    inner = parse_inner(deeper, status=status, call=call, context=context) if deeper else None
    error = ParsedError(status=number or believed, call=call, context=context, inner=inner, **fields)
    return error._replace(provider=detect_provider(error))


def find_exception(fields: Fields) -> Fields | None:
    """Mesh's `ValidationException: text content blocks must be non-empty` as the fields of that AWS exception; None
    where the sentence has not that form, or the envelope is AWS's own."""
    name, colon, rest = fields.get("message", "").partition(":")
    if not colon or not is_used_by_aws(name) or fields.get("type"):
        return None
    return {"origin": "error", "type": read_aws_type(name), "message": rest.strip()}


_XML = ("<ErrorResponse", "<Error>", "<Error ", "<Response>")


def parse_inner_text(text: str, *, printed: bool = True) -> ParsedError | Fields | None:
    """The answer that the text holds; None where it holds none that is known.

    `printed` is false for text that is already a part of what a client printed: it is not taken apart once more.
    """
    text = text[:MAX_TEXT]
    for mark in _XML:
        at = text.find(mark)
        if at >= 0:
            from meshtui.explain.formats.markup import read_markup

            return read_markup(text[at:])
    if printed:
        from meshtui.explain.formats.traces import find_first_printed

        known = find_first_printed(text, parse_response)
        if known is not None:
            return known
    return _parse_json_fields(text) if "{" in text else None


def _parse_json_fields(text: str) -> Fields | None:
    found = bodies.find_embedded(text)
    if found or "\\" not in text:
        return found
    from meshtui.explain.formats.literals import remove_backslashes

    return bodies.find_embedded(remove_backslashes(text))  # programs print strings with JSON in them
