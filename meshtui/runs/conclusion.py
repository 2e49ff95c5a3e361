"""What a ladder comes to, in one sentence."""

from __future__ import annotations

from meshtui.config import PROVIDER_NAMES
from meshtui.credentials.model import Credential
from meshtui.runs.rung import STORED_KEY, STREAM_PERMISSION, STREAMING, Holds, RungResult, alive, deciding
from meshtui.runs.status import REFUSED, of_cause


def conclusion(credential: Credential, model: str, rungs: tuple[RungResult, ...]) -> str:
    """'This key is alive and may call gpt-4o-mini, streamed as well.' Where the two costly rungs were not tried, what
    IAM's simulator foretold stands in for them."""
    region = getattr(credential.material, "region", "")
    where = f"{model} in {region}" if region else model
    wrong = deciding(rungs)
    if wrong is not None:
        return f"{_found_wrong(wrong, credential, where, rungs)}: {wrong.note.rstrip('.') or 'no reason came'}" + (
            ", as IAM simulates it." if wrong.name == STREAM_PERMISSION else "."
        )
    if any(rung.name == "prompt" and rung.holds is Holds.PASSED for rung in rungs):
        return f"This key is alive and may call {where}, streamed as well."
    return f"This key is alive; whether it may call {where} was not tried, since that costs a few tokens."


def _found_wrong(wrong: RungResult, credential: Credential, where: str, rungs: tuple[RungResult, ...]) -> str:
    name = PROVIDER_NAMES.get(credential.provider, "the provider")
    told = wrong.holds is Holds.FAILED
    if wrong.name == "form":
        return "This key was not sent anywhere"
    if wrong.name == "network":
        return f"{name} could not be reached, so this key is untested"
    if wrong.name == "clock":
        return "What is signed by this clock is refused, so this key is untested"
    if wrong.name.startswith(STORED_KEY):
        return (
            f"This key is alive, but the {wrong.name.removeprefix(STORED_KEY).strip()} key stored with Mesh fails there"
        )
    if wrong.name in (STREAMING, STREAM_PERMISSION):
        may = "but not stream" if told else "but whether it may stream could not be told"
        return f"This key is alive and may call {where}, {may}"
    if alive(rungs):
        return f"This key is alive, but {'may not call' if told else 'whether it may call'} {where}" + (
            "" if told else " could not be told"
        )
    return "This key does not work" if told and of_cause(wrong.cause) == REFUSED else "This key could not be tried out"
