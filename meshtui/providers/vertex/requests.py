"""Vertex AI: generateContent for Google's models, rawPredict for Anthropic's, and the free count of tokens
(Vertex AI API reference; Anthropic, "Claude on Vertex AI")."""

from __future__ import annotations

from functools import partial
from urllib.parse import quote, urlencode

from meshtui.base.credential import Material
from meshtui.base.endpoints import Endpoints
from meshtui.base.secret import Secret
from meshtui.http.call import TEST_TOOL, Call, PromptRequest, make_get_call, make_json_call, make_unsendable
from meshtui.http.decoding import Dialect, dig, join_strings, list_strings
from meshtui.providers.base import Listing, RequestFormat, TokenRequest
from meshtui.providers.vertex.provider import ServiceAccount
from meshtui.providers.vertex.tokens import make_token_call, read_access_token

PUBLISHERS = ("google", "anthropic")
"""The publishers whose models can be called here."""
CLAUDE_VERSION = "vertex-2023-10-16"


def _read_reply_text(value: object) -> str | None:
    # A prompt that a filter stopped has no candidates, and is an answer all the same.
    if dig(value, "promptFeedback", "blockReason"):
        return ""
    candidates = dig(value, "candidates")
    return join_strings(dig(candidates, 0, "content", "parts"), "text") if isinstance(candidates, list) else None


def _read_stream_text(_name: str, value: object) -> str | None:
    return "" if dig(value, "usageMetadata") is not None and not dig(value, "candidates") else _read_reply_text(value)


def _read_claude_text(value: object) -> str | None:
    content = dig(value, "content")
    return join_strings(content, "text") if isinstance(content, list) else None


def _read_claude_stream_text(name: str, value: object) -> str | None:
    if dig(value, "type") == "content_block_delta":
        text = dig(value, "delta", "text")
        return text if isinstance(text, str) else ""
    return "" if name else None


GEMINI, CLAUDE = Dialect(_read_reply_text, _read_stream_text), Dialect(_read_claude_text, _read_claude_stream_text)


def choose_dialect(model: str) -> Dialect:
    return CLAUDE if model.startswith("claude-") else GEMINI


def make_prompt_call(endpoints: Endpoints, account: ServiceAccount, token: Secret, question: PromptRequest) -> Call:
    """One answer of a model, Google's or Anthropic's, in the account's project and region."""
    if question.model.startswith("claude-"):
        verb, body = "streamRawPredict" if question.stream else "rawPredict", _make_claude_body(question)
        return _call(endpoints, account, token, "chat", "anthropic", question.model, verb, body)
    verb = "streamGenerateContent?alt=sse" if question.stream else "generateContent"
    body = {**_make_contents(question), "generationConfig": {"maxOutputTokens": question.max_tokens}}
    return _call(endpoints, account, token, "chat", "google", question.model, verb, body)


def make_count_call(endpoints: Endpoints, account: ServiceAccount, token: Secret, question: PromptRequest) -> Call:
    """Counts the prompt's tokens: free, and for Google's models only."""
    return _call(endpoints, account, token, "count", "google", question.model, "countTokens", _make_contents(question))


def make_empty_call(endpoints: Endpoints, account: ServiceAccount, token: Secret, question: PromptRequest) -> Call:
    """Asks one of Anthropic's models nothing at all: free, since Anthropic refuses that, and only after login, project,
    API, permission, region and model were found right."""
    body = {**_make_claude_body(question), "messages": []}
    return _call(endpoints, account, token, "empty", "anthropic", question.model, "rawPredict", body)


def make_models_call(
    endpoints: Endpoints, account: ServiceAccount, token: Secret, publisher: str, page: str = ""
) -> Call:
    """A page of a publisher's models, free; in v1beta1 only (Vertex AI API reference, "publishers.models.list"). It
    lists what Google has, whether or not the project may call it. `page` is what `read_next_page` gave for the one
    before.
    """
    asked = urlencode({"pageSize": 300, **({"pageToken": page} if page else {})})
    where = f"{endpoints.vertex_base(account.region)}/v1beta1/publishers/{publisher}/models?{asked}"
    return make_get_call("vertex", "models", where, token)


