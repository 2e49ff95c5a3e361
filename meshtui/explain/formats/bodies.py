"""Bodies in JSON: walking a value to the error envelope in it, through arrays and through strings that hold JSON again.

Each envelope reads one form of JSON object, or says that it is not that; the most telling are asked first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from meshtui.explain.aws_exceptions import read_aws_type
from meshtui.explain.formats.fields import NOTHING, Fields, find_first_text, fold, read_http_status, read_word

Object = dict[str, Any]
Again = Callable[[object], Fields]
"""Reads a part of the value as an answer of its own."""


def read_response(value: Object, again: Again) -> Fields | None:
    """`{"response": {"error": {…}}}`: OpenAI's `response.failed` event; with the error under `body`, a line of a
    batch's output."""
    found = value.get("response")
    if not isinstance(found, dict):
        return None
    if isinstance(found.get("body"), dict) and found["body"].get("error"):
        return again({"status": found.get("status_code"), **found["body"]})
    return again(found) if found.get("error") else None


def read_errors(value: Object, again: Again) -> Fields | None:
    """`{"errors": [{…}]}`, and OpenAI's list of what is wrong with a batch, `{"data": [{"code": …, "message": …}]}`."""
    found = value.get("errors")
    if found is None and value.get("object") == "list":
        found = value
    if isinstance(found, dict):
        found = found.get("data")
        if not (isinstance(found, list) and found and isinstance(found[0], dict) and "message" in found[0]):
            return None
    if isinstance(found, list) and found:
        return _mark_envelope(again({"error": found[0]}), value)
    return None


def _mark_envelope(fields: Fields, value: Object) -> Fields:
    """The fields of the first of several errors; in `metadata` whose envelope it is, where that shows: Cloudflare's API
    has `success` and `messages` beside its errors."""
    if "success" in value and "messages" in value:
        fields["metadata"] = {**fields.get("metadata", {}), "envelope": "cloudflare"}
    return fields


def read_feedback(value: Object, _: Again) -> Fields | None:
    """Gemini's `{"promptFeedback": {"blockReason": …}}`, a 200 without an answer (Vertex AI's reference of
    GenerateContentResponse)."""
    found = value.get("promptFeedback")
    if not isinstance(found, dict) or not found.get("blockReason"):
        return None
    message = find_first_text(found, "blockReasonMessage")
    return {"origin": "feedback", "reason": read_word(found["blockReason"]), "message": fold(message)}


_STOPS = {
    "guardrail_intervened": "converse", "content_filtered": "converse", "refusal": "converse",
    "SAFETY": "candidate", "RECITATION": "candidate", "BLOCKLIST": "candidate", "PROHIBITED_CONTENT": "candidate",
    "SPII": "candidate", "MODEL_ARMOR": "candidate", "IMAGE_SAFETY": "candidate", "IMAGE_RECITATION": "candidate",
    "IMAGE_PROHIBITED_CONTENT": "candidate", "content_filter": "choice",
}  # fmt: skip
"""The reason for which an answer was stopped → the envelope that contains that reason."""


def read_stop_reason(value: Object, _: Again) -> Fields | None:
    """A 200 whose answer a filter stopped: `stopReason` (Converse; Anthropic's `stop_reason`),
    `candidates[].finishReason`
    (Gemini), `choices[].finish_reason` and `incomplete_details` (OpenAI), `amazon-bedrock-guardrailAction`
    (InvokeModel)."""
    reason, message = _find_stop(value)
    origin = _STOPS.get(reason)
    return {"origin": origin, "reason": reason, "message": fold(message)} if origin else None


def _find_stop(value: Object) -> tuple[str, str]:
    """The reason for which the answer ended, and the sentence beside it; empty where none is named."""
    if value.get("amazon-bedrock-guardrailAction") == "INTERVENED":
        return "guardrail_intervened", ""
    for name in ("messageStop", "delta", "response"):  # of a stream's events
        inner = value.get(name)
        if isinstance(inner, dict) and (found := _find_stop(inner))[0]:
            return found
    details = value.get("incomplete_details")
    if isinstance(details, dict):
        return read_word(details.get("reason")), ""
    for name, reason in (("candidates", "finishReason"), ("choices", "finish_reason")):
        rows = value.get(name)
        if isinstance(rows, list) and rows and isinstance(rows[0], dict):
            return read_word(rows[0].get(reason)), find_first_text(rows[0], "finishMessage")
    return read_word(value.get("stopReason") or value.get("stop_reason")), ""


