"""The curl of an exchange sends the same bytes, holds no secret and survives every shell quoting."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meshtui.base.exchange import UNSENT, Exchange, Failure, Request
from meshtui.base.redaction import redact
from meshtui.exports.code import list_codes, write_curl
from meshtui.providers.check import CheckStatus
from meshtui.providers.sent_request import Scope, Sent, find_last_sent, is_sent, make_bearer
from tests.canaries import parts_in
from tests.each import each
from tests.exports.shell import Environ, bash, code_of, curl_version
from tests.providers.wire import answer, serving
from tests.runs.stage import PROVIDERS, Stage

AWKWARD = 'it\'s "quoted" `id` $HOME $(id) \\ \n\t!! é 🎉 %s {} @file'
UNSIGNED = [name for name in PROVIDERS if name != "aws"]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("name", UNSIGNED)
async def test_the_curl_of_a_good_request_is_answered_again(stage: Stage, environ: Environ, name: str, stream: bool):
    curl_version()
    run = await stage.send_prompt("byok", name, text=AWKWARD, stream=stream)
    done = await environ.run(code_of(run.attempts[0], "sh"))
    assert done.status == 0, done.err
    assert done.out.startswith("HTTP/1.1 200")
    assert run.attempts[0].text.split()[0] in done.out


async def test_mesh_and_the_platform_are_asked_with_the_key_that_was_sent(stage: Stage, environ: Environ):
    curl_version()
    run = await stage.send_prompt("compare", "openai")
    for attempt, variable in zip(run.attempts[1:], ("MESHAPI_API_KEY", "MESHTUI_PLATFORM_KEY"), strict=True):
        code = code_of(attempt, "sh")
        assert code.text.startswith(f"""printf 'header = "Authorization: Bearer %s"\\n' "${variable}" | """)
        done = await environ.run(code)
        assert done.out.startswith("HTTP/1.1 200")
        assert "pong" in done.out


async def test_a_signed_curl_is_accepted_where_curl_is_as_new_as_the_comment_says(stage: Stage, environ: Environ):
    version = curl_version()
    run = await stage.send_prompt("byok", "aws", text=AWKWARD)
    code = code_of(run.attempts[0], "sh")
    done = await environ.run(code)
    assert "# Needs curl 8.9 or later" in code.text
    if version >= (8, 9):
        assert done.out.startswith("HTTP/1.1 200"), done.out
    else:
        assert "signature we calculated does not match" in done.out, done.out


async def test_an_older_curl_signs_where_no_colon_is_in_the_path(stage: Stage, environ: Environ):
    curl_version()
    check_report = await stage.run_checks("aws", prompt=False)
    identity = next(
        check for check in check_report.checks if check.name == "identity" and check.status is CheckStatus.PASSED
    )
    done = await environ.run(list_codes(Sent(identity.exchange, "aws"))[0])
    assert done.out.startswith("HTTP/1.1 200"), done.out
    assert ":user/meshtui-sandbox" in done.out


@pytest.mark.parametrize("name", PROVIDERS)
async def test_the_same_bytes_go_out(stage: Stage, environ: Environ, name: str):
    curl_version()
    run = await stage.send_prompt("byok", name, text=AWKWARD, system=AWKWARD)
    exchange = run.attempts[0].exchange
    async with serving(answer(b"{}")) as wire:
        there = re.sub(r"http://[\d.:]+", wire.url, exchange.request.url)
        moved = replace(exchange, request=replace(exchange.request, url=there))
        await environ.run(list_codes(Sent(moved, name))[0])
    head, _, body = wire.requests[0].partition(b"\r\n\r\n")
    assert body.decode() == exchange.request.body
    line, *headers = head.decode().split("\r\n")
    assert line.replace(":0/", "%3A0/") == f"POST /{there.split('/', 3)[3]} HTTP/1.1"
    assert "Content-Type: application/json" in headers
    assert sum(header.lower().startswith("authorization:") for header in headers) == 1


async def test_a_refused_request_is_refused_again_and_explained_alike(stage: Stage, environ: Environ):
    from meshtui.explain.find import find_errors

    curl_version()
    run = await stage.send_prompt("byok", "openai", "revoked", exclusive=True)
    done = await environ.run(code_of(run.attempts[0], "sh"))
    assert find_errors(done.out)[0].explanation.cause == run.attempts[0].explanation.cause == "credential_invalid"


async def test_the_assertion_for_google_is_left_out_and_the_comment_says_so(stage: Stage):
    run = await stage.send_prompt("byok", "vertex")
    text = write_curl(Sent(run.attempts[0].exchanges[0], "vertex"))
    assert [line for line in text.splitlines() if not line.startswith("#")] == [
        "gcloud auth application-default print-access-token >/dev/null && echo ok"
    ]


@pytest.mark.parametrize("name", PROVIDERS)
async def test_only_headers_that_matter_are_set(stage: Stage, name: str):
    run = await stage.send_prompt("byok", name)
    text = code_of(run.attempts[0], "sh").text
    assert [line for line in ("User-Agent", "Host", "Accept", "Content-Length", "X-Amz-Date") if line in text] == []
    assert "-X POST" not in text, "curl posts by itself where there is a body"


SIGNED = (
    ("Authorization", "AWS4-HMAC-SHA256 Credential=ASIA…Q2HV/20261123/eu-west-1/sts/aws4_request, "
                      "SignedHeaders=host;x-amz-date, Signature=…bc93"),
    ("X-Amz-Security-Token", "…abcd"),
)  # fmt: skip


def exchange(method: str, url: str, headers: tuple[tuple[str, str], ...] = (), body: str = "") -> Exchange:
    return Exchange("bedrock", "chat", Request(method, url, headers, body), 0.0)


ASKED = "https://h.example/a/b%3A0%3a/c"


def sent(provider: str = "openai", call: str = "chat", credential: str = "", body: str = "", url: str = ASKED,
         headers: tuple[tuple[str, str], ...] = (("authorization", "Bearer …abcd"),)) -> Sent:  # fmt: skip
    return Sent(Exchange(provider, call, Request("POST", url, headers, body), 0.0), credential)


def test_what_every_client_sends_and_what_authorizes_is_none_of_the_headers_that_matter():
    given = ("Host", "USER-AGENT", "Accept", "accept-encoding", "Connection", "Content-Length", "Authorization",
             "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256", "X-Request-Id")  # fmt: skip
    kept = (("Content-Type", "application/json"), ("x-goog-user-project", "p"), ("Accept-Language", "de"))
    assert sent(headers=(*((name, "v") for name in given), *kept)).headers == kept


@each(
    "authorization, scope",
    [
        (SIGNED[0][1], Scope("eu-west-1", "sts")),
        ("AWS4-HMAC-SHA256 Credential=…/20261123/us-east-1/bedrock/aws4_request", Scope("us-east-1", "bedrock")),
        ("AWS4-HMAC-SHA256 Credential=/20261123/us-east-1/bedrock/aws4_request", Scope("us-east-1", "bedrock")),
        ("AWS4-HMAC-SHA256 Credential=…/2026112/us-east-1/bedrock/aws4_request", None),
        ("AWS4-HMAC-SHA256 Credential=…/202611234/us-east-1/bedrock/aws4_request", None),
        ("AWS4-HMAC-SHA256 Credential=…/20261123/us-east-1/bedrock", None),
        ("Bearer …abcd", None), ("", None),
    ],
)  # fmt: skip
def test_a_signature_tells_what_it_is_good_for(authorization: str, scope: Scope | None):
    made = sent("bedrock", headers=(("AUTHORIZATION", authorization),))
    assert made.scope == scope
    assert made.curl_address == (ASKED.replace("%3A", ":").replace("%3a", ":") if scope else ASKED)
    assert (made.path, made.curl_path) == ("a/b%3A0%3a/c", "a/b:0:/c" if scope else "a/b%3A0%3a/c")


def test_the_path_of_an_address_is_what_stands_between_its_host_and_its_query():
    paths = {"https://h": "", "https://h/": "", "https://h/a?b=/c": "a", "https://h?x=1": "", "https://h/a/b": "a/b"}
    assert {url: sent(url=url).path for url in paths} == paths


KEY_PAIR = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


@each(
    "made, variables",
    [
        (sent(), ("OPENAI_API_KEY",)), (sent(credential="openai"), ("OPENAI_API_KEY",)),
        (sent("mesh", credential="platform"), ("MESHTUI_PLATFORM_KEY",)), (sent("mesh"), ("MESHAPI_API_KEY",)),
        (sent("mesh", credential="mine"), ("MESHAPI_API_KEY",)), (sent("nobody we know"), ("",)),
        (sent(headers=()), ()), (sent(headers=(("x-api-key", "…"),)), ()),
        (sent("vertex", "token", headers=()), (sent("vertex").variable,)), (sent("vertex", headers=()), ()),
        (sent("openai", "token", headers=()), ()), (sent("bedrock", headers=SIGNED[:1]), KEY_PAIR),
        (sent("bedrock", headers=SIGNED), (*KEY_PAIR, "AWS_SESSION_TOKEN")),
    ],
)  # fmt: skip
def test_its_code_reads_the_variable_that_meshtui_reads_the_key_from(made: Sent, variables: tuple[str, ...]):
    assert made.variables == variables


def test_only_an_object_of_json_is_a_body_that_code_can_be_made_of():
    bodies = {'{"a": 1}': {"a": 1}, "[1]": {}, '"x"': {}, "": {}, "{": {}, "[" * 60_000: {}}
    assert {body: sent(body=body).body for body in bodies} == bodies


def test_a_bearer_is_one_line_of_curls_configuration():
    assert make_bearer("$K") == ('header = "Authorization: Bearer %s"', ("$K",))


def test_the_last_request_that_went_out_decides():
    went = exchange("GET", "https://h/1")
    held = [replace(exchange("GET", "https://h/2"), failure=Failure(kind, "no")) for kind in sorted(UNSENT)]
    timed_out = replace(exchange("GET", "https://h/3"), failure=Failure("read_timeout", "no"))
    nowhere = exchange("GET", "")
    assert [is_sent(one) for one in (went, timed_out, nowhere)] == [True, True, False]
    assert not any(map(is_sent, held))
    assert find_last_sent([went, *held, nowhere]) == went
    assert find_last_sent([went, timed_out, *held]) == timed_out
    assert find_last_sent([*held, nowhere]) is None


def test_temporary_keys_come_with_their_session_token():
    text = write_curl(Sent(exchange("GET", "https://sts.eu-west-1.amazonaws.com/", SIGNED)))
    assert "--aws-sigv4 aws:amz:eu-west-1:sts" in text
    assert text.startswith(
        """printf 'user = "%s:%s"\\nheader = "X-Amz-Security-Token: %s"\\n' """
        """"$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "$AWS_SESSION_TOKEN" | """
    )
    assert redact(text) == text


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("model/a.b-v1%3A0/converse", "curl 8.9"),
        ("model/a.b/converse", ""),
        ("model/arn%3Aaws%2Fx/converse", "current"),
    ],
)
def test_it_says_which_curl_it_needs(path: str, says: str):
    text = write_curl(Sent(exchange("POST", f"https://h.amazonaws.com/model/{path}", SIGNED, "{}")))
    assert bool(says) == text.startswith("# Needs")
    assert says in text


