"""Every provider's own list of models, asked for over HTTP; what cannot be had is told in words."""

from __future__ import annotations

import pytest

from meshtui.base.credential import UNRECOGNISED, Credential, Source
from meshtui.base.provider_names import DEFAULT_MODELS
from meshtui.providers.bedrock import requests as bedrock
from meshtui.providers.mesh import requests as mesh
from meshtui.providers.openai import requests as openai
from meshtui.providers.vertex import requests as vertex
from meshtui.runs.model import Path
from meshtui.runs.model_lists import list_own_models, list_path_models
from tests.runs.stage import PROVIDERS, Stage

LISTED = {"openai": "gpt-4o-2024-08-06", "bedrock": "us.anthropic.claude-haiku-4-5-20251001-v1:0",
          "aws": "us.anthropic.claude-haiku-4-5-20251001-v1:0", "vertex": "gemini-3.5-flash"}  # fmt: skip


@pytest.mark.parametrize("name", PROVIDERS)
async def test_a_good_key_gets_the_whole_list_with_the_default_first(stage: Stage, name: str):
    credential = stage.credentials[name]
    models = await list_own_models(credential, stage.client)
    assert (models.problem, models.step) == ("", "")
    assert models.names[0] == DEFAULT_MODELS[credential.provider][0]
    assert LISTED[name] in models.names
    assert list(models.names[1:]) == sorted(models.names[1:])


@pytest.mark.parametrize("name", PROVIDERS)
async def test_every_model_of_the_list_answers(stage: Stage, name: str):
    for model in (await list_own_models(stage.credentials[name], stage.client)).names:
        run = await stage.send_prompt("byok", name, model=model, exclusive=True)
        assert run.attempts[0].ok, model


@pytest.mark.parametrize("name", PROVIDERS)
async def test_a_revoked_key_gets_no_list_but_the_reason_and_a_step(stage: Stage, name: str):
    stage.sandbox.set_fault(name, "revoked")
    models = await list_own_models(stage.credentials[name], stage.client)
    assert models.names == ()
    assert models.problem
    assert not models.problem.endswith(".")
    assert models.step


@pytest.mark.parametrize("path", [Path.MESH, Path.PLATFORM])
@pytest.mark.parametrize("name", PROVIDERS)
async def test_where_mesh_alone_is_asked_its_names_are_listed(stage: Stage, name: str, path: Path):
    credential, key = stage.credentials[name], stage.credentials[path.value]
    models = await list_path_models(path, credential, key, stage.client)
    assert models.names[0] == DEFAULT_MODELS[credential.provider][1]
    assert all("/" in model for model in models.names)
    assert not any("embedding" in model for model in models.names)


async def test_a_mesh_key_that_is_missing_or_refused_is_told(stage: Stage):
    openai_key = stage.credentials["openai"]
    assert "No Mesh key" in (await list_path_models(Path.MESH, openai_key, None, stage.client)).problem
    stage.sandbox.set_fault("mesh", "revoked")
    models = await list_path_models(Path.MESH, openai_key, stage.credentials["mesh"], stage.client)
    assert models.names == ()
    assert models.problem


async def test_a_credential_that_cannot_be_sent_is_told_and_nothing_is_sent(stage: Stage):
    nothing = Credential("odd", UNRECOGNISED, Source("paste"), None)
    models = await list_own_models(nothing, stage.client)
    assert models.names == ()
    assert models.problem


async def test_a_server_that_is_away_is_told(stage: Stage):
    stage.sandbox.set_fault("openai", "down")
    assert (await list_own_models(stage.credentials["openai"], stage.client)).problem


@pytest.mark.parametrize("answer", [None, [], {}, {"data": 3}, {"data": [1, {"id": None}]}, "x",
                                    {"modelSummaries": [{"modelId": "m"}, 4]}, {"inferenceProfileSummaries": {}},
                                    {"publisherModels": [{"name": 1}]}], ids=str)  # fmt: skip
async def test_an_answer_that_is_no_list_names_nothing(answer: object):
    for listed in (
        openai.read_model_names,
        bedrock.read_model_names,
        bedrock.read_profile_names,
        vertex.read_model_names,
        mesh.read_model_names,
    ):
        assert listed(answer) == []


def test_bedrocks_models_that_need_a_profile_are_listed_by_their_profiles_alone():
    rows = [
        {"modelId": "amazon.nova-micro-v1:0", "outputModalities": ["TEXT"], "inferenceTypesSupported": ["ON_DEMAND"]},
        {"modelId": "anthropic.claude", "outputModalities": ["TEXT"], "inferenceTypesSupported": ["INFERENCE_PROFILE"]},
        {"modelId": "amazon.canvas", "outputModalities": ["IMAGE"], "inferenceTypesSupported": ["ON_DEMAND"]},
    ]
    assert bedrock.read_model_names({"modelSummaries": rows}) == ["amazon.nova-micro-v1:0"]
    own = {"type": "APPLICATION", "inferenceProfileId": "a1", "inferenceProfileArn": "arn:aws:bedrock:x:1:a/a1"}
    amazons = {"type": "SYSTEM_DEFINED", "inferenceProfileId": "eu.anthropic.claude", "inferenceProfileArn": "arn"}
    assert bedrock.read_profile_names({"inferenceProfileSummaries": [own, amazons]}) == [
        "eu.anthropic.claude", "arn:aws:bedrock:x:1:a/a1"
    ]  # fmt: skip


def test_a_long_list_is_read_page_by_page():
    assert bedrock.read_next_page({"nextToken": "t"}) == "t"
    assert vertex.read_next_page({"nextPageToken": "t"}) == "t"
    assert bedrock.read_next_page({}) == vertex.read_next_page({"nextPageToken": 3}) == ""
