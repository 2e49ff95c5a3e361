"""What the fields of a request must be, as Mesh's API reference says, and FastAPI's way of telling what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Problem = tuple[str, str]
"""FastAPI's type of the error, and its sentence."""
Check = Callable[[object], Problem | None]

ANY: Mapping[str, object] = {}


def _is(kinds: tuple[type, ...], word: str, said: str) -> Check:
    def check(value: object) -> Problem | None:
        right = isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
        return None if right else (f"{word}_type", f"Input should be a valid {said}")

    return check


TEXT = _is((str,), "string", "string")
YES_NO = _is((bool,), "bool", "boolean")
OBJECT = _is((dict,), "dict", "dictionary")
LIST = _is((list,), "list", "list")
WHOLE = _is((int,), "int", "integer")
NUMBER = _is((int, float), "float", "number")


def both(*checks: Check) -> Check:
    return lambda value: next((problem for check in checks if (problem := check(value))), None)


def between(low: float, high: float | None = None, kind: Check = NUMBER) -> Check:
    def check(value: object) -> Problem | None:
        assert isinstance(value, int | float)
        if value < low:
            return "greater_than_equal", f"Input should be greater than or equal to {low:g}"
        if high is not None and value > high:
            return "less_than_equal", f"Input should be less than or equal to {high:g}"
        return None

    return both(kind, check)


def above(low: float) -> Check:
    def check(value: object) -> Problem | None:
        assert isinstance(value, int | float)
        return None if value > low else ("greater_than", f"Input should be greater than {low:g}")

    return both(NUMBER, check)


def at_most(length: int) -> Check:
    def check(value: object) -> Problem | None:
        long = isinstance(value, str) and len(value) > length
        return ("string_too_long", f"String should have at most {length} characters") if long else None

    return both(TEXT, check)


def one_of(*words: str) -> Check:
    listed = " or ".join(filter(None, [", ".join(f"'{word}'" for word in words[:-1]), f"'{words[-1]}'"]))
    return lambda value: None if value in words else ("literal_error", f"Input should be {listed}")


def list_of(each: Check, least: int = 0) -> Check:
    def check(value: object) -> Problem | None:
        assert isinstance(value, list)
        if len(value) < least:
            return "too_short", f"List should have at least {least} item after validation, not {len(value)}"
        return next((problem for item in value if (problem := each(item))), None)

    return both(LIST, check)


def either(*checks: Check) -> Check:
    return lambda value: None if any(check(value) is None for check in checks) else checks[0](value)


def _reasoning(value: object) -> Problem | None:
    twice = isinstance(value, dict) and None not in (value.get("effort"), value.get("max_tokens"))
    return ("value_error", "Value error, give either effort or max_tokens, not both") if twice else None


def check(
    body: Mapping[str, object], checks: Mapping[str, Check], needed: tuple[str, ...] = ()
) -> list[dict[str, object]]:
    """FastAPI's `details`, one for each field that does not fit; null is as good as absent, unless needed."""
    found = [_detail(name, "missing", "Field required", body) for name in needed if name not in body]
    for name, holds in checks.items():
        given = body.get(name)
        if given is None and not (name in needed and name in body):
            continue
        problem = holds(given)
        if problem:
            found.append(_detail(name, *problem, given))
    return found


def _detail(name: str, kind: str, message: str, given: object) -> dict[str, object]:
    short: object = given if isinstance(given, str | int | float | bool | None) else {}
    return {"type": kind, "loc": ["body", name], "msg": message, "input": short}


MESSAGES = list_of(OBJECT, least=1)
_EFFORT = one_of("high", "medium", "low", "none")
_SAMPLING: dict[str, Check] = {
    "model": TEXT, "stream": YES_NO, "temperature": between(0, 2), "top_p": between(0, 1), "seed": WHOLE,
    "tools": list_of(OBJECT), "tool_choice": either(TEXT, OBJECT), "template": TEXT, "variables": OBJECT,
    "session_id": TEXT, "user": at_most(256), "timeout": above(0), "response_format": OBJECT,
}  # fmt: skip

CHAT: dict[str, Check] = {
    **_SAMPLING,
    "messages": MESSAGES,
    "models": list_of(TEXT),
    "max_tokens": between(1, kind=WHOLE),
    "max_completion_tokens": between(1, kind=WHOLE),
    "frequency_penalty": between(-2, 2),
    "presence_penalty": between(-2, 2),
    "stop": either(TEXT, list_of(TEXT)),
    "reasoning_effort": _EFFORT,
    "reasoning": both(OBJECT, _reasoning),
    "transforms": list_of(TEXT),
    "modality": one_of("text", "image"),
    "modalities": list_of(one_of("text", "audio")),
    "audio": OBJECT,
    "image": OBJECT,
    "async_mode": YES_NO,
    "cache": YES_NO,
    "service_tier": TEXT,
    "weight_profile": TEXT,
}

RESPONSES: dict[str, Check] = {
    **_SAMPLING,
    "input": either(TEXT, list_of(OBJECT)),
    "instructions": TEXT,
    "max_output_tokens": between(1, kind=WHOLE),
    "max_tool_calls": between(1, 10, kind=WHOLE),
    "reasoning": OBJECT,
    "text": OBJECT,
    "background": YES_NO,
    "store": YES_NO,
    "previous_response_id": TEXT,
    "include": LIST,
    "plugins": LIST,
}

EMBEDDINGS: dict[str, Check] = {
    "model": TEXT,
    "input": either(TEXT, list_of(either(TEXT, WHOLE, LIST, OBJECT), least=1)),
    "dimensions": between(1, kind=WHOLE),
    "encoding_format": one_of("float", "base64"),
    "input_type": TEXT,
    "provider": either(TEXT, OBJECT),
    "user": at_most(256),
    "instructions": TEXT,
    "sparse_embedding": OBJECT,
}

ANTHROPIC: dict[str, Check] = {
    "model": TEXT,
    "messages": MESSAGES,
    "max_tokens": between(1, kind=WHOLE),
    "system": either(TEXT, list_of(OBJECT)),
    "stream": YES_NO,
    "temperature": between(0, 1),
    "top_p": between(0, 1),
    "top_k": WHOLE,
    "stop_sequences": list_of(TEXT),
    "tools": list_of(OBJECT),
    "tool_choice": OBJECT,
    "metadata": OBJECT,
    "thinking": OBJECT,
}
