"""The kind of a bare text by its prefix. It is judged elsewhere."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from meshtui.base.credential import UNRECOGNISED, Kind
from meshtui.base.provider_names import PROVIDER_ROWS
from meshtui.providers.base import ForeignKey
from meshtui.providers.registry import list_forms, list_key_forms


def _make_vendor_form(prefix: str, vendor: str) -> ForeignKey:
    return ForeignKey(re.compile(re.escape(prefix)), "vendor.other", what=vendor)


# Prefixes: gitleaks' and trufflehog's rules, the vendors' documentation.
_OTHER_VENDORS: tuple[ForeignKey, ...] = (
    _make_vendor_form("sk-ant-", "Anthropic"),
    _make_vendor_form("sk-or-", "OpenRouter"),
    _make_vendor_form("sk-lf-", "Langfuse"),
    _make_vendor_form("gsk_", "Groq"),
    _make_vendor_form("xai-", "xAI"),
    _make_vendor_form("hf_", "Hugging Face"),
    _make_vendor_form("r8_", "Replicate"),
    _make_vendor_form("pplx-", "Perplexity"),
    _make_vendor_form("nvapi-", "NVIDIA"),
    _make_vendor_form("csk-", "Cerebras"),
    _make_vendor_form("fw_", "Fireworks"),
    _make_vendor_form("ghp_", "GitHub"),
    _make_vendor_form("github_pat_", "GitHub"),
)
# The older form, and the one of 84 characters.
_AZURE = ForeignKey(re.compile(r"(?=[0-9a-f]{32}\Z|(?=[A-Za-z0-9]{84}\Z)[A-Za-z0-9]{52}JQQJ99)"), "vendor.azure")


class KeyShapes(NamedTuple):
    """How the keys of all providers look, and what only looks like one of them."""

    prefixes: tuple[tuple[str, Kind], ...]
    """The longer one first."""
    beginnings: tuple[str, ...]
    """What keys begin with, JWTs too."""
    foreign: tuple[ForeignKey, ...]
    """The mere guesses last."""
    in_text: re.Pattern[str]
    """A whole key standing inside other words."""
    placeholder: re.Pattern[str]
    """A placeholder value, with or without a prefix. Matched against the whole text."""


def list_shapes() -> KeyShapes:
    return _gather_shapes(tuple(PROVIDER_ROWS))


@cache
def _gather_shapes(_: tuple[str, ...]) -> KeyShapes:
    keys, forms = list_key_forms(), list_forms()
    prefixes = sorted(((prefix, key.kind) for key in keys for prefix in key.prefixes), key=lambda row: -len(row[0]))
    foreign = (*_OTHER_VENDORS, *(each for form in forms for each in form.foreign), _AZURE)
    in_text = "|".join(key.in_text for key in keys if key.in_text)
    begins = "|".join([r"sk-(?:proj-|svcacct-|admin-)?", "AKIA", *(re.escape(prefix) for prefix, _ in prefixes)])
    return KeyShapes(
        tuple(prefixes),
        ("eyJ", *(prefix for prefix, _ in prefixes)),
        tuple(sorted(foreign, key=lambda each: each.weak)),
        re.compile(rf"(?<![A-Za-z0-9_/-])(?:{in_text})"),
        re.compile(rf"(?:{begins})?{_PLACEHOLDER}", re.IGNORECASE),
    )


def find_kind_by_look(text: str) -> Kind:
    """The kind whose prefix the text has, unless it has a longer one of another vendor."""
    shapes = list_shapes()
    for prefix, kind in shapes.prefixes:
        if text.startswith(prefix):
            others = (each.pattern.match(text) for each in shapes.foreign)
            return UNRECOGNISED if any(other and other.end() > len(prefix) for other in others) else kind
    return UNRECOGNISED


def is_key_of_other_service(text: str, *, guess: bool) -> bool:
    """Whether the text has the form of a key that meshtui cannot test; with `guess`, Azure's too, which is any 32
    digits in hexadecimal."""
    return any(each.pattern.match(text) for each in list_shapes().foreign if guess or each is not _AZURE)


PATH = re.compile(
    r"(?:[A-Za-z]:[/\\]|~?/|\.{1,2}[/\\])[^\n\"'{}]{0,400}|[\w ./-]{1,200}\.(?:json|env|pem|p12|csv|txt|key)"
)

PLACEHOLDER_LIMIT = 48
"""No real OpenAI key is as short, so none can look like a placeholder by chance."""

_PLACEHOLDER = (
    r"(?:(?:your|my|insert|enter|put|paste|add|replace|change|the)[-_ ]?(?:[a-z0-9]+[-_ ])*"
    r"(?:key|token|secret|me|here|it)[\w-]*"
    r"|(?:x{3,}|\*{3,}|\.{3,}|…+|0{6,})[-x*.…0]*|api[-_ ]?key(?:[-_ ]?here)?|key|secret|token|todo|tbd|fixme|changeme"
    r"|example|empty|no[-_ ]?key(?:[-_ ]required)?|not[-_ ](?:needed|used|required)|ollama|lm-studio|dummy|test|fake"
    r"|placeholder|undefined|null|none|nil|nan|true|false|\[object object\]|…)"
)
REFERENCE = re.compile(
    r"\$\{\{[^{}\n]*\}\}|ENC\[[^\]\n]*\]|encrypted:\S+|@Microsoft\.KeyVault\([^)\n]*\)"
    r"|https://[\w-]+\.(?:vault\.azure\.net|vault\.azure\.cn)/\S*"
    r"|\$\{?\w+(?::-?[^}]*)?\}?|%\w+%|\$\([^)\n]*\)|\{\{[^{}\n]*\}\}|process\.env\.\w+|os\.environ\W.*"
    r"|<[\w .-]{1,60}>"
    r"|(?:op|vault|keyring|file|env|ssm|gcp|aws|doppler|secret|secretsmanager)://\S+|arn:aws:(?:secretsmanager|ssm):\S+"
    r"|projects/\S+/secrets/\S+",
    re.IGNORECASE,
)
PRESIGNED = re.compile(r"(?:https?://)?[\w.-]+/\S*[?&]X-Amz-(?:Signature|Credential|Algorithm)=\S*", re.IGNORECASE)
"""A whole request that AWS's libraries have signed, not a key."""
MASKED = re.compile(r"[\w-]{0,24}(?:\*{3,}|…|\.{3,}|•{2,}|·{3,})[\w-]{0,8}")
