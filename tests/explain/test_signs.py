"""By what it is told whose answer it is: hosts, headers, words, types, codes, and the names of client libraries."""

from __future__ import annotations

from pathlib import Path

import pytest

from meshtui.explain.model import ParsedError, Step
from meshtui.explain.vendors import (
    VENDORS,
    detect_provider,
    find_provider_of_host,
    find_vendor_of_client,
    find_vendor_steps,
    name_signer,
)

SIGNS = [tuple(line.split("\t")) for line in (Path(__file__).parent / "signs.txt").read_text().splitlines()[1:]]
"""What kind of sign, the sign, and whose it is: written down once more, apart from the code."""


def read_sign(kind: str, sign: str) -> str:
    match kind:
        case "host":
            assert find_provider_of_host(f"{sign}.evil.example") == ""
            assert find_provider_of_host(f"a.b.{sign}") == find_provider_of_host(sign)
            return find_provider_of_host(sign)
        case "header":
            return name_signer(ParsedError(status=400, headers={sign: "x"}))
        case "words":
            return name_signer(ParsedError(status=400, message=f"It says: {sign}, and more"))
        case "type":
            return name_signer(ParsedError(status=400, origin="error", type=sign))
        case "code":
            return name_signer(ParsedError(status=400, origin="error", code=sign))
        case "client":
            return find_vendor_of_client(f"  File /x/site-packages/{sign.rstrip('.')}/a.py: {sign}")
        case _:
            raise AssertionError(kind)


@pytest.mark.parametrize(("kind", "sign", "whose"), SIGNS)
def test_this_sign_is_of(kind: str, sign: str, whose: str):
    assert read_sign(kind, sign) == whose


def test_every_sign_of_another_vendor_is_written_down():
    known = {(kind, sign) for kind, sign, _ in SIGNS}
    parts = {"host": "hosts", "header": "headers", "words": "words", "client": "modules"}
    signs = {(kind, sign) for v in VENDORS.values() for kind, part in parts.items() for sign in getattr(v, part)}
    assert sorted(signs - known) == []


@pytest.mark.parametrize("host", ["evilopenai.com", "openai.com.evil.example", "xamazonaws.com", "openai", "com", ""])
def test_a_host_that_only_ends_alike_is_nobodys(host: str):
    assert find_provider_of_host(host) == ""


def test_a_word_of_a_client_that_is_an_ordinary_word_counts_as_a_package_alone():
    assert find_vendor_of_client("all together. and groq. too") == ""
    assert find_vendor_of_client("together.error.RateLimitError: slow down") == "together"
    assert find_vendor_of_client("cohere.errors.deep.ReadTimeout") == "cohere"
    assert find_vendor_of_client("groq.RateLimitError: slow down") == "groq"
    assert find_vendor_of_client("ollama.a.b.c.d.ResponseException") == "ollama"
    assert find_vendor_of_client("my_together.error.RateLimitError") == ""
    assert find_vendor_of_client("a.together.error.RateLimitError") == ""


OWN = Step("Look at the answer.")
ASKS_MESHTUI = Step("Check the key.", command="meshtui check")
SELF_HOSTED = frozenset({
    "ollama", "vllm", "litellm", "cloudflare-ai-gateway", "vercel-ai-gateway", "kong", "helicone", "bifrost",
    "one-api", "claude-relay",
})  # fmt: skip
"""Who has no page of his own where keys are made."""


@pytest.mark.parametrize("key", VENDORS)
def test_of_another_vendor_the_page_of_its_keys_is_named_and_no_check_of_ours(key: str):
    own, *page = find_vendor_steps(key, (ASKS_MESHTUI, OWN))
    assert own == OWN
    assert VENDORS[key].name.lower().replace(" ", "").startswith(key.replace("-", ""))
    if key in SELF_HOSTED:
        assert page == []
    else:
        assert page[0].text.startswith(VENDORS[key].name)
        assert page[0].url == page[0].source
        assert page[0].url.startswith("https://")


