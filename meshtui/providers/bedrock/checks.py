"""The free checks of a key pair and of a Bedrock API key (STS, Bedrock and IAM API references).

A Bedrock API key can be shown to Bedrock alone: STS and IAM take signatures only.
"""

from __future__ import annotations

import re

from meshtui.base.text import one_line
from meshtui.checks.common import CLOCK_DECIDES, MAY_NOT_ASK, MAY_NOT_LIST, aws, pair
from meshtui.checks.model import PASSED, STREAM_PERMISSION, STREAMING, Check, CheckRunner, CheckStatus, Outcome
from meshtui.http.call import Call
from meshtui.http.decoding import dig
from meshtui.providers.bedrock import iam_simulator as iam
from meshtui.providers.bedrock import requests as bedrock
from meshtui.providers.bedrock.iam_denials import in_words

_MAY_NOT_SIMULATE = Outcome(
    CheckStatus.UNCLEAR, f"it may not ask IAM ({iam.SIMULATE}), which says nothing about calling", "unknown"
)
_NOT_FOUND = Outcome(CheckStatus.UNCLEAR, "IAM does not know the role under the name that STS gives", "unknown")


def _caller(runner: CheckRunner, answer: object) -> Outcome:
    """The ARN in STS's answer, XML or JSON."""
    found = re.search(r"arn:aws[\w-]*:(?:iam|sts)::\d{12}:[\w+=,.@/:-]+", str(answer))
    if found is None:
        return Outcome(CheckStatus.UNCLEAR, "no ARN came back")
    runner.arn = found[0]
    return Outcome(CheckStatus.PASSED, one_line(found[0], 200))


def _models(runner: CheckRunner, answer: object) -> Outcome:
    """The list, and whether the model is on it."""
    rows = dig(answer, "modelSummaries")
    if not isinstance(rows, list):
        return Outcome(CheckStatus.UNCLEAR, "the answer is not a list of models")
    names = {str(dig(row, "modelId")) for row in rows}
    model = runner.question.model
    known = model.startswith("arn:") or any(name == model or model.endswith("." + name) for name in names)
    count = f"{len(names)} models in this region"
    return Outcome(CheckStatus.PASSED, count if known else f"{count}; {model} is not among them")


_AVAILABILITY = (
    (("regionAvailability",), "region_unsupported", "it is not offered in this region"),
    (("entitlementAvailability",), "model_access_not_granted", "the account is not entitled to it"),
    (("agreementAvailability", "status"), "model_access_not_granted", "its agreement has not been accepted"),
    (("authorizationStatus",), "model_access_not_granted", "the account is not authorized for it"),
)


def _availability(_: CheckRunner, answer: object) -> Outcome:
    """Bedrock's own word on whether this account may have the model. All green has been seen where invoking failed."""
    for path, cause, words in _AVAILABILITY:
        if dig(answer, *path) in ("NOT_AVAILABLE", "NOT_AUTHORIZED"):
            return Outcome(CheckStatus.FAILED, words, cause)
    told = dig(answer, "authorizationStatus") is not None
    return PASSED if told else Outcome(CheckStatus.UNCLEAR, "the answer does not tell")


def _an_arn(runner: CheckRunner) -> str:
    return "not told for an ARN" if runner.question.model.startswith("arn:") else ""


def _simulation(runner: CheckRunner) -> Call:
    resources = iam.resources(runner.question.model, pair(runner).region, runner.arn)
    return iam.simulate_call(runner.endpoints, pair(runner), iam.principal(runner.arn), resources)


def _cannot_simulate(runner: CheckRunner) -> str:
    if not runner.arn:
        return "not tried, since it is not known who the key belongs to"
    return "" if iam.principal(runner.arn) else "not tried, since IAM simulates users and roles only"


def _simulated(runner: CheckRunner, answer: object) -> Outcome:
    decisions = iam.decisions(answer)
    if decisions is None:
        return Outcome(CheckStatus.UNCLEAR, "the answer is not a simulation of IAM")
    runner.decisions = decisions
    return _allowed(runner, iam.INVOKE)


def _allowed(runner: CheckRunner, action: str) -> Outcome:
    """What IAM said of one action."""
    match runner.decisions.get(action):
        case iam.Decision.ALLOWED:
            return Outcome(CheckStatus.PASSED, f"{action} is allowed")
        case iam.Decision.NOT_ALLOWED:
            touched = iam.resources(runner.question.model, pair(runner).region, runner.arn)
            mend = f"let an administrator allow {action} on {' and '.join(touched)}"
            return Outcome(CheckStatus.FAILED, in_words(runner.arn, action), "permission_missing", mend)
        case iam.Decision.DENIED:
            return Outcome(CheckStatus.FAILED, f"a policy denies {action} explicitly", "permission_denied_explicitly")
        case iam.Decision.DEPENDS:
            return Outcome(CheckStatus.UNCLEAR, f"whether {action} is allowed depends on conditions", "unknown")
        case _:
            return Outcome(CheckStatus.UNCLEAR, f"the simulation does not name {action}", "unknown")


IDENTITY = Check(
    "identity", "key id, secret and session belong together; which account and name they are",
    "any right at Bedrock", lambda c: bedrock.identity_call(c.endpoints, pair(c)), _caller, instead=CLOCK_DECIDES,
)  # fmt: skip
MODELS = Check(
    "models", "the credential works at Bedrock in this region", "that it may call a model",
    lambda c: bedrock.models_call(c.endpoints, aws(c)), _models,
    instead={"permission_missing": MAY_NOT_LIST, **CLOCK_DECIDES},
)  # fmt: skip
AVAILABILITY = Check(
    "availability", "the account may have this model in this region", "that this identity may call it; quota",
    lambda c: bedrock.availability_call(c.endpoints, aws(c), c.question.model), _availability,
    instead={"permission_missing": MAY_NOT_ASK}, stops=False, foretells="prompt", skip=_an_arn,
)  # fmt: skip
PERMISSION = Check(
    "permission", f"the policies of user or role allow {iam.INVOKE}",
    "policies of session, endpoint and Marketplace, and the account's state",
    _simulation, _simulated,
    instead={"permission_missing": _MAY_NOT_SIMULATE, "permission_denied_explicitly": _MAY_NOT_SIMULATE,
             "request_invalid": _NOT_FOUND},
    stops=False, foretells="prompt", optional=True, needs=("identity",), skip=_cannot_simulate,
)  # fmt: skip
STREAMS = Check(
    STREAM_PERMISSION, f"the policies of user or role allow {iam.STREAM}", "the same as the check before",
    judge=lambda c, _: _allowed(c, iam.STREAM), stops=False, foretells=STREAMING, optional=True,
    needs=("identity", "permission"), skip=lambda c: "" if c.decisions else "not tried, since nothing was simulated",
)  # fmt: skip
