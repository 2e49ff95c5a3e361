"""What is kept of how a run began: all that may explain it later, and nothing secret."""

from __future__ import annotations

from dataclasses import replace

import pytest

from meshtui import __version__
from meshtui.base.credential import BearerKey, Credential, Policy, Source
from meshtui.base.endpoints import Endpoints
from meshtui.base.secret import Secret
from meshtui.journal.entry import CHECK, RunInputs
from meshtui.journal.journal import Journal
from meshtui.journal.recording import CheckRecorder, describe_check, describe_run
from meshtui.providers.bedrock.provider import AWS_KEYS, AwsKeys
from meshtui.providers.mesh.provider import MESH_KEY
from meshtui.providers.openai.provider import OPENAI_KEY
from meshtui.providers.vertex.provider import SERVICE_ACCOUNT, ServiceAccount
from meshtui.runs.model import Path, Prompt, RunRequest
from tests.canaries import EVERY, KEY_ID, KEYS, SECRET, leaked

KEY = Credential("openai", OPENAI_KEY, Source("env", "OPENAI_API_KEY"), BearerKey(Secret(KEYS["project key"])))
PAIR = Credential("aws", AWS_KEYS, Source("paste"), AwsKeys(Secret(KEY_ID), Secret(SECRET), "eu-west-1"))
MESH = Credential("mesh", MESH_KEY, Source("paste"), BearerKey(Secret(KEYS["Mesh key"])))


def test_a_run_is_kept_with_what_it_was_made_of():
    prompt = Prompt("My words", system="Be kind", max_tokens=20, stream=True, timeout=5.0)
    asked = describe_run(RunRequest(Path.MESH, replace(KEY, policy=Policy.EXCLUSIVE), MESH, prompt=prompt), Endpoints())
    assert asked == RunInputs(
        "mesh", "openai", "openai_key", "openai", "env OPENAI_API_KEY", KEY.secret.fingerprint, "exclusive",
        MESH.secret.fingerprint, "gpt-4o-mini", "", 8, 7, 20, True, False, 5.0, "api.meshapi.ai", __version__,
    )  # fmt: skip


def test_a_check_is_kept_with_what_it_was_made_of():
    asked = describe_check(PAIR, Endpoints())
    assert (asked.path, asked.credential, asked.region) == (CHECK, "aws", "eu-west-1")
    assert asked.host == "bedrock-runtime.eu-west-1.amazonaws.com"


def test_another_secret_of_the_same_key_id_is_another_fingerprint():
    wrong = replace(PAIR, material=AwsKeys(Secret(KEY_ID), Secret(SECRET[:-1] + "x"), "eu-west-1"))
    before, after = (describe_check(pair, Endpoints()).fingerprint for pair in (PAIR, wrong))
    assert before != after
    assert before.split("/")[0] == after.split("/")[0]


@pytest.mark.parametrize("region", ["", "[", "a/b", "\x00", "::1]"])
def test_a_region_that_makes_no_host_is_no_trouble(region: str):
    account = ServiceAccount("a@b", Secret("-----BEGIN"), "p", region=region)
    asked = describe_check(Credential("v", SERVICE_ACCOUNT, Source("paste"), account), Endpoints())
    assert asked.credential == "v"
    assert not set("[]/\x00") & set(asked.host)


def test_neither_a_key_nor_the_words_of_the_prompt_are_kept():
    misplaced = replace(KEY, name=KEYS["long-term Bedrock key"], source=Source("file", f"/tmp/{KEYS['Mesh key']}"))
    for credential in (misplaced, PAIR, None):
        for path in Path:
            prompt = Prompt(KEYS["API key of Google"], model=KEYS["admin key"], system="my words")
            asked = repr(describe_run(RunRequest(path, credential, MESH, MESH, prompt), Endpoints()))
            assert not leaked(asked, EVERY)
            assert "my words" not in asked


def test_a_check_whose_credential_is_only_named_says_that_much():
    journal = Journal()
    CheckRecorder(journal, "aws", clock=lambda: 7.0)
    assert journal[0].detail == RunInputs(path=CHECK, credential="aws")
