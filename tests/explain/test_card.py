"""The card reads like a compiler's message: what, proof, what it is not, what to do, when to retry, what Mesh does."""

from __future__ import annotations

import json

import pytest

from meshtui.explain.causes import CAUSES
from meshtui.explain.engine import explain
from meshtui.explain.model import Explanation, ParsedError
from meshtui.explain.parse import parse_response
from meshtui.presentation.explanation_blocks import cause_text, format_explanation, format_explanation_json, list_causes
from tests.explain.table import mesh, openai

RATE = openai("Rate limit reached for gpt-9 in organization org-QQ on requests per min (RPM): Limit 3, Used 3, "
              "Requested 1. Please try again in 20s.", "requests", "rate_limit_exceeded")  # fmt: skip


def told(body: str = RATE, **given) -> Explanation:
    return explain(
        parse_response(body, **{"provider": "openai", "status": 429, "headers": {"x-request-id": "req_1"}, **given})
    )


def test_the_card_says_everything_in_this_order():
    text = " ".join(format_explanation(told()).split())
    parts = ["[x] The limit on requests per minute or day is reached", "429 from OpenAI · Rate limit reached",
             "certain", "Whose key yours: the provider key, at OpenAI", "Who fixes it your app", "What to do",
             "1. Wait 20 s",
             "https://platform.openai.com/settings/organization/limits", "Proof", '"Rate limit reached for gpt-9',
             "the answer says so: error.message", "error.type requests", "The key is good", "More",
             "Retry Again in 20 s, unchanged", "exclusive use",
             "limit 3 per minute, used 3, requested 1, free in 20 s", "rate_limited_requests", "openai.requests",
             "req_1", "https://developers.openai.com/api/docs"]  # fmt: skip
    at = [text.find(part) for part in parts]
    assert -1 not in at, parts[at.index(-1)]
    assert at == sorted(at)


def test_an_answer_whose_status_nobody_gave_is_not_called_no_answer():
    assert "an answer from OpenAI, status not known" in format_explanation(told(status=0))
    unheard = format_explanation(told("curl: (7) Failed to connect: Connection refused", status=0))
    assert "no answer from OpenAI" in unheard
    assert "the client says so" in unheard


@pytest.mark.parametrize("width", [40, 80, 200])
def test_only_commands_and_addresses_may_be_wider_than_asked(width: int):
    for line in format_explanation(told(), width).splitlines():
        bare = line.strip()
        assert len(line) <= width or bare.startswith("$ ") or "https://" in bare


def test_a_guess_says_so_and_names_what_else_it_could_be():
    text = " ".join(format_explanation(told("", status=503)).split())
    assert "likely, not certain" in text
    assert "Could also be The provider failed" in text


def test_what_cannot_be_told_is_not_dressed_up():
    text = " ".join(format_explanation(explain(ParsedError(status=418, message="I am a teapot"))).split())
    assert "does not say what is wrong" in text
    assert "it says only this" in text
    assert "the answer does not say" in text


def test_whose_key_it_is_stands_with_the_steps():
    ours = format_explanation(told(mesh("unauthorized", "Invalid or missing API key."), provider="mesh", status=401))
    theirs = format_explanation(
        told(mesh("upstream_auth_error", provider_code="invalid_auth"), provider="mesh", status=401)
    )
    assert "yours: the Mesh key" in ours
    assert "yours: the provider key" in theirs
    assert "no provider key was used" in " ".join(ours.split())


def test_the_provider_s_error_inside_mesh_s_is_explained_by_the_provider_s_rules():
    inner = {"error": {"code": "insufficient_quota", "type": "insufficient_quota", "message": "Spent."}}
    body = mesh("upstream_rate_limit_error", "failed", provider_code="rate_limit_exceeded", provider_error=inner)
    what = told(body, provider="mesh")
    assert (what.cause, what.rule, what.credential, what.provider) == (
        "quota_exhausted", "openai.quota", "provider", "openai")  # fmt: skip
    assert "own words" in what.proof_from
    assert what.request_id.startswith("req_01")


def test_mesh_s_own_word_stands_where_the_inner_error_only_guesses():
    body = mesh("upstream_auth_error", "failed", provider_code="invalid_auth", provider_error={"message": "no"})
    assert told(body, provider="mesh", status=401).rule == "mesh.provider-key-refused"


def test_json_holds_the_same_with_stable_names():
    data = format_explanation_json(told())
    assert json.loads(json.dumps(data)) == data
    assert set(data) == {
        "cause", "credential", "retryable", "who", "certainty", "rule", "provider", "status", "headline", "proof",
        "proof_from", "structure", "not_this", "also", "numbers", "steps", "retry_after", "retry_advice", "falls_back",
        "mesh_does", "reference", "request_id",
    }  # fmt: skip
    assert data["retry_after"] == 20.0
    assert data["structure"] == {"error.type": "requests"}


@pytest.mark.parametrize(
    ("status", "cause", "falls_back"),
    [(401, "credential_invalid", "yes"), (403, "permission_missing", "yes"), (429, "rate_limited", "yes"),
     (400, "request_invalid", "no"), (503, "capacity_exhausted", "not documented"), (429, "capacity_exhausted", "yes")],
)  # fmt: skip
def test_mesh_falls_back_on_authentication_errors_and_rate_limits_alone(status: int, cause: str, falls_back: str):
    from meshtui.explain.causes import derive_consequences

    assert derive_consequences(cause, "openai", status, "provider").falls_back == falls_back


def test_nothing_falls_back_from_the_mesh_key_itself():
    assert told(mesh("unauthorized"), provider="mesh", status=401).falls_back == "no"


@pytest.mark.parametrize("label", CAUSES)
def test_every_cause_has_an_entry_with_steps(label: str):
    text = cause_text(CAUSES[label])
    assert f"[x] {CAUSES[label].title}" in text
    assert "\n1. " in text


def test_the_listing_names_every_cause():
    assert [line.split()[0] for line in list_causes(CAUSES.values()).splitlines()] == list(CAUSES)
