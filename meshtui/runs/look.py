"""What the rungs look at in an answer that came: one function a rung, each returns a judgement."""

from __future__ import annotations

import re

from meshtui.config import PROVIDER_NAMES
from meshtui.credentials.model import BedrockKey, Credential, Kind, Level, ServiceAccount
from meshtui.providers import google
from meshtui.providers.reading import dig
from meshtui.runs import clock
from meshtui.runs.climber import Climber
from meshtui.runs.rung import PASSED, Holds, Judgement
from meshtui.sanitize import one_line

PREDICT = "aiplatform.endpoints.predict"


def form(climber: Climber, _: object) -> Judgement:
    """What is known offline: whether the credential could work at all."""
    credential = climber.credential
    if credential.usable:
        warning = next((f.title for f in credential.findings if f.level is Level.WARNING), "")
        return Judgement(Holds.PASSED, warning)
    finding = next((f for f in credential.findings if f.level is Level.ERROR), None)
    return Judgement(Holds.FAILED, finding.title if finding else "nothing in it can be sent", "credential_malformed")


def clock_of(climber: Climber, _: object) -> Judgement:
    """The local clock against the `Date` of the answers so far. Only signatures and short-lived keys mind it."""
    off = clock.skew(climber.exchanges)
    if off is None:
        return Judgement(Holds.UNCLEAR, "no answer had a date")
    if off == 0.0:
        return PASSED
    words = f"this clock is {clock.in_words(off)}"
    if not _is_timed(climber.credential):
        return Judgement(Holds.PASSED, f"{words}, which this kind of key does not mind")
    if abs(off) <= clock.ALLOWED:
        return Judgement(Holds.PASSED, f"{words}, which is still allowed")
    return Judgement(Holds.FAILED, words, "clock_skew")


def _is_timed(credential: Credential) -> bool:
    """Whether what is sent bears a time: a signature, a JWT, or the presigned request in a short-term Bedrock key."""
    key = credential.material.key.reveal() if isinstance(credential.material, BedrockKey) else ""
    return credential.kind in (Kind.AWS_KEYS, Kind.SERVICE_ACCOUNT) or key.startswith("bedrock-api-key-")


def caller(_: Climber, answer: object) -> Judgement:
    """The ARN in STS's answer, XML or JSON."""
    found = re.search(r"arn:aws[\w-]*:(?:iam|sts)::\d{12}:[\w+=,.@/:-]+", str(answer))
    return Judgement(Holds.PASSED, one_line(found[0], 200)) if found else Judgement(Holds.UNCLEAR, "no ARN came back")


def models_listed(climber: Climber, answer: object) -> Judgement:
    """Bedrock's list, and whether the model is on it."""
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


def availability(_: Climber, answer: object) -> Judgement:
    """Bedrock's own word on whether this account may have the model. All green has been seen where invoking failed."""
    for path, cause, words in _AVAILABILITY:
        if dig(answer, *path) in ("NOT_AVAILABLE", "NOT_AUTHORIZED"):
            return Judgement(Holds.FAILED, words, cause)
    told = dig(answer, "authorizationStatus") is not None
    return PASSED if told else Judgement(Holds.UNCLEAR, "the answer does not tell")


def openai_models(climber: Climber, answer: object) -> Judgement:
    """OpenAI's list, and whether the model is on it."""
    rows = dig(answer, "data")
    if not isinstance(rows, list):
        return Judgement(Holds.UNCLEAR, "the answer is not a list of models")
    listed = any(dig(row, "id") == climber.question.model for row in rows)
    return Judgement(
        Holds.PASSED, f"{len(rows)} models" + ("" if listed else f"; {climber.question.model} is not among them")
    )


def certificate(climber: Climber, answer: object) -> Judgement:
    """Whether Google publishes a certificate for this key. A new key is published within minutes, so that its absence
    is not yet the end."""
    account = climber.credential.material
    assert isinstance(account, ServiceAccount)
    if not account.private_key_id:
        return Judgement(Holds.UNCLEAR, "the file does not name its key's id")
    if dig(answer, account.private_key_id) is not None:
        return Judgement(Holds.PASSED, "Google publishes this key's certificate")
    return Judgement(Holds.UNCLEAR, "Google publishes no certificate for this key: deleted, expired, or minutes old")


def token(climber: Climber, answer: object) -> Judgement:
    """Takes the access token, which the rungs above need."""
    climber.token = google.access_token(answer)
    return PASSED if climber.token else Judgement(Holds.UNCLEAR, "the answer holds no token")


def permission(_: Climber, answer: object) -> Judgement:
    """What testIamPermissions sent back is what is granted."""
    granted = dig(answer, "permissions")
    if isinstance(granted, list) and PREDICT in granted:
        return Judgement(Holds.PASSED, f"{PREDICT} is granted")
    if isinstance(answer, dict):
        return Judgement(Holds.FAILED, f"{PREDICT} is not granted, or there is no such project", "permission_missing")
    return Judgement(Holds.UNCLEAR, "the answer does not tell")


def counted(_: Climber, answer: object) -> Judgement:
    found = isinstance(dig(answer, "totalTokens"), int)
    return PASSED if found else Judgement(Holds.UNCLEAR, "the answer counts no tokens")


def balance(_: Climber, answer: object) -> Judgement:
    """Mesh's balance in dollars, which it writes with seven places."""
    left = re.match(r"-?\d{1,12}(?:\.\d{1,2})?", str(dig(answer, "available_usd") or dig(answer, "balance_usd")))
    return Judgement(Holds.PASSED, f"{left[0]} USD left") if left else Judgement(Holds.UNCLEAR, "no balance is named")


def limits(_: Climber, answer: object) -> Judgement:
    """Mesh's rate limits of this key: `rpm 3 of 100`."""
    parts = [
        f"{name} {current} of {limit}"
        for name in ("rpm", "rpd", "tpm")
        if isinstance(current := dig(answer, "key", name, "current"), int)
        and isinstance(limit := dig(answer, "key", name, "limit"), int)
    ]
    return Judgement(Holds.PASSED, ", ".join(parts)) if parts else Judgement(Holds.UNCLEAR, "no limits are named")


def reached(climber: Climber, _: object) -> Judgement:
    return Judgement(Holds.PASSED, f"{PROVIDER_NAMES.get(climber.credential.provider, 'it')} answers")
