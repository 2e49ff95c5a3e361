"""How far this machine's clock is from the servers', by the `Date` of any answer (RFC 9110, 6.6.1).

The checks that say nothing about whether the provider takes the key: its form, the network, the clock.
"""

from __future__ import annotations

from collections.abc import Iterable

from meshtui.base.credential import AwsKeys, BedrockKey, Credential, Kind, Level, ServiceAccount
from meshtui.base.endpoints import PROVIDER_NAMES
from meshtui.base.exchange import Exchange
from meshtui.checks.model import PASSED, Check, CheckRunner, CheckStatus, Outcome
from meshtui.explain.values import off_by
from meshtui.http.call import Call
from meshtui.providers.bedrock import requests as bedrock
from meshtui.providers.mesh import requests as mesh
from meshtui.providers.openai import requests as openai
from meshtui.providers.vertex import requests as vertex
from meshtui.runs.attempts import cause_of_finding, find_blocking

ALLOWED = 300.0
"""Seconds that AWS allows a signature to be off."""
UNSEEN = 5.0
"""Seconds that are no skew: `Date` counts whole seconds, and an answer takes its time."""


def skew(exchanges: Iterable[Exchange]) -> float | None:
    """Seconds by which the local clock is ahead of the server's, at its worst; None where no answer had a date."""
    found = [seconds for exchange in exchanges if (seconds := _skew_of(exchange)) is not None]
    return max(found, key=abs, default=None)


def _skew_of(exchange: Exchange) -> float | None:
    from email.utils import parsedate_to_datetime

    if exchange.answer is None or exchange.timings.first_byte is None:
        return None
    try:
        there = parsedate_to_datetime(exchange.answer.header("Date")).timestamp()
    except (ValueError, OverflowError):
        return None
    difference = exchange.started + exchange.timings.first_byte - there
    return 0.0 if abs(difference) < UNSEEN else difference


def _form(runner: CheckRunner, _: object) -> Outcome:
    """What is known offline: whether the credential could work at all."""
    credential = runner.credential
    if credential.usable:
        warning = next((f.title for f in credential.findings if f.level is Level.WARNING), "")
        return Outcome(CheckStatus.PASSED, warning)
    finding = find_blocking(credential)
    if finding is None:
        return Outcome(CheckStatus.FAILED, "nothing in it can be sent", "credential_malformed")
    return Outcome(CheckStatus.FAILED, finding.title, cause_of_finding(finding), finding.fix)


def _clock(runner: CheckRunner, _: object) -> Outcome:
    """The local clock against the `Date` of the answers so far. Only signatures and short-lived keys mind it."""
    off = skew(runner.exchanges)
    if off is None:
        return Outcome(CheckStatus.UNCLEAR, "no answer had a date")
    if off == 0.0:
        return PASSED
    words = f"this clock is {off_by(off)}"
    if not _is_timed(runner.credential):
        return Outcome(CheckStatus.PASSED, f"{words}, which this kind of key does not mind")
    if abs(off) <= ALLOWED:
        return Outcome(CheckStatus.PASSED, f"{words}, which is still allowed")
    return Outcome(CheckStatus.FAILED, words, "clock_skew")


def _is_timed(credential: Credential) -> bool:
    """Whether what is sent bears a time: a signature, a JWT, or the presigned request in a short-term Bedrock key."""
    key = credential.material.key.reveal() if isinstance(credential.material, BedrockKey) else ""
    return credential.kind in (Kind.AWS_KEYS, Kind.SERVICE_ACCOUNT) or key.startswith("bedrock-api-key-")


def _reach(runner: CheckRunner) -> Call:
    at, material = runner.endpoints, runner.credential.material
    match material:
        case AwsKeys() | BedrockKey():
            return bedrock.reach_call(at, material.region)
        case ServiceAccount():
            return vertex.reach_call(at, material.region)
        case _:
            return mesh.balance_call(at, None) if runner.credential.provider == "mesh" else openai.models_call(at, None)


def _reached(runner: CheckRunner, _: object) -> Outcome:
    return Outcome(CheckStatus.PASSED, f"{PROVIDER_NAMES.get(runner.credential.provider, 'it')} answers")


FORM = Check("form", "the text has the form of such a key", "that it exists", judge=_form)
NETWORK = Check(
    "network", "name, TLS and proxy let a request through", "anything about the key",
    _reach, _reached, any_answer=True,
)  # fmt: skip
CLOCK = Check(
    "clock", "this machine's clock is near the provider's", "anything about the key", judge=_clock,
    needs=("network", "identity"),
)  # fmt: skip
