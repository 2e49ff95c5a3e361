"""The sandbox's credentials are read like any others: they have the forms that the real ones have."""

from __future__ import annotations

import json

from meshtui.base.credential import Kind, Level
from meshtui.credentials.discovery import from_sandbox
from meshtui.sandbox.server import Sandbox


def test_the_sandboxs_credentials_are_good_ones_of_every_kind():
    with Sandbox() as sandbox:
        credentials = {c.name: c for c in from_sandbox(json.loads(json.dumps(sandbox.addresses)))}
    assert {name: c.kind for name, c in credentials.items()} == {
        "openai": Kind.OPENAI_KEY,
        "bedrock": Kind.BEDROCK_KEY,
        "aws": Kind.AWS_KEYS,
        "vertex": Kind.SERVICE_ACCOUNT,
        "mesh": Kind.MESH_KEY,
        "platform": Kind.MESH_KEY,
    }
    for credential in credentials.values():
        assert credential.usable
        assert credential.source.kind == "sandbox"
        assert credential.worst in (Level.OK, Level.NOTE)