_LOGGED = ("level", "levelname", "severity", "logger", "errorType", "exc_info")
_TOLD = ("errorMessage", "error_message", "exc_info", "exception", "stack_trace", "stack", "textPayload", "message",
         "msg")  # fmt: skip


def read_log_line(value: Object, _: Again) -> Fields | None:
    """A JSON line of a program's log: the exception in it, before the logger's own message."""
    if not any(name in value for name in _LOGGED):
        return None
    message = find_first_text(value, *_TOLD)
    if not message:
        return None
    fields: Fields = {"origin": "log", "message": fold(message), "wrapped": message}
    kind = value.get("errorType")
    return {**fields, "type": read_aws_type(kind)} if isinstance(kind, str) else fields


def read_problem(value: Object, _: Again) -> Fields | None:
    """`{"title": …, "status": …}` (RFC 9457), and whatever else carries one telling sentence."""
    message = find_first_text(value, "title", "msg", "error_msg", "errorMessage", "reason")
    if not message:
        return None
    return {"origin": "top", "message": fold(message), "number": read_http_status(value.get("status"))}


_OAUTH_CODES = frozenset({
    "access_denied", "admin_policy_enforced", "deleted_client", "disabled_client", "insufficient_scope",
    "internal_failure", "invalid_client", "invalid_grant", "invalid_rapt", "invalid_request", "invalid_scope",
    "invalid_target", "invalid_token", "org_internal", "rapt_required", "redirect_uri_mismatch", "server_error",
    "temporarily_unavailable", "unauthorized_client", "unsupported_grant_type", "unsupported_response_type",
})  # fmt: skip
_RELAYED = ("provider_error", "upstream_error", "upstream_detail")
_WAITS = ("retry_after_seconds", "resets_at", "resets_in_seconds")


def read_error(value: Object, again: Again) -> Fields | None:
    """`{"error": …}`: OpenAI, Anthropic, Google, Mesh with an object; token endpoints and relays with a string."""
    found = value.get("error")
    if isinstance(found, dict):
        return read_error_object(found, value, again)
    if isinstance(found, list) and found:
        return _mark_envelope(again({"error": found[0]}), value)
    if isinstance(found, str) and found:
        if trace := find_first_text(
            value, "trace"
        ):  # Spring's: `error` is the status in words, `trace` what was raised
            return {"origin": "log", "message": fold(trace), "wrapped": trace}
        return _read_token_error(found, value) or _read_error_text(found, value, again)
    return None


def read_error_object(found: Object, around: Mapping[str, Any], again: Again, origin: str = "error") -> Fields:
    """The fields of an error object. `around` is the object that contains it and may have request ids and a status."""
    fields: Fields
    message = found.get("message")
    if message.__class__ is not str:
        if isinstance(message, dict):  # a relay put the whole error where the sentence belongs
            fields = again({"error": message.get("error", message)})
            if fields["origin"]:
                return fields
        message = find_first_text(found, "Message", "error_description", "detail", "msg")
    beside = around.get("message")
    if isinstance(beside, str) and beside.startswith(message):
        message = beside  # a gateway says it twice, and the second time may be cut off or missing
    fields = {"origin": origin, "message": fold(message)}
    for name in ("type", "param", "provider_code"):
        text = found.get(name)
        if text:
            fields[name] = read_word(text)
    code, status = found.get("code"), found.get("status")
    if code.__class__ is int or (code.__class__ is str and len(code) == 3):
        fields["number"] = read_http_status(code)
    if isinstance(status, str) or "details" in found or "errors" in found:
        _add_google_fields(fields, found)
    if "word" not in fields:
        if code is not None:
            fields["code"] = read_word(code)
        if not fields.get("number"):
            fields["number"] = read_http_status(around.get("status") or status)
    _add_ids_and_waits(fields, found, around)
    return _with_inside(fields, found, message, again)


