"""The envelopes that errors come in, most telling first: each reads one form of JSON object, or says it is not that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from meshtui.explain.fields import Fields, aws_type, first_text, fold, http_status, word
from meshtui.explain.rarer import Again, Object, errors, feedback, log_line, problem, response

_OAUTH_CODES = frozenset({
    "access_denied", "admin_policy_enforced", "deleted_client", "disabled_client", "insufficient_scope",
    "internal_failure", "invalid_client", "invalid_grant", "invalid_rapt", "invalid_request", "invalid_scope",
    "invalid_target", "invalid_token", "org_internal", "rapt_required", "redirect_uri_mismatch", "server_error",
    "temporarily_unavailable", "unauthorized_client", "unsupported_grant_type", "unsupported_response_type",
})  # fmt: skip
_RELAYED = ("provider_error", "upstream_error", "upstream_detail")
_WAITS = ("retry_after_seconds", "resets_at", "resets_in_seconds")


def error(value: Object, again: Again) -> Fields | None:
    """`{"error": …}`: OpenAI, Anthropic, Google, Mesh with an object; token endpoints and relays with a string."""
    found = value.get("error")
    if isinstance(found, dict):
        return error_object(found, value, again)
    if isinstance(found, list) and found:
        return again({"error": found[0]})
    if isinstance(found, str) and found:
        return _token(found, value) or _error_text(found, value, again)
    return None


def error_object(found: Object, around: Mapping[str, Any], again: Again, origin: str = "error") -> Fields:
    """The fields of an error object. `around` is the object it stands in: request ids and statuses live there."""
    fields: Fields
    said = found.get("message")
    if said.__class__ is not str:
        if isinstance(said, dict):  # a relay put the whole error where the sentence belongs
            fields = again({"error": said.get("error", said)})
            if fields["origin"]:
                return fields
        said = first_text(found, "Message", "error_description", "detail", "msg")
    fields = {"origin": origin, "message": fold(said)}
    for name in ("type", "param", "provider_code"):
        text = found.get(name)
        if text:
            fields[name] = word(text)
    code, status = found.get("code"), found.get("status")
    if code.__class__ is int or (code.__class__ is str and len(code) == 3):
        fields["number"] = http_status(code)
    if isinstance(status, str) or "details" in found or "errors" in found:
        _google(fields, found)
    if "word" not in fields:
        if code is not None:
            fields["code"] = word(code)
        if not fields.get("number"):
            fields["number"] = http_status(around.get("status") or status)
    _ids_and_waits(fields, found, around)
    return _with_inside(fields, found, said, again)


def _ids_and_waits(fields: Fields, found: Object, around: Mapping[str, Any]) -> None:
    request_id = around.get("request_id") or found.get("request_id")
    if request_id:
        fields["request_id"] = word(request_id)
    waits = {name: word(found[name]) for name in _WAITS if name in found}
    if waits:
        fields["metadata"] = {**fields.get("metadata", {}), **waits}


def _with_inside(fields: Fields, found: Object, said: str, again: Again) -> Fields:
    """Adds `inside` where another error stands within this one: under a relay's key, or as JSON in the sentence."""
    inside = next((found[key] for key in _RELAYED if found.get(key)), None) or _agreed(found.get("details"))
    if inside is None and isinstance(found.get("metadata"), dict):
        inside = found["metadata"].get("raw")
    if inside is None and "{" in said:
        from meshtui.explain.tree import embedded

        inside = embedded(said)
    elif inside is not None:
        inside = again(inside)
    if inside and inside["origin"]:
        fields["inside"] = inside
    return fields


def _agreed(details: object) -> Object | None:
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


def _token(code: str, value: Object) -> Fields | None:
    """The flat form of OAuth token endpoints: `{"error": "invalid_grant", "error_description": "…"}`."""
    if code not in _OAUTH_CODES and "error_description" not in value:
        return None
    said = first_text(value, "error_description", "message")
    more = {k: word(value[k]) for k in ("error_subtype", "error_uri") if k in value}
    return {"origin": "token", "code": word(code), "message": fold(said), "metadata": more}


def _error_text(text: str, value: Object, again: Again) -> Fields:
    """`error` as a string: JSON once more, a title beside the sentence, or the sentence itself."""
    fields = again(text)
    if fields["origin"] in ("", "text"):
        beside = first_text(value, "message", "error_message", "detail")
        if beside:
            fields = {"origin": "top", "code": word(value.get("code") or text), "message": fold(beside)}
        else:
            fields["origin"] = "error-text"
        _beside(fields, value, again)
    fields.setdefault("number", http_status(value.get("status") or value.get("statusCode") or value.get("code")))
    return fields


def _beside(fields: Fields, value: Object, again: Again) -> None:
    """Adds `inside` where the answer that a relay got stands beside its own words."""
    around = next((value[name] for name in ("details", "detail", "cause", "data") if isinstance(value.get(name), dict)),
                  None)  # fmt: skip
    inside = again(around) if around else None
    if inside and inside["origin"]:
        fields["inside"] = inside


def detail(value: Object, again: Again) -> Fields | None:
    """`{"detail": …}`: FastAPI's default, with a sentence, a whole error, or a list of what failed validation."""
    found = value.get("detail")
    if isinstance(found, dict):
        within = found.get("error")
        return error_object(within if isinstance(within, dict) else found, value, again, "detail")
    if isinstance(found, str) and "message" not in value:
        fields = again(found)
        return fields if fields["origin"] not in ("", "text") else {"origin": "detail-text", "message": fold(found)}
    if isinstance(found, list) and found and isinstance(found[0], dict) and "msg" in found[0]:
        where = ".".join(str(part) for part in found[0].get("loc") or ())
        return {"origin": "detail-text", "type": "validation", "message": fold(f"{where}: {word(found[0]['msg'])}")}
    return None


def aws(value: Object, again: Again) -> Fields | None:
    """AWS's `{"message"|"Message": …}`, with `__type` where no header tells the type."""
    output = value.get("Output")
    if isinstance(output, dict) and "__type" in output:  # a wrong path at bedrock-runtime, inside a 200
        value = output
    kind = value.get("__type")
    said = first_text(value, "message", "Message", "errorMessage")
    if isinstance(kind, str):
        return {"origin": "aws-body", "type": aws_type(kind), "message": fold(said)}
    if "message" not in value and "Message" not in value:
        return _aws_event(value)
    if isinstance(value.get("message"), dict):
        return again({"error": value["message"]})
    fields = {"origin": "top", "message": fold(said), "number": http_status(value.get("status") or value.get("code"))}
    for name in ("code", "type", "param"):
        if value.get(name):
            fields[name] = word(value[name])
    if isinstance(value.get("status"), str):
        _google(fields, value)
    return fields


def _google(fields: Fields, found: Object) -> None:
    from meshtui.explain.google import google_fields  # few answers are Google's

    google_fields(fields, found)


def _aws_event(value: Object) -> Fields | None:
    """An exception of an event stream as SDKs hand it on: `{"throttlingException": {"message": …}}`."""
    for name, about in value.items():
        if name.endswith("Exception") and isinstance(about, dict):
            said = first_text(about, "message", "originalMessage")
            return {"origin": "frame", "type": aws_type(name), "message": fold(said)}
    return None


ENVELOPES: tuple[Callable[[Object, Again], Fields | None], ...] = (
    error, response, detail, errors, feedback, log_line, aws, problem,
)  # fmt: skip