# Forms that nobody else answers in.
FORMS = {
    "AWS's header": (ParsedError(origin="aws", type="x"), "bedrock"),
    "AWS's body": (ParsedError(origin="aws-body"), "bedrock"),
    "a frame of AWS's": (ParsedError(origin="frame"), "bedrock"),
    "AWS's XML": (ParsedError(origin="xml", type="InvalidClientTokenId"), "bedrock"),
    "any XML": (ParsedError(origin="xml"), ""),
    "Converse's refusal": (ParsedError(origin="converse", reason="guardrail_intervened"), "bedrock"),
    "a refusal that Anthropic's own answers have too": (ParsedError(origin="converse", reason="refusal"), ""),
    "an exception that AWS names so": (ParsedError(origin="error", type="ThrottlingException"), "bedrock"),
    "a name that others have too": (ParsedError(origin="error", type="RequestExpired"), ""),
    "an exception of somebody's program": (ParsedError(origin="error", type="IllegalStateException"), ""),
    "what blocked a prompt of Gemini's": (ParsedError(origin="feedback"), "vertex"),
    "Google's front end": (ParsedError(headers={"server": "ESF"}), "vertex"),
    "Google's front end by another name": (ParsedError(headers={"server": "scaffolding"}), "vertex"),
    "any other server": (ParsedError(headers={"server": "nginx"}), ""),
    "Google's page for signing in": (
        ParsedError(headers={"www-authenticate": 'Bearer realm="https://accounts.google.com/"'}), "vertex"),
    "OpenAI's headers, which Groq sends too": (
        ParsedError(headers={"x-ratelimit-limit-requests": "3", "x-groq-region": "x"}), "groq"),
    "AWS's header beside another's": (ParsedError(headers={"x-amzn-errortype": "X", "x-groq-region": "x"}), "bedrock"),
    "Google's status": (ParsedError(origin="error", word="PERMISSION_DENIED"), "vertex"),
    "Google's domain": (ParsedError(domain="aiplatform.googleapis.com"), "vertex"),
    "Google's answer for tokens": (ParsedError(origin="token"), "vertex"),
    "a candidate without words": (ParsedError(origin="candidate"), "vertex"),
    "AI Studio's service": (
        ParsedError(word="X", metadata={"service": "generativelanguage.googleapis.com"}), "google-ai-studio"),
    "Claude at Vertex": (ParsedError(request_id="req_vrtx_01"), "vertex"),
    "a provider's code in Mesh's envelope": (ParsedError(provider_code="x"), "mesh"),
    "Mesh's id beside a code": (ParsedError(request_id="req_01A", code="x"), "mesh"),
    "Mesh's id beside a code and a type": (ParsedError(request_id="req_01A", code="x", type="y"), ""),
    "Anthropic's id beside a type": (ParsedError(request_id="req_01A", type="y"), "anthropic"),
    "DeepSeek, whose codes are the others' types": (ParsedError(code="invalid_request_error"), "deepseek"),
    "Groq's very words": (ParsedError(code="invalid_api_key", message="Invalid API Key"), "groq"),
    "the same code with other words": (ParsedError(code="invalid_api_key", message="no"), ""),
    "Cloudflare's envelope": (ParsedError(text='{"success":false,"errors":[],"messages":[]}'), "cloudflare-ai-gateway"),
    "half of it": (ParsedError(text='{"success":false}'), ""),
    "the other half": (ParsedError(text='{"messages":[]}'), ""),
    "Mesh's id alone": (ParsedError(request_id="req_01A"), ""),
    "OpenAI's type with another's console": (
        ParsedError(type="insufficient_quota", message="see console.groq.com"), "groq"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_whoever_answers_in_a_form_of_his_own_is_known_by_it(name: str):
    error, whose = FORMS[name]
    assert name_signer(error) == whose


@pytest.mark.parametrize("origin", ["error", "event", "detail", "text"])
def test_what_has_openais_four_fields_and_no_sign_is_taken_for_openais(origin: str):
    copied = ParsedError(origin=origin, type="a_type", code="a_code")
    assert name_signer(copied) == ""
    assert detect_provider(copied) == ("openai" if origin != "text" else "")
    assert detect_provider(copied._replace(type="")) == detect_provider(copied._replace(code="")) == ""
    assert detect_provider(copied._replace(code="A_CODE")) == ""
