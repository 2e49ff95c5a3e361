"""How the parts of a known trace or log line become a signal. Each function takes the match of a row in `traces`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from meshtui.base.lazy_pattern import Pattern
from meshtui.explain.aws_exceptions import is_aws_only, read_aws_type
from meshtui.explain.formats.fields import fold, read_word
from meshtui.explain.model import ParsedError

Parse = Callable[..., ParsedError]
"""Reads a body as an answer of its own: `meshtui.explain.parse.parse_response`."""
MAX_PRINTED = 16_000
"""The most characters of a body after the line of a form."""
_OPERATIONS = {
    "Converse": "converse", "ConverseStream": "converse_stream", "InvokeModel": "invoke",
    "InvokeModelWithResponseStream": "invoke_stream", "GetCallerIdentity": "sts", "AssumeRole": "sts",
    "AssumeRoleWithWebIdentity": "sts", "ListFoundationModels": "models",
}  # fmt: skip
_LITELLM = {"openai": "openai", "bedrock": "bedrock", "vertexai": "vertex", "vertex_ai": "vertex",
            "gemini": "google-ai-studio",
            "vertex_ai_beta": "vertex", "vertexaigemini": "vertex", "text-completion-openai": "openai"}  # fmt: skip
_OPENAI_STATUS = {
    "AuthenticationError": 401, "PermissionDeniedError": 403, "NotFoundError": 404, "RateLimitError": 429,
    "BadRequestError": 400, "ContextWindowExceededError": 400, "ContentPolicyViolationError": 400,
    "InternalServerError": 500, "ServiceUnavailableError": 503,
}  # fmt: skip
# google.api_core names its exceptions after the status word.
_WORDS = {
    "Unauthenticated": "UNAUTHENTICATED", "Unauthorized": "UNAUTHENTICATED", "PermissionDenied": "PERMISSION_DENIED",
    "Forbidden": "PERMISSION_DENIED", "NotFound": "NOT_FOUND", "InvalidArgument": "INVALID_ARGUMENT",
    "FailedPrecondition": "FAILED_PRECONDITION", "ResourceExhausted": "RESOURCE_EXHAUSTED",
    "TooManyRequests": "RESOURCE_EXHAUSTED", "ServiceUnavailable": "UNAVAILABLE", "DeadlineExceeded":
    "DEADLINE_EXCEEDED", "InternalServerError": "INTERNAL", "MethodNotImplemented": "UNIMPLEMENTED",
}  # fmt: skip
_GRPC_CODES = {"3": "INVALID_ARGUMENT", "4": "DEADLINE_EXCEEDED", "5": "NOT_FOUND", "7": "PERMISSION_DENIED",
               "8": "RESOURCE_EXHAUSTED", "9": "FAILED_PRECONDITION", "12": "UNIMPLEMENTED", "13": "INTERNAL",
               "14": "UNAVAILABLE", "16": "UNAUTHENTICATED"}  # fmt: skip
"""gRPC's status codes as its debug text writes them (grpc.io, Status codes)."""
_TAIL = Pattern(r" \[(?:reason: \"|links \{|violations \{)")
_FIELD = r"['\"]?{}['\"]?: ?['\"]([^'\"\n]{{1,300}})['\"]"


def read_boto(match: re.Match[str], _: Parse) -> ParsedError:
    """botocore's ClientError, the AWS CLI included."""
    return _make_error(
        match, provider="bedrock", type=read_aws_type(match["type"]), call=_OPERATIONS.get(match["operation"], "chat"),
        metadata={"library": "botocore"},
    )  # fmt: skip


def read_aws(match: re.Match[str], _: Parse) -> ParsedError:
    """AWS's Go and Java SDKs."""
    call = "sts" if (match.groupdict().get("service") or "").lower().startswith("sts") else "chat"
    return _make_error(match, provider="bedrock", type=read_aws_type(match["type"]), call=call,
                       metadata={"library": "AWS SDK"})  # fmt: skip


def read_aws_node(match: re.Match[str], _: Parse) -> ParsedError | None:
    """AWS's JavaScript SDK: the exception, its stack, then `$metadata` with status and request id."""
    more = match["more"]
    if "$metadata" not in more:
        return None
    status = re.search(r"httpStatusCode: (\d{3})", more)
    return _make_error(match, provider="bedrock", type=read_aws_type(match["type"]), call="chat",
                 status=int(status[1]) if status else 0, request_id=_read_field(more, "requestId"))  # fmt: skip


def read_status_and_body(match: re.Match[str], parse: Parse) -> ParsedError | None:
    """`Error code: 401 - {'error': …}` of OpenAI's, Anthropic's and Groq's Python clients, and its like."""
    body = match["body"].strip()
    if body.startswith(("{", "[")):  # it may be printed over many lines
        body = match.string[match.start("body") : match.start("body") + MAX_PRINTED].lstrip()
    error = parse(body, status=int(match["status"]), call="chat", printed=False)
    return error if error.origin else None


