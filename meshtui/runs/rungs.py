"""The ladders: which rungs a credential of each kind climbs, cheapest first, a row each.

What each rung proves and leaves open follows the providers' references, and what their answers showed in practice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from meshtui.credentials.model import AwsKeys, BearerKey, BedrockKey, Kind, ServiceAccount
from meshtui.providers import bedrock, google, mesh, openai, vertex
from meshtui.providers.call import Call
from meshtui.providers.reading import Dialect
from meshtui.runs import look
from meshtui.runs.climber import Climber
from meshtui.runs.rung import FEW_TOKENS, Holds, Judgement, Rung
from meshtui.secret import Secret

_CLOCK_DECIDES = {"clock_skew": Judgement(Holds.UNCLEAR, "the time of the signature was refused: see the clock")}
_MAY_NOT_LIST = Judgement(Holds.UNCLEAR, "it may not list models, which says nothing about calling one", "unknown")
_MAY_NOT_ASK = Judgement(Holds.UNCLEAR, "it may not ask that, which says nothing about calling", "unknown")


def _bearer(climber: Climber) -> Secret:
    assert isinstance(climber.credential.material, BearerKey)
    return climber.credential.material.key


def _aws(climber: Climber) -> AwsKeys | BedrockKey:
    assert isinstance(climber.credential.material, (AwsKeys, BedrockKey))
    return climber.credential.material


def _account(climber: Climber) -> ServiceAccount:
    assert isinstance(climber.credential.material, ServiceAccount)
    return climber.credential.material


def _pair(climber: Climber) -> AwsKeys:
    assert isinstance(climber.credential.material, AwsKeys)
    return climber.credential.material


def _not_counted(climber: Climber) -> str:
    return "Google does not count for Anthropic's models" if climber.question.model.startswith("claude-") else ""


def _an_arn(climber: Climber) -> str:
    return "not told for an ARN" if climber.question.model.startswith("arn:") else ""


def _token(climber: Climber) -> Secret:
    assert climber.token is not None
    return climber.token


def _no_token(climber: Climber) -> str:
    return "" if climber.token else "not tried, since there is no access token"


def _reach(climber: Climber) -> Call:
    at, material = climber.endpoints, climber.credential.material
    match material:
        case AwsKeys() | BedrockKey():
            return bedrock.reach_call(at, material.region)
        case ServiceAccount():
            return vertex.reach_call(at, material.region)
        case _:
            return (
                mesh.balance_call(at, None) if climber.credential.provider == "mesh" else openai.models_call(at, None)
            )


def _prompt(climber: Climber, *, stream: bool) -> Call:
    """The smallest prompt at the credential's own host."""
    at, question = climber.endpoints, replace(climber.question, stream=stream)
    match climber.credential.material:
        case AwsKeys() | BedrockKey() as material:
            return bedrock.prompt_call(at, material, question)
        case ServiceAccount() as account:
            return vertex.prompt_call(at, account, _token(climber), question)
        case _:
            build = mesh.prompt_call if climber.credential.provider == "mesh" else openai.prompt_call
            return build(at, _bearer(climber), question)


_DIALECTS: dict[str, Callable[[str], Dialect]] = {
    "openai": lambda _: openai.DIALECT,
    "mesh": lambda _: mesh.DIALECT,
    "bedrock": lambda _: bedrock.DIALECT,
    "vertex": vertex.dialect,
}

FORM = Rung("form", "the text has the form of such a key", "that it exists", judge=look.form)
NETWORK = Rung(
    "network", "name, TLS and proxy let a request through", "anything about the key",
    _reach, look.reached, any_answer=True,
)  # fmt: skip
CLOCK = Rung("clock", "this machine's clock is near the provider's", "anything about the key", judge=look.clock_of)


def _asking(provider: str) -> tuple[Rung, Rung]:
    """The two rungs that cost a few tokens. Streaming is a right of its own at some providers."""
    no_token = _no_token if provider == "vertex" else (lambda _: "")
    dialect = _DIALECTS[provider]
    prompt = Rung(
        "prompt", "the key may call this model here and now", "other models, other regions, and streaming",
        lambda c: _prompt(c, stream=False), dialect=dialect, cost=FEW_TOKENS, skip=no_token,
    )  # fmt: skip
    stream = Rung(
        "streaming", "the key may stream this model's answer", "other models and regions",
        lambda c: _prompt(c, stream=True), dialect=dialect, stream=True, cost=FEW_TOKENS, skip=no_token,
    )  # fmt: skip
    return prompt, stream