def read_model_names(answer: object) -> list[str]:
    """The models' names as `make_prompt_call` takes them, without their publisher."""
    names = (name.rpartition("/")[2] for name in list_strings(dig(answer, "publisherModels"), "name"))
    return [name for name in names if name.startswith(("gemini-", "claude-")) and "embedding" not in name]


def read_next_page(answer: object) -> str:
    """The mark of the page after this one; empty after the last."""
    mark = dig(answer, "nextPageToken")
    return mark if isinstance(mark, str) else ""


def make_reach_call(endpoints: Endpoints, location: str) -> Call:
    """Any answer shows that the host can be reached; no credential is sent."""
    return Call("vertex", "reach", "GET", f"{endpoints.vertex_base(location)}/", {"Accept": "application/json"})


def _describe_tool(schema: str) -> dict[str, object]:
    """The tool as Google ("parameters") or Anthropic ("input_schema") names its JSON schema."""
    return {"name": TEST_TOOL.name, "description": TEST_TOOL.about, schema: TEST_TOOL.parameters}


def _make_contents(question: PromptRequest) -> dict[str, object]:
    system = {"systemInstruction": {"parts": [{"text": question.system}]}} if question.system else {}
    tools = {"tools": [{"functionDeclarations": [_describe_tool("parameters")]}]} if question.tools else {}
    return {"contents": [{"role": "user", "parts": [{"text": question.text}]}], **system, **tools}


def _make_claude_body(question: PromptRequest) -> dict[str, object]:
    return {
        "anthropic_version": CLAUDE_VERSION,
        "max_tokens": question.max_tokens,
        "messages": [{"role": "user", "content": question.text}],
        **({"system": question.system} if question.system else {}),
        **({"tools": [_describe_tool("input_schema")]} if question.tools else {}),
        **({"stream": True} if question.stream else {}),
    }


def _call(
    endpoints: Endpoints, account: ServiceAccount, token: Secret,
    call: str, publisher: str, model: str, verb: str, body: object,
) -> Call:  # fmt: skip
    if not account.project_id:
        return make_unsendable("vertex", call, "no project is given, and every address of Vertex AI names one")
    names = (account.project_id, account.region, publisher, model)
    project, location, publisher, model = (quote(name, safe="") for name in names)
    path = f"projects/{project}/locations/{location}/publishers/{publisher}/models/{model}:{verb}"
    return make_json_call("vertex", call, f"{endpoints.vertex_base(account.region)}/v1/{path}", token, body)


def _take(material: Material) -> ServiceAccount:
    if not isinstance(material, ServiceAccount):
        raise TypeError("this is no service account")
    return material


def _make_prompt(endpoints: Endpoints, material: Material, token: Secret | None, question: PromptRequest) -> Call:
    if token is None:
        raise ValueError("a service account is exchanged for a token first")
    return make_prompt_call(endpoints, _take(material), token, question)


def _list_models(endpoints: Endpoints, material: Material, token: Secret | None) -> tuple[Listing, ...]:
    if token is None:
        raise ValueError("a service account is exchanged for a token first")
    asking = partial(make_models_call, endpoints, _take(material), token)
    return tuple(Listing(partial(asking, name), read_model_names, read_next_page) for name in PUBLISHERS)


FORMAT = RequestFormat(
    prompt=_make_prompt,
    dialect=choose_dialect,
    reach=lambda endpoints, material: make_reach_call(endpoints, _take(material).region),
    address=lambda endpoints, region: endpoints.vertex_base(region),
    listings=_list_models,
    token=TokenRequest(lambda endpoints, material: make_token_call(endpoints, _take(material)), read_access_token),
    is_timed=lambda _: True,
)
