"""What a bare text is by the look of it: whose prefix it bears. Tables only; the judging is done elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

from meshtui.base.credential import Kind

# Prefix → kind of credential, the longer prefix first.
PREFIXES: tuple[tuple[str, Kind], ...] = (
    ("bedrock-api-key-", Kind.BEDROCK_KEY),
    ("ABSK", Kind.BEDROCK_KEY),
    ("rsk_", Kind.MESH_KEY),
    ("mak_", Kind.MESH_KEY),
)


@dataclass(frozen=True, slots=True)
class Stranger:
    """A key that is none of ours: the finding, the kind it was meant for, and the words to fill in."""

    pattern: re.Pattern[str]
    row: str
    kind: Kind = Kind.UNRECOGNISED
    vendor: str = ""
    weak: bool = False
    """Only a guess: a variable that says what the text is comes before it."""


def _vendor(prefix: str, vendor: str) -> Stranger:
    return Stranger(re.compile(re.escape(prefix)), "vendor.other", vendor=vendor)


# Prefixes: gitleaks' and trufflehog's rules, the vendors' documentation. `sk-` alone comes after all of them.
STRANGERS: tuple[Stranger, ...] = (
    _vendor("sk-ant-", "Anthropic"),
    _vendor("sk-or-", "OpenRouter"),
    _vendor("sk-lf-", "Langfuse"),
    _vendor("gsk_", "Groq"),
    _vendor("xai-", "xAI"),
    _vendor("hf_", "Hugging Face"),
    _vendor("r8_", "Replicate"),
    _vendor("pplx-", "Perplexity"),
    _vendor("nvapi-", "NVIDIA"),
    _vendor("csk-", "Cerebras"),
    _vendor("fw_", "Fireworks"),
    _vendor("ghp_", "GitHub"),
    _vendor("github_pat_", "GitHub"),
    Stranger(re.compile("mesh_live_"), "mesh.lookalike", Kind.MESH_KEY, "MESH (meshrouter.app)"),
    Stranger(re.compile("msh_"), "mesh.lookalike", Kind.MESH_KEY, "MeshAI (meshai.dev)"),
    Stranger(re.compile("msy_"), "mesh.lookalike", Kind.MESH_KEY, "Meshy (meshy.ai)"),
    Stranger(re.compile("sess-"), "openai.session", Kind.OPENAI_KEY),
    Stranger(re.compile("ek_"), "openai.realtime", Kind.OPENAI_KEY),
    Stranger(re.compile(r"org-(?=[A-Za-z0-9]{8,40}\Z)"), "openai.id", Kind.OPENAI_KEY, "an organisation"),
    Stranger(re.compile(r"proj_(?=[A-Za-z0-9]{8,40}\Z)"), "openai.id", Kind.OPENAI_KEY, "a project"),
    Stranger(re.compile(r"user-(?=[A-Za-z0-9]{8,40}\Z)"), "openai.id", Kind.OPENAI_KEY, "a user"),
    Stranger(re.compile("AIza"), "google.api-key", Kind.SERVICE_ACCOUNT),
    Stranger(re.compile(r"AQ\."), "google.api-key", Kind.SERVICE_ACCOUNT),
    Stranger(re.compile(r"ya29\."), "google.access-token", Kind.SERVICE_ACCOUNT),
    Stranger(re.compile("GOCSPX-"), "google.client-secret", Kind.SERVICE_ACCOUNT),
    Stranger(re.compile("1//0"), "google.refresh-token", Kind.SERVICE_ACCOUNT),
    Stranger(re.compile(r"(?=[^\s@]+@[^\s@]+gserviceaccount\.com\Z)"), "vertex.email-alone", Kind.SERVICE_ACCOUNT),
    Stranger(re.compile(r"(?=[0-9a-f]{32}\Z)"), "vendor.azure"),
    Stranger(re.compile(r"(?=(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,28}\Z)"), "aws.id-alone", Kind.AWS_KEYS),
    Stranger(
        re.compile(r"(?=[A-Za-z0-9+/]{40}\Z)(?=.*[+/A-Z])(?=.*[a-z])(?=.*\d)"),
        "aws.secret-alone",
        Kind.AWS_KEYS,
        weak=True,
    ),
)

KEY_IN_TEXT = re.compile(
    r"(?<![A-Za-z0-9_/-])(?:bedrock-api-key-[\w+/=-]{40,}|ABSK[\w+/=-]{40,}|(?:rsk|mak)_[A-Za-z0-9]{20,40}"
    r"|sk-[A-Za-z0-9][A-Za-z0-9_-]{18,})"
)
"""A whole key standing inside other words."""

PEM_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{1,40}-----")
PATH = re.compile(r"(?:[A-Za-z]:\\|~?/|\.{1,2}[/\\])[^\n\"'{}]{0,400}|[\w .-]{1,200}\.(?:json|env|pem|p12|csv|txt|key)")

PLACEHOLDER_LIMIT = 48
"""No real OpenAI key is as short, so none can look like a placeholder by chance."""

# A value that nobody ever replaced. Matched against the whole text, case ignored.
PLACEHOLDER = re.compile(
    r"(?:sk-(?:proj-|svcacct-|admin-)?|rsk_|mak_|ABSK|AKIA|bedrock-api-key-)?"
    r"(?:(?:your|my|insert|enter|put|paste|add|replace|change|the)[-_ ]?(?:[a-z0-9]+[-_ ])*"
    r"(?:key|token|secret|me|here|it)[\w-]*"
    r"|(?:x{3,}|\*{3,}|\.{3,}|…+|0{6,})[-x*.…0]*|api[-_ ]?key(?:[-_ ]?here)?|key|secret|token|todo|tbd|fixme|changeme"
    r"|example|empty|no[-_ ]?key(?:[-_ ]required)?|not[-_ ](?:needed|used|required)|ollama|lm-studio|dummy|test|fake"
    r"|placeholder|undefined|null|none|nil|nan|true|false|\[object object\]|…)",
    re.IGNORECASE,
)
REFERENCE = re.compile(
    r"\$\{?\w+(?::-?[^}]*)?\}?|%\w+%|\$env:\w+|\$\([^)\n]*\)|\{\{[^{}\n]*\}\}|process\.env\.\w+|os\.environ\W.*"
    r"|<[\w .-]{1,60}>"
    r"|(?:op|vault|keyring|file|env|ssm|gcp|aws|doppler|secret|secretsmanager)://\S+|arn:aws:(?:secretsmanager|ssm):\S+"
    r"|projects/\S+/secrets/\S+",
    re.IGNORECASE,
)
MASKED = re.compile(r"[\w-]{0,24}(?:\*{3,}|…|\.{3,}|•{2,}|·{3,})[\w-]{0,8}")
