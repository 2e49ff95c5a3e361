"""Mesh beside chat: own request ids, usage of one request, compare, batches, router, moderations, web search."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import MESSAGES, at, bearer, mesh_chat, mesh_get

MODEL = "openai/gpt-4o-mini"


def post(sandbox: Sandbox, http: httpx.Client, path: str, key: str = "mesh", **body: Any) -> httpx.Response:
    return http.post(f"{at(sandbox, key, 'base_url')}{path}", json=body, headers=bearer(at(sandbox, key, "key")))


@pytest.mark.parametrize(
    ("given", "kept"), [("mine-1.2:3", True), ("x" * 64, True), ("x" * 65, False), ("with space", False), ("", False)]
)
def test_a_request_may_bring_an_id_of_its_own(sandbox: Sandbox, http: httpx.Client, given: str, kept: bool):
    headers = {**bearer(at(sandbox, "mesh", "key")), "x-request-id": given}
    url = f"{at(sandbox, 'mesh', 'base_url')}/chat/completions"
    answered = http.post(url, json={"model": MODEL, "messages": MESSAGES, "cache": False}, headers=headers)
    refused = http.post(url, json={"model": "none", "messages": MESSAGES}, headers=headers)
    for answer in (answered, refused):
        assert (answer.headers["x-request-id"] == given) is kept
        assert kept or answer.headers["x-request-id"].startswith("req_")
    assert refused.json()["request_id"] == refused.headers["x-request-id"]


def test_what_one_request_cost_is_asked_by_its_id(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("openai", "revoked")
    name = mesh_chat(sandbox, http, MODEL).headers["x-request-id"]
    found = mesh_get(sandbox, http, f"/usage/requests/{name}").json()
    assert (found["request_id"], found["outcome"]) == (name, "success")
    listed = post(sandbox, http, "/usage/events", org_id="").json()["events"]
    assert found["event"] == next(event for event in listed if event["request_id"] == name)
    assert found["event"]["cost_usd"] == sandbox.truth[-1].cost_usd
    assert float(found["event"]["cost_usd"]) > 0
    assert mesh_get(sandbox, http, "/usage/requests/req_none").status_code == 404
    headers = bearer(at(sandbox, "platform", "key"))
    url = f"{at(sandbox, 'mesh', 'base_url')}/usage/requests/{name}"
    assert http.get(url, headers=headers).status_code == 404


def test_models_are_compared_each_with_its_answer_or_its_error(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("vertex", "quota_empty")
    sandbox.set_policy("vertex", exclusive=True)
    models = [MODEL, "google/gemini-3.5-flash", "none/none"]
    answer = post(sandbox, http, "/chat/compare", models=models, messages=MESSAGES).json()
    assert [result["model"] for result in answer["results"]] == models
    assert [result["error_code"] for result in answer["results"]] == [
        None, "upstream_rate_limit_error", "model_not_found",
    ]  # fmt: skip
    assert (answer["results"][0]["content"], answer["partial"], answer["comparison_model"]) == ("pong", True, MODEL)
    ids = [result["request_id"] for result in answer["results"]]
    assert [truth.request_id for truth in sandbox.truth[-3:]] == ids
    assert {truth.endpoint for truth in sandbox.truth[-3:]} == {"compare"}


def test_a_comparison_streams_each_models_answer(sandbox: Sandbox, http: httpx.Client):
    models = [MODEL, "none/none"]
    answer = post(sandbox, http, "/chat/compare", models=models, messages=MESSAGES, stream=True)
    found = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: {")]
    assert [event.get("delta") for event in found if "delta" in event] == ["pong"]
    assert [event["error_code"] for event in found if "error_code" in event] == [None, "model_not_found"]
    assert found[-1]["partial"] is True


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"models": []}, 422, "validation_error"),
        ({"models": [MODEL] * 11}, 422, "validation_error"),
        ({"models": ["none"]}, 502, "all_models_failed"),
    ],
)
def test_a_comparison_that_cannot_be_made_is_refused(
    sandbox: Sandbox, http: httpx.Client, body: dict[str, Any], status: int, code: str
):
    answer = post(sandbox, http, "/chat/compare", messages=MESSAGES, **body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_batch_is_taken_listed_read_and_cancelled_while_it_runs(sandbox: Sandbox, http: httpx.Client):
    requests = [
        {"custom_id": "a", "body": {"model": MODEL, "messages": MESSAGES}},
        {"custom_id": "b", "body": {"model": "none", "messages": MESSAGES}},
        {"custom_id": "c", "body": {}},
    ]
    batch = post(sandbox, http, "/batches", requests=requests).json()
    assert mesh_get(sandbox, http, "/batches").json()["data"] == [batch]
    seen = [mesh_get(sandbox, http, f"/batches/{batch['id']}").json() for _ in range(2)]
    assert [batch["status"], *(each["status"] for each in seen)] == ["validating", "in_progress", "completed"]
    done = seen[-1]
    assert done["request_counts"] == {"total": 3, "completed": 1, "failed": 2}
    assert done["results"][0]["response"]["body"]["choices"][0]["message"]["content"] == "pong"
    codes = [result["error"] and result["error"]["code"] for result in done["results"]]
    assert codes == [None, "model_not_found", "validation_error"]
    assert post(sandbox, http, f"/batches/{batch['id']}/cancel").json()["error"]["code"] == "conflict"
    other = post(sandbox, http, "/batches", requests=requests).json()
    assert post(sandbox, http, f"/batches/{other['id']}/cancel").json()["status"] == "cancelled"
    assert mesh_get(sandbox, http, "/batches/none").json()["error"]["code"] == "resource_not_found"


def test_the_router_moderations_and_web_search_answer(sandbox: Sandbox, http: httpx.Client):
    chosen = post(sandbox, http, "/router/select", messages=MESSAGES).json()["model"]
    other = post(sandbox, http, "/router/select", messages=MESSAGES, exclude_models=[chosen]).json()["model"]
    assert (chosen, other != chosen) == (MODEL, True)
    flags = post(sandbox, http, "/moderations", input=["peace", "violence"]).json()["results"]
    assert [result["flagged"] for result in flags] == [False, True]
    found = post(sandbox, http, "/web/search", query="x", max_results=2).json()
    assert [result["url"] for result in found["results"]] == ["https://example.com/1", "https://example.com/2"]


@pytest.mark.parametrize(
    "path", ["/images/generations", "/audio/speech", "/video/generations", "/audio/transcriptions"]
)
def test_what_the_sandbox_has_not_is_a_documented_refusal(sandbox: Sandbox, http: httpx.Client, path: str):
    answer = post(sandbox, http, path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "unsupported_operation")


def test_realtime_says_that_it_is_not_here_to_a_key_in_the_address(sandbox: Sandbox, http: httpx.Client):
    url, key = f"{at(sandbox, 'mesh', 'base_url')}/realtime?model=x&api_key=", at(sandbox, "mesh", "key")
    refused = [http.get(url + given).json()["error"]["code"] for given in (key, "rsk_nobody")]
    assert refused == ["unsupported_operation", "unauthorized"]


# Files


def upload(sandbox: Sandbox, http: httpx.Client, text: str, **more: Any) -> str:
    made = post(sandbox, http, "/files", file_name="notes.txt", mime_type="text/plain", **more).json()
    put = http.put(made["signed_url"], content=text, headers={"content-type": "text/plain"})
    assert put.status_code == 200
    assert http.put(made["signed_url"], content="again").status_code == 403
    return str(made["file_id"])


def test_a_file_is_uploaded_embedded_and_searched(sandbox: Sandbox, http: httpx.Client):
    name = upload(sandbox, http, "one\ntwo\nthree\nfour\nthe pond is frozen\n", embed=False)
    whole = mesh_get(sandbox, http, f"/files/{name}").json()
    assert (whole["upload_status"], whole["embedding_status"], whole["size_bytes"]) == ("ready", "not_requested", 38)
    assert post(sandbox, http, "/files/search", query="pond").json()["results"] == []
    embedded = post(sandbox, http, "/files/embed", file_ids=[name, "file_none"]).json()["results"]
    assert [(each["embedding_status"], each["chunk_count"]) for each in embedded] == [
        ("processing", 2),
        ("failed", None),
    ]
    statuses = [mesh_get(sandbox, http, f"/files/{name}").json()["embedding_status"] for _ in range(2)]
    assert statuses == ["processing", "ready"]
    found = post(sandbox, http, "/files/search", query="frozen pond", top_k=1, file_ids=[name]).json()["results"]
    assert [(each["text"], each["score"], each["chunk_index"]) for each in found] == [("the pond is frozen", 1.0, 1)]


def test_files_are_listed_page_by_page_and_each_key_sees_its_own(sandbox: Sandbox, http: httpx.Client):
    names = [upload(sandbox, http, "x") for _ in range(3)]
    page = mesh_get(sandbox, http, "/files", limit=2, offset=1).json()
    assert ([each["file_id"] for each in page["files"]], page["total"]) == (names[1::-1], 3)
    assert not {"text", "upload", "owner"} & set(page["files"][0])
    other = http.get(f"{at(sandbox, 'mesh', 'base_url')}/files/{names[0]}",
                     headers=bearer(at(sandbox, "platform", "key")))  # fmt: skip
    assert (other.status_code, other.json()["error"]["code"]) == (404, "resource_not_found")
    for path, body in (("/files", {}), ("/files/embed", {"file_ids": []}), ("/files/search", {"top_k": 1})):
        assert post(sandbox, http, path, **body).status_code == 422
