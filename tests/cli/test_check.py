"""`meshtui check`: findings, then checks, a fix under each, and an exit status for scripts."""

from __future__ import annotations

import base64
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from meshtui.presentation import json_schema as schema
from tests.canaries import ENVIRONMENT, parts_in
from tests.cli.conftest import Meshtui
from tests.each import pair_up

KEYS = ("openai", "bedrock", "aws", "vertex")


def test_all_of_a_healthy_sandbox_is_fine(meshtui: Meshtui):
    outcome = meshtui("check", "--sandbox", "--prompt")
    assert outcome.status == 0
    assert "[x]" not in outcome.out
    assert outcome.out.count("=> This key is valid") == 6


@pytest.mark.parametrize("key", KEYS)
def test_a_revoked_key_is_refused_with_its_cause_and_a_fix(meshtui: Meshtui, key: str):
    outcome = meshtui("check", key, "--sandbox", "--fault", f"{key}=revoked")
    assert outcome.status == 4
    assert "[x]" in outcome.out
    assert "fix:" in outcome.out


STATUSES = {"no_permission": 5, "rate_limited": 6, "down": 7}


@pytest.mark.parametrize(("key", "fault"), pair_up(KEYS, STATUSES))
def test_what_is_wrong_decides_the_exit_status(meshtui: Meshtui, key: str, fault: str):
    status = STATUSES[fault]
    assert meshtui("check", key, "--sandbox", "--prompt", "--fault", f"{key}={fault}").status == status


def test_without_prompt_nothing_that_costs_tokens_is_sent(meshtui: Meshtui):
    for key in KEYS:
        (credential,) = meshtui("check", key, "--sandbox", "--format", "json").json["credentials"]
        tried = [r for r in credential["checks"] if r["exchange"] is not None]
        assert tried
        assert {r["cost"] for r in tried} == {"nothing"}


def test_offline_sends_nothing(meshtui: Meshtui):
    (credential,) = meshtui("check", "openai", "--sandbox", "--offline", "--format", "json").json["credentials"]
    assert credential["checks"] == []
    assert credential["usable"] is True


def test_json_keeps_its_schema(meshtui: Meshtui):
    outcome = meshtui("check", "openai", "--sandbox", "--fault", "openai=revoked", "--format", "json").json
    assert set(outcome) == {"schema", "exit_status", "credentials", "also_found"}
    (credential,) = outcome["credentials"]
    assert set(credential) == {"name", "kind", "provider", "source", "shown", "fingerprint", "policy", "usable",
                               "status", "facts", "findings", "checks", "deciding", "sentence"}  # fmt: skip
    assert set(credential["checks"][0]) == {"name", "status", "note", "proves", "does_not_prove", "cost", "cause",
                                             "fix", "explanation", "exchange"}  # fmt: skip
    of_a_finding = ("id", "level", "title", "proof", "fix")
    for name in (*outcome, *credential, *credential["checks"][0], *of_a_finding):
        assert re.search(rf"^ +.*\b{name}\b", schema.__doc__ or "", re.MULTILINE), f"{name} is not documented"


def test_junit_names_each_failure_with_its_fix(meshtui: Meshtui):
    outcome = meshtui("check", "openai", "--sandbox", "--fault", "openai=revoked", "--format", "junit")
    suite = ET.fromstring(outcome.out).find("testsuite")
    assert suite is not None
    assert suite.get("name") == "openai"
    assert int(suite.get("failures", "0")) == len(suite.findall("testcase/failure")) >= 1


def test_verbose_shows_the_proof(meshtui: Meshtui):
    outcome = meshtui("check", "openai", "--sandbox", "--fault", "openai=revoked", "-v")
    assert "| GET http://127.0.0.1" in outcome.out
    assert '| "Incorrect API key provided' in outcome.out


GOES_ON = " " * len("[x]  availability      ")
FAILING = [("openai", "no_permission"), ("aws", "no_permission"), ("aws", "no_streaming"), ("vertex", "revoked"),
           ("aws", "model_not_granted"), ("vertex", "no_permission"), ("vertex", "clock_skew")]  # fmt: skip


@pytest.mark.parametrize(("key", "fault"), FAILING)
def test_every_line_that_is_not_well_has_a_fix_under_it(meshtui: Meshtui, key: str, fault: str):
    lines = meshtui("check", key, "--sandbox", "--prompt", "--fault", f"{key}={fault}").out.splitlines()
    wrong = [number for number, line in enumerate(lines) if line.strip().startswith(("[x]", "[?]"))]
    assert wrong
    for number in wrong:
        # A long line goes on in its own column; what comes next is the fix.
        after = next(line for line in lines[number + 1 :] if not line.startswith(GOES_ON))
        assert after.strip().startswith("fix: "), lines[number]


