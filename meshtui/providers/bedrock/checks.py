"""The free rungs of a key pair and of a Bedrock API key (STS, Bedrock and IAM API references).

A Bedrock API key can be shown to Bedrock alone: STS and IAM take signatures only.
"""

from __future__ import annotations

import re

from meshtui.base.text import one_line
from meshtui.checks.common import CLOCK_DECIDES, MAY_NOT_ASK, MAY_NOT_LIST, aws, pair
from meshtui.checks.model import PASSED, STREAM_PERMISSION, STREAMING, Climber, Holds, Judgement, Rung
from meshtui.http.call import Call
from meshtui.http.decoding import dig
from meshtui.providers.bedrock import iam_simulator as iam
from meshtui.providers.bedrock import requests as bedrock
from meshtui.providers.bedrock.iam_denials import in_words

_MAY_NOT_SIMULATE = Judgement(
    Holds.UNCLEAR, f"it may not ask IAM ({iam.SIMULATE}), which says nothing about calling", "unknown"
)
_NOT_FOUND = Judgement(Holds.UNCLEAR, "IAM does not know the role under the name that STS gives", "unknown")


def _caller(climber: Climber, answer: object) -> Judgement:
    """The ARN in STS's answer, XML or JSON."""
    found = re.search(r"arn:aws[\w-]*:(?:iam|sts)::\d{12}:[\w+=,.@/:-]+", str(answer))
    if found is None:
        return Judgement(Holds.UNCLEAR, "no ARN came back")
    climber.arn = found[0]
    return Judgement(Holds.PASSED, one_line(found[0], 200))


def _models(climber: Climber, answer: object) -> Judgement:
    """The list, and whether the model is on it."""
    rows = dig(answer, "modelSummaries")
    if not isinstance(rows, list):
        return Judgement(Holds.UNCLEAR, "the answer is not a list of models")
    names = {str(dig(row, "modelId")) for row in rows}
    model = climber.question.model
    known = model.startswith("arn:") or any(name == model or model.endswith("." + name) for name in names)
    count = f"{len(names)} models in this region"
    return Judgement(Holds.PASSED, count if known else f"{count}; {model} is not among them")


_AVAILABILITY = (
    (("regionAvailability",), "region_unsupported", "it is not offered in this region"),
    (("entitlementAvailability",), "model_access_not_granted", "the account is not entitled to it"),
    (("agreementAvailability", "status"), "model_access_not_granted", "its agreement has not been accepted"),
    (("authorizationStatus",), "model_access_not_granted", "the account is not authorized for it"),
)


def _availability(_: Climber, answer: object) -> Judgement:
    """Bedrock's own word on whether this account may have the model. All green has been seen where invoking failed."""
    for path, cause, words in _AVAILABILITY:
        if dig(answer, *path) in ("NOT_AVAILABLE", "NOT_AUTHORIZED"):
            return Judgement(Holds.FAILED, words, cause)
    told = dig(answer, "authorizationStatus") is not None
    return PASSED if told else Judgement(Holds.UNCLEAR, "the answer does not tell")


def _an_arn(climber: Climber) -> str:
    return "not told for an ARN" if climber.question.model.startswith("arn:") else ""


def _simulation(climber: Climber) -> Call:
    resources = iam.resources(climber.question.model, pair(climber).region, climber.arn)
    return iam.simulate_call(climber.endpoints, pair(climber), iam.principal(climber.arn), resources)


def _cannot_simulate(climber: Climber) -> str:
    if not climber.arn:
        return "not tried, since it is not known who the key belongs to"
    return "" if iam.principal(climber.arn) else "not tried, since IAM simulates users and roles only"


def _simulated(climber: Climber, answer: object) -> Judgement:
    decisions = iam.decisions(answer)
    if decisions is None:
        return Judgement(Holds.UNCLEAR, "the answer is not a simulation of IAM")
    climber.decisions = decisions
    return _allowed(climber, iam.INVOKE)


def _allowed(climber: Climber, action: str) -> Judgement:
    """What IAM said of one action."""
    match climber.decisions.get(action):
        case iam.Decision.ALLOWED:
            return Judgement(Holds.PASSED, f"{action} is allowed")
        case iam.Decision.NOT_ALLOWED:
            touched = iam.resources(climber.question.model, pair(climber).region, climber.arn)
            mend = f"let an administrator allow {action} on {' and '.join(touched)}"
            return Judgement(Holds.FAILED, in_words(climber.arn, action), "permission_missing", mend)
        case iam.Decision.DENIED:
            return Judgement(Holds.FAILED, f"a policy denies {action} explicitly", "permission_denied_explicitly")
        case iam.Decision.DEPENDS:
            return Judgement(Holds.UNCLEAR, f"whether {action} is allowed depends on conditions", "unknown")
        case _:
            return Judgement(Holds.UNCLEAR, f"the simulation does not name {action}", "unknown")


IDENTITY = Rung(
    "identity", "key id, secret and session belong together; which account and name they are",
    "any right at Bedrock", lambda c: bedrock.identity_call(c.endpoints, pair(c)), _caller, instead=CLOCK_DECIDES,
)  # fmt: skip
MODELS = Rung(
    "models", "the credential works at Bedrock in this region", "that it may call a model",
    lambda c: bedrock.models_call(c.endpoints, aws(c)), _models,
    instead={"permission_missing": MAY_NOT_LIST, **CLOCK_DECIDES},
)  # fmt: skip
AVAILABILITY = Rung(
    "availability", "the account may have this model in this region", "that this identity may call it; quota",
    lambda c: bedrock.availability_call(c.endpoints, aws(c), c.question.model), _availability,
    instead={"permission_missing": MAY_NOT_ASK}, stops=False, foretells="prompt", skip=_an_arn,
)  # fmt: skip
PERMISSION = Rung(
    "permission", f"the policies of user or role allow {iam.INVOKE}",
    "policies of session, endpoint and Marketplace, and the account's state",
    _simulation, _simulated,
    instead={"permission_missing": _MAY_NOT_SIMULATE, "permission_denied_explicitly": _MAY_NOT_SIMULATE,
             "request_invalid": _NOT_FOUND},
    stops=False, foretells="prompt", optional=True, needs=("identity",), skip=_cannot_simulate,
)  # fmt: skip
STREAMS = Rung(
    STREAM_PERMISSION, f"the policies of user or role allow {iam.STREAM}", "the same as the rung before",
    judge=lambda c, _: _allowed(c, iam.STREAM), stops=False, foretells=STREAMING, optional=True,
    needs=("identity", "permission"), skip=lambda c: "" if c.decisions else "not tried, since nothing was simulated",
)  # fmt: skip