_OPENAI = (
    Rung("identity", "the key is known and not shut, and this network and country are served",
         "credit, access to a model, and the scope for writing",
         lambda c: openai.models_call(c.endpoints, _bearer(c)), look.openai_models,
         instead={"permission_missing": Judgement(Holds.PASSED, "the key is known, though it may not list models")}),
    Rung("model", "the model exists and this key sees it", "that it may be called: credit and verification count too",
         lambda c: openai.model_call(c.endpoints, _bearer(c), c.question.model),
         instead={"permission_missing": _MAY_NOT_LIST}, stops=False),
)  # fmt: skip

_STS = Rung(
    "identity", "key id, secret and session belong together; which account and name they are",
    "any right at Bedrock", lambda c: bedrock.identity_call(c.endpoints, _pair(c)), look.caller, instead=_CLOCK_DECIDES,
)  # fmt: skip
_LISTED = Rung(
    "models", "the credential works at Bedrock in this region", "that it may call a model",
    lambda c: bedrock.models_call(c.endpoints, _aws(c)), look.models_listed,
    instead={"permission_missing": _MAY_NOT_LIST, **_CLOCK_DECIDES},
)  # fmt: skip
_AVAILABLE = Rung(
    "availability", "the account may have this model in this region", "that this identity may call it; quota",
    lambda c: bedrock.availability_call(c.endpoints, _aws(c), c.question.model), look.availability,
    instead={"permission_missing": _MAY_NOT_ASK}, stops=False, skip=_an_arn,
)  # fmt: skip

_VERTEX = (
    Rung("certificate", "Google still publishes the key", "that the account is enabled",
         lambda c: google.certificates_call(c.endpoints, _account(c)), look.certificate, stops=False),
    Rung("identity", "file, key, account and clock are good", "the project, the API, billing, any right",
         lambda c: google.token_call(c.endpoints, _account(c)), look.token, instead=_CLOCK_DECIDES),
    CLOCK,
    Rung("permission", f"the account holds {look.PREDICT} in the project", "organization policies and perimeters",
         lambda c: google.permission_call(c.endpoints, _account(c), _token(c), look.PREDICT), look.permission,
         instead={"api_not_enabled": _MAY_NOT_ASK},
         stops=False, skip=_no_token),
    Rung("model", "API, permission, host, location and model fit together", "quota",
         lambda c: vertex.count_call(c.endpoints, _account(c), _token(c), c.question), look.counted,
         stops=False, skip=lambda c: _no_token(c) or _not_counted(c)),
)  # fmt: skip

_MESH = (
    Rung("identity", "Mesh knows the key and it is not shut", "that it may call a model",
         lambda c: mesh.balance_call(c.endpoints, _bearer(c)), look.balance),
    Rung("limits", "how much of the key's own limits is used", "the limits of your provider keys",
         lambda c: mesh.limits_call(c.endpoints, _bearer(c)), look.limits, stops=False),
)  # fmt: skip

RUNGS: dict[Kind, tuple[Rung, ...]] = {
    Kind.OPENAI_KEY: (FORM, NETWORK, _OPENAI[0], CLOCK, *_OPENAI[1:], *_asking("openai")),
    Kind.BEDROCK_KEY: (FORM, NETWORK, _LISTED, CLOCK, _AVAILABLE, *_asking("bedrock")),
    Kind.AWS_KEYS: (FORM, NETWORK, _STS, CLOCK, _LISTED, _AVAILABLE, *_asking("bedrock")),
    Kind.SERVICE_ACCOUNT: (FORM, NETWORK, *_VERTEX, *_asking("vertex")),
    Kind.MESH_KEY: (FORM, NETWORK, _MESH[0], CLOCK, _MESH[1], *_asking("mesh")),
    Kind.UNRECOGNISED: (FORM,),
}
