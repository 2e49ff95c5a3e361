"""The models that the sandbox serves, under each vendor's names, with the prices that usage rows are made of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Model:
    mesh: str
    """Mesh's id: brand, slash, model."""
    provider: str
    """Who serves it: openai, bedrock, vertex; `other`: Mesh alone, no key of yours can be used."""
    own: str
    """The provider's id of it."""
    title: str
    context: int
    prompt_price: Decimal
    """US dollars for a million tokens."""
    completion_price: Decimal
    build: str = ""
    """What an answer calls it, where that differs."""
    kind: str = "text"
    """text or embedding."""
    dimensions: int = 0
    """Of its vectors."""
    ends: str = ""
    """The day of its end, as its provider names it: "YYYY-MM-DD"; empty where none is known."""
    reasons: bool = False
    """Whether it thinks before it answers, and takes no sampling parameters therefore."""
    profile_only: bool = False
    """Bedrock: on-demand throughput is not offered for the bare id, only for an inference profile."""

    @property
    def brand(self) -> str:
        return self.mesh.partition("/")[0]

    @property
    def free(self) -> bool:
        return not (self.prompt_price or self.completion_price)

    @property
    def served_as(self) -> str:
        return self.build or self.own

    def cost(self, prompt_tokens: int, completion_tokens: int) -> Decimal:
        """US dollars."""
        return (self.prompt_price * prompt_tokens + self.completion_price * completion_tokens) / 1_000_000


def _make_model(
    mesh: str,
    provider: str,
    own: str,
    title: str,
    prices: str,
    *,
    build: str = "",
    ends: str = "",
    reasons: bool = False,
    profile_only: bool = False,
) -> Model:
    prompt, completion = map(Decimal, prices.split("/"))
    return Model(
        mesh, provider, own, title, 128_000, prompt, completion, build, ends=ends, reasons=reasons,
        profile_only=profile_only,
    )  # fmt: skip


# Prices of gpt-6-luna and of Gemini 3 are the sandbox's own: none was read.
MODELS = (
    _make_model(
        "openai/gpt-4o-mini",
        "openai",
        "gpt-4o-mini",
        "GPT-4o mini",
        "0.15/0.60",
        build="gpt-4o-mini-2024-07-18",
        ends="2027-01-14",
    ),
    _make_model(
        "openai/gpt-4o", "openai", "gpt-4o", "GPT-4o", "2.50/10.00", build="gpt-4o-2024-08-06", ends="2027-01-14"
    ),
    _make_model(
        "openai/gpt-5-nano",
        "openai",
        "gpt-5-nano",
        "GPT-5 nano",
        "0.05/0.40",
        build="gpt-5-nano-2025-08-07",
        ends="2026-12-11",
        reasons=True,
    ),
    _make_model(
        "openai/gpt-4.1-mini",
        "openai",
        "gpt-4.1-mini",
        "GPT-4.1 mini",
        "0.40/1.60",
        build="gpt-4.1-mini-2025-04-14",
        ends="2027-01-14",
    ),
    _make_model("openai/gpt-6-luna", "openai", "gpt-6-luna", "GPT-6 Luna", "0.25/2.00", reasons=True),
    _make_model("amazon/nova-micro-v1", "bedrock", "amazon.nova-micro-v1:0", "Nova Micro", "0.035/0.14"),
    _make_model("amazon/nova-lite-v1", "bedrock", "amazon.nova-lite-v1:0", "Nova Lite", "0.06/0.24"),
    _make_model("amazon/nova-pro-v1", "bedrock", "amazon.nova-pro-v1:0", "Nova Pro", "0.80/3.20"),
    _make_model(
        "anthropic/claude-haiku-4.5",
        "bedrock",
        "anthropic.claude-haiku-4-5-20251001-v1:0",
        "Claude Haiku 4.5",
        "1.00/5.00",
        profile_only=True,
    ),
    _make_model(
        "anthropic/claude-sonnet-4.5",
        "bedrock",
        "anthropic.claude-sonnet-4-5-20250929-v1:0",
        "Claude Sonnet 4.5",
        "3.00/15.00",
        profile_only=True,
    ),
    _make_model("openai/gpt-oss-20b", "bedrock", "openai.gpt-oss-20b-1:0", "gpt-oss-20b", "0.07/0.30"),
    _make_model("openai/gpt-oss-120b", "bedrock", "openai.gpt-oss-120b-1:0", "gpt-oss-120b", "0.15/0.60"),
    _make_model(
        "google/gemini-3.1-flash-lite",
        "vertex",
        "gemini-3.1-flash-lite",
        "Gemini 3.1 Flash-Lite",
        "0.10/0.40",
        ends="2027-05-07",
    ),
    _make_model(
        "google/gemini-3-flash-preview", "vertex", "gemini-3-flash-preview", "Gemini 3 Flash Preview", "0.30/2.50"
    ),
    _make_model(
        "google/gemini-3.5-flash-lite",
        "vertex",
        "gemini-3.5-flash-lite",
        "Gemini 3.5 Flash-Lite",
        "0.10/0.40",
        ends="2027-07-21",
    ),
    _make_model(
        "google/gemini-3.5-flash", "vertex", "gemini-3.5-flash", "Gemini 3.5 Flash", "0.30/2.50", ends="2027-05-19"
    ),
    _make_model(
        "meta-llama/llama-3.3-70b-instruct", "other", "llama-3.3-70b-instruct", "Llama 3.3 70B Instruct", "0.72/0.72"
    ),
    _make_model(
        "meta-llama/llama-3.2-3b-instruct:free", "other", "llama-3.2-3b-instruct", "Llama 3.2 3B (free)", "0/0"
    ),
)


