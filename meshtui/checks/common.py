"""What the ladders share: the parts of a credential, and the two rungs that cost a few tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from meshtui.base.exchange import Exchange
from meshtui.base.secret import Secret
from meshtui.checks.model import FEW_TOKENS, STREAMING, Climber, Holds, Judgement, Rung
from meshtui.credentials.model import AwsKeys, BearerKey, BedrockKey, ServiceAccount
from meshtui.explain.model import Explanation
from meshtui.http.call import Call
from meshtui.http.decoding import Dialect
from meshtui.providers.bedrock import requests as bedrock
from meshtui.providers.bedrock.iam_denials import lacks
from meshtui.providers.mesh import requests as mesh
from meshtui.providers.openai import requests as openai
from meshtui.providers.vertex import requests as vertex

CLOCK_DECIDES = {"clock_skew": Judgement(Holds.UNCLEAR, "the time of the signature was refused: see the clock")}
MAY_NOT_LIST = Judgement(Holds.UNCLEAR, "it may not list models, which says nothing about calling one", "unknown")
MAY_NOT_ASK = Judgement(Holds.UNCLEAR, "it may not ask that, which says nothing about calling", "unknown")


def bearer(climber: Climber) -> Secret:
    assert isinstance(climber.credential.material, BearerKey)
    return climber.credential.material.key


def aws(climber: Climber) -> AwsKeys | BedrockKey:
    assert isinstance(climber.credential.material, (AwsKeys, BedrockKey))
    return climber.credential.material


def pair(climber: Climber) -> AwsKeys:
    assert isinstance(climber.credential.material, AwsKeys)
    return climber.credential.material


def account(climber: Climber) -> ServiceAccount:
    assert isinstance(climber.credential.material, ServiceAccount)
    return climber.credential.material


def token(climber: Climber) -> Secret:
    assert climber.token is not None
    return climber.token


def no_token(climber: Climber) -> str:
    return "" if climber.token else "not tried, since there is no access token"


_DIALECTS: dict[str, Callable[[str], Dialect]] = {
    "openai": lambda _: openai.DIALECT,
    "mesh": lambda _: mesh.DIALECT,
    "bedrock": lambda _: bedrock.DIALECT,
    "vertex": vertex.dialect,
}


def asking(provider: str) -> tuple[Rung, Rung]:
    """The two rungs that cost a few tokens. Streaming is a right of its own at some providers."""
    skip, needs = (no_token, ("identity",)) if provider == "vertex" else ((lambda _: ""), ())
    dialect = _DIALECTS[provider]
    prompt = Rung(
        "prompt", "the key may call this model here and now", "other models, other regions, and streaming",
        lambda c: _prompt(c, stream=False), dialect=dialect, refusal=_lacking, cost=FEW_TOKENS, needs=needs,
        skip=skip,
    )  # fmt: skip
    stream = Rung(
        STREAMING, "the key may stream this model's answer", "other models and regions",
        lambda c: _prompt(c, stream=True), dialect=dialect, refusal=_lacking, stream=True, cost=FEW_TOKENS,
        needs=needs, skip=skip,
    )  # fmt: skip
    return prompt, stream


def _lacking(_: Climber, exchange: Exchange, told: Explanation) -> Judgement | None:
    """Where a right is lacking, which one and to whom."""
    words = lacks(exchange) if told.cause == "permission_missing" else ""
    return Judgement(Holds.FAILED, words) if words else None


def _prompt(climber: Climber, *, stream: bool) -> Call:
    """The smallest prompt at the credential's own host."""
    at, question = climber.endpoints, replace(climber.question, stream=stream)
    match climber.credential.material:
        case AwsKeys() | BedrockKey() as material:
            return bedrock.prompt_call(at, material, question)
        case ServiceAccount() as material:
            return vertex.prompt_call(at, material, token(climber), question)
        case _:
            build = mesh.prompt_call if climber.credential.provider == "mesh" else openai.prompt_call
            return build(at, bearer(climber), question)
