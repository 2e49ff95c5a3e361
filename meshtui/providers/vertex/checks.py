"""A service account's free checks (IAM reference on published keys, OAuth 2.0 for service accounts, Resource Manager,
Vertex AI reference)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from meshtui.base.exchange import Exchange
from meshtui.explain.model import Explanation
from meshtui.http.call import Call
from meshtui.http.decoding import dig, parse_json
from meshtui.providers.check import (
    CLOCK,
    CLOCK_DECIDES,
    FORM,
    MAY_NOT_ASK,
    NETWORK,
    PASSED,
    PROMPT,
    STREAMED_PROMPT,
    Check,
    CheckState,
    CheckStatus,
    Outcome,
    require_token,
    say_token_missing,
)
from meshtui.providers.default_models import describe_known_end
from meshtui.providers.vertex import private_key as rsa
from meshtui.providers.vertex import requests as vertex
from meshtui.providers.vertex import tokens as google
from meshtui.providers.vertex.provider import SERVICE_ACCOUNT, ServiceAccount

PREDICT = "aiplatform.endpoints.predict"
_TWO_FILES = "take the whole file anew; do not join parts of two"
_NO_LIST = Outcome(CheckStatus.UNCLEAR, "Google does not list this account's keys", "unknown")


def _take_account(state: CheckState) -> ServiceAccount:
    assert isinstance(state.credential.material, ServiceAccount)
    return state.credential.material


def _judge_certificate(state: CheckState, answer: object) -> Outcome:
    """Whether Google publishes this key, and whether what it publishes is the private key's other half. A new key is
    published within minutes, so that its absence is proved wrong by a token."""
    if not isinstance(answer, dict) or not all(isinstance(text, str) for text in answer.values()):
        return Outcome(CheckStatus.UNCLEAR, "the answer is not a list of certificates", "unknown")
    key_id, pem = _take_account(state).private_key_id, _take_account(state).private_key
    try:
        ours = [name for name, text in answer.items() if rsa.is_certified(text, pem)]
    except ValueError as problem:
        return Outcome(CheckStatus.UNCLEAR, f"the certificates could not be compared: {problem}", "unknown")
    if ours and key_id in (*ours, ""):
        return Outcome(CheckStatus.PASSED, "Google publishes this key, and it is the private key's other half")
    if ours:
        words = f"private_key_id and private_key come from two files: this private key is {ours[0][:8]}…, which is live"
        return Outcome(CheckStatus.FAILED, words, "credential_malformed", _TWO_FILES)
    if key_id in answer:
        words = "private_key_id and private_key come from two files: Google publishes another key under this id"
        return Outcome(CheckStatus.FAILED, words, "credential_malformed", _TWO_FILES)
    words = "Google does not publish this key: it was deleted or disabled, its time is over, or it is minutes old"
    return Outcome(CheckStatus.FAILED, words, "credential_invalid")


def _take_token(state: CheckState, answer: object) -> Outcome:
    """The checks above need it."""
    state.token = google.read_access_token(answer)
    return PASSED if state.token else Outcome(CheckStatus.UNCLEAR, "the answer holds no token")


def _judge_permission(_: CheckState, answer: object) -> Outcome:
    """What testIamPermissions sent back is what is granted."""
    granted = dig(answer, "permissions")
    if isinstance(granted, list) and PREDICT in granted:
        return Outcome(CheckStatus.PASSED, f"{PREDICT} is granted")
    if isinstance(answer, dict):
        return Outcome(
            CheckStatus.FAILED, f"{PREDICT} is not granted, or there is no such project", "permission_missing"
        )
    return Outcome(CheckStatus.UNCLEAR, "the answer does not say")


def _judge_token_count(state: CheckState, answer: object) -> Outcome:
    """The model is there; when it ends, by the table: Google's answers do not say it."""
    if not isinstance(dig(answer, "totalTokens"), int):
        return Outcome(CheckStatus.UNCLEAR, "the answer counts no tokens")
    return Outcome(CheckStatus.PASSED, describe_known_end("vertex", state.question.model, datetime.now(UTC).date()))


def _count_or_nothing(state: CheckState) -> Call:
    """Google counts for its own models; Anthropic's are asked nothing instead."""
    build = vertex.make_empty_call if state.question.model.startswith("claude-") else vertex.make_count_call
    return build(state.endpoints, _take_account(state), require_token(state), state.question)


def _read_by_anthropic(_: CheckState, exchange: Exchange, __: Explanation) -> Outcome | None:
    """A refusal in Anthropic's own form has passed all that is Google's."""
    answer = parse_json(exchange.answer.body) if exchange.answer else None
    if exchange.status == 400 and dig(answer, "error", "type") == "invalid_request_error":
        return Outcome(CheckStatus.PASSED, "Anthropic's side read a request that is empty on purpose")
    return None


CERTIFICATE = Check(
    "certificate", "Google publishes the key, and it belongs to this private key", "that key and account are enabled",
    lambda c: google.make_certificates_call(c.endpoints, _take_account(c)), _judge_certificate,
    instead={"request_invalid": _NO_LIST}, stops=False, foretells="identity", optional=True,
)  # fmt: skip
IDENTITY = Check(
    "identity", "file, key, account and clock are good", "the project, the API, billing, any right",
    lambda c: google.make_token_call(c.endpoints, _take_account(c)), _take_token, instead=CLOCK_DECIDES,
)  # fmt: skip
PERMISSION = Check(
    "permission", f"the account holds {PREDICT} in the project", "organization policies and perimeters",
    lambda c: google.make_permission_call(c.endpoints, _take_account(c), require_token(c), PREDICT), _judge_permission,
    instead={"api_not_enabled": MAY_NOT_ASK}, stops=False, foretells="prompt",
    needs=("identity",), skip=say_token_missing,
)  # fmt: skip
MODEL = Check(
    "model", "API, permission, host, location and model fit together", "quota",
    _count_or_nothing, _judge_token_count, refusal=_read_by_anthropic, stops=False, foretells="prompt",
    needs=("identity",), skip=say_token_missing,
)  # fmt: skip

CHECKS = {
    SERVICE_ACCOUNT: (FORM, NETWORK, CERTIFICATE, IDENTITY, CLOCK, PERMISSION, MODEL, *(
        replace(check, needs=("identity",)) for check in (PROMPT, STREAMED_PROMPT)
    )),
}  # fmt: skip
