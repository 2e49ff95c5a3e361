"""What the screen says of keys that were not sent or were broken, of checks, and of what a person stopped."""

from __future__ import annotations

import pytest

from meshtui.base.credential import Source
from meshtui.base.exchange import UNSENT, Exchange, Failure, Request
from meshtui.checks.model import CheckResult
from meshtui.credentials.paste import parse
from meshtui.explain.explain_exchange import explain_exchange
from meshtui.explain.find import find_errors
from meshtui.journal.entry import Entry, EntryKind
from meshtui.presentation.explanation_blocks import format_explanation
from meshtui.presentation.lines import render_text
from meshtui.providers.check import NOTHING, CheckStatus
from meshtui.providers.mesh import checks as mesh
from meshtui.providers.openai.provider import OPENAI_KEY
from meshtui.runs.model import Attempt
from meshtui.tui.renderers.credential_rows import RowState
from meshtui.tui.renderers.log_rows import render_row
from meshtui.tui.screens.credential_screen import make_credential_blocks
from tests.tui.recorded import NOON

KEY = "sk-proj-" + "Kk4" * 12


@pytest.mark.parametrize("kind", sorted(UNSENT))
def test_nobody_refused_what_was_never_sent(kind: str):
    exchange = Exchange("openai", "chat", Request("POST", ""), NOON, failure=Failure(kind, "it ends too soon"))
    attempt = Attempt("own key", "openai", "openai", (exchange,), False, explanation=explain_exchange(exchange))
    said = "".join(text for text, _ in render_row(Entry(NOON, EntryKind.ATTEMPT, "why", detail=attempt), 78))
    assert "✗ not sent" in said


@pytest.mark.parametrize("name", [check.name for check in (mesh.LIMITS, mesh.STORED, *mesh.TESTS)])
def test_the_name_of_a_check_never_runs_into_what_was_found(name: str):
    check = CheckResult("mesh", name, CheckStatus.SKIPPED, "not tried", "", "", NOTHING)
    said = "".join(text for text, _ in render_row(Entry(NOON, EntryKind.CHECK, "not tried", detail=check), 78))
    assert f" {name} " in said


def test_a_key_that_was_broken_on_purpose_is_not_called_ready():
    good = parse(KEY, name="openai", source=Source("sandbox", "here"))
    assert good.kind is OPENAI_KEY
    said = render_text(make_credential_blocks(good, RowState(fault="rate_limited"), "too many requests"))
    assert "[!] OpenAI key: broken" in said
    assert "rate limited: too many requests" in said
    assert "OpenAI key: broken" not in render_text(make_credential_blocks(good, RowState(), ""))


def test_a_pasted_answer_without_its_status_is_an_answer_all_the_same():
    pasted = '{"error": {"message": "Incorrect API key provided: sk-abc.", "code": "invalid_api_key"}}'
    told = find_errors(pasted)[0].explanation
    assert "an answer from OpenAI, status not known" in format_explanation(told, 100)
    assert "429 from OpenAI" in format_explanation(told._replace(status=429), 100)
    unheard = find_errors("openai.APIConnectionError: Connection error.")[0].explanation
    assert "no answer from" in format_explanation(unheard, 100)


def test_what_a_person_stopped_is_not_called_an_answer_that_does_not_tell():
    failure = Failure("cancelled", "stopped")
    exchange = Exchange("openai", "chat", Request("POST", ""), NOON, failure=failure)
    told = explain_exchange(exchange)
    attempt = Attempt("own key", "openai", "openai", (exchange,), False, explanation=told)
    said = "".join(text for text, _ in render_row(Entry(NOON, EntryKind.ATTEMPT, told.headline, detail=attempt), 60))
    assert "■ stopped" in said
    assert "you stopped it" in said
    assert "the answer does not say" not in said + format_explanation(told, 100)