def _add_ids_and_waits(fields: Fields, found: Object, around: Mapping[str, Any]) -> None:
    request_id = around.get("request_id") or found.get("request_id")
    if request_id:
        fields["request_id"] = read_word(request_id)
    waits = {name: read_word(found[name]) for name in _WAITS if name in found}
    if waits:
        fields["metadata"] = {**fields.get("metadata", {}), **waits}


def _with_inside(fields: Fields, found: Object, message: str, again: Again) -> Fields:
    """Adds `inside` where this error contains another one: under a relay's key, or as JSON in the message."""
    inside = next((found[key] for key in _RELAYED if found.get(key)), None) or _find_common_error(found.get("details"))
    if inside is None and isinstance(found.get("metadata"), dict):
        inside = found["metadata"].get("raw")
    if inside is None and "{" in message:
        inside = find_embedded(message)
    elif inside is not None:
        inside = again(inside)
    if inside and inside["origin"]:
        fields["inside"] = inside
    return fields


def _find_common_error(details: object) -> Object | None:
    """The error that all members of a list agree on, as those of Mesh's comparison of models; None where they differ
    or are no errors."""
    if not (isinstance(details, list) and details and isinstance(details[0], dict)):
        return None
    errors = [item.get("error") if isinstance(item, dict) else None for item in details]
    first = errors[0]
    if not isinstance(first, dict):
        return None
    same = all(isinstance(one, dict) and all(one.get(name) == first.get(name) for name in ("code", "type",
               "provider_code")) for one in errors)  # fmt: skip
    return {"error": first} if same else None


def _read_token_error(code: str, value: Object) -> Fields | None:
    """The flat form of OAuth token endpoints: `{"error": "invalid_grant", "error_description": "…"}`."""
    if code not in _OAUTH_CODES and "error_description" not in value:
        return None
    message = find_first_text(value, "error_description", "message")
    more = {k: read_word(value[k]) for k in ("error_subtype", "error_uri") if k in value}
    return {"origin": "token", "code": read_word(code), "message": fold(message), "metadata": more}


def _read_error_text(text: str, value: Object, again: Again) -> Fields:
    """`error` as a string: JSON once more, a title beside the sentence, or the sentence itself."""
    fields = again(text)
    if fields["origin"] in ("", "text"):
        beside = find_first_text(value, "message", "error_message", "detail")
        if beside:
            fields = {"origin": "top", "code": read_word(value.get("code") or text), "message": fold(beside)}
        else:
            fields["origin"] = "error-text"
        _add_inner_answer(fields, value, again)
    fields.setdefault("number", read_http_status(value.get("status") or value.get("statusCode") or value.get("code")))
    return fields


def _add_inner_answer(fields: Fields, value: Object, again: Again) -> None:
    """Adds `inside` where the answer that a relay received is beside the relay's own message."""
    around = next((value[name] for name in ("details", "detail", "cause", "data") if isinstance(value.get(name), dict)),
                  None)  # fmt: skip
    inside = again(around) if around else None
    if inside and inside["origin"]:
        fields["inside"] = inside


def read_detail(value: Object, again: Again) -> Fields | None:
    """`{"detail": …}`: FastAPI's default, with a sentence, a whole error, or a list of what failed validation."""
    found = value.get("detail")
    if isinstance(found, dict):
        within = found.get("error")
        return read_error_object(within if isinstance(within, dict) else found, value, again, "detail")
    if isinstance(found, str) and "message" not in value:
        fields = again(found)
        return fields if fields["origin"] not in ("", "text") else {"origin": "detail-text", "message": fold(found)}
    if isinstance(found, list) and found and isinstance(found[0], dict) and "msg" in found[0]:
        where = ".".join(str(part) for part in found[0].get("loc") or ())
        return {
            "origin": "detail-text",
            "type": "validation",
            "message": fold(f"{where}: {read_word(found[0]['msg'])}"),
        }
    return None


