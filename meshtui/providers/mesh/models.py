"""Mesh's names of models: the maker before a slash. It has no model of its own, so the test model is OpenAI's."""

from __future__ import annotations

from meshtui.providers.default_models import SmallModel
from meshtui.providers.openai.models import MODELS as _OPENAI

MODELS = tuple(SmallModel("", model.at_mesh, model.ends) for model in _OPENAI)

NAMES = r"[\w.-]+/[\w.:@/-]+"
REGIONS = ""
