"""Mesh's names of models: the maker before a slash. It has no model of its own, so the test model is OpenAI's."""

from __future__ import annotations

from meshtui.providers.default_models import Ended
from meshtui.providers.openai.models import MODELS as MODELS

ENDS: dict[str, Ended] = {}
NAMES = r"[\w.-]+/[\w.:@/-]+"
