"""What OpenAI was sent as a key, told by the echo in its own refusal.

"Incorrect API key provided: sk-proj-****wxyz" keeps the first eight characters and the last four and puts one star for
each other, so it tells length and kind of what arrived. Lengths and the marker in the middle are those the secret
scanners gitleaks and trufflehog look for; a length is a habit and no contract, so by itself it makes nothing certain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from meshtui.explain.lazy import Pattern
from meshtui.explain.model import Signal

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
    r"your|xxx|test|fake|dummy|sample|example|place|insert|replace|change|enter|paste|not[-_]|no[-_]?ke|my[-_]|"
    r"api[-_ ]?k|none|empty|todo|secret|local|here$|[-_]key$|\.\.\.|123456|abcdef|<|>|\$|%|\{"
)
_SHAPE = Pattern(r"sk-[A-Za-z0-9_*-]*")
_HEX = Pattern(r"[0-9a-f]{8}\*{20}[0-9a-f]{4}|[0-9a-f]{32}", re.IGNORECASE)

LENGTHS = frozenset({51, 56, 59, 132, 133, 135, 156, 164, 165, 167})
"""51: `sk-` keys. 56 and 59: the first project keys. The rest: project, service-account and admin keys."""
_NAMED = ("sk-proj-", "sk-svcac", "sk-None-", "sk-servi")


def echo(signal: Signal) -> str | None:
    """What the refusal echoes as the key; None where it is another sentence."""
    start = signal.said.find(_BEFORE)
    if start < 0:
        return None
    rest = signal.message[start + len(_BEFORE) :][:MAX_ECHO]
    end = _AFTER.search(rest)
    sent = (rest[: end.start()] if end else rest).strip().removesuffix(".")
    return re.sub(r"\s+(?=\*)|(?<=\*)\s+", "", sent) if " *" in sent or "* " in sent else sent  # a wrapped line


def unset(signal: Signal) -> Mapping[str, str] | None:
    """Holds where the variable was empty: `undefined`, `None`, nothing."""
    sent = echo(signal)
    return {"sent": sent or "nothing"} if sent is not None and sent.lower() in UNSET else None


def foreign(signal: Signal) -> Mapping[str, str] | None:
    """Holds where the echo begins like a key of another kind or vendor; `kind` says whose."""
    sent = echo(signal)
    if not sent or _placeholder(sent):
        return None
    lowered = sent.lower()
    kind = next((name for prefix, name in KINDS if lowered.startswith(prefix) and len(sent) > len(prefix) + 2), "")
    return {**_about(sent), "kind": kind} if kind else None


def elsewhere(signal: Signal) -> Mapping[str, str] | None:
    """Holds where the echo begins as keys of several other services do, and OpenAI's never."""
    sent = echo(signal)
    return _about(sent) if sent and sent.lower().startswith(_ELSEWHERE) and not _placeholder(sent) else None


def azure(signal: Signal) -> Mapping[str, str] | None:
    """Holds for 32 hexadecimal digits, the form of an Azure key."""
    sent = echo(signal)
    return _about(sent) if sent and _HEX.fullmatch(sent) else None


def misshapen(signal: Signal) -> Mapping[str, str] | None:
    """Holds where no key looks like this: a placeholder, a sentence, a label or quotes pasted along."""
    sent = echo(signal)
    if not sent:
        return None
    return _about(sent) if _placeholder(sent) or not _SHAPE.fullmatch(sent.replace("…", "*")) else None


def odd_length(signal: Signal) -> Mapping[str, str] | None:
    """Holds for a plain `sk-` key whose length no OpenAI key has.

    Longer kinds are left out: people shorten their row of stars before they post it.
    """
    sent = echo(signal)
    if not sent or "…" in sent or len(sent) in LENGTHS or (sent.startswith(_NAMED) and len(sent) < 100):
        return None
    return _about(sent)


def whole(signal: Signal) -> Mapping[str, str] | None:
    """Holds where length and beginning are those of an OpenAI key."""
    sent = echo(signal)
    return _about(sent) if sent and len(sent) in LENGTHS else None


def echoed(signal: Signal) -> Mapping[str, str] | None:
    """Holds for any echo."""
    sent = echo(signal)
    return _about(sent) if sent is not None else None


def _placeholder(sent: str) -> bool:
    lowered = sent.lower()
    # Of a long text only the ends are the sender's own letters; random ones spell no such word there.
    return _PLACEHOLDER.search(lowered[:8]) is not None or _PLACEHOLDER.search(lowered[-5:]) is not None


def _about(sent: str) -> Mapping[str, str]:
    values = {"sent": sent[:60], "last": sent[-4:]}
    return values if "…" in sent else {**values, "length": str(len(sent))}
