"""Code for Mesh: its calls are OpenAI's."""

from meshtui.providers.openai.export import EXPORT

__all__ = ["EXPORT"]
