"""Rules of OpenAI about the key: is there one, is it one, and is it alive?

The codes are those of the platform's "Error codes" guide and of answers its SDKs hand on. The refusal "Incorrect API
key provided: sk-proj-****wxyz" keeps the first eight characters and the last four and puts one star for each other, so
it tells length and kind of what arrived. Lengths and the marker in the middle are those the secret scanners gitleaks
and trufflehog look for; a length is a habit and no contract, so by itself it makes nothing certain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from meshtui.base.lazy_pattern import Pattern
from meshtui.explain.model import ParsedError, Rule
from meshtui.providers.openai import fixes as steps

_BEFORE = "incorrect api key provided:"
_AFTER = Pattern(r"\.? (?:You can|Please|Visit|Find|To find)\b")
MAX_ECHO = 400

UNSET = frozenset({"", "undefined", "none", "null", "nil", "nan", "(null)", "''", '""'})

# First characters (as many as the echo keeps, at most eight) → whose it is.
KINDS = (
    ("sk-admin", "OpenAI admin key, which runs the organization and not the models"),
    ("sess-", "session of the OpenAI website"),
    ("ek_", "short-lived client secret of OpenAI's realtime API"),
    ("eyj", "sign-in token (JWT)"),
    ("org-", "OpenAI organization id"),
    ("proj_", "OpenAI project id"),
    ("user-", "OpenAI user id"),
    ("asst_", "OpenAI assistant id"),
    ("sk-or-", "OpenRouter key"),
    ("sk-ant-", "Anthropic key"),
    ("sk-lf-", "Langfuse key"),
    ("aiza", "Google API key"),
    ("ya29.", "Google access token"),
    ("aq.", "Google API key"),
    ("gsk_", "Groq key"),
    ("xai-", "xAI key"),
    ("hf_", "Hugging Face token"),
    ("pplx-", "Perplexity key"),
    ("nvapi-", "NVIDIA key"),
    ("csk-", "Cerebras key"),
    ("fw_", "Fireworks key"),
    ("tgp_", "Together key"),
    ("r8_", "Replicate token"),
    ("ghp_", "GitHub token"),
    ("gho_", "GitHub token"),
    ("ghu_", "GitHub token"),
    ("github_p", "GitHub token"),
    ("akia", "AWS access key id"),
    ("asia", "AWS access key id"),
    ("absk", "Bedrock API key"),
    ("bedrock-", "Bedrock API key"),
    ("rsk_", "Mesh key"),
    ("mak_", "Mesh admin key"),
    ("fk-", "key of a reselling proxy"),
    ("kod-", "key of a reselling proxy"),
)
_ELSEWHERE = ("sk_", "key_", "key-")
"""Beginnings that several other services use."""
_PLACEHOLDER = Pattern(
    r"your|xxx|test|fake|dummy|sampl|examp|place|inser|repla|chang|enter|paste|not[-_]|no[-_]?ke|my[-_]|api[-_ ]?k|"
    r"(?<!sk-)none|empty|todo|secre|local|here$|[-_]key$|\.\.\.|123456|abcdef|<|>|\$|%|\{"
)
"""Five letters of each word: no more are in the echo behind `sk-`. OpenAI itself makes `sk-None-`."""
_SHAPE = Pattern(r"sk-[A-Za-z0-9_*-]*")
_HEX = Pattern(r"[0-9a-f]{8}\*{20}[0-9a-f]{4}|[0-9a-f]{32}", re.IGNORECASE)

LENGTHS = frozenset({51, 56, 59, 132, 133, 135, 156, 164, 165, 167})
"""51: `sk-` keys. 56 and 59: the first project keys. The rest: project, service-account and admin keys."""
_NAMED = ("sk-proj-", "sk-svcac", "sk-None-", "sk-servi")


def find_echo(error: ParsedError) -> str | None:
    """What the refusal echoes as the key; None where it is another sentence."""
    start = error.lower_message.find(_BEFORE)
    if start < 0:
        return None
    rest = error.message[start + len(_BEFORE) :][:MAX_ECHO]
    end = _AFTER.search(rest)
    sent = (rest[: end.start()] if end else rest).strip().removesuffix(".")
    return re.sub(r"\s+(?=\*)|(?<=\*)\s+", "", sent) if " *" in sent or "* " in sent else sent  # a wrapped line


def match_unset(error: ParsedError) -> Mapping[str, str] | None:
    """Holds where the variable was empty: `undefined`, `None`, nothing."""
    sent = find_echo(error)
    return {"sent": sent or "nothing"} if sent is not None and sent.lower() in UNSET else None


def match_foreign(error: ParsedError) -> Mapping[str, str] | None:
    """Holds where the echo begins like a key of another kind or vendor; `kind` says whose."""
    sent = find_echo(error)
    if not sent or _is_placeholder(sent):
        return None
    lowered = sent.lower()
    kind = next((name for prefix, name in KINDS if lowered.startswith(prefix) and len(sent) > len(prefix) + 2), "")
    return {**_list_values(sent), "kind": kind} if kind else None


def match_other_service(error: ParsedError) -> Mapping[str, str] | None:
    """Holds where the echo begins as keys of several other services do, and OpenAI's never."""
    sent = find_echo(error)
    return _list_values(sent) if sent and sent.lower().startswith(_ELSEWHERE) and not _is_placeholder(sent) else None