def read_genai(match: re.Match[str], parse: Parse) -> ParsedError:
    """google-genai: `ClientError: 403 PERMISSION_DENIED. {'error': …}`."""
    error = parse(match["body"].strip(), status=int(match["status"]), provider="vertex", call="chat", printed=False)
    if error.word:
        return error
    return _make_error(match, provider="vertex", word=match["word"] or "", message=fold(match["body"]), call="chat")


def read_api_core(match: re.Match[str], _: Parse) -> ParsedError:
    """google.api_core: status, sentence, then reason, domain and metadata as protobuf prints them, in lines or in one;
    the exception's name may be missing."""
    more = match["more"]
    whole = f"{match['text']}\n{more}"
    facts = re.findall(r'key: "([\w.-]{1,80})"\s{1,20}value: "([^"\n]{0,200})"', whole)
    reason = re.search(r'reason: "(\w{1,80})"', whole)
    domain = re.search(r'domain: "([\w.]{1,80})"', whole)
    sentence = _TAIL.split(_join_wrapped_sentence(match["text"], more))[0].rstrip(" [")
    return _make_error(
        match,
        provider="vertex",
        word=_WORDS.get(match["kind"] or "", ""),
        message=fold(sentence),
        call="chat",
        reason=reason[1] if reason else "",
        domain=domain[1] if domain else "",
        metadata=dict(facts),
    )


def _join_wrapped_sentence(message: str, more: str) -> str:
    """The sentence joined with its continuation lines, up to its end or the next topic."""
    for line in more.split("\n")[1:4]:
        if message.endswith((".", "]", ":")) or not line[:1].isalpha():
            break
        message = f"{message} {line}"
    return message


def read_grpc(match: re.Match[str], _: Parse) -> ParsedError | None:
    """gRPC's `_InactiveRpcError`: a status word and the sentence, as Google's client libraries print them. JSON in the
    sentence's place is read as such elsewhere."""
    if (match["text"] or "").lstrip().startswith(("{", "[")):
        return None
    return _make_error(match, provider="vertex", word=match["word"], call="chat")


def read_grpc_debug(match: re.Match[str], _: Parse) -> ParsedError | None:
    """gRPC's `debug_error_string`, which is printed with one more level of quoting than the rest."""
    from meshtui.explain.formats.literals import remove_backslashes

    word = _GRPC_CODES.get(match["number"] or match["number2"] or "", "")
    return _make_error(
        match, provider="vertex", word=word, call="chat", message=fold(remove_backslashes(match["text"]))
    )


def read_genai_go(match: re.Match[str], _: Parse) -> ParsedError:
    """google-genai for Go: status, sentence, status word, and the details as Go prints a map."""
    from meshtui.explain.formats.bodies import read_tree
    from meshtui.explain.formats.literals import parse_value

    details = parse_value(match["more"] or "")[0]
    more = read_tree({"error": {"status": match["word"], "details": details}}) if details else {}
    return _make_error(match, provider="vertex", call="chat", word=match["word"], reason=more.get("reason", ""),
                 domain=more.get("domain", ""), metadata=more.get("metadata", {}))  # fmt: skip


def read_googleapi(match: re.Match[str], parse: Parse) -> ParsedError:
    """Google's REST clients for Go: status, message and reason; details as JSON on the following lines, or the body
    instead of the message."""
    from meshtui.explain.formats.bodies import read_tree
    from meshtui.explain.formats.literals import parse_value

    message, more = match["text"], match["more"]
    start = message.find("{")
    if start >= 0:
        return parse(message[start:] + more, provider="vertex", status=int(match["status"]), call="chat", printed=False)
    at = more.find("[")
    details = parse_value(more, at)[0] if at >= 0 else None
    fields = read_tree({"error": {"details": details}}) if details else {}
    reason = fields.get("reason") or match["reason"] or ""
    return _make_error(match, provider="vertex", call="chat", reason=reason, domain=fields.get("domain", ""),
                 metadata=fields.get("metadata", {}))  # fmt: skip


def read_grpc_go(match: re.Match[str], _: Parse) -> ParsedError:
    """gRPC for Go: `rpc error: code = PermissionDenied desc = …`."""
    return _make_error(match, provider="vertex", call="chat", word=_WORDS.get(match["kind"], match["kind"].upper()))


def read_aws_ruby(match: re.Match[str], _: Parse) -> ParsedError:
    """AWS's Ruby SDK, with the exception's class before or after the message."""
    kind, message = match["type"] or match["type2"], match["text"] or match["text2"]
    return _make_error(match, provider="bedrock", type=read_aws_type(kind), call="chat", message=fold(message or ""))


