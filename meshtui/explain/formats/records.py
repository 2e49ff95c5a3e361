"""Errors inside a value of any shape: the body of an API, a line of a JSON log, an event, an SDK's error object.

A log record has a dull message of its own, and the error somewhere beside or below it, as an object or as text. So
every object in the value is asked whether it is an error, every text is handed back to be searched, and what stands
around (status, headers, address, request id) goes with both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from meshtui.explain.address import ADDRESS, Where, read_address
from meshtui.explain.aws_exceptions import read_aws_type
from meshtui.explain.formats.bodies import ENVELOPES, read_log_line, read_problem, read_tree
from meshtui.explain.formats.fields import Fields, fold, read_http_status, read_word
from meshtui.explain.model import NO_HEADERS

MAX_DEPTH = 12
MAX_PARTS = 3_000
MAX_ITEMS = 500
MIN_TEXT = 4

_STATUS = (
    "status", "statusCode", "status_code", "httpStatusCode", "HTTPStatusCode", "http_status", "httpStatus",
    "StatusCode",
    "http.status_code", "http.response.status_code", "statuscode", "response_status", "responseStatus", "error.status",
    "error.code", "http_status_code", "http_code", "httpCode", "code", "Code", "Status", "raw_status_code",
)  # fmt: skip
_BESIDE = ("ResponseMetadata", "$metadata", "$response", "response", "res", "resp", "http", "raw", "metadata", "error")
"""Objects beside an error that hold its status and headers."""
_HEADERS = ("headers", "HTTPHeaders", "responseHeaders", "response_headers", "Headers")
_REQUEST_ID = ("request_id", "requestId", "requestID", "RequestId", "aws_request_id", "x-request-id", "req_id")
_URL = ("url", "uri", "http.url", "url.full", "server.address", "endpoint", "base_url", "baseURL", "requestUrl", "host",
        "hostname", "gen_ai.system", "provider", "address")  # fmt: skip
_SENT = frozenset({"request", "requestBody", "requestBodyValues", "request_body", "messages", "prompt", "input",
                   "tools",
                   "requestPayload", "request_payload", "req", "frames", "breadcrumbs", "modules"})  # fmt: skip
"""Fields with what the program sent, or its own stack frames: words about errors in them are no answer."""
_SYSTEMS = {"openai": "openai", "aws.bedrock": "bedrock", "aws_bedrock": "bedrock", "bedrock": "bedrock",
            "gcp.vertex_ai": "vertex", "vertex_ai": "vertex", "vertexai": "vertex", "vertex": "vertex",
            "az.ai.openai": "azure-openai", "azure.ai.openai": "azure-openai", "azure": "azure-openai",
            "anthropic": "anthropic", "gcp.gemini": "google-ai-studio", "gemini": "google-ai-studio",
            "mistral_ai": "mistral", "mistral": "mistral", "cohere": "cohere", "groq": "groq", "deepseek": "deepseek",
            "xai": "xai", "perplexity": "perplexity", "openrouter": "openrouter", "mesh": "mesh"}  # fmt: skip
"""OpenTelemetry's `gen_ai.system`, and what programs write into a field `provider`."""
_GRPC = ("", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
         "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
         "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED")  # fmt: skip
_READ = frozenset({"error", "detail", "promptFeedback", "Error"})
_SAID = frozenset({"message", "Message", "code", "type", "status", "reason", "param", "errorType", "name"})
"""Fields of an error object that are read with it."""
_DEEPER = frozenset({"response", "data", "body", "cause", "responseBody", "inner", "innerError", "source", "errors"})
"""Where an SDK's error object keeps the answer, or the error that it wraps."""
_NAMES = ("error", "exception", "err", "errors")
_ANSWERS = tuple(envelope for envelope in ENVELOPES if envelope not in (read_log_line, read_problem))


class Around(NamedTuple):
    """The values around an error."""

    status: int = 0
    headers: Mapping[str, str] = NO_HEADERS
    request_id: str = ""
    address: Where = Where()


class Piece(NamedTuple):
    """An error object as its fields, or a text (`fields` is None) that may speak of an error."""

    fields: Fields | None
    text: str
    around: Around


def list_error_pieces(value: object, around: Around = Around()) -> Iterator[Piece]:  # noqa: B008  frozen
    """The error objects in a value and the texts in it, outer ones first. Bounded, never raises."""
    budget = [MAX_PARTS]
    yield from _list_pieces(value, around, MAX_DEPTH, budget)


_WRAPS = ("{", "\n", "Exception", "Error:", "Error -", "<", "map[")
"""What a sentence holds that has another error in it."""


def _list_pieces(
    value: object, around: Around, depth: int, budget: list[int], carried: bool = False
) -> Iterator[Piece]:
    """The pieces of a value. `carried` is true inside an error that was read: there only a text with another error adds
    something."""
    budget[0] -= 1
    if depth <= 0 or budget[0] <= 0:
        return
    if isinstance(value, str):
        if len(value) >= MIN_TEXT and (not carried or any(mark in value for mark in _WRAPS)):
            yield Piece(None, value, around)
    elif isinstance(value, list):
        entries = _read_entries(value)
        if entries:
            yield from _list_pieces(entries, around, depth - 1, budget)
            return
        for item in value[:MAX_ITEMS]:
            yield from _list_pieces(item, around, depth - 1, budget, carried)
    elif isinstance(value, dict):
        yield from _list_object_pieces(value, around, depth, budget, carried)


