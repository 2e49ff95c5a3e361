"""Which right an identity lacks, in words: `the role lacks bedrock:InvokeModelWithResponseStream`."""

from __future__ import annotations

import re

from meshtui.exchange import Exchange

# IAM's sentence (AWS, "Troubleshoot access denied error messages").
_DENIED = re.compile(
    r"User: (?P<arn>\S{1,2048}) is not authorized to perform: (?P<action>[\w-]{1,64}:\w{1,64}) .{0,4096}?"
    r"because no (?:identity|session)",
    re.DOTALL,
)


def lacks(exchange: Exchange) -> str:
    """Empty where the answer is not AWS's sentence about a right that nothing allows."""
    found = _DENIED.search(exchange.answer.body) if exchange.answer else None
    return in_words(found["arn"], found["action"]) if found else ""


def in_words(arn: str, action: str) -> str:
    """`arn` names who lacks the action."""
    return f"the {kind_of(arn)} lacks {action}"


def kind_of(arn: str) -> str:
    """role, user, or identity where the ARN names another kind."""
    name = arn.split(":", 5)[-1]
    if name.startswith(("assumed-role/", "role/")):
        return "role"
    return "user" if name.startswith("user/") else "identity"
