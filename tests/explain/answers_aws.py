"""Answers of AWS as tests make them: Bedrock's own form, STS's XML, the OpenAI- and Anthropic-style paths, streams."""

from __future__ import annotations

import json
from typing import Any

from meshtui.explain.model import Context
from tests.explain.table import openai

MODEL = "arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-x"
PROFILE = "arn:aws:bedrock:us-west-2:111122223333:inference-profile/us.anthropic.claude-x"
HOST = "https://bedrock-runtime.us-west-2.amazonaws.com"
FRANKFURT = Context(model="anthropic.claude-x", region="eu-central-1")
ROLE = "arn:aws:sts::111122223333:assumed-role/builder/session"


def aws(status: int, kind: str, said: str = "", *, field: str = "message", **more: Any) -> dict[str, Any]:
    """Bedrock's own form: the exception's name in a header, the sentence in the body."""
    body = json.dumps({field: said}) if said else "{}"
    return {"status": status, "headers": {"x-amzn-ErrorType": kind}, "body": body, "call": "converse", **more}


def refused(said: str = "", **more: Any) -> dict[str, Any]:
    """403; the front end and IAM write `Message` with a capital."""
    return aws(403, "AccessDeniedException", said, field="Message", **more)


def unsigned(said: str = "") -> dict[str, Any]:
    return aws(403, "InvalidSignatureException", said)


def invalid(said: str, **more: Any) -> dict[str, Any]:
    return aws(400, "ValidationException", said, **more)


def absent(said: str = "") -> dict[str, Any]:
    return aws(404, "ResourceNotFoundException", said)


def throttled(said: str = "") -> dict[str, Any]:
    return aws(429, "ThrottlingException", said)


def sts(status: int, code: str, said: str = "", **more: Any) -> dict[str, Any]:
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{said}</Message></Error>"
    body = f"<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>"
    return {"status": status, "body": body, "call": "sts", **more}


def openai_path(
    status: int, said: str, kind: str = "invalid_request_error", code: str = "validation_error"
) -> dict[str, Any]:
    return {"status": status, "body": openai(said, kind, code), "call": "chat"}


def anthropic(status: int, kind: str, said: str) -> dict[str, Any]:
    body = json.dumps({"type": "error", "error": {"type": kind, "message": said}})
    return {"status": status, "body": body, "call": "messages"}


def frame(kind: str, said: str) -> dict[str, Any]:
    """An exception inside an event stream that began with 200."""
    headers = {":message-type": "exception", ":exception-type": kind}
    return {"status": 200, "headers": headers, "body": json.dumps({"message": said}), "call": "converse_stream"}


def denied(
    resource: str, why: str = "", action: str = "bedrock:InvokeModel", *, who: str = ROLE, path: bool = False
) -> dict[str, Any]:
    """IAM's denial sentence, in Bedrock's form or on the OpenAI-style path."""
    said = f"User: {who} is not authorized to perform: {action} on resource: {resource} {why}".rstrip()
    return openai_path(401, said, "permission_denied_error", "access_denied") if path else refused(said)


def no_policy(kind: str) -> str:
    return f"because no {kind} policy allows the bedrock:InvokeModel action"


def expired(sent: str, server: str) -> str:
    """AWS's sentence about a signature that is too old by more than five minutes."""
    return f"Signature expired: {sent} is now earlier than {server} ({server} - 5 min.)"


def local(said: str) -> dict[str, Any]:
    """No answer came: a client library's own words."""
    return {"body": said, "call": "local"}
