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
    mesh: str, provider: str, own: str, title: str, prices: str, *, build: str = "", profile_only: bool = False
) -> Model:
    prompt, completion = map(Decimal, prices.split("/"))
    return Model(mesh, provider, own, title, 128_000, prompt, completion, build, profile_only=profile_only)


MODELS = (
    _make_model(
        "openai/gpt-4o-mini", "openai", "gpt-4o-mini", "GPT-4o mini", "0.15/0.60", build="gpt-4o-mini-2024-07-18"
    ),
    _make_model("openai/gpt-4o", "openai", "gpt-4o", "GPT-4o", "2.50/10.00", build="gpt-4o-2024-08-06"),
    _make_model("openai/gpt-5-nano", "openai", "gpt-5-nano", "GPT-5 nano", "0.05/0.40", build="gpt-5-nano-2025-08-07"),
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
    _make_model("google/gemini-2.5-flash", "vertex", "gemini-2.5-flash", "Gemini 2.5 Flash", "0.30/2.50"),
    _make_model(
        "google/gemini-2.5-flash-lite", "vertex", "gemini-2.5-flash-lite", "Gemini 2.5 Flash-Lite", "0.10/0.40"
    ),
    _make_model(
        "google/gemini-3.1-flash-lite", "vertex", "gemini-3.1-flash-lite", "Gemini 3.1 Flash-Lite", "0.10/0.40"
    ),
    _make_model("google/gemini-2.5-pro", "vertex", "gemini-2.5-pro", "Gemini 2.5 Pro", "1.25/10.00"),
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
    _make_embedder("google/gemini-embedding-001", "vertex", "gemini-embedding-001", "Gemini Embedding", "0.15", 3072),
)
"""Served through Mesh only."""

AT_MESH = (*MODELS, *EMBEDDERS)
BY_MESH = {model.mesh: model for model in AT_MESH}
SLUGS = {"openai": "openai", "bedrock": "amazon-bedrock", "vertex": "vertex", "other": None}
"""Mesh's words for the providers in its list of models."""
_PROFILES = ("us.", "eu.", "apac.", "jp.", "global.")


def list_models_of(provider: str) -> tuple[Model, ...]:
    return tuple(model for model in MODELS if model.provider == provider)


def find_openai_model(name: str) -> Model | None:
    """Under its short name or its build's."""
    return next((m for m in list_models_of("openai") if name in (m.own, m.build)), None)


def find_vertex_model(name: str) -> Model | None:
    return next((m for m in list_models_of("vertex") if name == m.own), None)


def find_bedrock_model(name: str) -> tuple[Model | None, bool]:
    """The model behind an id or ARN, and whether an inference profile was named rather than the model itself."""
    last = name.rpartition("/")[2] if name.startswith("arn:") else name
    prefix = next((p for p in _PROFILES if last.startswith(p)), "")
    model = next((m for m in list_models_of("bedrock") if m.own == last.removeprefix(prefix)), None)
    return model, bool(prefix)
