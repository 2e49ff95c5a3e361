"""OpenAI's descriptor. Variables and addresses: its SDKs."""

from __future__ import annotations

from meshtui.base.credential import Kind
from meshtui.providers.base import AtMesh, Provider, Slot

OPENAI_KEY = Kind("openai_key", "OpenAI key", "openai")


def _name_at_mesh(model: str) -> str:
    from meshtui.providers.default_models import name_claude

    return name_claude(model) if model.startswith("claude-") else f"openai/{model}"


PROVIDER = Provider(
    id="openai",
    kinds=(OPENAI_KEY,),
    slots=(Slot("openai", ("OPENAI_API_KEY",)),),
    address_variables=("OPENAI_BASE_URL", "OPENAI_API_BASE"),
    at_mesh=AtMesh("openai", "openai", ("openai/",), _name_at_mesh),
)
