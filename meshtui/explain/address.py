"""What the address of a request shows: its provider, call, model, region and project."""

from __future__ import annotations

from typing import NamedTuple

from meshtui.base.lazy_pattern import Pattern
from meshtui.base.redaction import redact
from meshtui.explain.model import Context
from meshtui.explain.vendors import find_provider_of_host

_CALLS = (
    # A method of a model of Google's, behind `/models/`: generateContent, streamGenerateContent, rawPredict, …
    ("enerateContent", "chat"), ("awPredict", "chat"),
    ("oauth2.googleapis.com", "token"), ("accounts.google.com", "token"), ("//sts.", "sts"), ("/models", "models"),
    ("/foundation-models", "models"), ("/responses", "responses"), ("/embeddings", "embeddings"),
    ("converse-stream", "converse_stream"), ("/converse", "converse"), ("invoke-with-response", "invoke_stream"),
    ("/invoke", "invoke"), ("/messages", "messages"), ("/images/", "images"), ("/audio/", "audio"),
)  # fmt: skip
_REGION = Pattern(r"//[\w.-]{0,60}?\b([a-z]{2}(?:-[a-z]{1,10}){1,2}-\d)\b")
_BEDROCK_MODEL = Pattern(r"/model/([^/?#\s]{1,300})")
_VERTEX = Pattern(r"/projects/(?P<project>[^/\s]{1,80})/locations/(?P<region>[\w-]{1,40})"
                     r"(?:/publishers/\w{1,40}/models/(?P<model>[\w.@-]{1,100}))?")  # fmt: skip
ADDRESS = Pattern(r"https?://[^\s\"'<>)\]}]{4,2000}")


class Where(NamedTuple):
    """What an address shows; empty where it shows nothing."""

    provider: str = ""
    call: str = ""
    context: Context = Context()


def read_address(url: str) -> Where:
    """Reads an address. The answer is empty for a host of no known provider or vendor."""
    host = url.partition("//")[2].partition("/")[0].partition(":")[0].lower() or url.lower()
    provider = find_provider_of_host(host)
    if not provider:
        return Where()
    call = next((name for part, name in _CALLS if part in url), "chat")
    return Where(provider, call, _read_context(redact(url), provider))


def _read_context(url: str, provider: str) -> Context:
    region = _REGION.search(url)
    if provider == "vertex" and (found := _VERTEX.search(url)):
        return Context(model=found["model"] or "", region=found["region"], project=found["project"])
    model = _BEDROCK_MODEL.search(url) if provider == "bedrock" else None
    name = model[1].replace("%3A", ":").replace("%3a", ":").replace("%2F", "/") if model else ""
    return Context(model=name, region=region[1] if region else "")


def find_first_address(text: str) -> Where:
    """Reads the first address of a known provider in the text."""
    for number, match in enumerate(ADDRESS.finditer(text)):
        found = read_address(match[0])
        if found.provider or number >= 20:
            return found
    return Where()
