"""What developers paste is told for what it is: the cause, whose answer it was, and the status that stands in it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from meshtui.explain.find import find_errors
from meshtui.explain.follow import find_in_log

FOLDER = Path(__file__).parent / "pastes"
"""Logs, consoles of tools, messages of assistants and frameworks, made up after the forms in which they print."""


class Expected(NamedTuple):
    cause: str
    provider: str
    status: int = 0
    """0: none stands in it."""


PASTES: dict[str, Expected] = {
    "a-github-issue": Expected("quota_exhausted", "openai", 429),
    "pino-pretty-printed": Expected("credential_invalid", "openai", 401),
    "winston-with-a-bedrock-error": Expected("permission_missing", "bedrock", 403),
    "structlog-s-console": Expected("permission_missing", "vertex", 403),
    "docker-compose": Expected("credential_expired", "bedrock"),
    "kubectl-logs-timestamps": Expected("rate_limited_requests", "vertex", 429),
    "systemd-s-journal": Expected("credential_missing", "openai", 401),
    "an-event-of-sentry": Expected("model_not_found", "openai", 404),
    "a-java-stack": Expected("rate_limited_requests", "bedrock", 429),
    "a-go-panic": Expected("api_not_enabled", "vertex"),
    "a-chain-of-rust-s-anyhow": Expected("credential_missing", "openai"),
    "php-s-guzzle": Expected("rate_limited_tokens", "openai", 429),
    "ruby": Expected("credential_invalid", "openai", 401),
    "dotnet": Expected("credential_disabled", "openai", 401),
    "langchain": Expected("inference_profile_required", "bedrock"),
    "llamaindex": Expected("rate_limited_requests", "openai", 429),
    "the-ai-sdk-of-vercel": Expected("quota_exhausted", "openai", 429),
    "cline": Expected("credential_wrong_kind", "openai", 401),
    "continue": Expected("model_not_found", "openai", 404),
    "aider": Expected("account_mismatch", "vertex", 400),
    "claude-code-on-bedrock": Expected("permission_denied_explicitly", "bedrock", 403),
    "n8n": Expected("rate_limited_tokens", "openai", 429),
    "dify": Expected("quota_exhausted", "openai", 429),
    "open-webui": Expected("connection_failed", "openai"),
    "curl-v": Expected("credential_malformed", "openai", 401),
    "httpie": Expected("credential_invalid", "bedrock", 403),
    "powershell": Expected("model_access_not_granted", "openai"),
    "aws-s-command-line": Expected("model_access_not_granted", "bedrock"),
    "gcloud": Expected("unknown", "vertex"),
    "terraform": Expected("permission_missing", "bedrock", 403),
    "rich-traceback": Expected("credential_expired", "openai", 401),
    "pytest-output": Expected("country_unsupported", "openai", 403),
    "github-actions": Expected("credential_missing", "openai"),
    "lambda-tabs": Expected("rate_limited_tokens", "bedrock", 429),
    "celery": Expected("request_invalid", "openai", 400),
    "sidekiq": Expected("model_access_not_granted", "bedrock"),
    "spring-ai": Expected("model_not_found", "openai", 404),
    "spring-ai-on-bedrock": Expected("request_invalid", "bedrock", 400),
    "a-script-of-home-assistant": Expected("quota_exhausted", "google-ai-studio", 429),
    "home-assistant": Expected("request_invalid", "cloudflare-ai-gateway", 405),
    "langchain-behind-a-proxy": Expected("connection_failed", "openai"),
    "opencode-with-gemini": Expected("permission_missing", "google-ai-studio", 403),
    "elixir": Expected("credential_invalid", "openai"),
    "swift": Expected("quota_exhausted", "openai", 429),
    "kotlin": Expected("credential_missing", "openai", 401),
    "codex-cli": Expected("credential_missing", "openai", 401),
    "codex-usage": Expected("rate_limited", "openai", 429),
    "gemini-cli": Expected("capacity_exhausted", "vertex", 429),
    "airflow": Expected("credential_missing", "vertex"),
    "nestjs": Expected("credential_expired", "bedrock", 403),
    "otel-logs": Expected("rate_limited_requests", "openai", 429),
    "gcp-export-yaml": Expected("model_not_found", "vertex", 404),
    "slack": Expected("model_not_found", "bedrock", 400),
    "node-fetch-cause": Expected("connection_failed", "openai"),
    "ios-wrapped-mail": Expected("credential_invalid", "openai", 401),
    "postman": Expected("credential_wrong_kind", "vertex", 401),
    "streamlit-html": Expected("request_invalid", "openai", 400),
    "mesh-node": Expected("quota_exhausted", "mesh", 402),
}


def read_paste(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def test_every_paste_has_what_is_expected_of_it():
    assert {path.stem for path in FOLDER.iterdir()} == PASTES.keys()


@pytest.mark.parametrize("name", PASTES)
def test_the_first_error_of_a_paste_is_the_one_to_begin_with(name: str):
    paste = PASTES[name]
    told = find_errors(read_paste(name))[0].explanation
    assert (told.cause, told.provider, told.status) == (paste.cause, paste.provider, paste.status)
    assert told.certainty != "certain" or told.proof


def test_google_s_older_form_beside_the_newer_one_is_no_second_error():
    told = [one.explanation for one in find_errors(read_paste("opencode-with-gemini"))]
    assert [one.rule for one in told] == ["vertex.scopes"]
    assert "scope" in told[0].headline
    assert "scope" in told[0].steps[0].text


@pytest.mark.parametrize("name", PASTES)
def test_it_is_found_as_well_while_a_program_prints_it(name: str):
    """In a log other lines stand beside it, so its status may be another line's; the cause is the same."""
    paste = PASTES[name]
    dull = "2026-11-20T09:14:00Z INFO http.server GET /healthz 200 2ms\n"
    found = find_in_log([f"{dull}{read_paste(name)}\n{dull}".encode()])
    causes = {(one.explanation.cause, one.explanation.provider) for one in found}
    assert (paste.cause, paste.provider) in causes
