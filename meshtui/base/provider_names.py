"""Which providers there are, a row each, and how an answer names its request.

Apart from the rest of their packages, so that a command which only reads an answer loads little. Everything else about
a provider is in its package, whose modules have the same names for every provider: `load_part` is how the layers below
(`explain`: errors and fixes; `http`: hosts) and the registry come by them.
"""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import Any, NamedTuple


class ProviderRow(NamedTuple):
    id: str
    name: str
    package: str
    model: str = ""
    """The model of the smallest test prompt, as the provider calls it."""
    model_at_mesh: str = ""
    """The same as Mesh calls it."""


_ROWS = (
    ProviderRow("openai", "OpenAI", "meshtui.providers.openai"),
    ProviderRow("bedrock", "AWS Bedrock", "meshtui.providers.bedrock"),
    ProviderRow("vertex", "Google Vertex AI", "meshtui.providers.vertex"),
    ProviderRow("mesh", "Mesh", "meshtui.providers.mesh"),
)

PROVIDER_ROWS: dict[str, ProviderRow] = {}
PROVIDER_NAMES: dict[str, str] = {}
"""Id → the name that is shown."""
DEFAULT_MODELS: dict[str, tuple[str, str]] = {}
"""Id → the model of the smallest test prompt: what the provider calls it, what Mesh calls it. Mesh itself has none."""


def add_provider(row: ProviderRow) -> None:
    """From now on it is one of the providers. Its package is loaded when something of it is needed."""
    PROVIDER_ROWS[row.id] = row
    PROVIDER_NAMES[row.id] = row.name
    if row.model:
        DEFAULT_MODELS[row.id] = (row.model, row.model_at_mesh)


def load_part(provider: str, part: str) -> Any:
    """A module of a provider's package: `errors`, `hosts`, `requests`, … Raises KeyError for a provider that there is
    not."""
    return import_module(f"{PROVIDER_ROWS[provider].package}.{part}")


def choose_models(row: ProviderRow) -> ProviderRow:
    """The row with the first model of the provider's table that has not ended today. The tables are light."""
    chosen = import_module("meshtui.providers.default_models").choose_model(
        import_module(f"{row.package}.models").MODELS, date.today()
    )
    return row._replace(model=chosen.name, model_at_mesh=chosen.at_mesh)


for _row in _ROWS:
    add_provider(choose_models(_row))

REQUEST_ID_HEADERS = (
    "x-request-id", "x-amzn-requestid", "x-amz-request-id", "request-id", "x-goog-request-id", "cf-ray",
)  # fmt: skip
"""Headers that an answer is found again by, the vendor's own before those of its edge."""