def match_azure(error: ParsedError) -> Mapping[str, str] | None:
    """Holds for 32 hexadecimal digits, the form of an Azure key."""
    sent = find_echo(error)
    return _list_values(sent) if sent and _HEX.fullmatch(sent) else None


def match_malformed(error: ParsedError) -> Mapping[str, str] | None:
    """Holds where no key looks like this: a placeholder, a sentence, a label or quotes pasted along."""
    sent = find_echo(error)
    if not sent:
        return None
    return _list_values(sent) if _is_placeholder(sent) or not _SHAPE.fullmatch(sent.replace("…", "*")) else None


def match_unusual_length(error: ParsedError) -> Mapping[str, str] | None:
    """Holds for a plain `sk-` key whose length no OpenAI key has.

    Longer kinds are left out: people shorten their row of stars before they post it.
    """
    sent = find_echo(error)
    if not sent or "…" in sent or "*" in sent or len(sent) in LENGTHS or (sent.startswith(_NAMED) and len(sent) < 100):
        return None
    return _list_values(sent)


def match_complete(error: ParsedError) -> Mapping[str, str] | None:
    """Holds where length and beginning are those of an OpenAI key."""
    sent = find_echo(error)
    return _list_values(sent) if sent and len(sent) in LENGTHS else None


def match_any_echo(error: ParsedError) -> Mapping[str, str] | None:
    """Holds for any echo."""
    sent = find_echo(error)
    return _list_values(sent) if sent is not None else None


def _is_placeholder(sent: str) -> bool:
    lowered = sent.lower()
    # Of a long text only the ends are the sender's own letters; random ones spell no such word there.
    return _PLACEHOLDER.search(lowered[:8]) is not None or _PLACEHOLDER.search(lowered[-5:]) is not None


def _list_values(sent: str) -> Mapping[str, str]:
    values = {"sent": sent[:60], "last": sent[-4:]}
    return values if "…" in sent or "*" in sent else {**values, "length": str(len(sent))}


_TRACING = "https://openai.github.io/openai-agents-python/tracing/"
_CODES = "https://developers.openai.com/api/docs/guides/error-codes"
_KEYS = "https://platform.openai.com/api-keys"
_FEDERATION = "https://developers.openai.com/api/docs/guides/workload-identity-federation"
_INCORRECT = ("incorrect api key provided",)

# Nothing arrived.
MISSING = (
    Rule(
        "openai.key-missing", "credential_missing",
        says=("you didn't provide an api key", "missing bearer or basic authentication in header",
              "missing bearer", "no api key provided", "missing api key"),
        headline="OpenAI saw no key: the Authorization header is missing or empty",
        reference=_CODES,
    ),
    Rule(
        "openai.key-unset", "credential_missing", says=_INCORRECT, test=match_unset,
        headline="The key was empty: the program sent “{sent}” instead of one",
        not_this="OpenAI calls it incorrect, but no key was there to judge.",
        reference=_CODES,
    ),
    Rule(
        "openai.key-setting", "credential_missing",
        says=("api_key client option must be set", "openai_api_key environment variable is missing"),
        headline="The client library found no key in its settings and sent nothing",
        reference=_CODES,
    ),
    Rule(
        "openai.traces-key", "credential_missing", says=("skipping trace export",), status=(0,), local=True,
        headline="The Agents SDK has no OpenAI key to send its traces with",
        not_this="Only the traces are left out: the calls of the model use a key of their own.",
        reference=_TRACING,
    ),
)  # fmt: skip

