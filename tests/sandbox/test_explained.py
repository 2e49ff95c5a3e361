"""Every fault's answer is explained: the engine reads the sandbox's bytes, and finds the cause that was put there."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from meshtui.cli.main import run
from meshtui.sandbox.faults import FAULTS, STREAM_FAULTS
from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import use

NAMES = ("openai", "bedrock", "aws", "vertex", "mesh")
SERVED = ""
SILENT = (*STREAM_FAULTS, "no_streaming", "slow", "down", "clock_skew")
"""Faults without an answer of their own to one whole request; streams and clocks have their tests elsewhere."""


def row(*causes: str) -> dict[str, str]:
    return dict(zip(NAMES, causes, strict=True))


# Fault → the cause for each credential, the usual one or one that the answer alone leaves open.
TABLE = {
    "revoked": row(*("credential_invalid",) * 5),
    "disabled": row("credential_disabled", *("credential_invalid",) * 2, "credential_disabled", "credential_disabled"),
    "expired": row("credential_invalid", *("credential_expired",) * 3, "credential_invalid"),
    "no_permission": row(*("permission_missing",) * 5),
    "explicit_deny": row("network_blocked", *("permission_denied_explicitly",) * 3, "model_access_not_granted"),
    "model_not_granted": row(*("model_access_not_granted",) * 4, "model_not_found"),
    "quota_empty": row("quota_exhausted", *("rate_limited_tokens",) * 2, "quota_exhausted", "quota_exhausted"),
    "rate_limited": row(*("rate_limited_requests",) * 5),
    "shared_capacity": row(*("capacity_exhausted",) * 5),
    "wrong_region": row("region_unsupported", "credential_invalid", "region_unsupported", "model_not_found",
                        "capacity_exhausted"),
    "html_from_edge": row("network_blocked", *("provider_error",) * 4),
    "tokens_limited": row(*("rate_limited_tokens",) * 5),
    "server_error": row(*("provider_error",) * 5),
    "upstream_timeout": row(*("timeout",) * 5),
    "model_error": row(SERVED, "provider_error", "provider_error", SERVED, SERVED),
    "model_not_ready": row(SERVED, "capacity_exhausted", "capacity_exhausted", SERVED, SERVED),
    "service_quota": row(SERVED, "quota_exhausted", "quota_exhausted", SERVED, SERVED),
    "suspended": row("credential_disabled", *("model_access_not_granted",) * 2, "credential_disabled",
                     "billing_inactive"),
    "model_ended": row(*("model_not_found",) * 5),
}  # fmt: skip
CELLS = [(fault, name) for fault in TABLE for name in NAMES if TABLE[fault][name] != SERVED]


def test_the_table_holds_every_fault_that_answers():
    assert set(TABLE) | set(SILENT) == set(FAULTS)


@pytest.mark.parametrize(("fault", "name"), CELLS, ids=[f"{name}-{fault}" for fault, name in CELLS])
def test_an_answer_under_a_fault_is_explained_as_that_fault(
    sandbox: Sandbox, http: httpx.Client, tmp_path: Path, capsys: pytest.CaptureFixture[str], fault: str, name: str
):
    sandbox.set_fault(name, fault)
    answer = use(sandbox, http, name)
    head = "".join(f"{key}: {value}\r\n" for key, value in answer.headers.items())
    pasted = tmp_path / "answer.txt"
    pasted.write_text(f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}\r\n{head}\r\n{answer.text}", "utf-8")
    capsys.readouterr()
    run(["explain", str(pasted), "--format", "json"])
    explained = json.loads(capsys.readouterr().out)
    found = [explained["cause"], *(each if isinstance(each, str) else each["cause"] for each in explained["also"])]
    assert TABLE[fault][name] in found, (explained["cause"], explained["rule"], answer.text)