def read_aws_exception(match: re.Match[str], parse: Parse) -> ParsedError | None:
    """An exception that AWS alone names so, in whatever language it was thrown."""
    name = match["type"]
    if not is_aws_only(name):
        return None
    message = match["text"]
    if message.lstrip().startswith("{"):
        error = parse(message.strip(), provider="bedrock", call="chat", printed=False)
        return error._replace(type=error.type or name)
    return _make_error(match, provider="bedrock", type=name, call="chat")


def refresh(match: re.Match[str], parse: Parse) -> ParsedError:
    """google-auth's RefreshError: `('invalid_grant: …', {'error': …})`, the answer as a string in the dict's place, or
    one string where the answer was no JSON."""
    from meshtui.explain.formats.bodies import read_python_value

    message = match["text"].strip()
    values = read_python_value(message)
    for value in values if isinstance(values, tuple) else (values,):
        if isinstance(value, dict) and "error" in value:
            return parse(json.dumps(value), provider="vertex", call="token")
        if isinstance(value, str) and value.lstrip().startswith(("{", "[{")):
            return parse(value, provider="vertex", call="token")
    bare = message.strip("()'\", ")
    if bare.startswith("<"):
        return parse(bare, provider="vertex", call="token", printed=False)
    code, colon, rest = bare.partition(": ")
    if colon and code.replace("_", "").isalpha() and code.islower():
        return _make_error(match, provider="vertex", call="token", code=code, message=fold(rest.partition("', {")[0]))
    return _make_error(match, provider="vertex", call="token", message=fold(bare))


def grant(match: re.Match[str], _: Parse) -> ParsedError:
    """A token endpoint's refusal, as printed by any client."""
    return _make_error(match, provider="vertex", call="token", code="invalid_grant", message=fold(match["text"] or ""))


def read_gaxios(match: re.Match[str], _: Parse) -> ParsedError:
    """Node's google-auth-library: the error, then the response it holds."""
    more = match["more"]
    message, code = match["text"], _read_field(more, "error")
    status = re.search(r"(?:status|code): '?(\d{3})\b", more)
    description = _read_field(more, "error_description")
    if not code and message.partition(":")[0] in (
        "invalid_grant",
        "invalid_client",
        "invalid_scope",
        "unauthorized_client",
    ):
        code, message = message.partition(": ")[::2]
    return _make_error(match, provider="vertex", call="token" if code else "chat", code=code,
                 message=fold(description or message), status=int(status[1]) if status else 0)  # fmt: skip


def read_google_auth(match: re.Match[str], _: Parse) -> ParsedError:
    """google-auth's other exceptions: raised on this machine, before or without an answer."""
    return _make_error(match, provider="vertex", call="local")


def read_litellm(match: re.Match[str], parse: Parse) -> ParsedError | None:
    """LiteLLM's exceptions. Its class follows its own mapping, so only OpenAI's classes are taken as a status."""
    who = _LITELLM.get((match["who"] or "").lower(), "")
    message = match["text"].strip()
    if message.startswith(("b'", 'b"')):
        message = message[2:].rstrip("'\"").replace("\\n", "\n").replace("\\'", "'")
    status = _OPENAI_STATUS.get(match["kind"], 0) if who == "openai" else 0
    if not who and not message:
        return None
    return parse(message, provider=who, status=status, call="chat", printed=False)


def read_node(match: re.Match[str], _: Parse) -> ParsedError:
    """OpenAI's and Anthropic's Node clients: `RateLimitError: 429 …`, then the fields of the error object."""
    more = match["more"]
    return _make_error(
        match,
        call="chat",
        code=_read_field(more, "code"),
        type=_read_field(more, "type"),
        param=_read_field(more, "param"),
        request_id=_read_field(more, "request_id") or _read_field(more, "requestID"),
        status=int(match["status"]),
    )


def read_dotnet(match: re.Match[str], _: Parse) -> ParsedError:
    """.NET: `HTTP 401 (invalid_request_error: invalid_api_key)`, an empty line, the sentence."""
    message = match["text"].strip() or next((line for line in match["more"].split("\n") if line.strip()), "")
    return _make_error(match, call="chat", type=match["type"], code=match["code"], message=fold(message))


def read_plain(match: re.Match[str], _: Parse) -> ParsedError:
    """Clients that print status and sentence and nothing else."""
    return _make_error(match, call="chat")


def _read_field(text: str, name: str) -> str:
    found = re.search(_FIELD.format(name), text)
    return found[1] if found else ""


def _make_error(match: re.Match[str], **known: Any) -> ParsedError:
    """An error from the printed text; what is known otherwise takes precedence over the match's groups."""
    groups: Mapping[str, str | None] = match.groupdict()
    fields: dict[str, Any] = {"shape": "text", "origin": "log", "message": fold(groups.get("text") or "")}
    if groups.get("status"):
        fields["status"] = int(groups["status"] or 0)
    if groups.get("request_id"):
        fields["request_id"] = read_word(groups["request_id"])
    return ParsedError(**{**fields, **known})
