"""Which models can be asked for: each list is had once, and kept as long as the key that was shown it is the same."""

from __future__ import annotations

from meshtui.credentials.model import Credential
from meshtui.providers.client import Client
from meshtui.runs.model import Path
from meshtui.runs.models import Models, models_on

Kept = dict[tuple[str, str], tuple[object, Models]]
"""Names of a credential and of the one that was sent → the material of that, and what was told."""


async def list_models(
    kept: Kept, path: Path, credential: Credential, sent: Credential | None, client: Client
) -> Models:
    """What the credential's provider lists; under Mesh's names where Mesh alone is asked, with the Mesh key that is
    `sent`. A list that was had whole is put into `kept`."""
    told = (credential.name, sent.name if sent else "")
    material, models = kept.get(told, (None, None))
    if models is None or sent is None or material is not sent.material:
        models = await models_on(path, credential, sent, client)
        kept[told] = (sent.material if sent and not models.problem else None, models)
    return models
