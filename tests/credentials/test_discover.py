"""What lies on a machine is found in the order in which programs take it, and what hides what is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from meshtui.base.credential import Level
from meshtui.credentials.discovery import discover, list_rows
from meshtui.credentials.env_files import read_env_file
from meshtui.credentials.sources import Found
from meshtui.providers.bedrock.aws_config_files import list_profiles
from meshtui.providers.bedrock.profile_resolution import resolve_profile
from meshtui.providers.bedrock.provider import AWS_KEYS, BEDROCK_KEY
from meshtui.providers.mesh.provider import MESH_KEY
from meshtui.providers.openai.provider import OPENAI_KEY
from meshtui.providers.vertex.provider import SERVICE_ACCOUNT
from tests.canaries import parts_in
from tests.credentials import samples as s
from tests.credentials.samples import from_environment

OPENAI, MESH, BEDROCK = s.openai_key(), s.mesh_key(), s.long_term()
OTHER_MESH = MESH[:-1] + "0"
AWS = {"AWS_ACCESS_KEY_ID": s.key_id(), "AWS_SECRET_ACCESS_KEY": s.SECRET}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with nothing in it yet."""
    path = tmp_path / "home"
    path.mkdir()
    return path


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o600)
    return path


def row(found: tuple[Found, ...], place: str) -> Found:
    return next(r for r in found if place in str(r.source))


def test_each_variable_gives_a_credential_under_its_name(tmp_path: Path):
    environ = {
        **AWS,
        "OPENAI_API_KEY": OPENAI,
        "AWS_BEARER_TOKEN_BEDROCK": BEDROCK,
        "AWS_REGION": "eu-central-1",
        "GOOGLE_APPLICATION_CREDENTIALS": str(written(tmp_path / "account.json", json.dumps(s.account()))),
        "GOOGLE_CLOUD_LOCATION": "europe-west4",
        "MESHAPI_API_KEY": MESH,
        "MESHTUI_PLATFORM_KEY": OTHER_MESH,
    }
    credentials = {c.name: c for c in from_environment(environ)}
    assert {name: c.kind for name, c in credentials.items()} == {
        "openai": OPENAI_KEY,
        "bedrock": BEDROCK_KEY,
        "aws": AWS_KEYS,
        "vertex": SERVICE_ACCOUNT,
        "mesh": MESH_KEY,
        "platform": MESH_KEY,
    }
    assert all(c.usable for c in credentials.values())
    assert credentials["bedrock"].facts["region"] == credentials["aws"].facts["region"] == "eu-central-1"
    assert credentials["vertex"].facts["location"] == "europe-west4"
    assert credentials["vertex"].facts["file"] == str(tmp_path / "account.json")
    assert str(credentials["openai"].source) == "env OPENAI_API_KEY"


def test_an_empty_environment_holds_nothing():
    assert from_environment({}) == ()
    assert from_environment({"OPENAI_API_KEY": "", "PATH": "/bin"}) == ()


def test_meshs_variables_come_in_the_order_of_its_command_line(home: Path):
    written(home / ".meshapi/credentials", MESH[:-1] + "1\n")
    environ = {"MESH_API_KEY": OTHER_MESH, "HOME": str(home)}
    by_file = from_environment({"HOME": str(home)})
    assert [str(c.source) for c in by_file] == [f"mesh-cli {home}/.meshapi/credentials"]
    found = discover({**environ, "MESHAPI_API_KEY": MESH})
    assert [(str(r.source).split()[0], r.source.where, r.shadowed_by) for r in found] == [
        ("env", "MESHAPI_API_KEY", ""),
        ("env", "MESH_API_KEY", "env MESHAPI_API_KEY"),
        ("mesh-cli", f"{home}/.meshapi/credentials", "env MESHAPI_API_KEY"),
    ]
    assert found[0].shadows == ("env MESH_API_KEY", f"mesh-cli {home}/.meshapi/credentials")
    assert [c.name for c in from_environment(environ)] == ["mesh"]


def test_the_same_key_in_two_places_is_no_reason_to_warn():
    found = discover({"MESHAPI_API_KEY": MESH, "MESH_API_KEY": MESH})
    assert all(not r.credential.findings for r in found if r.credential)


def test_a_bedrock_key_beats_a_key_pair_and_both_say_so():
    found = discover({**AWS, "AWS_BEARER_TOKEN_BEDROCK": BEDROCK, "AWS_REGION": "us-east-1"})
    pair, bearer = row(found, "AWS_ACCESS_KEY_ID"), row(found, "BEARER")
    assert pair.shadowed_by == "env AWS_BEARER_TOKEN_BEDROCK"
    assert bearer.shadows == ("env AWS_ACCESS_KEY_ID",)
    assert pair.credential is not None
    assert "env.bearer-beats-keys" in s.ids(pair.credential)
    assert [c.name for c in from_environment({**AWS, "AWS_BEARER_TOKEN_BEDROCK": BEDROCK})] == ["bedrock", "aws"]


