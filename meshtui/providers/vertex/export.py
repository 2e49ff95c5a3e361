"""Python for Vertex AI: google-genai for Google's models, google-auth alone for Anthropic's and for the token
(google-genai's reference, "HttpOptions"; google-auth's, "service_account" and "AuthorizedSession")."""

from __future__ import annotations

import re

from meshtui.base.endpoints import Endpoints
from meshtui.providers.python_source import Program, Source, write_call
from meshtui.providers.sent_request import CodeExport, Sent, make_bearer

GENERATES = re.compile(
    r"(?P<base>https?://[^?#]*?)/(?P<version>v1\w*)/projects/(?P<project>[^/]+)/locations/(?P<location>[^/]+)"
    r"/publishers/google/models/(?P<model>[^/:]+):(?P<verb>generateContent|streamGenerateContent)(?:\?.*)?"
)
_CREDENTIALS = """\
credentials = service_account.Credentials.from_service_account_file(
    os.environ["GOOGLE_APPLICATION_CREDENTIALS"],
    scopes=["https://www.googleapis.com/auth/cloud-platform"],
)
"""
_WHOLE = """\
answer = {asked}
print(answer.text)
"""
_STREAM = """\
parts = {asked}
for part in parts:
    print(part.text or "", end="", flush=True)
print()
"""
_REFRESH = f"""\
# pip install google-auth requests
import os

from google.auth.transport.requests import Request
from google.oauth2 import service_account

{_CREDENTIALS}credentials.refresh(Request())
print("Google gave a token, good until", credentials.expiry, "UTC")
"""
_POST = """\
session = AuthorizedSession(credentials, max_refresh_attempts=0)
answer = {asked}
print(answer.status_code, answer.text)
"""


def write_program(sent: Sent) -> Program | None:
    """None where neither a model was asked nor a token."""
    if sent.is_assertion:
        return Program("google-auth", _REFRESH)
    found = GENERATES.fullmatch(sent.url)
    if found is None:
        return Program("google-auth", _write_posted(sent)) if sent.body else None
    verb = "generate_content_stream" if found["verb"].startswith("stream") else "generate_content"
    asked = write_call(f"client.models.{verb}", _list_arguments(sent, found["model"]))
    client = {
        "vertexai": True, "project": found["project"], "location": found["location"],
        "credentials": Source("credentials"), "http_options": Source(_write_options(sent, found)),
    }  # fmt: skip
    text = "\n".join((
        "# pip install google-genai",
        "import os\n",
        "from google import genai",
        "from google.genai import types",
        "from google.oauth2 import service_account\n",
        f"{_CREDENTIALS}client = {write_call('genai.Client', client)}",
        (_STREAM if verb.endswith("stream") else _WHOLE).format(asked=asked),
    ))  # fmt: skip
    return Program("google-genai", text)


def _write_options(sent: Sent, found: re.Match[str]) -> str:
    options: dict[str, object] = {"api_version": found["version"]}
    if found["base"] != Endpoints().vertex_base(found["location"]):
        options["base_url"] = found["base"]
    if sent.timeout:
        options["timeout"] = Source(f"{sent.timeout * 1000:.0f}", "milliseconds")
    options["retry_options"] = Source("types.HttpRetryOptions(attempts=1)", "so that its one answer is seen")
    return write_call("types.HttpOptions", options, 1)


def _list_arguments(sent: Sent, model: str) -> dict[str, object]:
    """The body in the library's words: it writes names with underscores, and everything but the contents in one
    `config`."""
    config: dict[str, object] = {}
    if "systemInstruction" in sent.body:
        config["system_instruction"] = sent.body["systemInstruction"]
    if "tools" in sent.body:
        config["tools"] = sent.body["tools"]
    generation = sent.body.get("generationConfig")
    for name, value in generation.items() if isinstance(generation, dict) else ():
        config[re.sub("([A-Z])", lambda letter: f"_{letter[1].lower()}", name)] = value
    return {"model": model, "contents": sent.body.get("contents"), **({"config": config} if config else {})}


def _write_posted(sent: Sent) -> str:
    """The same request through google-auth's session, which fetches the token."""
    arguments: dict[str, object] = {"url": sent.url, "json": sent.body}
    if sent.timeout:
        arguments["timeout"] = sent.timeout
    return "\n".join((
        "# pip install google-auth requests",
        "import os\n",
        "from google.auth.transport.requests import AuthorizedSession",
        "from google.oauth2 import service_account\n",
        _CREDENTIALS + _POST.format(asked=write_call("session.post", arguments)),
    ))  # fmt: skip


_ASSERTION = """\
# Google's token endpoint wants an assertion that is signed anew each time, which no curl can repeat.
# gcloud asks for a token of the service account whose file GOOGLE_APPLICATION_CREDENTIALS names,
# and keeps it off the screen:
gcloud auth application-default print-access-token >/dev/null && echo ok
"""
_ACCOUNT = "# The token is that of the service account whose file GOOGLE_APPLICATION_CREDENTIALS names."
_FROM_GCLOUD = "$(gcloud auth application-default print-access-token)"

EXPORT = CodeExport(
    write_program,
    curl_secrets=lambda sent: [make_bearer(_FROM_GCLOUD)] if sent.authorization else [],
    curl_comments=lambda sent: [_ACCOUNT] if sent.authorization else [],
    curl_instead=lambda sent: _ASSERTION if sent.is_assertion else "",
)
