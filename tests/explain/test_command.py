"""`meshtui explain`: one answer, a batch, or the catalogue, as text or JSON; the exit status says if it was told."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from meshtui.cli.main import run
from tests.explain.table import openai

QUOTA = openai("Spent.", "insufficient_quota", "insufficient_quota")


class Stdin(io.TextIOWrapper):
    def __init__(self, text: str) -> None:
        super().__init__(io.BytesIO(text.encode("utf-8", "surrogatepass")))


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch):
    return lambda text: monkeypatch.setattr(sys, "stdin", Stdin(text))


def test_a_file_is_explained_and_the_provider_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    answer = tmp_path / "answer.json"
    answer.write_text(QUOTA, encoding="utf-8")
    assert run(["explain", str(answer)]) == 0
    assert "openai.quota" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["explain", "-"], ["explain"]])
def test_standard_input_is_explained(arguments: list[str], feed, capsys: pytest.CaptureFixture[str]):
    feed(QUOTA)
    assert run([*arguments, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["cause"] == "quota_exhausted"


def test_what_the_arguments_say_is_believed(feed, capsys: pytest.CaptureFixture[str]):
    feed('{"message": "x"}')
    header = "X-Amzn-ErrorType: ExpiredTokenException:http://internal"
    assert (
        run(["explain", "-", "--provider", "bedrock", "--status", "403", "--header", header, "--format", "json"]) == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert (told["provider"], told["status"], told["cause"]) == ("bedrock", 403, "credential_expired")


def test_a_pasted_transcript_is_read_as_one_though_the_status_is_given(feed, capsys: pytest.CaptureFixture[str]):
    feed(f"HTTP/2 429\r\nretry-after: 20\r\nx-request-id: req_77\r\n\r\n{QUOTA}")
    assert run(["explain", "-", "--status", "402", "--header", "Retry-After: 7", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["cause"], told["status"], told["request_id"]) == ("quota_exhausted", 402, "req_77")
    assert told["retry_after"] == 7


def test_a_given_status_tells_that_an_answer_came(feed, capsys: pytest.CaptureFixture[str]):
    feed("openai.AuthenticationError: something new")
    assert run(["explain", "-", "--provider", "openai", "--status", "401", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["cause"] == "credential_invalid"


def test_several_answers_are_told_one_after_the_other(feed, capsys: pytest.CaptureFixture[str]):
    boto = "An error occurred ({}) when calling the Converse operation: x\n"
    text = boto.format("ExpiredTokenException") + boto.format("ThrottlingException")
    feed(text)
    assert run(["explain", "-"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("2 kinds of error")
    assert said.count("\nRule ") == 2
    feed(text)
    run(["explain", "-", "--format", "json"])
    errors = json.loads(capsys.readouterr().out)["errors"]
    assert [(one["cause"], one["count"], one["first_line"]) for one in errors] == [
        ("credential_expired", 1, 1), ("rate_limited", 1, 2)]  # fmt: skip
    feed(text)
    run(["explain", "-", "--format", "jsonl"])
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_what_could_not_be_told_exits_8(feed):
    feed("the quick brown fox")
    assert run(["explain", "-"]) == 8


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["no-such-file.json"], "no cause has this name"), (["-", "--header", "nonsense"], "Name: value"),
     (["--batch", "no-such-file.jsonl"], "no-such-file.jsonl"), (["."], "directory")],
)  # fmt: skip
def test_wrong_arguments_exit_2_and_say_why(arguments: list[str], said: str, feed, capsys: pytest.CaptureFixture[str]):
    feed("")
    assert run(["explain", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_cause_is_looked_up(capsys: pytest.CaptureFixture[str]):
    assert run(["explain", "clock_skew"]) == 0
    assert "timedatectl" in capsys.readouterr().out
    assert run(["explain", "clock_skew", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["label"] == "clock_skew"


@pytest.mark.parametrize("form", ["text", "json", "jsonl"])
def test_the_catalogue_is_listed(form: str, capsys: pytest.CaptureFixture[str]):
    assert run(["explain", "--list", "--format", form]) == 0
    assert "credential_wrong_kind" in capsys.readouterr().out


def test_a_batch_answers_line_by_line_and_names_lines_that_are_no_case(feed, capsys: pytest.CaptureFixture[str]):
    case = {"id": "a", "provider": "openai", "call": "chat", "status": 429, "headers": {}, "body": QUOTA}
    odd = {"id": "b", "provider": 7, "call": None, "status": "429", "headers": [1], "body": ""}
    feed("\n".join([json.dumps(case), "", json.dumps(odd), "nonsense", "[1]", "[" * 100_000]))
    assert run(["explain", "--batch", "-", "--format", "jsonl"]) == 2
    first, second, *rest = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (first["id"], first["cause"], first["certainty"]) == ("a", "quota_exhausted", "certain")
    assert (second["id"], second["cause"]) == ("b", "unknown")
    assert [answer["error"].split(":")[0] for answer in rest] == ["line 4", "line 5", "line 6"]


def test_bytes_that_are_no_text_are_explained_all_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    answer = tmp_path / "answer.bin"
    answer.write_bytes(b"\xff\xfe\x00{\x80" + QUOTA.encode())
    assert run(["explain", str(answer), "--status", "429", "--provider", "openai"]) == 0
    assert "\x00" not in capsys.readouterr().out
