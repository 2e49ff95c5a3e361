"""What the fields of a request must be, and OpenAI's words about one that is not.

The ranges are those of OpenAI's public OpenAPI description; the sentences are those that people have pasted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from meshtui.sandbox.models import Model
from meshtui.sandbox.openai.answers import make_error

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: what `error` says of it."""

    message: str
    code: str | None = None
    param: str | None = None

    def to_response(self) -> Response:
        return make_error(400, self.message, code=self.code, param=self.param)


Check = Callable[[str, object], Problem | None]
_WORDS = {
    str: "a string",
    bool: "a boolean",
    int: "an integer",
    float: "a decimal",
    list: "an array",
    dict: "an object",
}


def _describe(value: object) -> str:
    if value is None:
        return "null"
    return next((word for kind, word in _WORDS.items() if type(value) is kind), "an object")


def _require(kinds: tuple[type, ...], wanted: str) -> Check:
    def check(name: str, value: object) -> Problem | None:
        if isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool)):
            return None
        message = f"Invalid type for '{name}': expected {wanted}, but got {_describe(value)} instead."
        return Problem(message, "invalid_type", name)

    return check


def _between(low: float | None, high: float | None, *, whole: bool = False) -> Check:
    kind, typed = (
        ("integer", _require((int,), "an integer")) if whole else ("decimal", _require((int, float), "a decimal"))
    )

    def check(name: str, value: object) -> Problem | None:
        wrong = typed(name, value)
        if wrong is not None:
            return wrong
        assert isinstance(value, int | float)
        if low is not None and value < low:
            side, word, sign, bound = "below", "minimum", ">=", low
        elif high is not None and value > high:
            side, word, sign, bound = "above", "maximum", "<=", high
        else:
            return None
        message = (
            f"Invalid '{name}': {kind} {side} {word} value. Expected a value {sign} {bound:g}, but got {value} instead."
        )
        return Problem(message, f"{kind}_{side}_{word[:3]}_value", name)

    return check


def _one_of(*values: str) -> Check:
    listed = ", ".join(f"'{value}'" for value in values[:-1]) + f", and '{values[-1]}'"

    def check(name: str, value: object) -> Problem | None:
        if value in values:
            return None
        return Problem(f"Invalid value: '{value}'. Supported values are: {listed}.", "invalid_value", name)

    return check


def _anything(_: str, __: object) -> Problem | None:
    return None


_TEXT, _FLAG = _require((str,), "a string"), _require((bool,), "a boolean")
_OBJECT, _LIST = _require((dict,), "an object"), _require((list,), "an array of objects")
_TEXT_OR_LIST, _TEXT_OR_OBJECT = (
    _require((str, list), "one of a string or array of strings"),
    _require((str, dict), "one of a string or an object"),
)

_SHARED: dict[str, Check] = {
    "model": _TEXT, "stream": _FLAG, "temperature": _between(0, 2), "top_p": _between(0, 1), "store": _FLAG,
    "metadata": _OBJECT, "user": _TEXT, "safety_identifier": _TEXT, "prompt_cache_key": _TEXT,
    "prompt_cache_retention": _TEXT, "service_tier": _one_of("auto", "default", "flex", "scale", "priority"),
    "parallel_tool_calls": _FLAG, "tools": _LIST, "tool_choice": _TEXT_OR_OBJECT, "stream_options": _OBJECT,
    "top_logprobs": _between(0, 20, whole=True),
}  # fmt: skip
CHAT_FIELDS: dict[str, Check] = {
    **_SHARED,
    "messages": _LIST,
    "max_tokens": _between(1, None, whole=True),
    "max_completion_tokens": _between(1, None, whole=True),
    "n": _between(1, 128, whole=True),
    "stop": _TEXT_OR_LIST,
    "frequency_penalty": _between(-2, 2),
    "presence_penalty": _between(-2, 2),
    "logit_bias": _OBJECT,
    "logprobs": _FLAG,
    "seed": _between(None, None, whole=True),
    "response_format": _OBJECT,
    "reasoning_effort": _one_of("none", "minimal", "low", "medium", "high", "xhigh"),
    "verbosity": _one_of("low", "medium", "high"),
    "modalities": _LIST,
    "audio": _OBJECT,
    "prediction": _OBJECT,
    "functions": _LIST,
    "function_call": _TEXT_OR_OBJECT,
    "web_search_options": _OBJECT,
}
RESPONSES_FIELDS: dict[str, Check] = {
    **_SHARED,
    "input": _TEXT_OR_LIST,
    "instructions": _TEXT,
    "max_output_tokens": _between(16, None, whole=True),
    "max_tool_calls": _between(1, None, whole=True),
    "previous_response_id": _TEXT,
    "conversation": _TEXT_OR_OBJECT,
    "include": _LIST,
    "text": _OBJECT,
    "reasoning": _OBJECT,
    "truncation": _one_of("auto", "disabled"),
    "background": _FLAG,
    "prompt": _OBJECT,
}
EMBEDDINGS_FIELDS: dict[str, Check] = {
    "model": _TEXT,
    "input": _TEXT_OR_LIST,
    "dimensions": _between(1, None, whole=True),
    "encoding_format": _one_of("float", "base64"),
    "user": _TEXT,
}