def read_aws(value: Object, again: Again) -> Fields | None:
    """AWS's `{"message"|"Message": …}`, with `__type` where no header has the type."""
    output = value.get("Output")
    if isinstance(output, dict) and "__type" in output:  # a wrong path at bedrock-runtime, inside a 200
        value = output
    kind = value.get("__type")
    message = find_first_text(value, "message", "Message", "errorMessage")
    if isinstance(kind, str):
        return {"origin": "aws-body", "type": read_aws_type(kind), "message": fold(message)}
    if "message" not in value and "Message" not in value:
        return _read_aws_event(value)
    if isinstance(value.get("message"), dict):
        return again({"error": value["message"]})
    fields = {
        "origin": "top",
        "message": fold(message),
        "number": read_http_status(value.get("status") or value.get("code")),
    }
    for name in ("code", "type", "param"):
        if value.get(name):
            fields[name] = read_word(value[name])
    if isinstance(value.get("status"), str):
        _add_google_fields(fields, value)
    return fields


def _add_google_fields(fields: Fields, found: Object) -> None:
    from meshtui.explain.formats.google_details import read_google_fields  # few answers are Google's

    read_google_fields(fields, found)


def _read_aws_event(value: Object) -> Fields | None:
    """An exception of an event stream as SDKs hand it on: `{"throttlingException": {"message": …}}`."""
    for name, about in value.items():
        if name.endswith("Exception") and isinstance(about, dict):
            message = find_first_text(about, "message", "originalMessage")
            return {"origin": "frame", "type": read_aws_type(name), "message": fold(message)}
    return None


ENVELOPES: tuple[Callable[[Object, Again], Fields | None], ...] = (
    read_error, read_response, read_detail, read_errors, read_feedback, read_stop_reason, read_log_line, read_aws,
    read_problem,
)  # fmt: skip


_DECODER = json.JSONDecoder()
MAX_DEPTH = 6
MAX_ITEMS = 8


def read_tree(value: object, depth: int = 0) -> Fields:
    """The fields of the first envelope found in a JSON value; `origin` is empty where there is none."""
    if depth < MAX_DEPTH:
        if isinstance(value, dict):
            for envelope in ENVELOPES:
                fields = envelope(value, lambda part: read_tree(part, depth + 1))
                if fields is not None:
                    return fields
        elif isinstance(value, list):
            for item in value[:MAX_ITEMS]:
                fields = read_tree(item, depth + 1)
                if fields["origin"]:
                    return fields
        elif isinstance(value, str):
            return _read_string(value, depth + 1)
    return dict(NOTHING)


def read_json_text(text: str, depth: int = 0) -> Fields | None:
    """The fields of a JSON text, also of one that is cut off or written by Python's `repr`; None for any other text.
    White space around it must have been removed."""
    try:
        value, end = _DECODER.raw_decode(text)  # half the time of json.loads
    except (ValueError, RecursionError):
        value, end = None, 0
    if end < len(text):
        begun = read_tree(value, depth)  # whole, and something else behind it
        if begun["origin"] not in ("", "text"):
            return begun
        value = read_python_value(text)
        if value is None:
            return None
    return read_tree(value, depth)


def find_embedded(text: str) -> Fields | None:
    """The fields of the first error envelope written inside a text, as JSON or as a Python dict; None without one."""
    at = -1
    for _ in range(3):
        at = text.find("{", at + 1)
        if at < 0:
            return None
        try:
            value, _end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            value = read_python_value(text[at:])
        fields = read_tree(value, 1)
        if fields["origin"]:
            return fields
    return None


def _read_string(text: str, depth: int) -> Fields:
    bare = text.strip()
    if bare[:1] in ("{", "[", '"'):
        fields = read_json_text(bare, depth)
        if fields is not None and fields["origin"]:
            return fields
    return {"origin": "text" if bare else "", "message": fold(bare)}


MAX_LITERAL = 64_000


def read_python_value(text: str) -> object:
    """The dict, list or tuple at the start of the text as Python prints it, as in `Error code: 401 - {'error': {…}}`;
    None where there is none."""
    if not re.match(r"[\[{(]\s{0,40}(?:[\[{]\s{0,40}){0,3}['\"]", text):
        return None
    from meshtui.explain.formats.literals import parse_value

    value, _ = parse_value(text[:MAX_LITERAL])
    return tuple(value) if text[0] == "(" and isinstance(value, list) else value
