"""What Bedrock finds wrong with a Converse request whose shape is right: turns, blank texts, tools, guardrails.

The sentences are those that people have pasted. What AWS's description of the service says already is `service_model`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

NO_GUARDRAIL = "The guardrail identifier or version provided in the request does not exist."
START = "A conversation must start with a user message. Try again with a conversation that starts with a user message."
ALTERNATE = (
    "A conversation must alternate between user and assistant roles. Make sure the conversation alternates between "
    "user and assistant roles and try again."
)
BLANK_TEXT = (
    "The text field in the ContentBlock object at messages.{number}.content.{part} is blank. Add text to the text "
    "field, and try again."
)
NO_TOOL_CONFIG = "The toolConfig field must be defined when using toolUse and toolResult content blocks."

Body = Mapping[str, object]


def find_problem(body: Body) -> str:
    """The first thing that is wrong with a Converse request, in Bedrock's sentence; empty where it is right."""
    found = _check_turns(_list_objects(body.get("messages"))) or _check_tools(body)
    return found or (NO_GUARDRAIL if body.get("guardrailConfig") else "")  # here is none


def _check_turns(messages: list[Body]) -> str:
    if not messages:
        return START
    before = ""
    for number, message in enumerate(messages):
        role, content = str(message.get("role")), _list_objects(message.get("content"))
        if number == 0 and role != "user":
            return START
        if role == before:
            return ALTERNATE
        before = role
        if not content:
            return (
                f"The content field in the Message object at messages.{number} is empty. Add a ContentBlock object to "
                "the content field and try again."
            )
        for part, block in enumerate(content):
            text = block.get("text")
            if isinstance(text, str) and not text.strip():
                return BLANK_TEXT.format(number=number, part=part)
    return ""


def _check_tools(body: Body) -> str:
    messages, config = _list_objects(body.get("messages")), body.get("toolConfig")
    called: list[str] = []
    for number, message in enumerate(messages):
        brought = _list_tool_ids(message, "toolResult")
        if (brought or _list_tool_ids(message, "toolUse")) and not config:
            return NO_TOOL_CONFIG
        missing = [each for each in called if each not in brought]
        if missing:
            listed = ", ".join(missing)
            return f"Expected toolResult blocks at messages.{number}.content for the following Ids: {listed}"
        if len(brought) > len(called):
            return (
                f"The number of toolResult blocks at messages.{number}.content exceeds the number of toolUse blocks of "
                "previous turn."
            )
        called = _list_tool_ids(message, "toolUse")
    tools = _list_objects(config.get("tools")) if isinstance(config, Mapping) else []
    return next(_check_schemas(tools), "")


def _check_schemas(tools: list[Body]) -> Iterator[str]:
    for number, tool in enumerate(tools):
        spec = tool.get("toolSpec")
        schema = spec.get("inputSchema") if isinstance(spec, Mapping) else None
        if isinstance(schema, Mapping):
            kind = schema["json"].get("type") if isinstance(schema.get("json"), Mapping) else None
            if kind != "object":
                at = f"toolConfig.tools.{number}.toolSpec.inputSchema.json.type"
                yield f"The value at {at} must be one of the following: object."


def _list_tool_ids(message: Body, kind: str) -> list[str]:
    """Of the calls (`toolUse`) or the results (`toolResult`) in a message."""
    blocks = (block.get(kind) for block in _list_objects(message.get("content")))
    return [str(block.get("toolUseId")) for block in blocks if isinstance(block, Mapping)]


def _list_objects(value: object) -> list[Body]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