def test_methods_and_odd_addresses_are_taken_as_they_are():
    assert "-X" not in write_curl(Sent(exchange("GET", "https://h/x")))
    assert "-X DELETE" in write_curl(Sent(exchange("DELETE", "https://h/x")))
    assert "--globoff" in write_curl(Sent(exchange("GET", "https://h/{a}")))
    assert "--max-time 2.5" in write_curl(Sent(exchange("GET", "https://h/x"), timeout=2.5))


@settings(max_examples=40)
@given(
    st.lists(st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",))), min_size=1, max_size=8)
)
def test_every_prompt_survives_the_shell(prompts: list[str]):
    bodies = [redact(json.dumps({"text": p}, ensure_ascii=False)) for p in prompts]
    commands = [write_curl(Sent(exchange("POST", "https://h/x", (), body))) for body in bodies]
    script = "curl() { printf '%s\\0' \"${@: -1}\"; }\n" + "".join(commands)
    out = subprocess.run([bash(), "-c", script], check=True, capture_output=True).stdout
    assert out.decode().split("\0")[:-1] == bodies


def test_a_body_that_nobody_can_parse_is_sent_as_it_was():
    asked = Request("POST", "https://api.openai.com/v1/chat/completions", body="[" * 60_000)
    (only,) = list_codes(Sent(Exchange("openai", "chat", asked, 0.0)))
    assert "[" * 60_000 in only.text


async def test_what_runs_has_no_key_among_its_arguments(stage: Stage, environ: Environ):
    """`curl` in the command is a script that writes down its arguments, as a list of processes would show them."""
    run = await stage.send_prompt("byok", "openai")
    code = code_of(run.attempts[0], "sh")
    script = "curl() { printf '%s ' \"$@\"; echo; sed 's/=.*/= …/'; }\n"
    done = await environ.run(code._replace(text=script + code.text))
    assert "-K -" in done.out
    assert "header = …" in done.out
    assert not parts_in(done.out, environ.variables["OPENAI_API_KEY"])
