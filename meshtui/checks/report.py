"""What a ladder comes to, in one sentence."""

from __future__ import annotations

from meshtui.base.endpoints import PROVIDER_NAMES
from meshtui.checks.model import STORED_KEY, STREAM_PERMISSION, STREAMING, Holds, RungResult, alive, deciding
from meshtui.credentials.model import Credential
from meshtui.runs.exit_status import REFUSED, of_cause


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


def of_one(name: str, rungs: tuple[RungResult, ...]) -> str:
    """The same where one rung alone was asked for: "The rung 'identity' holds: the key is known and not shut." It says
    nothing of the others. `rungs` ends with it, behind those that it needed."""
    asked = rungs[-1]
    note = asked.note.rstrip(".") or "no reason came"
    match asked.holds:
        case Holds.PASSED:
            return f"The rung '{name}' holds: {asked.proves}."
        case Holds.FAILED:
            return f"The rung '{name}' fails: {note}."
        case Holds.UNCLEAR:
            return f"Whether the rung '{name}' holds could not be told: {note}."
        case _:
            before = next((rung for rung in rungs if rung.holds in (Holds.FAILED, Holds.UNCLEAR)), None)
            why = f"; {before.name}: {before.note.rstrip('.')}" if before else ""
            return f"The rung '{name}' was skipped: {note}{why}."


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