def expired_key() -> str:
    """A short-term Bedrock key that ended in 2024; it still has all that could be sent."""
    query = (
        "Action=CallWithBearerToken&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + "AKIA" + "Q" * 16
        + "%2F20240101%2Fus-east-1%2Fbedrock%2Faws4_request&X-Amz-Date=20240101T000000Z&X-Amz-Expires=3600"
        "&X-Amz-SignedHeaders=host&X-Amz-Signature=" + "0" * 64 + "&Version=1"
    )  # fmt: skip
    return "bedrock-api-key-" + base64.b64encode(f"bedrock.amazonaws.com/?{query}".encode()).decode()


WITH_MATERIAL = {
    "expired": (expired_key(), "credential_expired"),
    "a user's id": (
        json.dumps({"access_key_id": "AIDA" + "Q" * 16, "secret_access_key": "s" * 40, "region": "us-east-1"}),
        "credential_wrong_kind"),
    "temporary without a token": (
        json.dumps({"access_key_id": "ASIA" + "Q" * 16, "secret_access_key": "s" * 40, "region": "us-east-1"}),
        "credential_malformed"),
}  # fmt: skip


@pytest.mark.parametrize("offline", [True, False], ids=["offline", "live"])
@pytest.mark.parametrize("name", WITH_MATERIAL)
def test_what_could_be_sent_but_cannot_work_is_refused_by_its_form(
    meshtui: Meshtui, tmp_path: Path, name: str, offline: bool
):
    text, cause = WITH_MATERIAL[name]
    path = tmp_path / "key.txt"
    path.write_text(text)
    outcome = meshtui("check", "--file", str(path), "--format", "json", *(["--offline"] if offline else []))
    (credential,) = outcome.json["credentials"]
    assert outcome.status == credential["status"] == 4
    if not offline:
        assert (credential["deciding"], credential["checks"][0]["cause"]) == ("form", cause)
        assert not any(check["exchange"] for check in credential["checks"])


