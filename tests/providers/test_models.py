"""Default models come from tables with end dates, and the models checks say what ends when."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from meshtui.base.names import PROVIDER_ROWS, load_part
from meshtui.providers.bedrock.checks import _models
from meshtui.providers.default_models import choose_model, describe_end, parse_day
from meshtui.providers.openai.checks import _model

TODAY = datetime.now(UTC).date()


@pytest.mark.parametrize("provider", ["openai", "bedrock", "vertex"])
def test_the_default_is_the_first_model_that_has_not_ended(provider: str):
    models = load_part(provider, "models").MODELS
    assert choose_model(models, date(2026, 11, 28)) is models[0]
    for model in models:
        if model.ends is not None:
            assert choose_model(models, model.ends) is not model or model is models[-1]


def test_todays_defaults_are_none_of_those_that_have_ended():
    code = "from meshtui.base.names import PROVIDER_ROWS; print([r.model for r in PROVIDER_ROWS.values()])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    ended = {model for name in PROVIDER_ROWS if name != "toy" for model, end in load_part(name, "models").ENDS.items()
             if end.ends <= TODAY}  # fmt: skip
    assert not ended & set(told.replace("'", "").strip("[]\n").split(", "))


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
    assert _model(state("gpt-4o-mini"), {"id": "x", "shutdown_date": ends}).note.startswith(
        "gpt-4o-mini ends in 47 days"
    )
    assert _model(state("gpt-4o-mini"), {"id": "x", "shutdown_date": None}).note == ""


def test_bedrocks_models_check_says_when_the_model_ends():
    row = {"modelId": "a.b", "modelLifecycle": {"status": "LEGACY", "endOfLifeTime": str(TODAY + timedelta(9))}}
    assert "a.b ends in 9 days" in _models(state("a.b"), {"modelSummaries": [row]}).note
    row["modelLifecycle"] = {"status": "LEGACY"}
    assert "legacy model" in _models(state("eu.a.b"), {"modelSummaries": [row]}).note
    row["modelLifecycle"] = {"status": "ACTIVE"}
    assert _models(state("a.b"), {"modelSummaries": [row]}).note == "1 models in this region"
