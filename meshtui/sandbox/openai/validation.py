"""What OpenAI refuses beyond a single parameter: turns, tools and schemas that do not fit, and what a model lacks.

The sentences are those that people have pasted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from meshtui.sandbox.models import Model
from meshtui.sandbox.openai.parameters import (
    Body,
    Problem,
    check_one_of,
    describe,
    refuse_empty,
    refuse_long,
    require,
)

ROLES = ("system", "assistant", "user", "function", "tool", "developer")
PARTS = ("text", "image_url", "input_audio", "refusal", "audio", "file")
MAX_SCHEMA_STEPS = 40
"""How deep a strict schema is looked at: OpenAI takes ten levels, of two or three steps each."""
FUNCTION_NAME, MAX_FUNCTION_NAME = "[a-zA-Z0-9_-]+", 64
_FIXED_WHEN_REASONING = {"temperature": 1, "top_p": 1, "frequency_penalty": 0, "presence_penalty": 0}
_NOT_WHEN_REASONING = ("logprobs", "top_logprobs", "logit_bias", "stop")


def check_messages(messages: object) -> Problem | None:
    """Whether messages are there, have known roles and texts, and tools answer a call."""
    assert isinstance(messages, list)
    if not messages:
        return refuse_empty("messages")
    waiting: list[str] = []  # calls that no message has answered yet
    answers = False
    for number, message in enumerate(messages):
        at = f"messages[{number}]"
        if not isinstance(message, Mapping):
            said = f"Invalid type for '{at}': expected an object, but got {describe(message)} instead."
            return Problem(said, "invalid_type", at)
        problem = _check_message(at, message) or _check_turn(number, message, waiting, answers=answers)
        if problem is not None:
            return problem
        if message.get("role") == "tool":
            waiting = [call for call in waiting if call != message.get("tool_call_id")]
        else:
            waiting = _list_call_ids(message)
            answers = bool(waiting)
    return _refuse_unanswered(waiting, len(messages) - 1) if waiting else None


def _check_turn(number: int, message: Body, waiting: list[str], *, answers: bool) -> Problem | None:
    """Whether a tool's result follows a call, and every call has its result. `answers`: a call came before."""
    if message.get("role") != "tool":
        return _refuse_unanswered(waiting, number) if waiting else None
    if answers:
        return None
    said = "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
    return Problem(said, None, f"messages.[{number}].role")


def _refuse_unanswered(waiting: list[str], number: int) -> Problem:
    said = "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'."
    said += f" The following tool_call_ids did not have response messages: {', '.join(waiting)}"
    return Problem(said, None, f"messages.[{number}].role")


def _list_call_ids(message: Body) -> list[str]:
    calls = message.get("tool_calls")
    return [str(call.get("id")) for call in calls if isinstance(call, Mapping)] if isinstance(calls, list) else []


def _check_message(at: str, message: Body) -> Problem | None:
    role, content = message.get("role"), message.get("content")
    if role is None:
        return Problem(f"Missing required parameter: '{at}.role'.", "missing_required_parameter", f"{at}.role")
    problem = check_one_of(*ROLES)(f"{at}.role", role)
    if problem is not None:
        return problem
    speaks_otherwise = any(message.get(name) for name in ("tool_calls", "function_call", "audio", "refusal"))
    if content is None and not (role == "assistant" and speaks_otherwise):
        said = "Invalid value for 'content': expected a string, got null."
        return Problem(said, None, f"messages.[{at[9:-1]}].content")
    if content is not None and not isinstance(content, str | list):
        return require((str, list), "one of a string or array of objects")(f"{at}.content", content)
    return _check_parts(at, content) if isinstance(content, list) else None


def _check_parts(at: str, parts: list[object]) -> Problem | None:
    for number, part in enumerate(parts):
        where = f"{at}.content[{number}]"
        if not isinstance(part, Mapping):
            return require((dict,), "an object")(where, part)
        if part.get("type") is None:
            return Problem(
                f"Missing required parameter: '{where}.type'.", "missing_required_parameter", f"{where}.type"
            )
        problem = check_one_of(*PARTS)(f"{where}.type", part["type"])
        if problem is not None:
            return problem
    return None


def check_tools(body: Body) -> Problem | None:
    """The tools of a chat, and what is allowed only beside tools."""
    tools = body.get("tools")
    if tools is None:
        alone = next((name for name in ("tool_choice", "parallel_tool_calls") if body.get(name) is not None), None)
        if alone is None:
            return None
        said = f"Invalid value for '{alone}': '{alone}' is only allowed when 'tools' are specified."
        return Problem(said, None, alone)
    assert isinstance(tools, list)
    if not tools:
        return refuse_empty("tools")
    problems = (_check_tool(f"tools[{number}]", tool) for number, tool in enumerate(tools))
    return next((problem for problem in problems if problem is not None), None)


def _check_tool(at: str, tool: object) -> Problem | None:
    if not isinstance(tool, Mapping):
        return require((dict,), "an object")(at, tool)
    if tool.get("type") is None:
        return Problem(f"Missing required parameter: '{at}.type'.", "missing_required_parameter", f"{at}.type")
    problem = check_one_of("function", "custom")(f"{at}.type", tool["type"])
    if problem is not None or tool["type"] != "function":
        return problem
    function = tool.get("function")
    if not isinstance(function, Mapping):
        return Problem(f"Missing required parameter: '{at}.function'.", "missing_required_parameter", f"{at}.function")
    return _check_function(f"{at}.function", function)


