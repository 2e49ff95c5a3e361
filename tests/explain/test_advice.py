"""Every command that a step prints can be run as it stands: it is a shell's, its parameters exist, it shows and sends
no secret, and nothing in it is left to be filled in silently."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from datetime import date, timedelta
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from meshtui.base.exchange import Exchange, Failure, Request
from meshtui.cli.main import run
from meshtui.explain.causes import say_status
from meshtui.explain.engine import explain
from meshtui.explain.explain_exchange import explain_exchange
from meshtui.explain.model import Context, ParsedError, Step
from meshtui.explain.parse import parse_response
from meshtui.explain.placeholders import NO_VALUES, Values, fill_step
from meshtui.explain.rule_tables import list_rules
from meshtui.explain.step_sources import find_old_sources, list_steps
from tests.each import each
from tests.explain.test_tables import ALL as ALL_CASES

CONTEXT = Context(
    model="us.amazon.nova-micro-v1:0", region="us-east-1", project="demo-project", account="123456789012",
    user="demo-user", email="demo@demo-project.iam.gserviceaccount.com", key_id="0123abcd", client_id="1234567890",
    host="api.example.com",
)  # fmt: skip
ENVIRONMENT = frozenset(
    re.findall(
        r"\S+",
        """
    OPENAI_ORG_ID OPENAI_ORGANIZATION OPENAI_PROJECT_ID OPENAI_API_KEY MESH_API_KEY AWS_DEFAULT_REGION AWS_REGION
    AWS_BEARER_TOKEN_BEDROCK AWS_SESSION_TOKEN AWS_CA_BUNDLE GOOGLE_API_KEY GEMINI_API_KEY
    GOOGLE_APPLICATION_CREDENTIALS GOOGLE_CLOUD_PROJECT SSL_CERT_FILE REQUESTS_CA_BUNDLE NODE_EXTRA_CA_CERTS