# Something arrived that is another kind of key, or none at all.
WRONG = (
    Rule(
        "openai.key-foreign", "credential_wrong_kind", says=_INCORRECT, test=match_foreign,
        headline="OpenAI was sent another kind of key: {kind}",
        not_this="The key may be perfectly good where it belongs.",
        reference=_KEYS,
    ),
    Rule(
        "openai.key-elsewhere", "credential_wrong_kind", says=_INCORRECT, test=match_other_service,
        certainty="likely", also=("credential_malformed",),
        headline="What was sent begins like a key of another service: “{sent}”",
        reference=_KEYS,
    ),
    Rule(
        "openai.key-azure", "credential_wrong_kind", says=_INCORRECT, test=match_azure,
        certainty="likely", also=("credential_malformed",),
        headline="What was sent has the form of an Azure key: 32 hexadecimal digits",
        not_this="The key may be perfectly good at its Azure endpoint.",
        reference=_KEYS,
    ),
    Rule(
        "openai.key-misshapen", "credential_malformed", says=_INCORRECT, test=match_malformed,
        headline="What was sent is no OpenAI key: “{sent}”",
        reference=_KEYS,
    ),
    Rule(
        "openai.key-length", "credential_malformed", says=_INCORRECT, test=match_unusual_length,
        certainty="likely", also=("credential_invalid", "credential_wrong_kind"),
        headline="The key has {length} characters, which is unusual for an OpenAI key: cut off, doubled, or another's",
        reference=_KEYS,
    ),
    Rule(
        "openai.token-issuer", "credential_wrong_kind", code=("invalid_issuer",),
        or_says=("not from a valid issuer",),
        headline="OpenAI was sent a sign-in token that another service issued",
        reference=_KEYS,
    ),
    Rule(
        "openai.token-malformed", "credential_malformed", code=("invalid_jwt",), certainty="likely",
        or_says=("could not parse your authentication token",),
        also=("credential_wrong_kind", "credential_expired"),
        headline="What was sent as a ChatGPT sign-in token cannot be read as one",
        steps=steps.SIGN_IN, reference=_KEYS,
    ),
    Rule(
        "openai.token-expired", "credential_expired", code=("token_expired", "token_invalidated", "token_revoked"),
        or_says=("authentication token is expired", "authentication token has expired",
                 "authentication token has been invalidated"),
        also=("credential_disabled", "credential_invalid"), certainty="likely",
        headline="The sign-in token has ended: of ChatGPT, or of workload identity federation",
        not_this="This is a sign-in token, not a platform key: nothing is wrong with keys beginning with sk-.",
        steps=steps.SIGN_IN, reference=_KEYS,
    ),
    Rule(
        "openai.refresh-token", "credential_expired",
        code=("refresh_token_reused", "refresh_token_expired", "refresh_token_invalidated"),
        or_says=("refresh token has already been used", "refresh token was already used", "refresh token was revoked",
                 "refresh_token_reused", "refresh_token_expired", "refresh_token_invalidated"),
        also=("credential_invalid", "credential_disabled"),
        headline="The ChatGPT sign-in can no longer be renewed: its refresh token was used elsewhere, revoked, or is "
                 "old",
        not_this="This is a sign-in, not a platform key: nothing is wrong with keys beginning with sk-.",
        steps=steps.REFRESH, reference="https://developers.openai.com/codex/auth",
    ),
    Rule(
        "openai.federation-mapping", "permission_missing", certainty="likely", status=(401, 403, 0),
        says=("identity mapping", "no mapping matches", "mapping matches the provided"),
        also=("account_mismatch", "credential_invalid", "permission_denied_explicitly"),
        headline="No workload identity mapping at OpenAI fits this token",
        not_this="{status}, but the token was read: its issuer, audience or subject is in no mapping.",
        steps=steps.FEDERATION, reference=_FEDERATION,
    ),
    Rule(
        "openai.federation-grant", "credential_invalid", code=("invalid_grant", "invalid_target"), certainty="likely",
        also=("credential_expired", "credential_wrong_kind", "account_mismatch"),
        headline="OpenAI does not accept the workload's token in exchange for one of its own",
        not_this="No API key was judged: this is the exchange of workload identity federation, or a sign-in.",
        steps=steps.FEDERATION, reference=_FEDERATION,
    ),
    Rule(
        "openai.session-only", "credential_wrong_kind", says=("must be made with a session key",),
        headline="Only the website's own session may call this address; no API key can",
        not_this="The key is not at fault, and no other key would do.",
        steps=steps.DASHBOARD, reference="https://platform.openai.com/usage",
    ),
    Rule(
        "openai.scope-admin", "credential_wrong_kind",
        pattern=r"missing scopes: (?P<scope>(?:api\.usage|api\.management|api\.organization|api\.audit)[\w.]*)",
        says=("missing scopes",), also=("permission_missing",),
        headline="This call needs an admin key; the key sent is a project key (scope {scope} is missing)",
        steps=steps.ADMIN_KEY, reference="https://platform.openai.com/settings/organization/admin-keys",
    ),
)  # fmt: skip