def test_a_dotenv_file_gives_file_and_line_and_loses_against_the_environment(tmp_path: Path):
    file = written(tmp_path / ".env", f"# keys\nOPENAI_API_KEY={OPENAI}\n\nexport MESHAPI_API_KEY='{MESH}'\n")
    alone = discover({}, folder=str(tmp_path))
    assert [str(r.source) for r in alone] == [f"dotenv {file}:2 OPENAI_API_KEY", f"dotenv {file}:4 MESHAPI_API_KEY"]
    both = discover({"OPENAI_API_KEY": s.openai_key(half=58)}, folder=str(tmp_path))
    assert row(both, ":2").shadowed_by == "env OPENAI_API_KEY"
    assert from_environment({}) == ()


def test_a_path_in_a_dotenv_file_is_seen_from_that_file(tmp_path: Path):
    written(tmp_path / "keys/account.json", json.dumps(s.account()))
    written(tmp_path / ".env", "GOOGLE_APPLICATION_CREDENTIALS=keys/account.json\n")
    credential = discover({}, folder=str(tmp_path))[0].credential
    assert credential is not None
    assert credential.usable


def test_the_table_shows_each_key_masked_with_its_place_and_whether_it_is_used(aws_home: Path):
    lines = list_rows(discover({"HOME": str(aws_home), **AWS, "AWS_BEARER_TOKEN_BEDROCK": "undefined"}))
    assert [line[0] for line in lines] == ["bedrock", "aws", "profile-deploy", "profile-keys", "profile-work"]
    first = ("bedrock", "This is a placeholder, not a key", "env AWS_BEARER_TOKEN_BEDROCK")
    assert lines[0] == (*first, "yes; hides env AWS_ACCESS_KEY_ID")
    assert lines[1][1].startswith("AKIA…7WML ")
    assert lines[1][3] == "no: env AWS_BEARER_TOKEN_BEDROCK is"
    assert lines[4] == ("profile-work", "single sign-on", "profile work", "no: env AWS_BEARER_TOKEN_BEDROCK is")


def test_an_incomplete_pair_is_in_the_list_with_what_is_missing():
    credential = from_environment({"AWS_ACCESS_KEY_ID": s.key_id()})[0]
    assert credential.name == "aws"
    assert credential.findings[0].title == "The field secret_access_key is missing"


def test_a_mesh_key_in_openais_variable_is_meshs(home: Path):
    credentials = from_environment({"OPENAI_API_KEY": MESH, "OPENAI_BASE_URL": "https://api.meshapi.ai/v1"})
    assert [(c.name, c.provider, c.usable) for c in credentials] == [("mesh", "mesh", True)]
    two = from_environment({"OPENAI_API_KEY": MESH, "MESHAPI_API_KEY": OTHER_MESH})
    assert [(c.name, c.source.where) for c in two] == [("mesh", "MESHAPI_API_KEY")]


def test_a_persons_gcloud_login_is_found_but_not_loaded(home: Path):
    written(home / ".config/gcloud/application_default_credentials.json", '{"type": "authorized_user"}')
    found = discover({"HOME": str(home)})
    assert [r.source.kind for r in found] == ["adc"]
    assert found[0].credential is not None
    assert "google.authorized-user" in s.ids(found[0].credential)
    assert from_environment({"HOME": str(home)}) == ()


@pytest.mark.parametrize(
    ("variable", "address", "row_id"),
    [
        ("OPENAI_BASE_URL", "https://api.openai.com/v1", ""),
        ("OPENAI_BASE_URL", "https://us.api.openai.com/v1", ""),
        ("OPENAI_BASE_URL", "http://api.openai.com/v1", "env.foreign-address"),
        ("OPENAI_BASE_URL", "https://api.openai.com.evil.example/v1", "env.foreign-address"),
        ("OPENAI_BASE_URL", "https://api.openai.com@evil.example/v1", "env.foreign-address"),
        ("OPENAI_BASE_URL", "not an address", "env.foreign-address"),
        ("OPENAI_BASE_URL", "http://127.0.0.1:4000/v1", "env.loopback-address"),
        ("OPENAI_BASE_URL", "http://127.0.0.1.evil.example/v1", "env.foreign-address"),
    ],
)
def test_an_address_that_is_not_the_owners_keeps_the_key_at_home(variable: str, address: str, row_id: str):
    credential = from_environment({"OPENAI_API_KEY": OPENAI, variable: address})[0]
    assert s.ids(credential) == ([row_id] if row_id else [])
    assert credential.usable == (row_id != "env.foreign-address")


@pytest.mark.parametrize(
    "address", ["https://bedrock-runtime.us-east-1.amazonaws.com", "https://bedrock.eu-central-1.api.aws", ""]
)
def test_awss_own_addresses_are_no_reason_to_stop(address: str):
    credential = from_environment(
        {**AWS, "AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": address}
    )[0]
    assert credential.usable
    assert not credential.findings


