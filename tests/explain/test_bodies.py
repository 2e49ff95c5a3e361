"""Each form of an answer in JSON is read field by field: whose words they are, where each stood, and what is inside."""

from __future__ import annotations

import json
from typing import Any

import pytest

from meshtui.explain.formats.bodies import find_embedded, read_json_text, read_python_value, read_tree

SAID = {"message": "No  such\nkey", "type": "a_type", "code": "a_code"}
FIELDS = {"origin": "error", "message": "No such key", "type": "a_type", "code": "a_code", "number": 0}
NOTHING = {"origin": ""}

# A value → its fields, all of them.
READ: dict[str, tuple[Any, dict[str, Any]]] = {
    "an error": ({"error": SAID}, FIELDS),
    "an error in a list": ({"error": [SAID, {"message": "other"}]}, FIELDS),
    "an error in a list of values": ([7, None, "", {"error": SAID}], FIELDS),
    "an error in a text of a list": (["no", {"error": SAID}], {"origin": "text", "message": "no"}),
    "no error": ({"choices": [], "usage": {}}, NOTHING),
    "an error that says nothing": ({"error": None}, NOTHING),
    "an empty list of errors": ({"error": []}, NOTHING),
    "a number": (7, NOTHING),
    # OpenAI's response.failed, and a line of a batch's output
    "a response": ({"response": {"error": SAID}}, FIELDS),
    "a response's body": ({"response": {"body": {"error": SAID}, "status_code": 429}}, {**FIELDS, "number": 429}),
    "a response without an error": ({"response": {"output": []}}, NOTHING),
    "a response's body without one": ({"response": {"body": {"output": []}, "status_code": 200}}, NOTHING),
    "a response that is a text": ({"response": "no"}, NOTHING),
    # lists of errors
    "errors": ({"errors": [SAID]}, FIELDS),
    "errors under data": ({"errors": {"data": [SAID]}}, FIELDS),
    "a batch's errors": ({"object": "list", "data": [SAID]}, FIELDS),
    "a list of something else": ({"object": "list", "data": [{"id": "x"}]}, NOTHING),
    "an empty list": ({"object": "list", "data": []}, NOTHING),
    "a list of texts": ({"object": "list", "data": ["message"]}, NOTHING),
    "data of no list": ({"data": [SAID]}, NOTHING),
    "no errors": ({"errors": []}, NOTHING),
    # a 200 that a filter stopped
    "a blocked prompt": ({"promptFeedback": {"blockReason": "SAFETY", "blockReasonMessage": "a  b"}},
                         {"origin": "feedback", "reason": "SAFETY", "message": "a b"}),
    "a prompt that was not blocked": ({"promptFeedback": {"safetyRatings": []}}, NOTHING),
    "a guardrail": ({"stopReason": "guardrail_intervened"},
                    {"origin": "converse", "reason": "guardrail_intervened", "message": ""}),
    "a guardrail of InvokeModel": ({"amazon-bedrock-guardrailAction": "INTERVENED", "results": []},
                                   {"origin": "converse", "reason": "guardrail_intervened", "message": ""}),
    "no guardrail": ({"amazon-bedrock-guardrailAction": "NONE"}, NOTHING),
    "Anthropic's refusal": ({"stop_reason": "refusal"}, {"origin": "converse", "reason": "refusal", "message": ""}),
    "a refusal in a stream of Anthropic's": ({"delta": {"stop_reason": "refusal"}},
                                            {"origin": "converse", "reason": "refusal", "message": ""}),
    "the end of Converse's stream": ({"messageStop": {"stopReason": "content_filtered"}},
                                     {"origin": "converse", "reason": "content_filtered", "message": ""}),
    "an ordinary end": ({"stopReason": "end_turn"}, NOTHING),
    "an ordinary end in a stream": ({"delta": {"text": "a"}, "stop_reason": "refusal"},
                                    {"origin": "converse", "reason": "refusal", "message": ""}),
    "Gemini's end": ({"candidates": [{"finishReason": "SAFETY", "finishMessage": "a  b"}]},
                     {"origin": "candidate", "reason": "SAFETY", "message": "a b"}),
    "OpenAI's end": ({"choices": [{"finish_reason": "content_filter"}]},
                     {"origin": "choice", "reason": "content_filter", "message": ""}),
    "OpenAI's end of a response": ({"response": {"incomplete_details": {"reason": "content_filter"}}},
                                   {"origin": "choice", "reason": "content_filter", "message": ""}),
    "no candidates": ({"candidates": []}, NOTHING),
    "candidates of another kind": ({"candidates": ["SAFETY"]}, NOTHING),
    # token endpoints
    "a token endpoint": ({"error": "invalid_grant", "error_description": "a  b", "error_subtype": "invalid_rapt"},
                         {"origin": "token", "code": "invalid_grant", "message": "a b",
                          "metadata": {"error_subtype": "invalid_rapt"}}),
    "a token endpoint with its page": ({"error": "x", "error_description": "a", "error_uri": "https://x.example"},
                                       {"origin": "token", "code": "x", "message": "a",
                                        "metadata": {"error_uri": "https://x.example"}}),
    "a token endpoint with a message": ({"error": "invalid_client", "message": "a"},
                                        {"origin": "token", "code": "invalid_client", "message": "a", "metadata": {}}),
    # an error that is a text
    "a sentence": ({"error": "no  way", "status": 404}, {"origin": "error-text", "message": "no way", "number": 404}),
    "a sentence and statusCode": ({"error": "no", "statusCode": 404},
                                  {"origin": "error-text", "message": "no", "number": 404}),
    "a sentence and a number as code": ({"error": "no", "code": 404},
                                        {"origin": "error-text", "message": "no", "number": 404}),
    "a title and a sentence": ({"error": "Forbidden", "message": "not  here"},
                               {"origin": "top", "code": "Forbidden", "message": "not here", "number": 0}),
    "a title, a code and a sentence": ({"error": "Forbidden", "code": "a_code", "error_message": "not here"},
                                       {"origin": "top", "code": "a_code", "message": "not here", "number": 0}),
    "a title and details": ({"error": "Forbidden", "detail": "not here"},
                            {"origin": "top", "code": "Forbidden", "message": "not here", "number": 0}),
    "Spring's trace": ({"error": "Internal Server Error", "status": 500, "trace": "a  b"},
                       {"origin": "log", "message": "a b", "wrapped": "a  b"}),
    # FastAPI
    "an error under detail": ({"detail": {"error": SAID}}, {**FIELDS, "origin": "detail"}),
    "a sentence under detail": ({"detail": "no  way"}, {"origin": "detail-text", "message": "no way"}),
    "JSON under detail": ({"detail": json.dumps({"error": SAID})}, FIELDS),
    "a sentence under detail beside a message": ({"detail": "no way", "message": "a"},
                                                 {"origin": "top", "message": "a", "number": 0}),
    "what is not valid": ({"detail": [{"loc": ["body", 0, "n"], "msg": "Field  required"}]},
                          {"origin": "detail-text", "type": "validation", "message": "body.0.n: Field required"}),
    "what is not valid, nowhere": ({"detail": [{"msg": "no"}]},
                                   {"origin": "detail-text", "type": "validation", "message": ": no"}),
    "a list of something else under detail": ({"detail": ["msg"]}, NOTHING),
    "an empty list under detail": ({"detail": []}, NOTHING),
    # AWS
    "AWS's type": ({"__type": "x#ThrottlingException", "message": "a  b"},
                   {"origin": "aws-body", "type": "ThrottlingException", "message": "a b"}),
    "AWS's message alone": ({"Message": "a  b"}, {"origin": "top", "message": "a b", "number": 0}),
    "AWS's errorMessage": ({"__type": "ThrottlingException", "errorMessage": "a"},
                           {"origin": "aws-body", "type": "ThrottlingException", "message": "a"}),
    "AWS's wrong path": ({"Output": {"__type": "x#UnknownOperationException"}, "Version": "1.0"},
                         {"origin": "aws-body", "type": "UnknownOperationException", "message": ""}),
    "AWS's good answer": ({"Output": {"text": "a"}, "Version": "1.0"}, NOTHING),
    "AWS's event": ({"throttlingException": {"message": "a  b"}},
                    {"origin": "frame", "type": "ThrottlingException", "message": "a b"}),
    "AWS's event of a model": ({"modelStreamErrorException": {"originalMessage": "a"}},
                               {"origin": "frame", "type": "ModelStreamErrorException", "message": "a"}),
    "no event of AWS's": ({"throttlingException": "a"}, NOTHING),
    "an error as the message": ({"message": SAID}, FIELDS),
    "flat fields": ({"message": "a", "type": "a_type", "code": 404, "param": "p"},
                    {"origin": "top", "message": "a", "number": 404, "type": "a_type", "code": "404", "param": "p"}),
    "flat fields and a status": ({"message": "a", "status": 403}, {"origin": "top", "message": "a", "number": 403}),
    # whatever else carries a sentence
    "RFC 9457": ({"title": "a  b", "status": 404}, {"origin": "top", "message": "a b", "number": 404}),
    **{f"a sentence under {name}": ({name: "a"}, {"origin": "top", "message": "a", "number": 0})
       for name in ("msg", "error_msg", "errorMessage", "reason")},
    # a log's line
    **{f"a log's line with {name}": ({name: "x", "message": "a  b"}, {
        "origin": "log", "message": "a b", "wrapped": "a  b"})
       for name in ("level", "levelname", "severity", "logger")},
    "a log's line with the name of an error": ({"errorType": "ThrottlingException", "errorMessage": "a"}, {
        "origin": "log", "message": "a", "wrapped": "a", "type": "ThrottlingException"}),
    "a log's line with an exception": ({"exc_info": "a", "message": "b"},
                                       {"origin": "log", "message": "a", "wrapped": "a"}),
    "a log's line without words": ({"level": "error"}, NOTHING),
    "a text": ("no  way", {"origin": "text", "message": "no way"}),
    "an empty text": ("  ", {"origin": "", "message": ""}),
    "JSON in a text": (f" {json.dumps({'error': SAID})} ", FIELDS),
    "brackets in a text": ("[no way", {"origin": "text", "message": "[no way"}),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_an_answer_is_read_field_by_field(name: str):
    value, fields = READ[name]
    assert read_tree(value) == fields


TOLD = ("errorMessage", "error_message", "exc_info", "exception", "stack_trace", "stack", "textPayload", "message",
        "msg")  # fmt: skip


def test_of_a_log_line_what_was_raised_is_told_before_what_the_program_said_of_it():
    for at, name in enumerate(TOLD):
        assert read_tree({"level": "error", **{other: f"in {other}" for other in TOLD[at:]}})["message"] == f"in {name}"


STOPS = {
    "guardrail_intervened": "converse", "content_filtered": "converse", "refusal": "converse", "SAFETY": "candidate",
    "RECITATION": "candidate", "BLOCKLIST": "candidate", "PROHIBITED_CONTENT": "candidate", "SPII": "candidate",
    "MODEL_ARMOR": "candidate", "IMAGE_SAFETY": "candidate", "IMAGE_RECITATION": "candidate",
    "IMAGE_PROHIBITED_CONTENT": "candidate", "content_filter": "choice",
}  # fmt: skip


@pytest.mark.parametrize("reason", STOPS)
def test_each_reason_for_which_a_filter_stops_an_answer_is_known(reason: str):
    value = {"converse": {"stopReason": reason}, "candidate": {"candidates": [{"finishReason": reason}]},
             "choice": {"choices": [{"finish_reason": reason}]}}[STOPS[reason]]  # fmt: skip
    assert read_tree(value) == {"origin": STOPS[reason], "reason": reason, "message": ""}


OAUTH = (
    "access_denied", "admin_policy_enforced", "deleted_client", "disabled_client", "insufficient_scope",
    "internal_failure", "invalid_client", "invalid_grant", "invalid_rapt", "invalid_request", "invalid_scope",
    "invalid_target", "invalid_token", "org_internal", "rapt_required", "redirect_uri_mismatch", "server_error",
    "temporarily_unavailable", "unauthorized_client", "unsupported_grant_type", "unsupported_response_type",
)  # fmt: skip


@pytest.mark.parametrize("code", OAUTH)
def test_a_code_of_oauth_is_a_token_endpoints_without_a_description_too(code: str):
    """RFC 6749, 6750 and Google's own."""
    assert read_tree({"error": code})["origin"] == "token"


# Fields of an error object, and what is read of them beside the message.
OBJECTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a param": ({"param": "p"}, {"param": "p"}),
    "a provider's code": ({"provider_code": "p"}, {"provider_code": "p"}),
    "a number": ({"code": 404}, {"code": "404", "number": 404}),
    "a number as a text": ({"code": "404"}, {"code": "404", "number": 404}),
    "a code of three letters": ({"code": "abc"}, {"code": "abc", "number": 0}),
    "a number and a status": ({"code": 404, "status": 500}, {"code": "404", "number": 404}),
    "a status": ({"code": "x", "status": 500}, {"code": "x", "number": 500}),
    "a status as a text": ({"code": 403, "status": "PERMISSION_DENIED"}, {"word": "PERMISSION_DENIED", "number": 403}),
    "an id": ({"request_id": "r-1"}, {"request_id": "r-1"}),
    "seconds": ({"retry_after_seconds": 5}, {"metadata": {"retry_after_seconds": "5"}}),
    "a time": ({"resets_at": 1790000000}, {"metadata": {"resets_at": "1790000000"}}),
    "seconds until then": ({"resets_in_seconds": 90}, {"metadata": {"resets_in_seconds": "90"}}),
    "Google's details and seconds": (
        {"status": "X", "details": [{"@type": "google.rpc.ErrorInfo", "metadata": {"a": "b"}}], "resets_at": 7},
        {"metadata": {"a": "b", "resets_at": "7"}}),
}  # fmt: skip