def _list_object_pieces(
    value: dict[str, object], around: Around, depth: int, budget: list[int], carried: bool
) -> Iterator[Piece]:
    around = _read_surroundings(value, around)
    fields = None if carried else _as_error(value)
    if fields is not None:
        yield Piece(fields, "", around)
    for name in _NAMES:
        flat = {key[len(name) + 1 :]: part for key, part in value.items() if key.startswith(f"{name}.")}
        if flat:
            yield from _list_pieces(flat, around, depth - 1, budget)
    for key, part in value.items():
        if key not in _SENT and isinstance(part, (str, list, dict)):
            read = fields is not None and (key in _READ or (isinstance(part, str) and key in _SAID))
            message = (carried or read) and not _is_deeper(key, part, value)
            yield from _list_pieces(part, around, depth - 1, budget, message)


def _is_deeper(key: str, part: object, around: dict[str, object]) -> bool:
    """Whether there may be another error in a part of one that was read. In Google's, `errors` is the same error in an
    older form."""
    if key == "errors" and isinstance(around.get("status"), str):
        return False
    return isinstance(part, (dict, list)) and (key in _DEEPER or "error" in part or "error_description" in part)


def _read_entries(value: list[object]) -> dict[str, object]:
    """OpenTelemetry's attributes, a list of `{"key": …, "value": {"stringValue": …}}`, as an object."""
    entries: dict[str, object] = {}
    for item in value[:MAX_ITEMS]:
        if not (isinstance(item, dict) and isinstance(item.get("key"), str) and "value" in item):
            return {}
        held = item["value"]
        entries[item["key"]] = next(iter(held.values()), "") if isinstance(held, dict) else held
    return entries


def _read_surroundings(value: dict[str, object], outer: Around) -> Around:
    status = _read_status(value)
    headers = _read_headers(value)
    request_id = next((read_word(value[name]) for name in _REQUEST_ID if isinstance(value.get(name), str)), "")
    for name in _BESIDE:
        beside = value.get(name)
        if isinstance(beside, dict):
            status = status or _read_status(beside)
            headers = headers or _read_headers(beside)
    address = _read_request_address(value)
    if not (status or headers or request_id or address.provider):
        return outer
    return Around(
        status or outer.status, headers or outer.headers, request_id or outer.request_id,
        address if address.provider else outer.address,
    )  # fmt: skip


def _read_status(value: dict[str, object]) -> int:
    for name in _STATUS:
        found = read_http_status(value.get(name))
        if found:
            return found
    return 0


def _read_headers(value: dict[str, object]) -> dict[str, str]:
    for name in _HEADERS:
        found = value.get(name)
        if isinstance(found, dict):
            return {str(key).lower(): read_word(held[0] if isinstance(held, list) and held else held)
                    for key, held in list(found.items())[:100]}  # fmt: skip
    return {}


def _read_request_address(value: dict[str, object]) -> Where:
    for name in _URL:
        found = value.get(name)
        if isinstance(found, str) and found:
            if found.lower() in _SYSTEMS:
                return Where(_SYSTEMS[found.lower()], "chat")
            carried = read_address(found[:4_000]) if "." in found else Where()
            if carried.provider:
                return carried
    for name in ("config", "options", "request"):
        found = value.get(name)
        if isinstance(found, dict) and isinstance(found.get("url"), str):
            address = ADDRESS.search(found["url"])
            return read_address(address[0]) if address else Where()
    return Where()


def _as_error(value: dict[str, object]) -> Fields | None:
    """The fields of an error object; None for any other object."""
    found = _read_botocore(value) or _read_grpc(value)
    if found is not None:
        return found
    for envelope in _ANSWERS:
        fields = envelope(value, read_tree)
        if fields is not None:
            return _add_exception_name(fields, value) if fields["origin"] else None
    return _read_exception(value)


def _read_botocore(value: dict[str, object]) -> Fields | None:
    """`ClientError.response` of botocore."""
    error = value.get("Error")
    if not (isinstance(error, dict) and ("Code" in error or "Message" in error)):
        return None
    kind = read_aws_type(read_word(error.get("Code")))
    return {"origin": "aws-body", "type": kind, "message": fold(str(error.get("Message") or ""))}


def _read_grpc(value: dict[str, object]) -> Fields | None:
    """`google.rpc.Status`: a number of gRPC beside the sentence."""
    code, message = value.get("code"), value.get("message")
    if not (isinstance(code, int) and 0 < code < len(_GRPC) and isinstance(message, str)):
        return None
    fields = read_tree({"error": {**value, "code": None, "status": _GRPC[code]}})
    return fields if fields["origin"] else None


def _read_exception(value: dict[str, object]) -> Fields | None:
    """An exception as loggers and error trackers write it: its class beside its words."""
    kind = next((read_word(value[name]) for name in ("type", "name", "errorType", "class", "exception_type", "kind")
                 if isinstance(value.get(name), str)), "")  # fmt: skip
    message = next(
        (value[name] for name in ("value", "errorMessage", "description") if isinstance(value.get(name), str)), ""
    )
    if not kind.endswith("Exception") or not message:
        return None
    return {"origin": "log", "type": read_aws_type(kind), "message": fold(str(message))}


def _add_exception_name(fields: Fields, value: dict[str, object]) -> Fields:
    """AWS's JavaScript and other SDKs put the exception's name beside its message."""
    name = value.get("name") or value.get("errorType") or value.get("exceptionName")
    if not fields.get("type") and isinstance(name, str) and name.endswith("Exception"):
        return {**fields, "type": read_aws_type(name)}
    return fields