def _check_function(at: str, function: Body) -> Problem | None:
    name, schema = function.get("name"), function.get("parameters")
    if name is None:
        return Problem(f"Missing required parameter: '{at}.name'.", "missing_required_parameter", f"{at}.name")
    if not isinstance(name, str):
        return require((str,), "a string")(f"{at}.name", name)
    if not re.fullmatch(FUNCTION_NAME, name):
        said = f"Invalid '{at}.name': string does not match pattern. Expected a string that matches the pattern "
        return Problem(f"{said}'^{FUNCTION_NAME}$'.", "invalid_value", f"{at}.name")
    if len(name) > MAX_FUNCTION_NAME:
        return refuse_long(f"{at}.name", "string", MAX_FUNCTION_NAME, len(name))
    if isinstance(schema, Mapping) and schema and schema.get("type") != "object":
        got = f"'type: \"{schema['type']}\"'" if "type" in schema else "'type: \"None\"'"
        said = f"Invalid schema for function '{name}': schema must be a JSON Schema of 'type: \"object\"', got {got}."
        return Problem(said, "invalid_function_parameters", f"{at}.parameters")
    why = _find_loose_part(schema) if function.get("strict") is True else ""
    said = f"Invalid schema for function '{name}': {why}"
    return Problem(said, "invalid_function_parameters", f"{at}.parameters") if why else None


def check_stream_options(body: Body) -> Problem | None:
    """What says how to stream is for streams."""
    if body.get("stream_options") is None or body.get("stream") is True:
        return None
    said = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
    return Problem(said, None, "stream_options")


def check_reasoning_model(body: Body, model: Model) -> Problem | None:
    """What a model that reasons does not take, and what only such a model takes."""
    if not model.reasons:
        if body.get("reasoning_effort") is not None:
            return Problem("Unrecognized request argument supplied: reasoning_effort")
        reasoning = body.get("reasoning")
        if isinstance(reasoning, Mapping) and reasoning.get("effort") is not None:
            said = "Unsupported parameter: 'reasoning.effort' is not supported with this model."
            return Problem(said, "unsupported_parameter", "reasoning.effort")
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
    problem = check_one_of("json_object", "json_schema", "text")("response_format.type", wanted.get("type"))
    if problem is not None:
        return problem
    if wanted["type"] == "json_object" and "json" not in str(body.get("messages")).lower():
        said = "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
        return Problem(said, None, "messages")
    inner = wanted.get("json_schema")
    if wanted["type"] == "json_schema" and not (isinstance(inner, Mapping) and inner.get("name")):
        at = "response_format.json_schema.name" if isinstance(inner, Mapping) else "response_format.json_schema"
        return Problem(f"Missing required parameter: '{at}'.", "missing_required_parameter", at)
    why = _find_loose_part(inner.get("schema")) if isinstance(inner, Mapping) and inner.get("strict") is True else ""
    if isinstance(inner, Mapping) and why:
        return Problem(f"Invalid schema for response_format '{inner['name']}': {why}", None, "response_format")
    return None


def check_text_format(body: Body) -> Problem | None:
    """`text.format` of a request to Responses: the same as a chat's `response_format`, flat."""
    text = body.get("text")
    wanted = text.get("format") if isinstance(text, Mapping) else None
    if not isinstance(wanted, Mapping):
        return None
    problem = check_one_of("json_object", "json_schema", "text")("text.format.type", wanted.get("type"))
    if problem is not None or wanted["type"] != "json_schema":
        return problem
    for needed in ("name", "schema"):
        if not wanted.get(needed):
            at = f"text.format.{needed}"
            return Problem(f"Missing required parameter: '{at}'.", "missing_required_parameter", at)
    why = _find_loose_part(wanted["schema"]) if wanted.get("strict") is True else ""
    said = f"Invalid schema for response_format '{wanted['name']}': {why}"
    return Problem(said, "invalid_json_schema", "text.format.schema") if why else None


def _find_loose_part(schema: object, context: tuple[str, ...] = ()) -> str:
    """What a strict schema may not leave open: each object names all its properties and requires them."""
    if not isinstance(schema, Mapping) or len(context) > MAX_SCHEMA_STEPS:
        return ""
    properties = schema.get("properties")
    if schema.get("type") == "object" or isinstance(properties, Mapping):
        if schema.get("additionalProperties") is not False:
            return f"In context={context}, 'additionalProperties' is required to be supplied and to be false."
        required, names = schema.get("required"), list(properties) if isinstance(properties, Mapping) else []
        missing = next((name for name in names if not isinstance(required, list) or name not in required), None)
        if missing is not None:
            return (
                f"In context={context}, 'required' is required to be supplied and to be an array including every key "
                f"in properties. Missing '{missing}'."
            )
    return next(filter(None, (_find_loose_part(inner, at) for inner, at in _list_inner(schema, context))), "")


def _list_inner(schema: Body, context: tuple[str, ...]) -> Iterator[tuple[object, tuple[str, ...]]]:
    for word in ("properties", "$defs"):
        named = schema.get(word)
        if isinstance(named, Mapping):
            yield from ((inner, (*context, word, str(name))) for name, inner in named.items())
    if "items" in schema:
        yield schema["items"], (*context, "items")
    options = schema.get("anyOf")
    if isinstance(options, list):
        yield from ((inner, (*context, "anyOf", str(number))) for number, inner in enumerate(options))
