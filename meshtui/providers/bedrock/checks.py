"""The free checks of a key pair and of a Bedrock API key (STS, Bedrock and IAM API references).

A Bedrock API key can be shown to Bedrock alone: STS and IAM take signatures only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from meshtui.base.exchange import Exchange
from meshtui.base.text import make_one_line
from meshtui.explain.model import Explanation
from meshtui.http.call import Call
from meshtui.http.decoding import dig
from meshtui.providers.bedrock import iam_simulator as iam
from meshtui.providers.bedrock import requests as bedrock
from meshtui.providers.bedrock.iam_denials import describe_lacking, describe_right
from meshtui.providers.bedrock.provider import AWS_KEYS, BEDROCK_KEY, AwsKeys, AwsMaterial, BedrockKey
from meshtui.providers.check import (
    CLOCK,
    CLOCK_DECIDES,
    FORM,
    MAY_NOT_ASK,
    MAY_NOT_LIST,
    NETWORK,
    PASSED,
    PROMPT,
    STREAM_PERMISSION,
    STREAMED_PROMPT,
    STREAMING,
    Check,
    CheckState,
    CheckStatus,
    Outcome,
)
from meshtui.providers.default_models import describe_model_end

_MAY_NOT_SIMULATE = Outcome(
    CheckStatus.UNCLEAR, f"it may not ask IAM ({iam.SIMULATE}), which says nothing about calling", "unknown"
)
_NOT_FOUND = Outcome(CheckStatus.UNCLEAR, "IAM does not know the role under the name that STS gives", "unknown")


def _take_material(state: CheckState) -> AwsMaterial:
    assert isinstance(state.credential.material, (AwsKeys, BedrockKey))
    return state.credential.material


def _take_key_pair(state: CheckState) -> AwsKeys:
    assert isinstance(state.credential.material, AwsKeys)
    return state.credential.material


def _find_caller_arn(state: CheckState) -> str:
    """Who STS says the caller is; empty where that is not known yet."""
    return str(state.learnt.get("arn", ""))


def _find_decisions(state: CheckState) -> Mapping[str, iam.Decision]:
    """What IAM's simulator said of each action; empty where it was not asked."""
    found = state.learnt.get("decisions")
    return found if isinstance(found, dict) else {}


def _judge_caller(state: CheckState, answer: object) -> Outcome:
    """The ARN in STS's answer, XML or JSON."""
    found = re.search(r"arn:aws[\w-]*:(?:iam|sts)::\d{12}:[\w+=,.@/:-]+", str(answer))
    if found is None:
        return Outcome(CheckStatus.UNCLEAR, "no ARN came back")
    state.learnt["arn"] = found[0]
    return Outcome(CheckStatus.PASSED, make_one_line(found[0], 200))


def _judge_models(state: CheckState, answer: object) -> Outcome:
    """The list, and whether the model is on it."""
    rows = dig(answer, "modelSummaries")
    if not isinstance(rows, list):
        return Outcome(CheckStatus.UNCLEAR, "the answer is not a list of models")
    names = {str(dig(row, "modelId")) for row in rows}
    model = state.question.model
    known = model.startswith("arn:") or any(name == model or model.endswith("." + name) for name in names)
    count = f"{len(names)} models in this region"
    note = count if known else f"{count}; {model} is not among them"
    return Outcome(CheckStatus.PASSED, "; ".join(filter(None, [note, _find_end(rows, model)])))


def _find_end(rows: Sequence[object], model: str) -> str:
    """When the model ends, or that new customers do not get it, by its `modelLifecycle`; empty: neither is said."""
    row = next((row for row in rows if (name := str(dig(row, "modelId"))) == model or model.endswith("." + name)), None)
    stated = dig(row, "modelLifecycle", "endOfLifeTime")
    if ends := describe_model_end("bedrock", model, stated, datetime.now(UTC).date()):
        return ends
    legacy = dig(row, "modelLifecycle", "status") == "LEGACY"
    return f"{model} is a legacy model, closed to new customers" if legacy else ""


_AVAILABILITY = (
    (("regionAvailability",), "region_unsupported", "it is not offered in this region"),
    (("entitlementAvailability",), "model_access_not_granted", "the account is not entitled to it"),
    (("agreementAvailability", "status"), "model_access_not_granted", "its agreement has not been accepted"),
    (("authorizationStatus",), "model_access_not_granted", "the account is not authorized for it"),
)


def _judge_availability(_: CheckState, answer: object) -> Outcome:
    """Bedrock's own word on whether this account may have the model. All green has been seen where invoking failed."""
    for path, cause, words in _AVAILABILITY:
        if dig(answer, *path) in ("NOT_AVAILABLE", "NOT_AUTHORIZED"):
            # An agreement that is missing is made by the first call.
            first = path[0] == "agreementAvailability"
            return Outcome(CheckStatus.UNCLEAR if first else CheckStatus.FAILED, words, cause)
    explanation = dig(answer, "authorizationStatus") is not None
    return PASSED if explanation else Outcome(CheckStatus.UNCLEAR, "the answer does not say")


