"""Proves a credential check by check, cheapest first, and ends with one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from meshtui.base.credential import Credential, Kind
from meshtui.base.endpoints import DEFAULT_MODELS, DEFAULT_PROMPT, DEFAULT_TIMEOUT
from meshtui.checks.model import Check, CheckReport, CheckResult, CheckRunner, CheckStatus
from meshtui.checks.registry import CHECKS
from meshtui.checks.report import summarize_check, summarize_checks
from meshtui.http.call import PromptRequest

if TYPE_CHECKING:
    from meshtui.http.transport import Transport

OnResult = Callable[[CheckResult], None]
"""Hears of each check as it is done."""
FORM = "form"
"""The check without which no other makes sense: what cannot be sent has nothing to prove."""


class NoSuchCheckError(LookupError):
    """A check that the check report of this kind does not have; the text says which it has."""


async def run_checks(
    credential: Credential,
    client: Transport,
    report: OnResult,
    *,
    prompt: bool,
    model: str = "",
    surroundings: Mapping[str, str] = MappingProxyType({}),
    limit: float = DEFAULT_TIMEOUT,
    only: str = "",
) -> CheckReport:
    """Runs every check of the credential's kind. Without `prompt` the checks that cost tokens are left out; `limit` is
    in seconds, for each call; `surroundings` are environment variables, for what SDKs send unasked. A network error is
    never told as an invalid key.

    `only` names the one check to run, whatever it costs, with those that it needs. Raises NoSuchCheckError."""
    default = DEFAULT_MODELS["openai"][1] if credential.provider == "mesh" else ""
    asked = model or default or DEFAULT_MODELS.get(credential.provider, ("",))[0]
    runner = CheckRunner(
        credential, client, PromptRequest(asked, DEFAULT_PROMPT), limit, spend=prompt or bool(only),
        surroundings=surroundings,
    )  # fmt: skip
    results: list[CheckResult] = []
    for check in list_needed(only, credential.kind) if only else CHECKS[credential.kind]:
        result = await runner.run(check)
        if only in ("", check.name) or check.name != FORM or result.status is not CheckStatus.PASSED:
            results.append(result)
            report(result)
    checks = tuple(results)
    sentence = summarize_check(only, checks) if only else summarize_checks(credential, asked, checks)
    return CheckReport(credential.name, credential.provider, asked, checks, sentence, only)


def list_needed(name: str, kind: Kind) -> tuple[Check, ...]:
    """The check of that name, behind those that it needs. Raises NoSuchCheckError."""
    checks = CHECKS[kind]
    wanted = next((check for check in checks if check.name == name), None)
    if wanted is None:
        there = ", ".join(check.name for check in checks)
        raise NoSuchCheckError(f"this kind of credential has no check named {name!r}; it has {there}")
    return tuple(check for check in checks if check is wanted or check.name in (FORM, *wanted.needs))