@pytest.mark.parametrize("name", OBJECTS)
def test_an_error_object_is_read_field_by_field(name: str):
    value, expected = OBJECTS[name]
    fields = read_tree({"error": {"message": "a", **value}})
    assert {field: fields.get(field) for field in expected} == expected


@pytest.mark.parametrize("name", ["Message", "error_description", "detail", "msg"])
def test_the_message_of_an_error_object_is_read_under_each_of_its_names(name: str):
    assert read_tree({"error": {"code": "x", name: "a  b"}})["message"] == "a b"
    assert read_tree({"error": {"code": "x", "message": 7, name: "a"}})["message"] == "a"


def test_what_is_beside_an_error_object_is_its():
    assert read_tree({"error": {"message": "a", "request_id": "r-1"}, "request_id": "r-2"})["request_id"] == "r-2"
    assert read_tree({"error": {"message": "a", "status": 500}, "status": 404})["number"] == 404
    assert "request_id" not in read_tree({"error": {"message": "a"}})


def test_a_sentence_that_is_cut_off_or_missing_is_read_beside_the_error():
    for message, beside, read in (("no k", "no key", "no key"), ("", "no key", "no key"), ("no key", "gone", "no key"),
                                  ("no key", 7, "no key")):  # fmt: skip
        assert read_tree({"error": {"code": "x", "message": message}, "message": beside})["message"] == read