BAD = {
    "json.txt": '{"type": "service_account", "project_id": "p",}',
    "empty.txt": "",
    "words.txt": "this is not a key",
    "binary.bin": "\x00\x01\x02\x1b[31m",
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_a_finding_with_a_fix_and_never_a_traceback(meshtui: Meshtui, tmp_path: Path, name: str):
    path = tmp_path / name
    path.write_text(BAD[name])
    outcome = meshtui("check", "--file", str(path))
    assert outcome.status == 4
    assert "[x]" in outcome.out
    assert "fix:" in outcome.out
    assert "Traceback" not in outcome.out + outcome.err
    assert "\x1b" not in outcome.out


@pytest.mark.parametrize("command", [("check",), ("send",), ("explain",)], ids=lambda c: c[0])
def test_a_file_that_is_not_there_is_wrong_usage_and_is_named(meshtui: Meshtui, tmp_path: Path, command: tuple[str]):
    for path in (tmp_path / "absent.json", tmp_path):
        option = () if command == ("explain",) else ("--file",)
        outcome = meshtui(*command, *option, str(path))
        assert outcome.status == 2
        assert str(path) in outcome.err


def test_an_unknown_name_is_answered_with_the_known_ones(meshtui: Meshtui):
    outcome = meshtui("check", "nobody", "--sandbox")
    assert outcome.status == 2
    assert "openai" in outcome.err


def test_a_machine_without_credentials_is_told_what_to_set(
    meshtui: Meshtui, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    outcome = meshtui("check")
    assert outcome.status == 2
    assert "OPENAI_API_KEY" in outcome.err


def test_the_environment_is_read_and_its_keys_stay_hidden(
    meshtui: Meshtui, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    body = "Zq7xK2mP9vLw" * 4
    planted = {
        "OPENAI_API_KEY": f"sk-proj-{body}",
        "AWS_ACCESS_KEY_ID": "AKIA" + "ZQXW" * 4,
        "AWS_SECRET_ACCESS_KEY": body[:40],
        "AWS_REGION": "eu-central-1",
        "MESHAPI_API_KEY": "rsk_01" + "ZQXW" * 6,
    }
    for name, value in planted.items():
        monkeypatch.setenv(name, value)
    for form in ("text", "json", "junit"):
        outcome = meshtui("check", "--offline", "--format", form, "-v")
        for value in planted.values():
            if value != "eu-central-1":
                assert not parts_in(outcome.out + outcome.err, value)
                assert value[4:20] not in outcome.out
    names = [c["name"] for c in json.loads(meshtui("check", "--offline", "--format", "json").out)["credentials"]]
    assert {"openai", "aws", "mesh"} <= set(names)


def test_sources_tell_what_was_found_where_and_what_hides_what(
    meshtui: Meshtui, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    body = "Zq7xK2mP9vLw" * 4
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", f"sk-proj-{body}")
    (tmp_path / ".env").write_text(f'export OPENAI_API_KEY="sk-proj-other{body}"\n')
    outcome = meshtui("check", "--sources", "--format", "json")
    used, hidden = outcome.json["sources"]
    assert outcome.status == 0
    assert used["where"] == "env OPENAI_API_KEY"
    assert used["in use"].startswith("yes; hides dotenv")
    assert hidden["in use"] == "no: env OPENAI_API_KEY is"
    assert "env OPENAI_API_KEY" in meshtui("check", "--sources").out
    assert body[:12] not in outcome.out


def test_a_profile_that_is_not_there_is_a_finding(meshtui: Meshtui, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("HOME", str(tmp_path))
    outcome = meshtui("check", "--profile", "absent", "--offline")
    assert outcome.status == 4
    assert "absent" in outcome.out


CHECK_NAMES = {"openai": "identity", "bedrock": "models", "aws": "identity", "vertex": "identity", "mesh": "identity"}


@pytest.mark.parametrize("key", CHECK_NAMES)
def test_one_check_alone_can_be_run_again(meshtui: Meshtui, key: str):
    outcome = meshtui("check", key, "--sandbox", "--check", CHECK_NAMES[key], "--format", "json")
    (credential,) = outcome.json["credentials"]
    assert (outcome.status, [r["name"] for r in credential["checks"]]) == (0, [CHECK_NAMES[key]])
    assert credential["sentence"].startswith(f"The check '{CHECK_NAMES[key]}' passed: ")
    broken = meshtui("check", key, "--sandbox", "--check", CHECK_NAMES[key], "--fault", f"{key}=disabled")
    assert broken.status == 4
    assert f"=> The check '{CHECK_NAMES[key]}' failed: " in broken.out


def test_a_check_that_costs_is_run_where_it_is_named(meshtui: Meshtui):
    outcome = meshtui("check", "vertex", "--sandbox", "--check", "prompt", "--format", "json")
    (credential,) = outcome.json["credentials"]
    assert [(r["name"], r["status"]) for r in credential["checks"]] == [("identity", "passed"), ("prompt", "passed")]


def test_a_check_that_the_credential_does_not_have_is_answered_with_those_it_has(meshtui: Meshtui):
    outcome = meshtui("check", "openai", "--sandbox", "--check", "certificate")
    assert outcome.status == 2
    assert "openai: this kind of credential has no check named 'certificate'; it has form, network" in outcome.err
    assert meshtui("check", "openai", "--check", "prompt", "--offline").status == 2


def test_a_matrix_tells_for_each_credential_model_and_region_what_it_may_call(meshtui: Meshtui):
    models = "gpt-4o-mini,no-such-model,amazon.nova-micro-v1:0"
    outcome = meshtui("check", "openai", "aws", "--sandbox", "--matrix", "--models", models, "--regions",
                      "us-east-1,eu-central-1", "--format", "json")  # fmt: skip
    cells = {(c["credential"], c["model"], c["region"]): c["status"] for c in outcome.json["cells"]}
    assert cells["openai", "gpt-4o-mini", "-"] == "ok"
    assert cells["openai", "no-such-model", "-"] == "no"
    assert cells["aws", "amazon.nova-micro-v1:0", "us-east-1"] == "ok"
    assert ("openai", "amazon.nova-micro-v1:0", "-") not in cells
    assert {region for name, _, region in cells if name == "aws"} == {"us-east-1", "eu-central-1"}
    assert outcome.status == outcome.json["exit_status"] != 0


@pytest.mark.parametrize(("form", "first"), [("text", "model"), ("markdown", "| credential |"), ("csv", "credential,")])
def test_a_matrix_is_told_as_table_markdown_and_csv(meshtui: Meshtui, form: str, first: str):
    outcome = meshtui("check", "openai", "vertex", "--sandbox", "--matrix", "--format", form)
    assert outcome.status == 0
    assert outcome.out.startswith(first)
    assert "gpt-4o-mini" in outcome.out


def test_a_matrix_of_many_credentials_is_told_in_lines_that_fit(meshtui: Meshtui):
    out = meshtui("check", "--sandbox", "--matrix", "--fault", "aws=no_permission", "--fault", "openai=revoked").out
    table = out.partition("\n\n")[0].splitlines()
    assert max(map(len, table)) <= 100
    assert table[0].split() == ["credential", "model", "region", "result"]
    assert len(table) == 7
    assert any(line.startswith("aws ") and line.endswith("no: permission_missing") for line in table)


def test_a_matrix_stops_asking_for_a_credential_that_is_limited(meshtui: Meshtui):
    outcome = meshtui("check", "openai", "--sandbox", "--matrix", "--models", "gpt-4o-mini,gpt-4o,gpt-4.1-mini",
                      "--fault", "openai=rate_limited", "--prompt", "--format", "json")  # fmt: skip
    assert [cell["status"] for cell in outcome.json["cells"]].count("not asked") == 2


@pytest.mark.parametrize("given", [("--models", "x"), ("--format", "csv"), ("--matrix", "--offline")])
def test_what_makes_no_sense_together_is_refused(meshtui: Meshtui, given: tuple[str, ...]):
    assert meshtui("check", "--sandbox", *given).status == 2


@pytest.mark.parametrize("option", ["--models", "--regions"])
@pytest.mark.parametrize("form", ["text", "json", "csv", "markdown"])
def test_a_key_in_place_of_a_model_or_region_of_the_matrix_is_refused(meshtui: Meshtui, option: str, form: str):
    key = ENVIRONMENT["OPENAI_API_KEY"]
    outcome = meshtui("check", "--matrix", "--sandbox", "openai", option, f"gpt-4o,{key}", "--format", form)
    assert outcome.status == 2
    assert f"{option}: there is a key in it" in outcome.err
    assert not parts_in(outcome.out + outcome.err, key)


def test_a_spreadsheet_takes_nothing_of_the_matrix_for_a_formula(meshtui: Meshtui):
    outcome = meshtui("check", "--matrix", "--sandbox", "openai", "--models", "=1+1,@x,+y,-z", "--format", "csv")
    assert [line.split(",")[1:3] for line in outcome.out.splitlines()[1:]] == [
        ["'=1+1", "-"], ["'@x", "-"], ["'+y", "-"], ["'-z", "-"]]  # fmt: skip


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_profiles(home: Path, config: str, credentials: str = "") -> None:
    (home / ".aws").mkdir()
    for name, text in (("config", config), ("credentials", credentials)):
        (home / ".aws" / name).write_text(text)
        (home / ".aws" / name).chmod(0o600)


PAIR = "aws_access_key_id = AKIAFAKEFAKEFAKEFAKE\naws_secret_access_key = " + "Ab1+" * 10 + "\n"


def test_the_default_profile_is_checked_without_being_named(meshtui: Meshtui, home: Path):
    write_profiles(home, "[default]\nregion = eu-west-1\n", f"[default]\n{PAIR}")
    outcome = meshtui("check", "--offline", "--format", "json")
    (credential,) = outcome.json["credentials"]
    assert (outcome.status, credential["name"], credential["source"]) == (0, "aws", "profile default")
    assert credential["facts"]["region"] == "eu-west-1"
    assert credential["facts"]["region from"] == "profile default"


@pytest.mark.parametrize(("config", "how"), [
    ("sso_session = corp\nsso_account_id = 1\nsso_role_name = r", "single sign-on"),
    ("role_arn = arn:aws:iam::123456789012:role/r\nsource_profile = base", "assumed role"),
    ("credential_process = /bin/false", "external program"),
    ("role_arn = arn:aws:iam::123456789012:role/r\nweb_identity_token_file = /t", "web identity"),
])  # fmt: skip
def test_a_profile_that_would_ask_or_start_something_is_named_with_how_to_check_it(
    meshtui: Meshtui, home: Path, config: str, how: str
):
    write_profiles(home, f"[default]\n{config}\n")
    outcome = meshtui("check", "--offline")
    assert outcome.status == 8
    assert f"keys by {how}, read only when you name it: meshtui check profile-default" in outcome.out
    named = meshtui("check", "--offline", "--format", "json").json
    assert [(row["name"], row["how"]) for row in named["also_found"]] == [("profile-default", how)]
    asked = meshtui("check", "profile-default", "--offline")
    assert "aws" not in asked.err
    assert "profile-default:" in asked.out


def test_a_gcloud_login_is_named_with_why_mesh_cannot_take_it(meshtui: Meshtui, home: Path):
    folder = home / ".config/gcloud"
    folder.mkdir(parents=True)
    (folder / "application_default_credentials.json").write_text('{"type": "authorized_user", "refresh_token": "x"}')
    outcome = meshtui("check", "--offline")
    assert "vertex: adc" in outcome.out
    assert "Mesh takes only a service account key" in outcome.out


def test_every_name_that_the_sources_have_can_be_checked(meshtui: Meshtui, home: Path, monkeypatch: pytest.MonkeyPatch):
    body = "Zq7xK2mP9vLw" * 4
    write_profiles(home, f"[profile dev]\n{PAIR}", f"[default]\n{PAIR}")
    (home / ".env").write_text(f"OPENAI_API_KEY=sk-proj-other{body}\n")
    monkeypatch.setenv("OPENAI_API_KEY", f"sk-proj-{body}")
    names = [row["name"] for row in meshtui("check", "--sources", "--format", "json").json["sources"]]
    assert len(set(names)) == len(names)
    assert {"openai", "openai-2", "aws", "profile-dev"} <= set(names)
    for name in names:
        (credential,) = meshtui("check", name, "--offline", "--format", "json").json["credentials"]
        assert credential["name"] == name
        assert credential["shown"]


def test_what_is_there_and_not_used_is_named_with_why(meshtui: Meshtui, home: Path, monkeypatch: pytest.MonkeyPatch):
    write_profiles(home, "", f"[Default]\n{PAIR}[work]\n{PAIR}")
    (home / ".envrc").write_text(f"export MESHAPI_API_KEY=rsk_01{'ZQXW' * 6}\n")
    monkeypatch.setenv("OPENAI_API_KEY", "")
    outcome = meshtui("check", "--offline")
    assert outcome.status == 8
    said = " ".join(outcome.out.split())
    assert "openai: env OPENAI_API_KEY: OPENAI_API_KEY is set, to nothing." in said
    assert "direnv has not put it into the environment. To check it all the same: meshtui check mesh-2" in said
    assert "there is no profile [default], in small letters, and AWS_PROFILE names none" in said
    assert "meshtui check profile-work" in said
    assert meshtui("check", "openai", "--offline").status == 4
    for name in ("mesh-2", "profile-Default", "profile-work"):
        (credential,) = meshtui("check", name, "--offline", "--format", "json").json["credentials"]
        assert credential["name"] == name
        assert credential["shown"]


def test_what_is_only_named_is_a_case_of_junit_that_was_skipped(
    meshtui: Meshtui, home: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("OPENAI_API_KEY", "")
    outcome = meshtui("check", "--offline", "--format", "junit")
    assert outcome.status == 8
    (suite,) = ET.fromstring(outcome.out).findall("testsuite")
    assert (suite.get("name"), suite.get("tests"), suite.get("skipped")) == ("openai", "1", "1")
    skipped = suite.find("testcase/skipped")
    assert skipped is not None
    assert "OPENAI_API_KEY is set, to nothing" in (skipped.get("message") or "")


def test_a_role_of_container_pod_and_machine_is_named_and_asked_only_by_its_name(
    meshtui: Meshtui, home: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/v2")
    outcome = meshtui("check", "--offline")
    assert outcome.status == 8
    assert "read only when you name it: meshtui check aws-container" in " ".join(outcome.out.split())
    offline = meshtui("check", "aws-container", "--offline")
    assert (offline.status, "--offline does not ask" in offline.out) == (8, True)
    asked = meshtui("check", "aws-container")
    assert (asked.status, "the container's metadata could not be reached" in asked.out) == (7, True)
    assert meshtui("check", "aws-instance", "--offline").status == 8


def test_every_name_that_the_sources_have_can_be_sent_with(
    meshtui: Meshtui, home: Path, monkeypatch: pytest.MonkeyPatch
):
    """What cannot be sent shows that it was taken: a key that its form forbids to send."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-" + "Zq7xK2mP9vLw" * 4)
    bad = PAIR.replace("AKIA", "AROA")
    write_profiles(home, f"[profile dev]\n{bad}", f"[default]\n{bad}")
    (home / "other.env").write_text("OPENAI_API_KEY=sk-ant-" + "Zq7xK2mP9vLw" * 4 + "\n")
    for name in ("aws", "profile-dev"):
        outcome = meshtui("send", "--credential", name, "--format", "json")
        assert outcome.json["credential"] == name
        assert "not an access key id" in outcome.out
    given = meshtui("send", "--env-file", str(home / "other.env"), "--credential", "openai-2", "--format", "json")
    assert given.json["credential"] == "openai-2"
    profile = meshtui("send", "--profile", "dev", "--format", "json")
    assert profile.json["credential"] == "profile-dev"
    assert "openai-2" in meshtui("send", "--credential", "openai-9", "--env-file", str(home / "other.env")).err


def test_several_broken_keys_are_told_one_by_one(meshtui: Meshtui):
    broken = [f"--fault={name}=revoked" for name in ("openai", "aws", "vertex")]
    lines = meshtui("check", "openai", "aws", "vertex", "bedrock", "--sandbox", *broken).out.splitlines()
    titles = [line.split(":")[0] for line in lines if re.match(r"[a-z]+: ", line)]
    assert titles == ["openai", "aws", "vertex", "bedrock"]
    said = [line.strip() for line in lines if line.strip().startswith("=> ")]
    assert [sentence.startswith("=> This key does not work: ") for sentence in said] == [True, True, True, False]


def test_a_slow_answer_is_told_while_it_is_slow_and_afterwards(meshtui: Meshtui):
    outcome = meshtui("check", "openai", "--sandbox", "--check", "identity", "--fault", "openai=slow:first-1")
    assert outcome.status == 0
    assert "openai: identity: no answer for 1 s" in outcome.err
    assert re.search(r"identity .*\(after \d\.\d s\)", outcome.out), outcome.out


def test_the_table_of_sources_fits_80_columns(meshtui: Meshtui, home: Path, monkeypatch: pytest.MonkeyPatch):
    body = "Zq7xK2mP9vLw" * 4
    (home / ".env").write_text(f"OPENAI_API_KEY=sk-proj-other{body}\n")
    monkeypatch.setenv("OPENAI_API_KEY", f"sk-proj-{body}")
    lines = meshtui("check", "--sources").out.splitlines()
    assert max(map(len, (line for line in lines if "/" not in line))) <= 80
    monkeypatch.delenv("OPENAI_API_KEY")
    (home / ".env").unlink()
    assert "Nothing found" in meshtui("check", "--sources").out


@pytest.mark.parametrize("form", ["json", "junit"])
def test_nothing_found_is_told_in_every_form_and_by_the_exit_status(meshtui: Meshtui, home: Path, form: str):
    outcome = meshtui("check", "--format", form)
    assert outcome.status == 2
    assert "OPENAI_API_KEY" in outcome.err
    assert outcome.out.strip()


def test_an_env_file_is_read_instead_of_the_folders_and_none_where_none_is_wanted(meshtui: Meshtui, home: Path):
    body = "Zq7xK2mP9vLw" * 4
    (home / ".env").write_text(f"OPENAI_API_KEY=sk-proj-{body}\n")
    (home / "other").write_text(f"MESHAPI_API_KEY=rsk_01{'ZQXW' * 6}\n")
    read = [c["name"] for c in meshtui("check", "--offline", "--format", "json").json["credentials"]]
    given = meshtui("check", "--offline", "--format", "json", "--env-file", str(home / "other")).json["credentials"]
    assert (read, [c["name"] for c in given]) == (["openai"], ["mesh"])
    assert meshtui("check", "--offline", "--no-dotenv").status == 2


def test_a_key_comes_on_standard_input(meshtui: Meshtui, home: Path, monkeypatch: pytest.MonkeyPatch):
    import io
    import sys

    key = f"sk-proj-{'Zq7xK2mP9vLw' * 6}T3BlbkFJ{'Zq7xK2mP9vLw' * 6}"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{key}\n".encode())))
    (credential,) = meshtui("check", "--file", "-", "--offline", "--format", "json").json["credentials"]
    assert (credential["name"], credential["source"], credential["usable"]) == ("openai", "file standard input", True)


def test_the_facts_stand_in_the_second_line(meshtui: Meshtui, home: Path):
    write_profiles(home, "[default]\nregion = eu-west-1\n", f"[default]\n{PAIR}")
    lines = meshtui("check", "--offline").out.splitlines()
    assert "account 344277189256" in lines[1]
    assert "region eu-west-1 (profile default)" in lines[1]
