"""Planted keys of every shape are in nothing that a headless command prints, whatever is done with them."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from meshtui.base.endpoints import Endpoints
from meshtui.base.secret import Secret
from meshtui.base.text import format_json
from meshtui.http.call import PromptRequest
from meshtui.presentation.check_blocks import format_checked
from meshtui.presentation.json_answers import format_checked_json, format_run_json
from meshtui.presentation.junit import format_junit
from meshtui.presentation.lines import render_text
from meshtui.presentation.verdict_blocks import run_blocks
from meshtui.providers.bedrock import requests as bedrock
from meshtui.providers.bedrock.provider import AwsKeys
from meshtui.runs.model import Path as Way
from meshtui.runs.model import Prompt
from meshtui.session import Session
from tests.canaries import (
    ENVIRONMENT,
    EVERY,
    KEY_ID,
    KEYS,
    PEM,
    SECRET,
    SESSION_TOKEN,
    account_text,
    leaked,
    mask_too_little,
    part_of,
    parts_in,
)
from tests.cli.conftest import Meshtui
from tests.each import pair_up
from tests.echo import echoed
from tests.providers.wire import serving

ALL_KEYS = pytest.mark.parametrize("kind", KEYS)


def test_a_leak_would_be_seen():
    for key in EVERY:
        assert leaked(f"the key {key} was refused")
        assert leaked(json.dumps({"key": key.replace("\n", "")}))
        assert leaked(f"the key …{part_of(key)}… was refused")
        assert leaked(mask_too_little(key))


MISTAKES = (
    ("{}",), ("check", "{}"), ("check", "--{}"), ("check", "--offline", "--file", "{}"), ("check", "--format", "{}"),
    ("send", "--credential", "{}"), ("send", "--fault", "{}"), ("send", "--sandbox", "--fault", "{}"),
    ("send", "--sandbox", "--fault", "openai={}"), ("send", "--sandbox", "--scenario", "{}"),
    ("send", "--timeout", "{}"), ("explain", "{}"), ("demo", "{}"), ("explain", "--header", "{}"),
    ("explain", "--batch", "{}"), ("explain", "--status", "{}"), ("explain", "--provider={}"),
    ("sandbox", "--port", "{}"), ("run", "--fail-on", "{}", "--", "true"),
)  # fmt: skip


@ALL_KEYS
def test_a_key_given_as_an_argument_by_mistake_is_not_repeated(
    meshtui: Meshtui, monkeypatch: pytest.MonkeyPatch, kind: str
):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    for mistake in MISTAKES:
        outcome = meshtui(*(part.format(KEYS[kind]) for part in mistake))
        assert outcome.status in (2, 4), mistake
        assert not leaked(outcome.out + outcome.err), mistake
        assert "an error in meshtui" not in outcome.err, mistake


def test_a_key_in_the_name_of_a_program_that_is_not_there_is_not_repeated(meshtui: Meshtui):
    outcome = meshtui("run", "--", f"/nonexistent/{KEYS['project key']}")
    assert outcome.status == 127
    assert not leaked(outcome.out + outcome.err)


def test_a_wrong_argument_reaches_the_terminal_without_control_characters(
    meshtui: Meshtui, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    for mistake in MISTAKES:
        outcome = meshtui(*(part.format("\x1b]0;x\x07\u202e\x9b31m") for part in mistake))
        assert not set("\x1b\x07\u202e\x9b") & set(outcome.out + outcome.err), mistake


ECHOES: dict[str, Callable[[str], str]] = {
    "refused by name": lambda key: json.dumps({"error": {"message": f"Incorrect API key provided: {key}."}}),
    "Mesh's envelope": lambda key: json.dumps({"error": {"code": "unauthorized", "message": key, "request_id": key}}),
    "not a pair": lambda key: json.dumps({"message": f"'{key}' not a valid key=value pair in Authorization header"}),
    "XML": lambda key: "<ErrorResponse><Error><Code>IncompleteSignature</Code><Message>Authorization header requires "
    f"'Signature' parameter. Authorization={key}</Message></Error><RequestId>{key}</RequestId></ErrorResponse>",
    "canonical request": lambda key: json.dumps(
        {"message": "The request signature we calculated does not match. The Canonical String for this request should "
         f"have been\n'POST\n/model/x/converse\n\nhost:h\nx-amz-security-token:{key}\n\nhost\nabc'"}
    ),
    "google-auth": lambda key: f"google.auth.exceptions.DefaultCredentialsError: File {key} was not found.",
    "escaped": lambda key: '{"error":{"message":"no: ' + "".join(f"\\u{ord(c):04x}" for c in key) + '"}}',
    "slashes escaped": lambda key: json.dumps({"error": {"message": f"bad {key}"}}).replace("/", "\\/"),
    "in a query": lambda key: json.dumps({"error": {"message": f"no https://h.example/x?key={quote(key, safe='')}"}}),
    "a page": lambda key: f"<html><head><title>401 {key}</title></head><body>{key}</body></html>",
    "curl": lambda key: f"> Authorization: Bearer {key}\n>\n< HTTP/2 401\n< x-request-id: {key}\n\n"
    + json.dumps({"error": {"message": f"x {key}"}}),
    "a model": lambda key: json.dumps({"error": {"message": f"The model `{key}` does not exist", "param": key}}),
    "botocore's pair": lambda key: f"ClientError: 403 ReadOnlyCredentials(secret_key='{key}', token='{key}')",
    "Python": lambda key: f"openai.AuthenticationError: Error code: 401 - {{'error': {{'message': 'no {key}'}}}}",
    "a stream": lambda key: f"data: {json.dumps({'error': {'message': key, 'code': key}})}\n\ndata: [DONE]\n\n",
}  # fmt: skip


@pytest.mark.parametrize(("kind", "echo"), pair_up(KEYS, ECHOES))
def test_an_answer_that_echoes_a_key_is_explained_without_it(meshtui: Meshtui, tmp_path: Path, echo: str, kind: str):
    key = KEYS[kind]
    body, batch = tmp_path / "body", tmp_path / "batch"
    body.write_text(ECHOES[echo](key), encoding="utf-8")
    header = key.replace("\n", "")
    case = {"provider": "openai", "status": 401, "headers": {"x-request-id": header}, "body": ECHOES[echo](key)}
    batch.write_text(json.dumps(case) + "\n", encoding="utf-8")
    for arguments in (
        (str(body),),
        (str(body), "--format", "json", "--header", f"x-request-id: {header}", "--provider", "bedrock"),
        (str(body), "--format", "jsonl", "--header", f"retry-after: {header}", "--provider", "vertex"),
        ("--batch", str(batch)),
    ):
        outcome = meshtui("explain", *arguments)
        assert not leaked(outcome.out + outcome.err), outcome.out


@pytest.mark.parametrize("form", [("text", "-v"), ("json",), ("junit",)])
def test_what_is_loaded_is_described_without_it(
    meshtui: Meshtui, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, form: tuple[str, ...]
):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    files = []
    for number, text in enumerate((account_text(), account_text()[:-200], json.dumps(account_text()), PEM, *EVERY)):
        (tmp_path / f"{number}.json").write_text(text, encoding="utf-8")
        files += ["--file", str(tmp_path / f"{number}.json")]
    for arguments in ((), tuple(files), ("--sources",)):
        outcome = meshtui("check", "--offline", *arguments, "--format", *form)
        assert outcome.status != 1, outcome.err
        assert not leaked(outcome.out + outcome.err)


HARM = "\x1b]0;x\x07\x9b31m\u202e\ud800"


def test_nothing_from_outside_reaches_the_terminal_as_a_command_to_it(meshtui: Meshtui, tmp_path: Path):
    case = {"id": HARM, "status": 401, "headers": {"x-request-id": HARM}, "body": json.dumps({"error": {"code": HARM}})}
    (tmp_path / "batch").write_text(json.dumps(case), encoding="utf-8")
    outcome = meshtui("explain", "--batch", str(tmp_path / "batch"))
    assert outcome.json["id"] == HARM
    assert not set(HARM) & set(outcome.out) - set("]0;x31m")


async def test_an_answers_headers_do_not_command_the_terminal():
    answer = b"HTTP/1.1 401 No\r\nContent-Length: 0\r\nX-Request-Id: \x1b]0;x\x07\x9b31m\r\n\r\n"
    session = Session.live(ENVIRONMENT)
    async with serving(answer) as wire:
        session.endpoints = Endpoints(openai=wire.url)
        async with session:
            run = await session.send_prompt(Way.BYOK, "openai", Prompt(), lambda _: None)
    told = render_text(run_blocks(run)) + format_json(format_run_json(run))
    assert not set("\x1b\x07\x9b") & set(told)


async def test_a_provider_that_echoes_all_it_was_sent_is_shown_without_keys(monkeypatch: pytest.MonkeyPatch):
    logged: list[str] = []
    handler = logging.Handler(logging.DEBUG)
    monkeypatch.setattr(handler, "emit", lambda record: logged.append(f"{record.getMessage()} {record.args}"))
    monkeypatch.setattr(logging.root, "handlers", [handler])
    monkeypatch.setattr(logging.root, "level", logging.DEBUG)
    async with echoed() as session:
        for name in session.credentials:
            check_report = await session.check(name, lambda _: None, prompt=True)
            checked = [(session.credentials[name], check_report)]
            for told in (
                format_checked(checked, verbose=True), json.dumps(format_checked_json(checked, 0)),
                format_junit(checked),
            ):  # fmt: skip
                assert not leaked(told), name
        for name in ("openai", "aws", "bedrock", "vertex"):
            for way in Way:
                run = await session.send_prompt(way, name, Prompt(model=KEYS["project key"]), lambda _: None)
                assert not leaked(
                    render_text(run_blocks(run)) + json.dumps(format_run_json(run)) + repr(run.attempts)
                ), (
                    name,
                    way,
                )
        assert not leaked(repr(session) + repr(session.credentials) + repr(vars(session.journal)))
    assert not leaked("".join(logged))


def test_a_signed_call_prints_no_token():
    keys = AwsKeys(Secret(KEY_ID), Secret(SECRET), "us-east-1", Secret(SESSION_TOKEN))
    call = bedrock.make_prompt_call(Endpoints(), keys, PromptRequest("amazon.nova-micro-v1:0", "hi"))
    assert SESSION_TOKEN in dict(call.wire_headers()).values()
    assert not leaked(repr(call) + str(call))


@pytest.mark.attack
@pytest.mark.parametrize("option", ["--prompt", "--model"])
@pytest.mark.parametrize("kind", [kind for kind in KEYS if kind != "key id"])
def test_a_key_behind_text_in_what_would_be_sent_is_refused_and_not_kept(
    meshtui: Meshtui, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, option: str
):
    """One that has no prefix is known by its value, where it is loaded; a key id is no secret."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    for before in ("Reply with one word: pong", "pong", ""):
        for more in ((), ("--sandbox",), ("--sandbox", "--scenario", "key-works")):
            if kind == "secret access key" and before and more:
                continue
            outcome = meshtui("send", "--credential", "openai", option, before + KEYS[kind], *more)
            assert outcome.status == 2, more
            assert f"{option}: there is a key in it" in outcome.err, more
            assert not parts_in(outcome.out + outcome.err, KEYS[kind]), more
    kept = "".join(path.read_bytes().decode("latin-1") for path in tmp_path.rglob("*") if path.is_file())
    assert not parts_in(kept, KEYS[kind])
