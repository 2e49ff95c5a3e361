"""What a Converse request must be, and Bedrock's words about one that is not.

Ranges are those of botocore's service model of bedrock-runtime; the sentences are those that people have pasted.
"""

from __future__ import annotations

from collections.abc import Mapping

FIELDS = frozenset({
    "messages", "system", "inferenceConfig", "toolConfig", "guardrailConfig", "additionalModelRequestFields",
    "promptVariables", "additionalModelResponseFieldPaths", "requestMetadata", "performanceConfig", "serviceTier",
    "outputConfig", "projectIdentifier",
})  # fmt: skip
RANGES = {"maxTokens": (1, None), "temperature": (0, 1), "topP": (0, 1)}
NO_GUARDRAIL = "The guardrail identifier or version provided in the request does not exist."
START = "A conversation must start with a user message. Try again with a conversation that starts with a user message."
ALTERNATE = (
    "A conversation must alternate between user and assistant roles. Make sure the conversation alternates between "
    "user and assistant roles and try again."
)

Body = Mapping[str, object]


def find_problem(body: Body) -> str:
    """The first thing that is wrong with a Converse request, in Bedrock's sentence; empty where it is right."""
    return _check_messages(body.get("messages")) or _check_config(body.get("inferenceConfig")) or _check_rest(body)


def _check_messages(messages: object) -> str:
    if not isinstance(messages, list) or not messages or not all(isinstance(each, Mapping) for each in messages):
        return START
    before = ""
    for number, message in enumerate(messages):
        role, content = message.get("role"), message.get("content")
        if role not in ("user", "assistant"):
            return _break_constraint(
                role, f"messages.{number + 1}.member.role", "Member must satisfy enum value set: [user, assistant]"
            )
        if number == 0 and role != "user":
            return START
        if role == before:
            return ALTERNATE
        before = str(role)
        if not isinstance(content, list) or not content:
            return (
                f"The content field in the Message object at messages.{number} is empty. Add a ContentBlock object to "
                "the content field and try again."
            )
        for part, block in enumerate(content):
            text = block.get("text") if isinstance(block, Mapping) else None
            if isinstance(text, str) and not text.strip():
                return (
                    f"The text field in the ContentBlock object at messages.{number}.content.{part} is blank. Add text "
                    "to the text field, and try again."
                )
    return ""


def _check_config(config: object) -> str:
    if not isinstance(config, Mapping):
        return ""
    for name, (low, high) in RANGES.items():
        value = config.get(name)
        if not isinstance(value, int | float) or isinstance(value, bool):
            continue
        if value < low:
            said = f"Member must have value greater than or equal to {low}"
            return _break_constraint(value, f"inferenceConfig.{name}", said)
        if high is not None and value > high:
            return _break_constraint(
                value, f"inferenceConfig.{name}", f"Member must have value less than or equal to {high}"
            )
    return ""


def _check_rest(body: Body) -> str:
    """A guardrail that is not there: here is none."""
    return NO_GUARDRAIL if body.get("guardrailConfig") else ""


def _break_constraint(value: object, name: str, constraint: str) -> str:
    return f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: {constraint}"
