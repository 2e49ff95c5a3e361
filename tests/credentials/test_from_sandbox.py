"""The sandbox's credentials are read like any others: they have the forms that the real ones have."""

from __future__ import annotations

import json

from meshtui.base.credential import Level
from meshtui.credentials.discovery import read_sandbox_credentials
from meshtui.providers.bedrock.provider import AWS_KEYS, BEDROCK_KEY
from meshtui.providers.mesh.provider import MESH_KEY
from meshtui.providers.openai.provider import OPENAI_KEY
from meshtui.providers.vertex.provider import SERVICE_ACCOUNT
from meshtui.sandbox.server import Sandbox


def test_the_sandboxs_credentials_are_good_ones_of_every_kind():
    with Sandbox() as sandbox:
        credentials = {c.name: c for c in read_sandbox_credentials(json.loads(json.dumps(sandbox.addresses)))}
    assert {name: c.kind for name, c in credentials.items()} == {
        "openai": OPENAI_KEY,
        "bedrock": BEDROCK_KEY,
        "aws": AWS_KEYS,
        "vertex": SERVICE_ACCOUNT,
        "mesh": MESH_KEY,
        "platform": MESH_KEY,
    }
    for credential in credentials.values():
        assert credential.usable
        assert credential.source.kind == "sandbox"
        assert credential.worst in (Level.OK, Level.NOTE)