def _make_embedder(mesh: str, provider: str, own: str, title: str, price: str, dimensions: int) -> Model:
    return Model(mesh, provider, own, title, 8192, Decimal(price), Decimal(0), kind="embedding", dimensions=dimensions)


EMBEDDERS = (
    _make_embedder(
        "openai/text-embedding-3-small", "openai", "text-embedding-3-small", "Embedding 3 small", "0.02", 1536
    ),
    _make_embedder(
        "openai/text-embedding-3-large", "openai", "text-embedding-3-large", "Embedding 3 large", "0.13", 3072
    ),
    _make_embedder(
        "amazon/titan-embed-text-v2", "bedrock", "amazon.titan-embed-text-v2:0", "Titan Embed 2", "0.02", 1024
    ),
    _make_embedder("cohere/embed-english-v3", "bedrock", "cohere.embed-english-v3", "Embed English 3", "0.10", 1024),
    _make_embedder("google/gemini-embedding-001", "vertex", "gemini-embedding-001", "Gemini Embedding", "0.15", 3072),
)

ENDED = ("gpt-3.5-turbo", "gpt-4", "gpt-4-turbo", "gpt-4.1-nano", "o1", "o3-mini", "o4-mini")
"""OpenAI's models that ended on 2026-10-23 (its page "Deprecations"): called by these names they are refused as such.
Google's that ended (Gemini 2.0 and 2.5, 2026-06-01 and 2026-10-16) and Mesh's of both read as unknown there."""

AT_MESH = (*MODELS, *EMBEDDERS)
BY_MESH = {model.mesh: model for model in AT_MESH}
SLUGS = {"openai": "openai", "bedrock": "amazon-bedrock", "vertex": "vertex", "other": None}
"""Mesh's words for the providers in its list of models."""
_PROFILES = ("us.", "global.")
"""Of the region that the sandbox is; another one's are unknown here."""


def list_models_of(provider: str) -> tuple[Model, ...]:
    return tuple(model for model in MODELS if model.provider == provider)


def list_embedders_of(provider: str) -> tuple[Model, ...]:
    return tuple(model for model in EMBEDDERS if model.provider == provider)


def find_openai_embedder(name: str) -> Model | None:
    return next((m for m in list_embedders_of("openai") if m.own == name), None)


def find_openai_model(name: str) -> Model | None:
    """Under its short name or its build's."""
    return next((m for m in list_models_of("openai") if name in (m.own, m.served_as)), None)


def find_vertex_embedder(name: str) -> Model | None:
    return next((m for m in list_embedders_of("vertex") if m.own == name), None)


def find_vertex_model(name: str) -> Model | None:
    return next((m for m in list_models_of("vertex") if name == m.own), None)


def find_bedrock_model(name: str) -> tuple[Model | None, bool]:
    """The model behind an id or ARN, and whether an inference profile was named rather than the model itself."""
    last = name.rpartition("/")[2] if name.startswith("arn:") else name
    prefix = next((p for p in _PROFILES if last.startswith(p)), "")
    served = (*list_models_of("bedrock"), *list_embedders_of("bedrock"))
    model = next((m for m in served if m.own == last.removeprefix(prefix)), None)
    return model, bool(prefix)
