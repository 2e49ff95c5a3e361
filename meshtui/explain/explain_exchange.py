"""Explaining an exchange: an answer with whatever status, an error inside a 200's stream, or no answer at all."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from meshtui.base.exchange import Exchange, Failure
from meshtui.explain.engine import explain
from meshtui.explain.model import Context, Explanation, ParsedError
from meshtui.explain.parse import parse_response

if TYPE_CHECKING:
    from meshtui.base.credential import Credential

_NO_CONTEXT = Context()


def describe_credential(credential: Credential, model: str) -> Context:
    """What is known offline about the credential that was used, for the steps. Nothing of it is secret."""
    facts = credential.facts
    return Context(
        model=model,
        region=credential.region,
        key_region=facts.get("region", "") if facts.get("key type") == "short-term API key" else "",
        key_type=facts.get("key type", ""),
        last=credential.secret.masked[-4:] if credential.secret else "",
        project=credential.project,
        credential=credential.name,
        account=facts.get("account", ""),
        user=facts.get("IAM user", ""),
        email=facts.get("e-mail", ""),
        key_id=facts.get("key id", ""),
    )


def explain_exchange(exchange: Exchange, context: Context = _NO_CONTEXT) -> Explanation:
    """What this exchange means. A stream that broke is explained by the error in it, else by how it broke."""
    return explain(parse_exchange(exchange, context))


def parse_exchange(exchange: Exchange, context: Context = _NO_CONTEXT) -> ParsedError:
    """The exchange as the one signal that the rules match."""
    answer, failure = exchange.answer, exchange.failure
    if answer is None:
        return _parse_failure(exchange, failure, context)
    error = parse_response(
        answer.body,
        provider=exchange.provider,
        call=exchange.call,
        status=answer.status,
        headers={name.lower(): value for name, value in reversed(answer.headers)},
        context=context,
    )
    # A stream that ended early holds text but no error: then how it broke is all there is to say.
    if failure is not None and error.origin in ("", "text") and answer.status < 400:
        return _parse_failure(exchange, failure, context)
    return error


def _parse_failure(exchange: Exchange, failure: Failure | None, context: Context) -> ParsedError:
    if not context.host:
        context = context._replace(host=urlsplit(exchange.request.url).hostname or "")
    return ParsedError(
        provider=exchange.provider,
        call="local",
        shape="empty" if failure is None else "text",
        origin="" if failure is None else "failure",
        type=failure.kind if failure else "",
        message=failure.message if failure else "",
        context=context,
    )
