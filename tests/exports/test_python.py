"""The Python that does again what was sent: it runs, once, with the variables alone, and means what was asked."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshtui.base.redaction import redact
from meshtui.exports.code import Code, list_codes
from meshtui.providers.python_source import write_call, write_literal
from meshtui.providers.sent_request import Sent, find_last_sent
from tests.exports.shell import Environ, code_of
from tests.exports.test_curl import AWKWARD
from tests.providers.test_client import self_signed
from tests.providers.wire import answer, serving
from tests.runs.stage import PROVIDERS, Stage

PATHS = [("byok", name) for name in PROVIDERS] + [("mesh", "openai"), ("platform", "vertex")]
STREAMED = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


@STREAMED
@pytest.mark.parametrize(("path", "name"), PATHS)
async def test_it_is_python_that_reads_its_secret_from_the_environment(
    stage: Stage, path: str, name: str, stream: bool
):
    run = await stage.send_prompt(path, name, text=AWKWARD, system=AWKWARD, stream=stream)
    text = code_of(run.attempts[0], "python").text
    tree = ast.parse(text)
    strings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert AWKWARD in strings
    assert redact(text) == text
    exchange = find_last_sent(run.attempts[0].exchanges)
    assert all(name in text for name in Sent(exchange, run.attempts[0].credential).variables)
    assert text.isprintable() or set(text) - {"\n"} == {c for c in text if c.isprintable()}
    assert re.search(r"max_retries=0|\"total_max_attempts\": 1|attempts=1", text)


async def test_what_no_library_has_a_call_for_is_left_to_curl(stage: Stage):
    check_report = await stage.run_checks("openai", prompt=False)
    sent = [check.exchange for check in check_report.checks if check.exchange]
    assert {code.title for exchange in sent for code in list_codes(Sent(exchange, "openai"))} == {"curl"}


async def runs(environ: Environ, code: Code, said: str) -> None:
    done = await environ.run(code)
    assert done.status == 0, done.err
    assert done.out == f"{said}\n"


@pytest.mark.slow
@STREAMED
async def test_boto3_signs_and_converses(stage: Stage, environ: Environ, stream: bool):
    run = await stage.send_prompt("byok", "aws", text=AWKWARD, system=AWKWARD, stream=stream)
    await runs(environ, code_of(run.attempts[0], "python"), run.attempts[0].text)


@pytest.mark.slow
async def test_boto3_tells_its_one_refusal(stage: Stage, environ: Environ):
    run = await stage.send_prompt("byok", "aws", "rate_limited", exclusive=True)
    done = await environ.run(code_of(run.attempts[0], "python"))
    assert "ThrottlingException" in done.err
    assert "reached max retries: 0" in done.err


@pytest.mark.slow
async def test_boto3_sends_a_bedrock_key_and_no_other_over_tls(stage: Stage, environ: Environ, tmp_path: Path):
    run = await stage.send_prompt("byok", "bedrock")
    exchange = run.attempts[0].exchange
    told = answer(exchange.answer.body.encode(), "Content-Type: application/json")
    async with serving(told, tls=self_signed(tmp_path)) as wire:
        there = re.sub(r"http://[\d.:]+", wire.url.replace("http:", "https:"), exchange.request.url)
        moved = replace(exchange, request=replace(exchange.request, url=there))
        code = list_codes(Sent(moved, "bedrock"))[1]
        done = await environ.run(code, AWS_CA_BUNDLE=str(tmp_path / "server.pem"))
    assert done.out == f"{run.attempts[0].text}\n", done.err
    assert f"Authorization: Bearer {environ.variables['AWS_BEARER_TOKEN_BEDROCK']}" in wire.requests[0].decode()


@pytest.mark.slow
async def test_over_plain_http_boto3_refuses_a_bedrock_key_as_the_comment_says(stage: Stage, environ: Environ):
    run = await stage.send_prompt("byok", "bedrock")
    code = code_of(run.attempts[0], "python")
    done = await environ.run(code)
    assert "over TLS only" in code.text
    assert "requires an HTTPS endpoint" in done.err


@pytest.mark.slow
async def test_without_the_variable_boto3_takes_nothing_else(stage: Stage, environ: Environ):
    """A key pair is there as well, and must not stand in for the Bedrock key."""
    run = await stage.send_prompt("byok", "bedrock")
    environ.variables.pop("AWS_BEARER_TOKEN_BEDROCK")
    done = await environ.run(code_of(run.attempts[0], "python"))
    assert done.status != 0
    assert not done.out


@pytest.mark.slow
async def test_google_auth_asks_for_a_token_where_that_is_what_failed(stage: Stage, environ: Environ):
    pytest.importorskip("requests", reason="google-auth's transport is not installed here: pip install requests")
    run = await stage.send_prompt("byok", "vertex", "revoked", exclusive=True)
    code = code_of(run.attempts[0], "python")
    assert code.title == "Python google-auth"
    done = await environ.run(code)
    assert "Invalid JWT Signature" in done.err
    stage.sandbox.forget()
    assert (await environ.run(code)).out.startswith("Google gave a token")


@pytest.mark.slow
async def test_claude_on_vertex_is_asked_through_google_auths_session(stage: Stage, environ: Environ):
    pytest.importorskip("requests", reason="google-auth's transport is not installed here: pip install requests")
    run = await stage.send_prompt("byok", "vertex", model="claude-haiku-4-5@20251001", text=AWKWARD)
    code = code_of(run.attempts[0], "python")
    assert code.title == "Python google-auth"
    done = await environ.run(code)
    assert done.out.startswith("404 "), done.err  # the sandbox has none of Anthropic's models there
    assert run.attempts[0].exchange.status == 404


@pytest.mark.clients
@STREAMED
@pytest.mark.parametrize(("path", "name"), [("byok", "openai"), ("mesh", "openai"), ("platform", "openai")])
async def test_openais_library_is_answered(stage: Stage, environ: Environ, path: str, name: str, stream: bool):
    pytest.importorskip("openai", reason='OpenAI\'s SDK is not installed: pip install "meshapi-tui[clients]"')
    run = await stage.send_prompt(path, name, text=AWKWARD, system=AWKWARD, stream=stream)
    await runs(environ, code_of(run.attempts[0], "python"), run.attempts[0].text)


@pytest.mark.clients
@STREAMED
async def test_google_genai_is_answered(stage: Stage, environ: Environ, stream: bool):
    pytest.importorskip("google.genai", reason='google-genai is not installed: pip install "meshapi-tui[clients]"')
    run = await stage.send_prompt("byok", "vertex", text=AWKWARD, system=AWKWARD, stream=stream)
    await runs(environ, code_of(run.attempts[0], "python"), run.attempts[0].text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.integers(0, 3))
def test_a_literal_means_its_value_and_shows_every_character(value: object, depth: int):
    source = write_literal(value, depth)
    assert ast.literal_eval(source) == value
    assert all(c.isprintable() or c == "\n" for c in source)


@given(st.dictionaries(st.text(min_size=1), JSON, max_size=4))
def test_any_arguments_make_a_call(arguments: dict[str, object]):
    made = eval(write_call("dict", arguments))  # our own source, judged by the interpreter
    assert made == arguments
