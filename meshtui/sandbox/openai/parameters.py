"""Which parameters OpenAI's requests have, what each must be by itself, and OpenAI's words about one that is not.

Names, values and ranges are those of OpenAI's public OpenAPI description, as its SDK carries them; the sentences are
those that people have pasted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

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


def describe(value: object) -> str:
    if value is None:
        return "null"
    return next((word for kind, word in _WORDS.items() if type(value) is kind), "an object")


def require(kinds: tuple[type, ...], wanted: str) -> Check:
    def check(name: str, value: object) -> Problem | None:
        if isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool)):
            return None
        message = f"Invalid type for '{name}': expected {wanted}, but got {describe(value)} instead."
        return Problem(message, "invalid_type", name)

    return check


def check_between(low: float | None, high: float | None, *, whole: bool = False) -> Check:
    kind, typed = (
        ("integer", require((int,), "an integer")) if whole else ("decimal", require((int, float), "a decimal"))
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


def check_one_of(*values: str) -> Check:
    listed = ", ".join(f"'{value}'" for value in values[:-1]) + f", and '{values[-1]}'"

    def check(name: str, value: object) -> Problem | None:
        if value in values:
            return None
        return Problem(f"Invalid value: '{value}'. Supported values are: {listed}.", "invalid_value", name)

    return check


def check_each(check: Check) -> Check:
    """Of a list whose members are checked one by one."""

    def check_all(name: str, value: object) -> Problem | None:
        wrong = _LIST(name, value)
        if wrong is not None or not isinstance(value, list):
            return wrong
        problems = (check(f"{name}[{number}]", item) for number, item in enumerate(value))
        return next((problem for problem in problems if problem is not None), None)

    return check_all


def refuse_long(name: str, kind: str, most: int, met: int) -> Problem:
    """For a string, an array or an object with more than it may have."""
    if kind == "object":
        wanted, got = f"an object with at most {most} properties", f"an object with {met} properties"
        return Problem(
            f"Invalid '{name}': too many properties. Expected {wanted}, but got {got} instead.",
            "object_above_max_properties",
            name,
        )
    article = "an array" if kind == "array" else "a string"
    said = f"Invalid '{name}': {kind} too long. Expected {article} with maximum length {most}, but got {article} with "
    return Problem(f"{said}length {met} instead.", f"{kind}_above_max_length", name)


def refuse_empty(name: str) -> Problem:
    """For an array that must hold something."""
    said = f"Invalid '{name}': empty array. Expected an array with minimum length 1, but got an empty array instead."
    return Problem(said, "empty_array", name)


def _check_stop(name: str, value: object) -> Problem | None:
    if isinstance(value, list) and len(value) > MAX_STOPS:
        return refuse_long(name, "array", MAX_STOPS, len(value))
    return _TEXT_OR_LIST(name, value)


def _check_metadata(name: str, value: object) -> Problem | None:
    if not isinstance(value, dict):
        return _OBJECT(name, value)
    if len(value) > MAX_METADATA:
        return refuse_long(name, "object", MAX_METADATA, len(value))
    for key, text in value.items():
        if not isinstance(text, str):
            return _TEXT(f"{name}.{key}", text)
        if len(text) > MAX_METADATA_LENGTH:
            return refuse_long(f"{name}.{key}", "string", MAX_METADATA_LENGTH, len(text))
    return None


def _check_logit_bias(name: str, value: object) -> Problem | None:
    if not isinstance(value, dict):
        return _OBJECT(name, value)
    problems = (check_between(-100, 100)(f"{name}.{token}", bias) for token, bias in value.items())
    return next((problem for problem in problems if problem is not None), None)


MAX_STOPS, MAX_METADATA, MAX_METADATA_LENGTH = 4, 16, 512


_TEXT, _FLAG = require((str,), "a string"), require((bool,), "a boolean")
_OBJECT, _LIST = require((dict,), "an object"), require((list,), "an array of objects")
_TEXT_OR_LIST, _TEXT_OR_OBJECT = (
    require((str, list), "one of a string or array of strings"),
    require((str, dict), "one of a string or an object"),
)

_SHARED: dict[str, Check] = {
    "model": _TEXT, "stream": _FLAG, "temperature": check_between(0, 2), "top_p": check_between(0, 1), "store": _FLAG,
    "metadata": _check_metadata, "user": _TEXT, "safety_identifier": _TEXT, "prompt_cache_key": _TEXT,
    "prompt_cache_retention": check_one_of("in_memory", "24h"), "prompt_cache_options": _OBJECT, "moderation": _OBJECT,
    "service_tier": check_one_of("auto", "default", "flex", "scale", "priority", "fast", "ultrafast"),
    "parallel_tool_calls": _FLAG, "tools": _LIST, "tool_choice": _TEXT_OR_OBJECT, "stream_options": _OBJECT,
    "top_logprobs": check_between(0, 20, whole=True),
}  # fmt: skip
CHAT_FIELDS: dict[str, Check] = {
    **_SHARED,
    "messages": _LIST,
    "max_tokens": check_between(1, None, whole=True),
    "max_completion_tokens": check_between(1, None, whole=True),
    "n": check_between(1, 128, whole=True),
    "stop": _check_stop,
    "frequency_penalty": check_between(-2, 2),
    "presence_penalty": check_between(-2, 2),
    "logit_bias": _check_logit_bias,
    "logprobs": _FLAG,
    "seed": check_between(None, None, whole=True),
    "response_format": _OBJECT,
    "reasoning_effort": check_one_of("none", "minimal", "low", "medium", "high", "xhigh", "max"),
    "verbosity": check_one_of("low", "medium", "high"),
    "modalities": check_each(check_one_of("text", "audio")),
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
    "max_output_tokens": check_between(16, None, whole=True),
    "max_tool_calls": check_between(1, None, whole=True),
    "previous_response_id": _TEXT,
    "conversation": _TEXT_OR_OBJECT,
    "include": check_each(
        check_one_of(
            "file_search_call.results",
            "web_search_call.results",
            "web_search_call.action.sources",
            "message.input_image.image_url",
            "computer_call_output.output.image_url",
            "code_interpreter_call.outputs",
            "reasoning.encrypted_content",
            "message.output_text.logprobs",
        )
    ),
    "text": _OBJECT,
    "reasoning": _OBJECT,
    "truncation": check_one_of("auto", "disabled"),
    "background": _FLAG,
    "background_options": _OBJECT,
    "access_programs": _OBJECT,
    "context_management": _LIST,
    "image": _OBJECT,
    "prompt": _OBJECT,
}
EMBEDDINGS_FIELDS: dict[str, Check] = {
    "model": _TEXT,
    "input": _TEXT_OR_LIST,
    "dimensions": check_between(1, None, whole=True),
    "encoding_format": check_one_of("float", "base64"),
    "user": _TEXT,
}


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
