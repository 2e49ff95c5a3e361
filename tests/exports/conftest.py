"""The same stage as the runs have, and what a shell needs to run exported code on it."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from tests.exports.shell import Environ
from tests.runs.conftest import keys, sandbox, stage
from tests.runs.stage import Stage
from tests.sandbox.callers import token

__all__ = ["keys", "sandbox", "stage"]


@pytest.fixture
def environ(stage: Stage, tmp_path: Path) -> Environ:
    """The sandbox's keys in the variables that exported code names, and a `gcloud` that fetches tokens there."""
    told = stage.sandbox.addresses
    account = tmp_path / "account.json"
    account.write_text(json.dumps(told["vertex"]["service_account"]))
    with httpx.Client(trust_env=False, verify=False) as http:
        access = token(stage.sandbox, http).json()["access_token"]
    gcloud = tmp_path / "bin" / "gcloud"
    gcloud.parent.mkdir()
    gcloud.write_text(f'#!/bin/sh\n[ "$*" = "auth application-default print-access-token" ] && echo {access}\n')
    gcloud.chmod(0o755)
    return Environ(tmp_path, {
        "OPENAI_API_KEY": told["openai"]["key"],
        "MESHAPI_API_KEY": told["mesh"]["key"],
        "MESHTUI_PLATFORM_KEY": told["platform"]["key"],
        "AWS_BEARER_TOKEN_BEDROCK": told["bedrock"]["api_key"],
        "AWS_ACCESS_KEY_ID": told["aws"]["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": told["aws"]["secret_access_key"],
        "AWS_SESSION_TOKEN": "a token that belongs to other keys",
        "GOOGLE_APPLICATION_CREDENTIALS": str(account),
    })  # fmt: skip
