"""When Mesh falls back from your key to its own credentials (documentation "BYOK" and "Retry and fallback")."""

from __future__ import annotations

from meshtui.base.credential import Credential, Policy
from meshtui.explain.model import Explanation
from meshtui.providers.mesh.requests import name_model_at_mesh
from meshtui.providers.registry import find_provider
from meshtui.runs.model import RunRequest


def is_fallback_documented(explanation: Explanation | None) -> bool:
    """Whether Mesh is documented to fall back on this failure: authentication errors and rate limits of your key. A
    wrong request never; about outages and timeouts nothing is said, so the answer is no."""
    return explanation is not None and explanation.falls_back == "yes"


def is_exclusive(credential: Credential | None) -> bool:
    return credential is not None and credential.policy is Policy.EXCLUSIVE


def is_policy_known(credential: Credential | None) -> bool:
    """Whether Mesh is known to have the same policy for the credential as meshtui. The sandbox is configured with it;
    for the real Mesh it is an assumption."""
    return credential is not None and credential.source.kind == "sandbox"


def may_only_own_key_serve(request: RunRequest) -> bool:
    """Whether a known setting leaves no other credential that could serve this at Mesh: exclusive use, for a model of
    this key's provider."""
    credential = request.credential
    if credential is None or not (is_exclusive(credential) and is_policy_known(credential)):
        return False
    provider = find_provider(credential.provider)
    brands = provider.at_mesh.brands if provider and provider.at_mesh else ()
    return name_model_at_mesh(credential.provider, request.prompt.model).startswith(brands)
