"""`meshtui run` as people type it: the history it keeps, what it writes, the sandbox and the faults behind it."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.canaries import parts_in

from .hosts import World, answer, company_proxy

ROOT = Path(__file__).parents[2]
CALL = """
import httpx, os
headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
with httpx.Client() as client:
    for _ in range(int(os.environ.get("TIMES", "1"))):
        answer = client.post("https://api.openai.com/v1/chat/completions", headers=headers,
                             json={"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "hi"}]})
        print("the program's own words", answer.status_code)
"""
BEDROCK = """
import boto3, botocore
try:
    said = boto3.client("bedrock-runtime", "us-east-1").converse(modelId="amazon.nova-lite-v1:0",
        messages=[{"role": "user", "content": [{"text": "hi"}]}])
    print("answered", said["usage"])
except botocore.exceptions.ClientError as error:
    print("failed", error.response["Error"]["Code"])
"""
VERTEX = """
import google.auth.transport.requests, google.oauth2.service_account, httpx, os
class Transport(google.auth.transport.Request):
    def __call__(self, url, method="GET", body=None, headers=None, timeout=None, **_):
        answer = httpx.request(method, url, content=body, headers=headers)
        answer.data, answer.status = answer.content, answer.status_code
        return answer
keys = google.oauth2.service_account.Credentials.from_service_account_file(
    os.environ["GOOGLE_APPLICATION_CREDENTIALS"], scopes=["https://www.googleapis.com/auth/cloud-platform"])
keys.refresh(Transport())
path = f"projects/{os.environ['GOOGLE_CLOUD_PROJECT']}/locations/us-central1/publishers/google/models"
answer = httpx.post(f"https://us-central1-aiplatform.googleapis.com/v1/{path}/gemini-3.5-flash:generateContent",
    headers={"Authorization": "Bearer " + keys.token}, json={"contents": [{"role": "user", "parts": [{"text": "hi"}]}]})
print(answer.status_code)
"""
Start = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def start(world: World, tmp_path: Path) -> Iterator[Start]:
    """Starts `meshtui run` with these arguments. All that leaves it goes through a company's proxy to hosts of ours, so
    that what left is seen."""
    roots, home = tmp_path / "company.pem", tmp_path / "home"
    roots.write_bytes(world.authority.cert_pem.bytes())
    home.mkdir()
    with company_proxy(world) as (address, asked):

        def begin(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
            environ = {"PATH": os.environ["PATH"], "HOME": str(home), "HTTPS_PROXY": address, "PYTHONPATH": str(ROOT),
                       "SSL_CERT_FILE": str(roots), **more}  # fmt: skip
            return subprocess.run([sys.executable, "-m", "meshtui", "run", *arguments], env=environ, cwd=home,
                                  capture_output=True, text=True, timeout=120, check=False)  # fmt: skip

        begin.asked, begin.home = asked, home  # type: ignore[attr-defined]
        yield begin


def python(code: str) -> tuple[str, ...]:
    return "--", sys.executable, "-c", code


def past_entries(home: Path) -> list[tuple[str, str, str, str]]:
    """What, text, credential and detail of the history's rows."""
    with sqlite3.connect(home / ".local/state/meshtui/history.db") as history:
        return history.execute("select what, text, credential, detail from entries order by rowid").fetchall()


def test_calls_are_explained_and_kept_in_the_history_with_their_retries_as_one_run(
    start: Start, world: World, key: str
):
    answers = iter([answer(429, b'{"error":{"code":"rate_limit_exceeded","message":"slow down"}}'),
                    answer(200, b'{"usage":{"prompt_tokens":7,"completion_tokens":5}}')])  # fmt: skip
    world.answer = lambda asked: next(answers)
    done = start(*python(CALL), OPENAI_API_KEY=key, TIMES="2")
    assert done.stdout == "the program's own words 429\nthe program's own words 200\n"
    assert done.stderr.count("[x] 429") == 1
    assert "tokens: 7 in, 5 out" in done.stderr
    rows = past_entries(start.home)  # type: ignore[attr-defined]
    assert [what for what, *_ in rows] == ["run", "attempt", "attempt", "verdict"]
    assert rows[0][1].startswith("your program · python")
    assert {credential for _, _, credential, _ in rows} == {"openai"}
    attempts = [json.loads(detail) for what, *_, detail in rows if what == "attempt"]
    assert [attempt["role"] for attempt in attempts] == ["your program"] * 2
    assert attempts[0]["process"].startswith("python")
    assert attempts[0]["explanation"]["cause"].startswith("rate_limited")
    assert not parts_in(str(rows), key)
    assert_the_history_lists_them_like_any_run(start.home)  # type: ignore[attr-defined]


def assert_the_history_lists_them_like_any_run(home: Path) -> None:
    environ = {"HOME": str(home), "PYTHONPATH": str(ROOT)}
    listed = subprocess.run([sys.executable, "-m", "meshtui", "history"], env=environ, cwd=home, capture_output=True,
                            text=True, timeout=60, check=False)  # fmt: skip
    assert "program" in listed.stdout
    assert "openai" in listed.stdout


def test_exports_are_whole_private_and_hold_no_key(start: Start, key: str, tmp_path: Path):
    har, report = tmp_path / "calls.har", tmp_path / "calls.md"
    done = start("--quiet", "--export", str(har), "--export", str(report), *python(CALL), OPENAI_API_KEY=key, TIMES="2")
    assert done.returncode == 0, "the exit status is ours only where it was asked for"
    entries = json.loads(har.read_text())["log"]["entries"]
    assert [entry["response"]["status"] for entry in entries] == [401, 401]
    assert "your program, python" in entries[0]["comment"]
    assert "credential_invalid" in report.read_text()
    for file in (har, report):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert not parts_in(file.read_text(), key)


def test_a_file_that_is_there_is_left_alone_and_nothing_is_run(start: Start, tmp_path: Path):
    there = tmp_path / "calls.har"
    there.write_text("mine")
    done = start("--export", str(there), "--", "touch", str(tmp_path / "ran"))
    assert done.returncode == 2
    assert "left alone" in done.stderr
    assert there.read_text() == "mine"
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give the program behind --"),
        (("--env", "--", "true"), "give the program behind --"),
        (("--fail-on", "everything", "--", "true"), "--fail-on everything: there is fallback, refused, limited, any"),
        (("--export", "calls.txt", "--", "true"), "the ending tells what to write"),
        (("--scenario", "key-works", "--", "true"), "add --sandbox"),
        (("--sandbox", "--fault", "openai=nonsense", "--", "true"), "there is no fault named 'nonsense'"),
        (("--fault", "stored-openai=revoked", "--", "true"), "only a sandbox has"),
    ],
)
def test_what_cannot_be_meant_is_said_and_nothing_is_run(start: Start, arguments: tuple[str, ...], said: str):
    done = start(*arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_the_exit_status_is_ours_only_where_it_was_asked_for(start: Start, key: str):
    assert start("--quiet", "--fail-on", "refused", *python(CALL), OPENAI_API_KEY=key).returncode == 4
    assert start("--quiet", "--fail-on", "limited", *python(CALL), OPENAI_API_KEY=key).returncode == 0


def test_names_are_hidden_where_that_is_asked_for(start: Start, world: World, key: str):
    body = (
        b'{"error":{"code":"rate_limit_exceeded","message":"Rate limit reached in organization org-AbCdEfGhIjKlMnOp"}}'
    )
    world.answer = lambda asked: answer(429, body)
    assert "org-AbCd" in start(*python(CALL), OPENAI_API_KEY=key).stderr
    assert "org-AbCd" not in start("--hide-names", *python(CALL), OPENAI_API_KEY=key).stderr


# The sandbox behind it


def test_the_sandbox_answers_the_real_names_and_nothing_leaves(start: Start, world: World, key: str):
    done = start("--sandbox", "--fault", "openai=rate_limited:every-3", "--fault", "vertex=revoked", *python(CALL),
                 OPENAI_API_KEY=key, TIMES="4")  # fmt: skip
    assert done.stdout.split()[4::5] == ["200", "200", "429", "200"], done.stderr
    assert (
        "1 of its 4 requests met it: 1 x 429; after it 1 more with this key, the last was answered 200" in done.stderr
    )
    assert "no request met it" in done.stderr, "of a fault that nothing met that is told"
    assert "it comes from the sandbox's OPENAI_API_KEY" in done.stderr
    assert start.asked == []  # type: ignore[attr-defined]
    assert world.asked == []
    assert not parts_in(done.stderr, key)


def test_boto3_signs_for_the_real_host_and_the_sandbox_verifies_it(start: Start):
    """And another region's host is the sandbox's too."""
    both = BEDROCK + BEDROCK.replace("us-east-1", "eu-west-3")
    done = start("--sandbox", *python(both), AWS_ACCESS_KEY_ID="AKIAMYREALFAKEKEY123", AWS_SECRET_ACCESS_KEY="r" * 40)
    first, other = done.stdout.splitlines()
    assert first.startswith("answered"), done.stderr
    assert other.startswith(("answered", "failed")), done.stderr
    assert "AKIA" in done.stderr
    assert start.asked == []  # type: ignore[attr-defined]


def test_boto3_takes_the_bedrock_api_key_where_the_fault_is_on_it(start: Start):
    done = start("--sandbox", "--fault", "bedrock=revoked", *python(BEDROCK))
    assert done.stdout.startswith("failed"), done.stderr
    assert "bedrock revoked" in done.stderr


def test_a_service_account_gets_its_token_and_calls_vertex(start: Start):
    done = start("--sandbox", *python(VERTEX))
    assert done.stdout == "200\n", done.stderr
    assert "2 calls (2 to vertex)" in done.stderr
    assert start.asked == []  # type: ignore[attr-defined]


def test_at_the_end_the_truth_of_what_mesh_did_is_told(start: Start):
    code = CALL.replace("api.openai.com", "api.meshapi.ai").replace("OPENAI_API_KEY", "MESHAPI_API_KEY")
    done = start("--sandbox", "--fault", "openai=revoked", *python(code.replace("gpt-4o-mini", "openai/gpt-4o-mini")))
    assert "what really happened at Mesh" in done.stderr
    assert "Mesh fell back" in done.stderr, done.stderr
    assert "served by platform (platform-openai)" in done.stderr


def test_json_lines_hold_the_sandboxs_record(start: Start):
    done = start("--sandbox", "--format", "jsonl", "--fault", "openai=revoked", *python(CALL))
    rows = [json.loads(line) for line in done.stderr.splitlines()]
    assert [row["type"] for row in rows] == ["call", "summary", "sandbox"]
    assert rows[2]["faults"] == [{"credential": "openai", "fault": "revoked", "requests": 1, "met": 1,
                                  "statuses": {"401": 1}, "after": 0, "last_status": 401}]  # fmt: skip


# Faults in real traffic


def test_chosen_requests_are_answered_from_here_and_the_others_go_on(
    start: Start, world: World, key: str, tmp_path: Path
):
    world.answer = lambda asked: answer(200, b"{}")
    har = tmp_path / "calls.har"
    done = start("--fault", "openai=rate_limited:every-2", "--export", str(har), *python(CALL), OPENAI_API_KEY=key,
                 TIMES="4")  # fmt: skip
    assert done.stdout.split()[4::5] == ["200", "429", "200", "429"], done.stderr
    assert len(world.asked) == 2
    assert {asked.headers["authorization"] for asked in world.asked} == {f"Bearer {key}"}
    assert done.stderr.count("[answered by an injected fault]") == 2
    assert "2 answered by an injected fault" in done.stderr
    comments = [entry["comment"] for entry in json.loads(har.read_text())["log"]["entries"]]
    assert ["answered by an injected fault" in comment for comment in comments] == [False, True, False, True]
    details = [json.loads(detail) for what, *_, detail in past_entries(start.home) if what == "attempt"]  # type: ignore[attr-defined]
    assert [detail["injected"] for detail in details] == [False, True, False, True]
    assert not parts_in(har.read_text() + done.stderr, key)


def test_an_aws_signature_meets_the_fault_of_the_key_pair(start: Start, world: World):
    done = start("--fault", "aws=no_permission", *python(BEDROCK), AWS_ACCESS_KEY_ID="AKIAFAKEFAKEFAKE7777",
                 AWS_SECRET_ACCESS_KEY="f" * 40, AWS_MAX_ATTEMPTS="1")  # fmt: skip
    assert done.stdout == "failed AccessDeniedException\n", done.stderr
    assert world.asked == []
    assert "it comes from your shell's AWS_ACCESS_KEY_ID" in done.stderr


def test_other_providers_pass_untouched_by_a_fault(start: Start, world: World, key: str):
    done = start("--fault", "mesh=revoked", *python(CALL), OPENAI_API_KEY=key)
    assert done.stdout == "the program's own words 401\n"
    assert "injected" not in done.stderr
    assert len(world.asked) == 1
