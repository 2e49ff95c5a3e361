"""What must be said of OpenAI's answers: one case a rule, and the neighbours that are easily confused."""

from __future__ import annotations

from tests.explain.table import Case

CASES: tuple[Case, ...] = ()
