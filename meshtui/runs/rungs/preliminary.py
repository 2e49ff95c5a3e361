"""The rungs that say nothing about whether the provider takes the key: its form, the network, the clock."""

from __future__ import annotations

from meshtui.config import PROVIDER_NAMES
from meshtui.credentials.model import AwsKeys, BedrockKey, Credential, Kind, Level, ServiceAccount
from meshtui.explain.clock import off_by
from meshtui.providers import bedrock, mesh, openai, vertex
from meshtui.providers.call import Call
from meshtui.runs import clock
from meshtui.runs.climber import Climber
from meshtui.runs.rung import PASSED, Holds, Judgement, Rung
from meshtui.runs.unusable import cause_of, obstacle


def _form(climber: Climber, _: object) -> Judgement:
    """What is known offline: whether the credential could work at all."""
    credential = climber.credential
    if credential.usable:
        warning = next((f.title for f in credential.findings if f.level is Level.WARNING), "")
        return Judgement(Holds.PASSED, warning)
    finding = obstacle(credential)
    if finding is None:
        return Judgement(Holds.FAILED, "nothing in it can be sent", "credential_malformed")
    return Judgement(Holds.FAILED, finding.title, cause_of(finding), finding.fix)


def _clock(climber: Climber, _: object) -> Judgement:
    """The local clock against the `Date` of the answers so far. Only signatures and short-lived keys mind it."""
    off = clock.skew(climber.exchanges)
    if off is None:
        return Judgement(Holds.UNCLEAR, "no answer had a date")
    if off == 0.0:
        return PASSED
    words = f"this clock is {off_by(off)}"
    if not _is_timed(climber.credential):
        return Judgement(Holds.PASSED, f"{words}, which this kind of key does not mind")
    if abs(off) <= clock.ALLOWED:
        return Judgement(Holds.PASSED, f"{words}, which is still allowed")
    return Judgement(Holds.FAILED, words, "clock_skew")


def _is_timed(credential: Credential) -> bool:
    """Whether what is sent bears a time: a signature, a JWT, or the presigned request in a short-term Bedrock key."""
    key = credential.material.key.reveal() if isinstance(credential.material, BedrockKey) else ""
    return credential.kind in (Kind.AWS_KEYS, Kind.SERVICE_ACCOUNT) or key.startswith("bedrock-api-key-")


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


def _reached(climber: Climber, _: object) -> Judgement:
    return Judgement(Holds.PASSED, f"{PROVIDER_NAMES.get(climber.credential.provider, 'it')} answers")


FORM = Rung("form", "the text has the form of such a key", "that it exists", judge=_form)
NETWORK = Rung(
    "network", "name, TLS and proxy let a request through", "anything about the key",
    _reach, _reached, any_answer=True,
)  # fmt: skip
CLOCK = Rung(
    "clock", "this machine's clock is near the provider's", "anything about the key", judge=_clock,
    needs=("network", "identity"),
)  # fmt: skip