""",
    )
)
KNOWN = Values(
    ParsedError(
        context=Context(
            model="us.amazon.nova-micro-v1:0", region="us-east-1", project="demo-project", account="123456789012",
            user="demo-user", email="demo@demo-project.iam.gserviceaccount.com", key_id="0123abcd",
            client_id="1234567890", host="api.example.com",
        )
    ),
    {
        "identity_kind": "role", "identity": "DemoRole", "permission": "bedrock:InvokeModel",
        "service": "x.googleapis.com",
        "arn": "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0",
        "model_arn": "arn:aws:bedrock:*::foundation-model/amazon.nova-micro-v1:0",
    },
    None, "",
)  # fmt: skip


STEPS = list_steps()
FILLED = [fill_step(step, values) for step in STEPS for values in (KNOWN, NO_VALUES)]
COMMANDS = sorted({step.command for step in FILLED if step.command})
SHELLS = [shell for shell in ("bash", "zsh", "dash") if shutil.which(shell)]


def is_taken(shell: str, command: str) -> bool:
    return not subprocess.run([shell, "-n"], input=command, text=True, capture_output=True, check=False).returncode


def test_every_step_says_what_it_rests_on_and_when_that_was_read():
    for step in STEPS:
        assert step.source, step.text
        assert date(2026, 11, 1) <= date.fromisoformat(step.read), step.text
        assert re.match(r"https://[\w.-]+(?:/\S*)?$|[A-Za-z]", step.source), step.source


def test_steps_are_listed_when_their_source_was_read_180_days_ago():
    last = max(date.fromisoformat(step.read) for step in STEPS)
    assert find_old_sources(min(date.fromisoformat(step.read) for step in STEPS) + timedelta(180)) == []
    old = find_old_sources(last + timedelta(181))
    assert sum(len(one.what) for one in old) > len(STEPS)
    assert any("the table of ended models" in what for one in old for what in one.what)
    assert all(one.days > 180 for one in old)


def test_the_command_lists_them(capsys: pytest.CaptureFixture[str]):
    assert run(["explain", "--stale=-1"]) == 0
    assert "https://developers.openai.com/api/docs/deprecations\n  read 2026-" in capsys.readouterr().out
    assert run(["explain", "--stale", "1000000"]) == 0
    assert capsys.readouterr().out == ""
    assert run(["explain", "--stale=-1", "--format", "jsonl"]) == 0
    assert {"source", "read", "days", "what"} < set(json.loads(capsys.readouterr().out.splitlines()[0]))


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_is_one_that_a_shell_takes(shell: str):
    broken = [c for c in COMMANDS if not is_taken(shell, c)]
    assert broken == []


@each("command", COMMANDS)
def test_zsh_finds_no_pattern_outside_quotes(command: str):
    """zsh, the shell of macOS, runs nothing where a pattern matches no file; bash stumbles over bare parentheses."""
    bare = re.sub(r"'[^']*'|\"[^\"]*\"", "", command)
    assert not re.search(r"[?*\[\]]", bare), bare
    assert not re.search(r"\w\(", bare), bare


@each("step", FILLED, ids=lambda step: step.text[:40])
def test_no_hole_and_no_angle_brackets_are_printed(step: Step):
    for text in step:
        assert not re.search(r"<[a-z][\w -]*>", text), text
        assert not re.search(r"\{[a-z_]+\}", text) or text.startswith("for "), text


@pytest.mark.parametrize("context", [Context(), CONTEXT], ids=["nothing is known", "the credential is known"])
def test_what_is_printed_for_any_answer_can_be_pasted(context: Context):
    for provider, case in ALL_CASES:
        if "failure" in case.given:
            continue
        given = {"provider": "" if provider in ("edges", "status", "general") else provider, **case.given}
        told = explain(parse_response(given.pop("body", ""), **{**given, "context": context}))
        for step in told.steps:
            for text in step:
                assert not re.search(r"<[a-z][\w -]*>|\{[a-z_]+\}", text.removeprefix("for name in")), (case.rule, text)
            assert "  " not in step.text, (case.rule, step.text)
            for name in re.findall(r"(?<![\w$])[A-Z]+(?:_[A-Z]+)+\b(?!=)", step.command):
                known = name in ENVIRONMENT or f"{name}: " in step.text or f"{name}." in step.text
                assert known, (case.rule, step.command, step.text)


def test_iam_is_asked_about_the_role_of_a_session_and_not_about_the_session():
    said = "User: arn:aws:sts::111122223333:assumed-role/builder/session is not authorized to do this"
    values = Values(
        ParsedError(), {"account": "111122223333", "identity_kind": "role", "identity": "builder"}, None, said
    )
    step = next(step for step in STEPS if "simulate-principal-policy" in step.command)
    assert "--policy-source-arn arn:aws:iam::111122223333:role/builder " in fill_step(step, values).command
    user = Values(ParsedError(context=Context(account="111122223333", user="ann")), {}, None, "")
    assert "--policy-source-arn arn:aws:iam::111122223333:user/ann " in fill_step(step, user).command
    assert "--policy-source-arn CALLER_ARN " in fill_step(step, NO_VALUES).command
    assert "not of its session" in fill_step(step, NO_VALUES).text
    told = explain(parse_response(json.dumps({"message": f"{said}."}), provider="bedrock", status=403))
    assert any("--policy-source-arn arn:aws:iam::111122223333:role/builder " in step.command for step in told.steps)


def test_what_a_command_leaves_open_is_in_capitals_and_the_step_says_where_it_is_found():
    for step in STEPS:
        filled = fill_step(step, NO_VALUES)
        for name in re.findall(r"\{([a-z_]+)\}", step.command):
            assert not filled.command or f"{name.upper()}: " in filled.text, (step.command, filled.text)


PRINT_SECRETS = ("print-access-token", "create-access-key", "get-session-token", "export-credentials", "assume-role",
                 "create-service-specific-credential", "print-identity-token")  # fmt: skip
"""Commands whose output holds a secret: it goes to a file that nobody else can read, or nowhere."""


@each("command", COMMANDS)
def test_no_secret_is_an_argument_or_shown(command: str):
    for part in re.split(r"\|\||&&|[|;]", command):
        words = part.split()
        secret = re.search(r"\$\{?\w*(?:KEY|TOKEN|SECRET|CREDENTIALS)\w*", part)
        # printf, test and echo are built into the shell: they start no process whose arguments can be read.
        assert not secret or words[0] in ("printf", "test"), part
        assert words[:1] != ["cat"], part
        assert not (words[:1] == ["ls"] and secret), part
    assert not re.search(r"\benv \| (?:cut|grep -i(?!.*sed)|sort)", command), command
    assert not re.match(r"env$|printenv|set$", command), command
    if any(shown in command for shown in PRINT_SECRETS):
        assert ">" in command, command


@pytest.mark.parametrize(
    "address",
    ["http://user:hunter2word@proxy:8080", "http://user:hunter2/word@proxy:8080", "http://user:hunter2@word@proxy:8080",
     "user:hunter2word@proxy:8080", "http://hunter2word@proxy:8080", "http://user:hunter2#word?@proxy:8080"],
)  # fmt: skip
def test_the_proxy_is_shown_without_its_password(address: str):
    (command,) = {command for command in COMMANDS if "_proxy" in command}
    shown = subprocess.run(["sh", "-c", command], env={"HTTPS_PROXY": address, "PATH": os.environ["PATH"]},
                           capture_output=True, text=True, check=True)  # fmt: skip
    assert shown.stdout == "HTTPS_PROXY=...@proxy:8080\n"


def test_what_is_called_offline_sends_nothing():
    told = [step for step in STEPS if "offline" in step.text.lower() and step.command.startswith("meshtui check")]
    assert told
    assert [step for step in told if "--offline" not in step.command] == []


@cache
def find_operations(service: str) -> dict[str, Any]:
    model = botocore.session.get_session().get_service_model(service)
    return {xform_name(name, "-"): model.operation_model(name) for name in model.operation_names}


def _aws_commands() -> list[str]:
    inside = (re.sub(r"^\(umask 077; |( >[\w.-]+\))$", "", command) for command in COMMANDS)
    return [command for command in inside if command.startswith("aws ")]


CLI_ONLY = (["aws", "configure"], ["aws", "sso", "login"], ["aws", "login"])
GLOBAL = {"region", "query", "output", "profile"}


@pytest.mark.parametrize("command", _aws_commands())
def test_every_parameter_of_an_aws_command_exists_and_none_is_missing(command: str):
    words = shlex.split(command)
    if any(words[: len(start)] == start for start in CLI_ONLY):
        return
    operation = find_operations(words[1])[words[2]]
    given = {word.removeprefix("--") for word in words[3:] if word.startswith("--")} - GLOBAL
    if words[1:3] == ["account", "enable-region"]:
        given |= {"region-name"}
    shape = operation.input_shape
    known = {xform_name(name, "-") for name in shape.members} if shape else set()
    assert given <= known, given - known
    needed = {xform_name(name, "-") for name in shape.required_members} if shape else set()
    assert needed <= given, needed - given
    for at, word in enumerate(words):
        if word == "--policy-document":
            document = json.loads(words[at + 1])
            assert document["Statement"][0]["Effect"] == "Allow"


def test_two_grants_do_not_replace_each_other():
    sentence = "User: arn:aws:iam::123456789012:user/demo is not authorized to perform: {} on resource: {} because " \
               "no identity-based policy allows the {} action"  # fmt: skip
    names = set()
    for action in ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"):
        for model in ("amazon.nova-micro-v1:0", "amazon.nova-lite-v1:0"):
            arn = f"arn:aws:bedrock:us-east-1::foundation-model/{model}"
            body = json.dumps({"message": sentence.format(action, arn, action)})
            command = explain(parse_response(body, provider="bedrock", status=403)).steps[0].command
            names.add(re.search(r"--policy-name (\S+)", command)[1])  # type: ignore[index]
    assert len(names) == 4


def test_a_role_of_the_identity_center_gets_no_command_that_iam_refuses():
    body = json.dumps({"message": "User: arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Dev_0123/bob "
                       "is not authorized to perform: bedrock:ListFoundationModels because no identity-based policy "
                       "allows the bedrock:ListFoundationModels action"})  # fmt: skip
    told = explain(parse_response(body, provider="bedrock", status=403))
    assert told.steps[0].command == ""
    assert "put-inline-policy-to-permission-set" in told.steps[0].text


def test_an_action_without_resources_is_allowed_on_all():
    body = json.dumps({"message": "User: arn:aws:iam::123456789012:user/demo is not authorized to perform: "
                       "bedrock:ListFoundationModels because no identity-based policy allows the "
                       "bedrock:ListFoundationModels action"})  # fmt: skip
    assert '"Resource":["*"]' in explain(parse_response(body, provider="bedrock", status=403)).steps[0].command


@pytest.mark.parametrize("status", [0, 400, 401, 403, 404, 429, 500])
def test_no_sentence_names_a_status_other_than_the_answers(status: int):
    for rule in list_rules():
        if rule.status and status not in rule.status:
            continue
        assert not re.match(r"[1-5]\d\d\b", rule.not_this), rule.id
        told = say_status(rule.not_this, status)
        assert "{status}" not in told, rule.id
        assert not status or "{status}" not in rule.not_this or told.startswith(f"{status}, but "), rule.id


@pytest.mark.parametrize(
    ("body", "provider"),
    [
        ("Unable to locate credentials", "bedrock"),
        ("httpx.LocalProtocolError: Illegal header value b'Bearer '", ""),
        ("google.auth.exceptions.DefaultCredentialsError: Your default credentials were not found.", "vertex"),
    ],
)
def test_mesh_has_no_part_in_what_happened_on_this_machine(body: str, provider: str):
    told = explain(parse_response(body, provider=provider, status=0))
    assert told.falls_back == "no"
    assert "bills" not in told.mesh_does


@pytest.mark.parametrize(
    "text",
    [
        'Error: ENOENT: no such file or directory, open \'{"type": "service_account", "private_key": "…"}\'',
        'open {"type": "service_account"}: no such file or directory',
        'Error: ENAMETOOLONG: name too long, open \'{"type": "service_account"}\'',
    ],
)
def test_a_path_that_is_the_key_itself_is_recognised_in_every_language(text: str):
    assert explain(parse_response(text, provider="vertex", status=0)).rule == "vertex.file-is-text"


@pytest.mark.parametrize(
    "words",
    [
        "Error: getaddrinfo ENOTFOUND eu.api.openai.com",
        "curl: (6) Could not resolve host: eu.api.openai.com",
        "dial tcp: lookup eu.api.openai.com on 127.0.0.53:53: no such host",
        "HTTPSConnectionPool(host='eu.api.openai.com', port=443): Failed to resolve 'eu.api.openai.com'",
    ],
)
def test_network_advice_names_the_host_that_failed(words: str):
    told = explain(parse_response(words, status=0))
    assert "https://eu.api.openai.com" in "\n".join(step.command for step in told.steps)


def test_network_advice_of_our_own_calls_names_the_host_that_was_called():
    request = Request("POST", "https://bedrock-runtime.us-east-1.amazonaws.com/model/x/converse")
    told = explain_exchange(Exchange("bedrock", "chat", request, 0.0, failure=Failure("dns", "no such name")))
    assert "https://bedrock-runtime.us-east-1.amazonaws.com" in "\n".join(step.command for step in told.steps)