@pytest.mark.parametrize("address", ["https://bucket.s3.amazonaws.com", "https://ec2-1-2-3-4.compute.amazonaws.com"])
def test_a_strangers_host_at_amazon_is_foreign(address: str):
    assert not from_environment({**AWS, "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": address})[0].usable


CONFIG = """
[default]
region = us-east-1
[profile work]
sso_session = corp
sso_account_id = 123456789012
region = eu-west-1
[profile deploy]
role_arn = arn:aws:iam::123456789012:role/deploy
source_profile = keys
[profile empty]
region = us-west-2
[sso-session corp]
sso_start_url = https://corp.example/start
"""


@pytest.fixture
def aws_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with AWS's two files, which boto3 is told to read."""
    config = written(home / ".aws/config", CONFIG)
    keys = f"[keys]\naws_access_key_id = {s.key_id()}\naws_secret_access_key = {s.SECRET}\nregion = ap-south-1\n"
    credentials = written(home / ".aws/credentials", keys)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    return home


def test_profiles_are_listed_with_how_they_get_their_keys(aws_home: Path):
    assert [(p.name, p.how, p.region) for p in list_profiles({"HOME": str(aws_home)})] == [
        ("default", "", "us-east-1"),
        ("deploy", "assumed role", ""),
        ("empty", "", "us-west-2"),
        ("keys", "key pair", "ap-south-1"),
        ("work", "single sign-on", "eu-west-1"),
    ]


def test_a_profile_is_found_and_not_read_before_it_is_asked_for(aws_home: Path):
    environ = {"HOME": str(aws_home), "AWS_PROFILE": "work"}
    found = {r.source.where: r for r in discover(environ)}
    assert set(found) == {"deploy", "keys", "work"}
    assert all(r.credential is None for r in found.values())
    assert (found["work"].shadowed_by, found["keys"].shadowed_by) == ("", "profile work")
    with_keys = {r.source.where: r for r in discover({**environ, **AWS})}
    assert with_keys["work"].shadowed_by == "env AWS_ACCESS_KEY_ID"
    assert not parts_in(repr(found), s.SECRET)


def test_a_profile_with_keys_gives_them(aws_home: Path):
    credential = resolve_profile("keys")
    assert (credential.name, credential.source.kind, credential.usable) == ("keys", "profile", True)
    assert credential.facts["region"] == "ap-south-1"


@pytest.mark.parametrize(
    ("profile", "row", "said"),
    [
        ("gone", "aws.profile-missing", "profile gone"),
        ("empty", "aws.profile-failed", "no setting that gives keys"),
        ("work", "aws.profile-incomplete", "lacks sso_region"),
    ],
)
def test_a_profile_without_keys_says_why(aws_home: Path, profile: str, row: str, said: str):
    credential = resolve_profile(profile)
    assert (credential.worst, credential.material) == (Level.ERROR, None)
    assert said in s.finding(credential, row).proof


@pytest.mark.parametrize("text", ["[unclosed", "\x00\xff", "key = value without a section\n", "[a]\n[a]\nb"])
def test_a_broken_configuration_file_is_no_exception(home: Path, text: str):
    written(home / ".aws/config", text)
    assert isinstance(list_profiles({"HOME": str(home)}), tuple)
    assert resolve_profile("a", environ={"HOME": str(home)}).material is None


def test_a_broken_configuration_file_is_a_finding_with_the_line_and_without_what_stands_there(home: Path):
    written(home / ".aws/credentials", f"[keys]\naws_access_key_id = {s.key_id()}\n{s.SECRET}\n")
    credential = resolve_profile("keys", environ={"HOME": str(home)})
    finding = s.finding(credential, "aws.config-broken")
    assert "credentials" in finding.title
    assert "line 3" in finding.proof
    assert not parts_in(repr(credential), s.SECRET)


def test_a_file_that_is_not_there_gives_nothing_and_one_that_cannot_be_read_says_so(tmp_path: Path):
    assert read_env_file(str(tmp_path / ".env"), {}) is None
    (tmp_path / "folder").mkdir()
    layer = read_env_file(str(tmp_path / "folder"), {})
    assert layer is not None
    assert (dict(layer.variables), [finding.id for finding in layer.findings]) == ({}, ["file.not-a-file"])


def test_of_an_envrc_only_plain_exports_count_and_nothing_is_run(tmp_path: Path):
    path = written(
        tmp_path / ".envrc", f"OPENAI_API_KEY=x\n  export MESH_API_KEY={MESH}\nexport A=$(touch {tmp_path}/ran)\n"
    )
    layer = read_env_file(str(path), {})
    assert layer is not None
    assert {**layer.variables, **{line.variable: "" for line in layer.unread}}.keys() <= {"MESH_API_KEY", "A"}
    assert MESH in [*layer.variables.values(), *(MESH for line in layer.unread if line.variable == "MESH_API_KEY")]
    assert not (tmp_path / "ran").exists()