ROLES = ("system", "assistant", "user", "function", "tool", "developer")
_FIXED_WHEN_REASONING = {"temperature": 1, "top_p": 1, "frequency_penalty": 0, "presence_penalty": 0}
_NOT_WHEN_REASONING = ("logprobs", "top_logprobs", "logit_bias", "stop")


def check_fields(
    body: Body, fields: Mapping[str, Check], needed: Sequence[str], *, unknown: str = "Unknown parameter: '{}'."
) -> Problem | None:
    """The first thing that is wrong with the fields of a body; null is as good as absent. `unknown`: the
    sentence about a field that is not known."""
    for name in body:
        if name not in fields:
            code, param = ("unknown_parameter", name) if "'" in unknown else (None, None)
            return Problem(unknown.format(name), code, param)
    for name in needed:
        if body.get(name) is None:
            return Problem(f"Missing required parameter: '{name}'.", "missing_required_parameter", name)
    checked = (fields[name](name, value) for name, value in body.items() if value is not None)
    return next((problem for problem in checked if problem is not None), None)


def check_messages(messages: object) -> Problem | None:
    """Whether messages are there, have known roles and texts, and tools answer a call."""
    assert isinstance(messages, list)
    if not messages:
        message = (
            "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead."
        )
        return Problem(message, "empty_array", "messages")
    calls_before = False
    for number, message in enumerate(messages):
        at = f"messages[{number}]"
        if not isinstance(message, Mapping):
            said = f"Invalid type for '{at}': expected an object, but got {_describe(message)} instead."
            return Problem(said, "invalid_type", at)
        problem = _check_message(at, message)
        if problem is None and message.get("role") == "tool" and not calls_before:
            said = (
                "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with "
                "'tool_calls'."
            )
            problem = Problem(said, None, f"messages.[{number}].role")
        if problem is not None:
            return problem
        calls_before = bool(message.get("tool_calls")) or (calls_before and message.get("role") == "tool")
    return None


def _check_message(at: str, message: Body) -> Problem | None:
    role = message.get("role")
    if role is None:
        return Problem(f"Missing required parameter: '{at}.role'.", "missing_required_parameter", f"{at}.role")
    problem = _one_of(*ROLES)(f"{at}.role", role)
    if problem is not None:
        return problem
    content, needs_none = (
        message.get("content"),
        role == "assistant"
        and bool(
            message.get("tool_calls") or message.get("function_call") or message.get("audio") or message.get("refusal")
        ),
    )
    if content is None and not needs_none:
        said = "Invalid value for 'content': expected a string, got null."
        return Problem(said, None, f"messages.[{at[9:-1]}].content")
    if content is not None and not isinstance(content, str | list):
        return _require((str, list), "one of a string or array of objects")(f"{at}.content", content)
    return None


def check_reasoning_model(body: Body, model: Model) -> Problem | None:
    """What a model that reasons does not take."""
    if not model.reasons:
        return None
    if body.get("max_tokens") is not None:
        said = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
        )
        return Problem(said, "unsupported_parameter", "max_tokens")
    for name, only in _FIXED_WHEN_REASONING.items():
        value = body.get(name)
        if value is not None and value != only:
            said = f"Unsupported value: '{name}' does not support {value} with this model. "
            said += f"Only the default ({only}) value is supported."
            return Problem(said, "unsupported_value", name)
    for name in _NOT_WHEN_REASONING:
        if body.get(name):
            said = f"Unsupported parameter: '{name}' is not supported with this model."
            return Problem(said, "unsupported_parameter", name)
    return None


def check_answer_format(body: Body) -> Problem | None:
    """`response_format` of a chat: a schema has a name, and a free object is asked for in the messages too."""
    wanted = body.get("response_format")
    if not isinstance(wanted, Mapping):
        return None
    problem = _one_of("json_object", "json_schema", "text")("response_format.type", wanted.get("type"))
    if problem is not None:
        return problem
    if wanted["type"] == "json_object" and "json" not in str(body.get("messages")).lower():
        said = "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
        return Problem(said, None, "messages")
    inner = wanted.get("json_schema")
    if wanted["type"] == "json_schema" and not (isinstance(inner, Mapping) and inner.get("name")):
        at = "response_format.json_schema.name" if isinstance(inner, Mapping) else "response_format.json_schema"
        return Problem(f"Missing required parameter: '{at}'.", "missing_required_parameter", at)
    return None