def test_a_whole_error_where_the_sentence_belongs_is_read_in_its_place():
    assert read_tree({"error": {"message": {"error": SAID}}}) == FIELDS
    assert read_tree({"error": {"message": SAID}}) == FIELDS
    assert read_tree({"error": {"message": {"error": {}}, "detail": "a"}})["message"] == ""


INSIDE: dict[str, dict[str, Any]] = {
    **{name: {name: {"error": SAID}} for name in ("provider_error", "upstream_error", "upstream_detail")},
    "JSON of a relay's": {"provider_error": json.dumps({"error": SAID})},
    "OpenRouter's raw answer": {"metadata": {"raw": json.dumps({"error": SAID})}},
    "JSON in the sentence": {"message": f"it said {json.dumps({'error': SAID})}"},
    "one of a comparison's": {"details": [{"model": "m", "error": SAID}]},
    "what all of a comparison say": {"details": [{"error": SAID}, {"error": {**SAID, "message": "other words"}}]},
}  # fmt: skip


@pytest.mark.parametrize("name", INSIDE)
def test_an_error_inside_another_is_read(name: str):
    fields = read_tree({"error": {"code": "x", "message": "failed", **INSIDE[name]}})
    assert fields["inside"] == FIELDS


NOT_INSIDE: dict[str, dict[str, Any]] = {
    "members that differ in code": {"details": [{"error": SAID}, {"error": {**SAID, "code": "b_code"}}]},
    "members that differ in type": {"details": [{"error": SAID}, {"error": {**SAID, "type": "b_type"}}]},
    "members that differ in the provider's code": {"details": [{"error": SAID}, {"error": {**SAID,
                                                                                          "provider_code": "x"}}]},
    "one member that is well": {"details": [{"error": SAID}, {"text": "pong"}]},
    "the first member is well": {"details": [{"text": "pong"}, {"error": SAID}]},
    "a member of another kind": {"details": [{"error": SAID}, "pong"]},
    "no members": {"details": []},
    "a text": {"details": "none"},
    "texts": {"details": ["none"]},
    "a relay's empty word": {"provider_error": ""},
    "a relay's word for nothing": {"provider_error": {"choices": []}},
    "metadata of another kind": {"metadata": "raw"},
    "metadata without it": {"metadata": {"a": "b"}},
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_INSIDE)
def test_what_is_no_error_inside_another_is_not_taken_for_one(name: str):
    assert "inside" not in read_tree({"error": {"code": "x", "message": "failed", **NOT_INSIDE[name]}})


