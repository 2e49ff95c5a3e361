"""What a ladder comes to, in one sentence."""

from __future__ import annotations

from meshtui.config import PROVIDER_NAMES
from meshtui.credentials.model import Credential
from meshtui.runs.rung import Holds, RungResult, alive, deciding


def conclusion(credential: Credential, model: str, rungs: tuple[RungResult, ...]) -> str:
    """'This key is alive and may call gpt-4o-mini, streamed as well.'"""
    at = {rung.name: rung for rung in rungs}
    region = getattr(credential.material, "region", "")
    where = f"{model} in {region}" if region else model
    wrong = deciding(rungs)
    if wrong is not None and wrong.name == "form":
        return f"This key was not sent anywhere: {_start(wrong.note)}."
    if wrong is not None and wrong.name == "streaming":
        return f"This key is alive and may call {where}, but not stream it: {_start(wrong.note)}."
    if wrong is not None:
        return _stops_at(wrong, credential, rungs)
    if "prompt" in at and at["prompt"].holds is Holds.PASSED:
        return f"This key is alive and may call {where}, streamed as well."
    return f"This key is alive; whether it may call {where} was not tried, since that costs a few tokens."


def _stops_at(wrong: RungResult, credential: Credential, rungs: tuple[RungResult, ...]) -> str:
    if wrong.holds is Holds.UNCLEAR and not alive(rungs):
        return f"Whether this key is good could not be told: {_start(wrong.note)}."
    if wrong.name == "network":
        name = PROVIDER_NAMES.get(credential.provider, "The provider")
        return f"{name} could not be reached, so this key is untested: {_start(wrong.note)}."
    if wrong.name == "clock":
        return f"The clock is wrong, and a signature made by it is refused, so this key is untested: {wrong.note}."
    start = "This key is alive, but" if alive(rungs) else "This key does not work:"
    word = "is unclear at" if wrong.holds is Holds.UNCLEAR else "fails at"
    return f"{start} it {word} the rung '{wrong.name}': {_start(wrong.note)}."


def _start(note: str) -> str:
    return note.rstrip(".") or "no reason came"