def _skip_for_arn(state: CheckState) -> str:
    return "not told for an ARN" if state.question.model.startswith("arn:") else ""


def _make_simulation_call(state: CheckState) -> Call:
    resources = iam.list_resources(state.question.model, _take_key_pair(state).region, _find_caller_arn(state))
    return iam.make_simulate_call(
        state.endpoints, _take_key_pair(state), iam.find_principal(_find_caller_arn(state)), resources
    )


def _skip_simulation(state: CheckState) -> str:
    if not _find_caller_arn(state):
        return "not tried, since it is not known who the key belongs to"
    return "" if iam.find_principal(_find_caller_arn(state)) else "not tried, since IAM simulates users and roles only"


def _judge_simulation(state: CheckState, answer: object) -> Outcome:
    decisions = iam.read_decisions(answer)
    if decisions is None:
        return Outcome(CheckStatus.UNCLEAR, "the answer is not a simulation of IAM")
    state.learnt["decisions"] = decisions
    return _judge_action(state, iam.INVOKE)


def _judge_action(state: CheckState, action: str) -> Outcome:
    """What IAM said of one action."""
    match _find_decisions(state).get(action):
        case iam.Decision.ALLOWED:
            return Outcome(CheckStatus.PASSED, f"{action} is allowed")
        case iam.Decision.NOT_ALLOWED:
            touched = iam.list_resources(state.question.model, _take_key_pair(state).region, _find_caller_arn(state))
            fix = f"let an administrator allow {action} on {' and '.join(touched)}"
            return Outcome(
                CheckStatus.FAILED, describe_right(_find_caller_arn(state), action), "permission_missing", fix
            )
        case iam.Decision.DENIED:
            return Outcome(CheckStatus.FAILED, f"a policy denies {action} explicitly", "permission_denied_explicitly")
        case iam.Decision.DEPENDS:
            return Outcome(CheckStatus.UNCLEAR, f"whether {action} is allowed depends on conditions", "unknown")
        case _:
            return Outcome(CheckStatus.UNCLEAR, f"the simulation does not name {action}", "unknown")


IDENTITY = Check(
    "identity", "key id, secret and session belong together; which account and name they are",
    "any right at Bedrock", lambda c: bedrock.make_identity_call(c.endpoints, _take_key_pair(c)), _judge_caller,
    instead=CLOCK_DECIDES,
)  # fmt: skip
MODELS = Check(
    "models", "the credential works at Bedrock in this region", "that it may call a model",
    lambda c: bedrock.make_models_call(c.endpoints, _take_material(c)), _judge_models,
    instead={"permission_missing": MAY_NOT_LIST, **CLOCK_DECIDES},
)  # fmt: skip
AVAILABILITY = Check(
    "availability", "the account may have this model in this region", "that this identity may call it; quota. Gated "
                                        "and Legacy models and unverified accounts have shown all green",
    lambda c: bedrock.make_availability_call(c.endpoints, _take_material(c), c.question.model), _judge_availability,
    instead={"permission_missing": MAY_NOT_ASK}, stops=False, foretells="prompt", skip=_skip_for_arn,
)  # fmt: skip
PERMISSION = Check(
    "permission", f"the policies of user or role allow {iam.INVOKE}",
    "policies of session, endpoint and Marketplace, the account's state; of a profile the model in other Regions",
    _make_simulation_call, _judge_simulation,
    instead={"permission_missing": _MAY_NOT_SIMULATE, "permission_denied_explicitly": _MAY_NOT_SIMULATE,
             "request_invalid": _NOT_FOUND},
    stops=False, foretells="prompt", optional=True, needs=("identity",), skip=_skip_simulation,
)  # fmt: skip
STREAMS = Check(
    STREAM_PERMISSION, f"the policies of user or role allow {iam.STREAM}", "the same as the check before",
    judge=lambda c, _: _judge_action(c, iam.STREAM), stops=False, foretells=STREAMING, optional=True,
    needs=("identity", "permission"),
    skip=lambda c: "" if _find_decisions(c) else "not tried, since nothing was simulated",
)  # fmt: skip


def find_lacking(_: CheckState, exchange: Exchange, explanation: Explanation) -> Outcome | None:
    """Where a right is lacking, which one and to whom."""
    words = describe_lacking(exchange) if explanation.cause == "permission_missing" else ""
    return Outcome(CheckStatus.FAILED, words) if words else None


PROMPTS = tuple(replace(check, refusal=find_lacking) for check in (PROMPT, STREAMED_PROMPT))
CHECKS = {
    BEDROCK_KEY: (FORM, NETWORK, MODELS, CLOCK, AVAILABILITY, *PROMPTS),
    AWS_KEYS: (FORM, NETWORK, IDENTITY, CLOCK, MODELS, AVAILABILITY, PERMISSION, STREAMS, *PROMPTS),
}
