"""What the fields of a request must be, as Mesh's API reference says, and FastAPI's way of telling what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping

FieldProblem = tuple[str, str]
"""FastAPI's type of the error, and its sentence."""
FieldCheck = Callable[[object], FieldProblem | None]
ANY: Mapping[str, object] = {}


def _require_type(kinds: tuple[type, ...], word: str, said: str) -> FieldCheck:
    def check(value: object) -> FieldProblem | None:
        right = isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
        return None if right else (f"{word}_type", f"Input should be a valid {said}")

    return check


TEXT = _require_type((str,), "string", "string")
BOOLEAN = _require_type((bool,), "bool", "boolean")
OBJECT = _require_type((dict,), "dict", "dictionary")
LIST = _require_type((list,), "list", "list")
INTEGER = _require_type((int,), "int", "integer")
NUMBER = _require_type((int, float), "float", "number")


def require_both(*checks: FieldCheck) -> FieldCheck:
    return lambda value: next((problem for check in checks if (problem := check(value))), None)


def require_between(low: float, high: float | None = None, kind: FieldCheck = NUMBER) -> FieldCheck:
    def check(value: object) -> FieldProblem | None:
        assert isinstance(value, int | float)
        if value < low:
            return "greater_than_equal", f"Input should be greater than or equal to {low:g}"
        if high is not None and value > high:
            return "less_than_equal", f"Input should be less than or equal to {high:g}"
        return None

    return require_both(kind, check)


def require_above(low: float) -> FieldCheck:
    def check(value: object) -> FieldProblem | None:
        assert isinstance(value, int | float)
        return None if value > low else ("greater_than", f"Input should be greater than {low:g}")

    return require_both(NUMBER, check)


def require_length(length: int) -> FieldCheck:
    def check(value: object) -> FieldProblem | None:
        long = isinstance(value, str) and len(value) > length
        return ("string_too_long", f"String should have at most {length} characters") if long else None

    return require_both(TEXT, check)


def require_one_of(*words: str) -> FieldCheck:
    listed = " or ".join(filter(None, [", ".join(f"'{word}'" for word in words[:-1]), f"'{words[-1]}'"]))
    return lambda value: None if value in words else ("literal_error", f"Input should be {listed}")


def require_list_of(each: FieldCheck, least: int = 0) -> FieldCheck:
    def check(value: object) -> FieldProblem | None:
        assert isinstance(value, list)
        if len(value) < least:
            return "too_short", f"List should have at least {least} item after validation, not {len(value)}"
        return next((problem for item in value if (problem := each(item))), None)

    return require_both(LIST, check)


def require_either(*checks: FieldCheck) -> FieldCheck:
    return lambda value: None if any(check(value) is None for check in checks) else checks[0](value)


def _check_reasoning(value: object) -> FieldProblem | None:
    twice = isinstance(value, dict) and None not in (value.get("effort"), value.get("max_tokens"))
    return ("value_error", "Value error, give either effort or max_tokens, not both") if twice else None


def check_fields(
    body: Mapping[str, object], checks: Mapping[str, FieldCheck], needed: tuple[str, ...] = ()
) -> list[dict[str, object]]:
    """FastAPI's `details`, one for each field that does not fit; null is as good as absent, unless needed."""
    found = [_make_detail(name, "missing", "Field required", body) for name in needed if name not in body]
    for name, holds in checks.items():
        given = body.get(name)
        if given is None and not (name in needed and name in body):
            continue
        problem = holds(given)
        if problem:
            found.append(_make_detail(name, *problem, given))
    return found


def _make_detail(name: str, kind: str, message: str, given: object) -> dict[str, object]:
    short: object = given if isinstance(given, str | int | float | bool | None) else {}
    return {"type": kind, "loc": ["body", name], "msg": message, "input": short}


MESSAGE_LIST = require_list_of(OBJECT, least=1)
_EFFORT = require_one_of("high", "medium", "low", "none")

_SAMPLING: dict[str, FieldCheck] = {
    "model": TEXT,
    "stream": BOOLEAN,
    "temperature": require_between(0, 2),
    "top_p": require_between(0, 1),
    "seed": INTEGER,
    "tools": require_list_of(OBJECT),
    "tool_choice": require_either(TEXT, OBJECT),
    "template": TEXT,
    "variables": OBJECT,
    "session_id": TEXT,
    "user": require_length(256),
    "timeout": require_above(0),
    "response_format": OBJECT,
}

CHAT_FIELDS: dict[str, FieldCheck] = {
    **_SAMPLING,
    "messages": MESSAGE_LIST,
    "models": require_list_of(TEXT),
    "max_tokens": require_between(1, kind=INTEGER),
    "max_completion_tokens": require_between(1, kind=INTEGER),
    "frequency_penalty": require_between(-2, 2),
    "presence_penalty": require_between(-2, 2),
    "stop": require_either(TEXT, require_list_of(TEXT)),
    "reasoning_effort": _EFFORT,
    "reasoning": require_both(OBJECT, _check_reasoning),
    "transforms": require_list_of(TEXT),
    "modality": require_one_of("text", "image"),
    "modalities": require_list_of(require_one_of("text", "audio")),
    "audio": OBJECT,
    "image": OBJECT,
    "async_mode": BOOLEAN,
    "cache": BOOLEAN,
    "service_tier": TEXT,
    "weight_profile": TEXT,
}

RESPONSES_FIELDS: dict[str, FieldCheck] = {
    **_SAMPLING,
    "input": require_either(TEXT, require_list_of(OBJECT)),
    "instructions": TEXT,
    "max_output_tokens": require_between(1, kind=INTEGER),
    "max_tool_calls": require_between(1, 10, kind=INTEGER),
    "reasoning": OBJECT,
    "text": OBJECT,
    "background": BOOLEAN,
    "store": BOOLEAN,
    "previous_response_id": TEXT,
    "include": LIST,
    "plugins": LIST,
}

EMBEDDINGS_FIELDS: dict[str, FieldCheck] = {
    "model": TEXT,
    "input": require_either(TEXT, require_list_of(require_either(TEXT, INTEGER, LIST, OBJECT), least=1)),
    "dimensions": require_between(1, kind=INTEGER),
    "encoding_format": require_one_of("float", "base64"),
    "input_type": TEXT,
    "provider": require_either(TEXT, OBJECT),
    "user": require_length(256),
    "instructions": TEXT,
    "sparse_embedding": OBJECT,
}

MESSAGES_FIELDS: dict[str, FieldCheck] = {
    "model": TEXT,
    "messages": MESSAGE_LIST,
    "max_tokens": require_between(1, kind=INTEGER),
    "system": require_either(TEXT, require_list_of(OBJECT)),
    "stream": BOOLEAN,
    "temperature": require_between(0, 1),
    "top_p": require_between(0, 1),
    "top_k": INTEGER,
    "stop_sequences": require_list_of(TEXT),
    "tools": require_list_of(OBJECT),
    "tool_choice": OBJECT,
    "metadata": OBJECT,
    "thinking": OBJECT,
}
