"""What a check report comes to, in one sentence."""

from __future__ import annotations

from meshtui.base.credential import Credential
from meshtui.base.provider_names import PROVIDER_NAMES
from meshtui.checks.model import CheckResult, find_deciding, is_alive
from meshtui.explain.causes import REFUSED, find_cause
from meshtui.providers.check import STORED_KEY, STREAM_PERMISSION, STREAMING, CheckStatus


def summarize_checks(credential: Credential, model: str, checks: tuple[CheckResult, ...]) -> str:
    """'This key is valid and may call gpt-4o-mini, streaming too.' Where the two checks that cost tokens were not run,
    the prediction of IAM's simulator is used instead."""
    where = f"{model} in {credential.region}" if credential.region else model
    wrong = find_deciding(checks)
    if wrong is not None:
        return (
            f"{_describe_failure(wrong, credential, where, checks)}: {wrong.note.rstrip('.') or 'no reason came'}"
            + (", as IAM simulates it." if wrong.name == STREAM_PERMISSION else ".")
        )
    if any(check.name == "prompt" and check.status is CheckStatus.PASSED for check in checks):
        return f"This key is valid and may call {where}, streaming too."
    return f"This key is valid; whether it may call {where} was not tried, since that costs a few tokens."


def summarize_check(name: str, checks: tuple[CheckResult, ...]) -> str:
    """The same where a single check was requested: "The check 'identity' passed: the key is known and not shut." It
    says nothing about the others. `checks` ends with that check, after those that it needed."""
    requested = checks[-1]
    note = requested.note.rstrip(".") or "no reason came"
    match requested.status:
        case CheckStatus.PASSED:
            return f"The check '{name}' passed: {requested.proves}."
        case CheckStatus.FAILED:
            return f"The check '{name}' failed: {note}."
        case CheckStatus.UNCLEAR:
            return f"The check '{name}' is unclear: {note}."
        case _:
            before = next(
                (check for check in checks if check.status in (CheckStatus.FAILED, CheckStatus.UNCLEAR)), None
            )
            why = f"; {before.name}: {before.note.rstrip('.')}" if before else ""
            return f"The check '{name}' was skipped: {note}{why}."


def _describe_failure(wrong: CheckResult, credential: Credential, where: str, checks: tuple[CheckResult, ...]) -> str:
    name = PROVIDER_NAMES.get(credential.provider, "the provider")
    failed = wrong.status is CheckStatus.FAILED
    if wrong.name == "form":
        return "This key was not sent anywhere"
    if wrong.name == "network":
        return f"{name} could not be reached, so this key is untested"
    if wrong.name == "clock":
        return "What is signed by this clock is refused, so this key is untested"
    if wrong.name.startswith(STORED_KEY):
        return (
            f"This key is valid, but the {wrong.name.removeprefix(STORED_KEY).strip()} key stored with Mesh fails there"
        )
    if wrong.name in (STREAMING, STREAM_PERMISSION):
        may = "but not stream" if failed else "but whether it may stream is not known"
        return f"This key is valid and may call {where}, {may}"
    if is_alive(checks):
        return f"This key is valid, but {'may not call' if failed else 'whether it may call'} {where}" + (
            "" if failed else " is not known"
        )
    return (
        "This key does not work"
        if failed and find_cause(wrong.cause).exit_status == REFUSED
        else "This key could not be tested"
    )
