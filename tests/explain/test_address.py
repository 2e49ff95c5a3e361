"""What the address of a request tells: whose it is, which call, which model, region and project."""

from __future__ import annotations

import pytest

from meshtui.explain.address import Where, find_first_address, read_address
from meshtui.explain.model import Context

AWS = "https://bedrock-runtime.eu-west-3.amazonaws.com"
VERTEX = "https://europe-west4-aiplatform.googleapis.com/v1/projects/acme-1/locations/europe-west4"
PARIS, NOVA = Context(region="eu-west-3"), Context(model="amazon.nova-micro-v1:0", region="eu-west-3")
ADDRESSES = {
    "https://api.openai.com/v1/chat/completions": ("openai", "chat", Context()),
    "https://api.openai.com/v1/models": ("openai", "models", Context()),
    "https://api.openai.com/v1/responses": ("openai", "responses", Context()),
    "https://api.openai.com/v1/embeddings": ("openai", "embeddings", Context()),
    "https://api.openai.com/v1/images/generations": ("openai", "images", Context()),
    "https://api.openai.com/v1/audio/speech": ("openai", "audio", Context()),
    "api.openai.com": ("openai", "chat", Context()),
    "API.OpenAI.com": ("openai", "chat", Context()),
    "https://api.openai.com/v1/images/edits": ("openai", "images", Context()),
    "https://api.openai.com:443/v1/chat/completions": ("openai", "chat", Context()),
    "https://API.OpenAI.com/v1": ("openai", "chat", Context()),
    "https://api.meshapi.ai/v1/messages": ("mesh", "messages", Context()),
    f"{AWS}/model/amazon.nova-micro-v1%3A0/converse": ("bedrock", "converse", NOVA),
    f"{AWS}/model/amazon.nova-micro-v1%3a0/converse-stream": ("bedrock", "converse_stream", NOVA),
    f"{AWS}/model/amazon.nova-micro-v1:0/invoke": ("bedrock", "invoke", NOVA),
    f"{AWS}/model/amazon.nova-micro-v1:0/invoke-with-response-stream": ("bedrock", "invoke_stream", NOVA),
    f"{AWS}/model/a%2Fb/invoke": ("bedrock", "invoke", PARIS._replace(model="a/b")),
    "https://bedrock.eu-west-3.amazonaws.com/foundation-models": ("bedrock", "models", PARIS),
    "https://sts.eu-west-3.amazonaws.com/": ("bedrock", "sts", PARIS),
    "https://oauth2.googleapis.com/token": ("vertex", "token", Context()),
    "https://accounts.google.com/o/oauth2/token": ("vertex", "token", Context()),
    VERTEX: ("vertex", "chat", Context(project="acme-1", region="europe-west4")),
    f"{VERTEX}/publishers/google/models/gemini-2.5-flash-lite:generateContent": (
        "vertex", "chat", Context(project="acme-1", region="europe-west4", model="gemini-2.5-flash-lite")),
    f"{VERTEX}/publishers/anthropic/models/claude-sonnet-4@20250514:streamRawPredict": (
        "vertex", "chat", Context(project="acme-1", region="europe-west4", model="claude-sonnet-4@20250514")),
    f"{VERTEX}/publishers/google/models": ("vertex", "models", Context(project="acme-1", region="europe-west4")),
    f"{VERTEX}/publishers/google/models/gemini-2.5-pro:rawPredict": (
        "vertex", "chat", Context(project="acme-1", region="europe-west4", model="gemini-2.5-pro")),
    "https://aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/m/models/x:streamGenerateContent": (
        "vertex", "chat", Context(project="p", region="l", model="x")),
    "https://aiplatform.googleapis.com/v1/projects/p": ("vertex", "chat", Context()),
    "https://us-gov-west-1.amazonaws.com/model/x/converse": (
        "bedrock", "converse", Context(model="x", region="us-gov-west-1")),
    "https://bedrock-runtime.amazonaws.com/model/x?a=b": ("bedrock", "chat", Context(model="x")),
    "https://bedrock-runtime.cn-north-1.amazonaws.com.cn/": ("bedrock", "chat", Context(region="cn-north-1")),
    "https://api.openai.com.evil.example/v1/models": ("", "", Context()),
    "https://nobody.example/model/x/converse": ("", "", Context()),
    "no address at all": ("", "", Context()),
}  # fmt: skip


@pytest.mark.parametrize("url", ADDRESSES)
def test_an_address_tells_whose_it_is_and_what_was_called(url: str):
    assert read_address(url) == Where(*ADDRESSES[url])


def test_a_model_in_an_address_that_is_not_bedrocks_is_not_taken_for_one_of_its():
    assert read_address("https://api.openai.com/model/x").context == Context()


def test_the_first_address_of_somebody_known_counts_and_of_many_only_the_first_ones():
    known = "https://api.openai.com/v1/models"
    assert find_first_address(f"see https://nobody.example/, POST {known} and {AWS}/model/x/invoke") == read_address(
        known
    )
    assert find_first_address("https://nobody.example/ " * 19 + known).provider == "openai"
    assert find_first_address("https://nobody.example/ " * 20 + known).provider == "openai"
    assert find_first_address("https://nobody.example/ " * 21 + known) == Where()
    assert find_first_address("see http://x.ai").provider == "xai"
    for end in " '\"<>)]}":
        assert find_first_address(f"(https://api.openai.com/v1{end}/models") == read_address(
            "https://api.openai.com/v1"
        )
    assert find_first_address("none") == Where()


def test_a_key_in_an_address_is_in_nothing_that_it_tells():
    key = "sk-proj-" + "Zq7xK2mP9vLw" * 6
    assert "Zq7xK2" not in str(read_address(f"{AWS}/model/{key}/converse"))
