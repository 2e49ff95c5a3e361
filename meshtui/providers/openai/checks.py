"""OpenAI's free checks (API reference, "Models" and "Images"; help pages on key permissions and IP allow-lists)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from meshtui.base.exchange import Exchange
from meshtui.base.secret import Secret
from meshtui.base.text import make_one_line
from meshtui.explain.causes import INCONCLUSIVE
from meshtui.explain.model import Explanation
from meshtui.http.call import Call
from meshtui.http.decoding import dig
from meshtui.providers.check import (
    CLOCK,
    FORM,
    MAY_NOT_LIST,
    NETWORK,
    PROMPT,
    STREAMED_PROMPT,
    Check,
    CheckState,
    CheckStatus,
    Outcome,
)
from meshtui.providers.default_models import describe_model_end
from meshtui.providers.openai import requests as openai
from meshtui.providers.openai.provider import OPENAI_KEY

_EVERY_MODEL = "model.request"
"""The scope without which no model may be called; narrower ones have longer names, as api.model.read has."""


def _take_key(state: CheckState) -> Secret:
    material = state.credential.material
    assert material is not None, "a credential that cannot be sent fails the check of its form"
    return material.secret


def _judge_models(state: CheckState, answer: object) -> Outcome:
    """The list, and whether the model is on it."""
    rows = dig(answer, "data")
    if not isinstance(rows, list):
        return Outcome(CheckStatus.UNCLEAR, "the answer is not a list of models")
    listed = any(dig(row, "id") == state.question.model for row in rows)
    return Outcome(
        CheckStatus.PASSED, f"{len(rows)} models" + ("" if listed else f"; {state.question.model} is not among them")
    )


def _judge_model(state: CheckState, answer: object) -> Outcome:
    """The model is there; when it ends, where OpenAI says it (reference "Models": `shutdown_date`)."""
    return Outcome(
        CheckStatus.PASSED,
        describe_model_end("openai", state.question.model, dig(answer, "shutdown_date"), datetime.now(UTC).date()),
    )


def _make_project_call(state: CheckState) -> Call | None:
    """The list once more as an SDK asks for it, with the organization and project of the environment; None where the
    environment names neither."""
    named = openai.list_sent_unasked(state.surroundings)
    return openai.make_models_call(state.endpoints, _take_key(state), named) if named else None


def _judge_project(state: CheckState, _: object) -> Outcome:
    """Only OpenAI's model servers name the organization, and they are reached only after key and project were
    checked."""
    answers = [e.answer for e in state.exchanges if e.call == "models" and e.answer]
    names = [name for answer in answers if (name := answer.header("openai-organization"))]
    if names:
        return Outcome(CheckStatus.PASSED, f"organization {make_one_line(names[-1], 80)}")
    return Outcome(CheckStatus.UNCLEAR, "no answer names the organization", "unknown")


def _judge_scope_refusal(_: CheckState, exchange: Exchange, explanation: Explanation) -> Outcome | None:
    """The body is invalid on purpose: the error about it is a pass, because scopes are checked first."""
    if exchange.status == 400 and explanation.cause == "request_invalid":
        return Outcome(CheckStatus.PASSED, "it may ask models: a request that is wrong on purpose was read")
    if explanation.cause.startswith("credential_") or explanation.cause in INCONCLUSIVE:
        return None
    if explanation.cause != "permission_missing":
        # About models for images, which says nothing of the one that is asked for.
        words = explanation.headline.rstrip(".")
        return Outcome(CheckStatus.UNCLEAR, f"asked for an image, OpenAI says: {words}", "unknown")
    scopes = re.findall(r"Missing scopes: ([\w., -]+?)(?:\. |\.?$|\")", exchange.answer.body if exchange.answer else "")
    missing = re.split(r"[ ,]+", scopes[0]) if scopes else []
    if _EVERY_MODEL in missing:
        return Outcome(CheckStatus.FAILED, f"the key lacks the scope {_EVERY_MODEL}")
    named = f"the key lacks {make_one_line(scopes[0], 120)}" if scopes else "the key lacks a scope for images"
    return Outcome(CheckStatus.UNCLEAR, f"{named}; chat may be allowed all the same", "unknown")


IDENTITY = Check(
    "identity", "the key is known and not shut, and this network and country are served",
    "credit, access to a model, and the scope for writing",
    lambda c: openai.make_models_call(c.endpoints, _take_key(c)), _judge_models,
    instead={"permission_missing": Outcome(
        CheckStatus.UNCLEAR, "the key is known, though it may not list models; chat may work all the same", "unknown")},
)  # fmt: skip
PROJECT = Check(
    "project", "the key's organization and project accept it", "the project's limits and budget",
    _make_project_call, _judge_project, stops=False, optional=True, needs=("identity",),
)  # fmt: skip
MODEL = Check(
    "model", "the model exists and this key sees it", "that it may be called: credit and verification count too",
    lambda c: openai.make_model_call(c.endpoints, _take_key(c), c.question.model), _judge_model,
    instead={"permission_missing": MAY_NOT_LIST}, stops=False, foretells="prompt",
)  # fmt: skip
SCOPE = Check(
    "scope", "the key's scopes let it ask models for something", "the scope for chat, where an owner narrowed them",
    lambda c: openai.make_scope_call(c.endpoints, _take_key(c)), refusal=_judge_scope_refusal, stops=False,
    foretells="prompt", optional=True,
)  # fmt: skip

CHECKS = {OPENAI_KEY: (FORM, NETWORK, IDENTITY, CLOCK, PROJECT, MODEL, SCOPE, PROMPT, STREAMED_PROMPT)}
