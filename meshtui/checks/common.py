"""What the check reports share: the parts of a credential, and the two checks that cost a few tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from meshtui.base.credential import AwsKeys, BearerKey, BedrockKey, ServiceAccount
from meshtui.base.exchange import Exchange
from meshtui.base.secret import Secret
from meshtui.checks.model import FEW_TOKENS, STREAMING, Check, CheckRunner, CheckStatus, Outcome
from meshtui.explain.model import Explanation
from meshtui.http.call import Call
from meshtui.http.decoding import Dialect
from meshtui.providers.bedrock import requests as bedrock
from meshtui.providers.bedrock.iam_denials import lacks
from meshtui.providers.mesh import requests as mesh
from meshtui.providers.openai import requests as openai
from meshtui.providers.vertex import requests as vertex

CLOCK_DECIDES = {"clock_skew": Outcome(CheckStatus.UNCLEAR, "the time of the signature was refused: see the clock")}
MAY_NOT_LIST = Outcome(CheckStatus.UNCLEAR, "it may not list models, which says nothing about calling one", "unknown")
MAY_NOT_ASK = Outcome(CheckStatus.UNCLEAR, "it may not ask that, which says nothing about calling", "unknown")


def bearer(runner: CheckRunner) -> Secret:
    assert isinstance(runner.credential.material, BearerKey)
    return runner.credential.material.key


def aws(runner: CheckRunner) -> AwsKeys | BedrockKey:
    assert isinstance(runner.credential.material, (AwsKeys, BedrockKey))
    return runner.credential.material


def pair(runner: CheckRunner) -> AwsKeys:
    assert isinstance(runner.credential.material, AwsKeys)
    return runner.credential.material


def account(runner: CheckRunner) -> ServiceAccount:
    assert isinstance(runner.credential.material, ServiceAccount)
    return runner.credential.material


def token(runner: CheckRunner) -> Secret:
    assert runner.token is not None
    return runner.token


def no_token(runner: CheckRunner) -> str:
    return "" if runner.token else "not tried, since there is no access token"


_DIALECTS: dict[str, Callable[[str], Dialect]] = {
    "openai": lambda _: openai.DIALECT,
    "mesh": lambda _: mesh.DIALECT,
    "bedrock": lambda _: bedrock.DIALECT,
    "vertex": vertex.dialect,
}


def make_prompt_checks(provider: str) -> tuple[Check, Check]:
    """The two checks that cost a few tokens. Streaming is a right of its own at some providers."""
    skip, needs = (no_token, ("identity",)) if provider == "vertex" else ((lambda _: ""), ())
    dialect = _DIALECTS[provider]
    prompt = Check(
        "prompt", "the key may call this model here and now", "other models, other regions, and streaming",
        lambda c: _prompt(c, stream=False), dialect=dialect, refusal=_lacking, cost=FEW_TOKENS, needs=needs,
        skip=skip,
    )  # fmt: skip
    stream = Check(
        STREAMING, "the key may stream this model's answer", "other models and regions",
        lambda c: _prompt(c, stream=True), dialect=dialect, refusal=_lacking, stream=True, cost=FEW_TOKENS,
        needs=needs, skip=skip,
    )  # fmt: skip
    return prompt, stream


def _lacking(_: CheckRunner, exchange: Exchange, told: Explanation) -> Outcome | None:
    """Where a right is lacking, which one and to whom."""
    words = lacks(exchange) if told.cause == "permission_missing" else ""
    return Outcome(CheckStatus.FAILED, words) if words else None


def _prompt(runner: CheckRunner, *, stream: bool) -> Call:
    """The smallest prompt at the credential's own host."""
    at, question = runner.endpoints, replace(runner.question, stream=stream)
    match runner.credential.material:
        case AwsKeys() | BedrockKey() as material:
            return bedrock.prompt_call(at, material, question)
        case ServiceAccount() as material:
            return vertex.prompt_call(at, material, token(runner), question)
        case _:
            build = mesh.prompt_call if runner.credential.provider == "mesh" else openai.prompt_call
            return build(at, bearer(runner), question)