# It was a key: known once, or never.
DEAD = (
    Rule(
        "openai.key-expired", "credential_expired", code=("api_key_expired", "expired_api_key"), certainty="likely",
        or_says=("api key has expired", "api key you provided has expired", "api key is expired"),
        also=("credential_invalid", "credential_disabled"),
        headline="The time of this key is over: project keys can be made to expire",
        steps=steps.FIND_KEY, reference=_KEYS,
    ),
    Rule(
        "openai.workspace-deactivated", "credential_disabled", code=("deactivated_workspace",),
        or_says=("deactivated_workspace", "workspace has been deactivated"), also=("billing_inactive",),
        headline="The ChatGPT workspace that is signed in has been deactivated",
        not_this="{status}, but no credit is missing: the workspace itself was switched off.",
        steps=steps.WORKSPACE, reference="https://help.openai.com",
    ),
    Rule(
        "openai.account-deactivated", "credential_disabled", code=("account_deactivated",),
        or_says=("account has been deactivated", "api key has been deactivated",
                 "associated with this api key has been"),
        headline="OpenAI has deactivated the account this key belongs to",
        steps=steps.APPEAL, reference=_CODES,
    ),
    Rule(
        "openai.access-terminated", "credential_disabled", type=("access_terminated",),
        or_says=("your access was terminated",),
        headline="OpenAI has disabled the account for a breach of its policies",
        not_this="{status}, but this is no rate limit: waiting does not help, and neither does a new key.",
        steps=steps.APPEAL, reference=_CODES,
    ),
    Rule(
        "openai.project-archived", "credential_disabled", code=("not_authorized_invalid_project",),
        says=("archived", "deleted"),
        headline="The project this key belongs to has been archived",
        steps=steps.LIVING_PROJECT, reference=_KEYS,
    ),
    Rule(
        "openai.project-invalid", "credential_disabled", code=("not_authorized_invalid_project",),
        certainty="likely", also=("account_mismatch",),
        headline="OpenAI does not accept the project this key belongs to",
        steps=steps.LIVING_PROJECT, reference=_KEYS,
    ),
    Rule(
        "openai.key-unknown", "credential_invalid", says=_INCORRECT, test=match_complete,
        headline="OpenAI does not know this key",
        not_this="Its form is right, so it was deleted, revoked or mistyped; OpenAI does not tell which.",
        reference=_KEYS,
    ),
    Rule(
        "openai.key-unknown-shortened", "credential_invalid", says=_INCORRECT, test=match_any_echo,
        certainty="likely", also=("credential_malformed",),
        headline="OpenAI does not know this key",
        reference=_KEYS,
    ),
    Rule(
        "openai.key-refused", "credential_invalid", code=("invalid_api_key",),
        certainty="likely", also=("credential_malformed", "credential_missing", "credential_wrong_kind"),
        headline="OpenAI does not accept the key",
        reference=_CODES,
    ),
)  # fmt: skip

RULES = (*MISSING, *WRONG, *DEAD)
