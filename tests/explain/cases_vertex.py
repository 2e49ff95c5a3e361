"""What must be said of Google's answers: a case a rule, and the neighbours that are easily confused."""

from __future__ import annotations

from tests.explain import vertex_key, vertex_models, vertex_project

CASES = (*vertex_key.CASES, *vertex_project.CASES, *vertex_models.CASES)