@pytest.mark.parametrize("name", ["details", "detail", "cause", "data"])
def test_the_answer_that_a_relay_received_may_be_beside_its_own_words(name: str):
    assert read_tree({"error": "failed", name: {"error": SAID}})["inside"] == FIELDS
    assert "inside" not in read_tree({"error": "failed", name: {"choices": []}})


def nest(value: object, depth: int) -> object:
    return [nest(value, depth - 1)] if depth else value


def test_an_answer_is_looked_for_as_deep_as_anybody_puts_one():
    assert read_tree(nest({"error": SAID}, 5)) == FIELDS
    assert read_tree(nest({"error": SAID}, 6)) == NOTHING
    assert read_tree([7] * 7 + [{"error": SAID}]) == FIELDS
    assert read_tree([7] * 8 + [{"error": SAID}]) == NOTHING


WHOLE = json.dumps({"error": SAID})
# A text → its fields; None where it is no JSON.
TEXTS: dict[str, tuple[str, dict[str, Any] | None]] = {
    "JSON": (WHOLE, FIELDS),
    "something behind it": (f"{WHOLE} and more", FIELDS),
    "Python's": (repr({"error": SAID}), FIELDS),
    "Python's tuple": (repr((7, {"error": SAID})), None),
    "no JSON": ("no way", None),
    "good JSON, cut off": ('{"id": "x", "choi', NOTHING),
    "cut off": ('{"error": {"message": "a \\"b\\" c\\nd", "code": "a_c', {
        "origin": "error", "message": 'a "b" c d', "code": "a_c", "number": 0}),
    "cut off before the message": ('{"error": {"code": "a_code", "mess', {
        "origin": "error", "message": "", "code": "a_code", "number": 0}),
    "cut off, with wide margins": ('{\n                "error": {\n                    "code": "a_code", "mess', {
        "origin": "error", "message": "", "code": "a_code", "number": 0}),
    "flat and cut off": ('{"Message": "a\\/b", "type": "a_type', {
        "origin": "top", "message": "a/b", "type": "a_type", "number": 0}),
    "detail, cut off": ('{"detail": "a", "x', {"origin": "detail-text", "message": "a"}),
    "AWS's, cut off": ('{"__type": "x#ThrottlingException", "mess', {
        "origin": "aws-body", "message": "", "type": "ThrottlingException"}),
    "Google's, cut off": ('{"error": {"code": 403, "message": "a", "status": "PERMISSION_DENIED", "det', {
        "origin": "error", "message": "a", "word": "PERMISSION_DENIED", "number": 403}),
    "a status in words, cut off": ('{"error": {"message": "a", "status": "failed", "code": "x", "ty', {
        "origin": "error", "message": "a", "code": "x", "number": 0}),
    "two messages, cut off": ('{"error": {"message": "first", "more": {"message": "second", "x', {
        "origin": "error", "message": "first", "number": 0}),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_a_json_text_is_read_whole_or_as_far_as_it_goes(name: str):
    text, fields = TEXTS[name]
    assert read_json_text(text) == fields


def test_the_first_answer_in_a_text_is_found_behind_what_is_none():
    assert find_embedded(f"it said {{x}} and {{}} and {WHOLE}") == FIELDS
    assert find_embedded(f"{{x}} {{}} {{y}} {WHOLE}") is None
    assert find_embedded("it said nothing") is None
    assert find_embedded(f"it said { {'error': SAID}!r}") == FIELDS


PYTHON = {
    "{'a': 1}": {"a": 1}, "[{'a': 1}]": [{"a": 1}], "('a', {'b': None})": ("a", {"b": None}), "{ 'a': 1}": {"a": 1},
    "[ [ [ {'a': 1}]]]": [[[{"a": 1}]]], "{1: 2}": None, "text": None, "": None, "'a'": None,
}  # fmt: skip


@pytest.mark.parametrize("text", PYTHON)
def test_what_python_prints_of_a_dict_a_list_or_a_tuple_is_read(text: str):
    assert read_python_value(text) == PYTHON[text]
