"""Default models come from tables with end dates, and the models checks say what ends when."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from meshtui.base.provider_names import PROVIDER_ROWS, load_part
from meshtui.explain.ended_models import ROWS, SOURCES, find_end, has_ended
from meshtui.providers.bedrock.checks import _judge_models
from meshtui.providers.bedrock.requests import read_model_ends as read_bedrock_ends
from meshtui.providers.default_models import choose_model, describe_end, parse_day
from meshtui.providers.mesh.checks import _judge_model as _mesh_model
from meshtui.providers.openai.checks import _judge_model
from meshtui.providers.openai.requests import read_model_ends as read_openai_ends
from meshtui.providers.vertex.checks import _judge_token_count

TODAY = datetime.now(UTC).date()


@pytest.mark.parametrize("provider", ["openai", "bedrock", "vertex"])
def test_the_default_is_the_first_model_that_has_not_ended(provider: str):
    models = load_part(provider, "models").MODELS
    assert choose_model(models, date(2026, 11, 28)) is models[0]
    for model in models:
        if model.ends is not None:
            assert choose_model(models, model.ends) is not model or model is models[-1]


def test_todays_defaults_are_none_of_those_that_have_ended():
    code = "from meshtui.base.provider_names import PROVIDER_ROWS; print([r.model for r in PROVIDER_ROWS.values()])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for model in told.replace("'", "").strip("[]\n").split(", "):
        for provider in PROVIDER_ROWS:
            end = find_end(provider, model)
            assert end is None or not has_ended(end, str(TODAY))


@pytest.mark.parametrize(("days", "said"), [(47, "ends in 47 days"), (1, "ends in 1 day,"), (-3, "ended on ")])
def test_an_end_is_told_in_days_with_what_comes_instead(days: int, said: str):
    told = describe_end(TODAY + timedelta(days), TODAY, "gpt-6-luna")
    assert told.startswith(said)
    assert told.endswith("replacement gpt-6-luna")


@pytest.mark.parametrize(("value", "day"), [
    ("2027-01-14", date(2027, 1, 14)), ("2027-01-14T00:00:00Z", date(2027, 1, 14)), (1799884800, date(2027, 1, 14)),
    (None, None), ("soon", None), (True, None), (1e30, None),
])  # fmt: skip
def test_a_day_is_read_as_providers_write_it(value: object, day: date | None):
    assert parse_day(value) == day


def state(model: str) -> Any:
    return SimpleNamespace(question=SimpleNamespace(model=model))


def test_openais_model_check_says_when_the_model_ends():
    ends = str(TODAY + timedelta(47))
    assert _judge_model(state("gpt-4o-mini"), {"id": "x", "shutdown_date": ends}).note.startswith(
        "gpt-4o-mini ends in 47 days"
    )
    assert _judge_model(state("gpt-4o-mini"), {"id": "x", "shutdown_date": None}).note == ""


def test_bedrocks_models_check_says_when_the_model_ends():
    row = {"modelId": "a.b", "modelLifecycle": {"status": "LEGACY", "endOfLifeTime": str(TODAY + timedelta(9))}}
    assert "a.b ends in 9 days" in _judge_models(state("a.b"), {"modelSummaries": [row]}).note
    row["modelLifecycle"] = {"status": "LEGACY"}
    assert "legacy model" in _judge_models(state("eu.a.b"), {"modelSummaries": [row]}).note
    row["modelLifecycle"] = {"status": "ACTIVE"}
    assert _judge_models(state("a.b"), {"modelSummaries": [row]}).note == "1 models in this region"


def test_vertexs_and_meshs_model_checks_say_by_the_table_when_the_model_ends():
    counted = _judge_token_count(state("gemini-2.5-flash"), {"totalTokens": 3}).note
    assert counted.startswith("gemini-2.5-flash ended on 2026-10-16")
    assert counted.endswith("replacement gemini-3.5-flash-lite")
    assert _mesh_model(state("openai/gpt-4"), {"id": "openai/gpt-4"}).note.startswith(
        "openai/gpt-4 ended on 2026-10-23"
    )
    assert _mesh_model(state("openai/gpt-6-luna"), {"id": "openai/gpt-6-luna"}).note == ""


@pytest.mark.parametrize(("provider", "model", "ends"), [
    ("openai", "gpt-4", "2026-10-23"), ("openai", "gpt-4-0613", "2026-10-23"), ("openai", "o3-2025-04-16",
    "2026-12-11"),
    ("openai", "gpt-4o", "2027-01-14"), ("openai", "gpt-4o-2024-05-13", "2026-10-23"),
    ("openai", "ft:gpt-4o-mini-2024-07-18:acme::AbC1", "2027-01-14"), ("openai", "gpt-6-luna", ""),
    ("vertex", "gemini-2.0-flash-001", "2026-06-01"), ("vertex", "gemini-2.5-pro", "2026-10-16"),
    ("vertex", "publishers/google/models/gemini-2.5-flash-lite", "2026-10-16"), ("vertex", "gemini-3.5-flash", ""),
    ("anthropic", "claude-3-5-sonnet-20241022", "2025-10-28"), ("anthropic", "claude-opus-4-20250514", "2026-06-15"),
    ("anthropic", "claude-opus-4-1-20250805", "2026-08-05"), ("anthropic", "claude-sonnet-4-5-20250929", ""),
    ("mesh", "openai/gpt-3.5-turbo", "2026-10-23"), ("mesh", "anthropic/claude-3.5-sonnet", "2025-10-28"),
    ("openrouter", "google/gemini-2.5-pro", "2026-10-16"), ("bedrock", "anthropic.claude-3-5-sonnet-20241022-v2:0", ""),
])  # fmt: skip
def test_a_model_is_found_in_the_table_by_any_of_its_versions(provider: str, model: str, ends: str):
    end = find_end(provider, model)
    assert (end.ends if end else "") == ends


def test_the_table_of_ended_models_is_dated_and_has_a_source_for_each_row():
    names = [(row.provider, row.name) for row in ROWS]
    assert sorted(set(names)) == sorted(names)
    for row in ROWS:
        assert row.provider in SOURCES
        assert date.fromisoformat(row.ends)
        assert not row.closed or date.fromisoformat(row.closed) < date.fromisoformat(row.ends)
        replaced = find_end(row.provider, row.replacement) if row.replacement else None
        assert replaced is None, f"{row.name}: its replacement ends too"
    for source in SOURCES.values():
        assert source.url.startswith("https://")
        assert date.fromisoformat(source.read) <= date(2026, 11, 28)


def test_a_list_of_models_states_their_last_days():
    rows = {"data": [{"id": "gpt-4o-mini", "shutdown_date": "2027-01-14"}, {"id": "gpt-6-luna", "shutdown_date": None}]}
    assert read_openai_ends(rows) == {"gpt-4o-mini": "2027-01-14"}
    summaries = {
        "modelSummaries": [{"modelId": "a.b", "modelLifecycle": {"endOfLifeTime": 1799884800}}, {"modelId": "c.d"}]
    }
    assert read_bedrock_ends(summaries) == {"a.b": "2027-01-14"}
    assert read_openai_ends({}) == read_bedrock_ends([]) == {}
