"""What must be said of Bedrock's and STS's answers: a case a rule, and the neighbours that are easily confused."""

from __future__ import annotations

from tests.explain import bedrock_identity, bedrock_models

CASES = (*bedrock_identity.CASES, *bedrock_models.CASES)
