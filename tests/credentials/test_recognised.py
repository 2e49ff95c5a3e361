"""Every form of every credential is recognised, and nothing valid is warned of or refused."""

from __future__ import annotations

import base64
import json

import pytest

from meshtui.base.credential import UNRECOGNISED, BearerKey, Kind, Level
from meshtui.base.redaction import redact
from meshtui.providers.bedrock.provider import AWS_KEYS, BEDROCK_KEY, AwsKeys, BedrockKey
from meshtui.providers.mesh.provider import MESH_KEY
from meshtui.providers.openai.provider import OPENAI_KEY
from meshtui.providers.vertex.provider import SERVICE_ACCOUNT, ServiceAccount
from tests.canaries import parts_in
from tests.credentials import samples as s
from tests.each import each

DUMP = json.dumps
IDS, SECRETS = s.key_id(), s.SECRET

VALID = {
    "OpenAI project key": (s.openai_key(), OPENAI_KEY),
    "OpenAI project key, short": (s.openai_key(half=58), OPENAI_KEY),
    "OpenAI service account key": (s.openai_key("sk-svcacct-"), OPENAI_KEY),
    "OpenAI user key": (s.openai_key("sk-", 20), OPENAI_KEY),
    "Mesh key": (s.mesh_key(), MESH_KEY),
    "Bedrock key as JSON": (
        DUMP({"credential_type": "bedrock_api_key", "api_key": s.long_term(), "region": "us-west-2"}),
        BEDROCK_KEY,
    ),
    "Bedrock key, camel case": (DUMP({"apiKey": s.long_term(), "region": "us-west-2"}), BEDROCK_KEY),
    "AWS, old dashboard": (
        DUMP({"accessKeyId": IDS, "secretAccessKey": SECRETS, "region": "us-east-1"}),
        AWS_KEYS,
    ),
    "AWS, current form": (DUMP(s.aws(credential_type="iam_credentials")), AWS_KEYS),
    "AWS, boto3's names": (
        DUMP({"aws_access_key_id": IDS, "aws_secret_access_key": SECRETS, "region_name": "us-east-1"}),
        AWS_KEYS,
    ),
    "AWS credentials file": (
        f"[default]\naws_access_key_id = {IDS}\naws_secret_access_key = {SECRETS}\nregion = eu-west-1\n",
        AWS_KEYS,
    ),
    "service account": (DUMP(s.account()), SERVICE_ACCOUNT),
    "service account, indented, with region": (DUMP(s.account(region="europe-west4"), indent=2), SERVICE_ACCOUNT),
    "service account of a domain's project": (
        DUMP(s.account(project_id="acme.com:chat-bot", client_email="a@chat-bot.acme.com.iam.gserviceaccount.com")),
        SERVICE_ACCOUNT,
    ),
}


@pytest.mark.parametrize(("text", "kind"), VALID.values(), ids=VALID)
def test_a_valid_credential_is_recognised_without_a_word_of_blame(text: str, kind: Kind):
    credential = s.read(text)
    assert (credential.kind, credential.findings) == (kind, ())
    assert credential.usable


# Spellings that are told of, and read all the same.
READ = {
    "sts": (DUMP({"Credentials": {"AccessKeyId": s.key_id("ASIA"), "SecretAccessKey": SECRETS,
                                  "SessionToken": "t"}}), 3),
    "create-access-key": (DUMP({"AccessKey": {"UserName": "u", "AccessKeyId": IDS, "Status": "Active",
                                              "SecretAccessKey": SECRETS}}), 2),
    "single sign-on": (DUMP({"roleCredentials": {"accessKeyId": s.key_id("ASIA"), "secretAccessKey": SECRETS,
                                                 "sessionToken": "t", "expiration": 1_795_437_600_000}}), 3),
    "exports": (f"export AWS_ACCESS_KEY_ID={IDS}\nexport AWS_SECRET_ACCESS_KEY='{SECRETS}' # mine\n", 2),
    "PowerShell": (f'$env:AWS_ACCESS_KEY_ID="{IDS}"\n$env:AWS_SECRET_ACCESS_KEY="{SECRETS}"', 2),
    "YAML": (f"accessKeyId: {IDS}\nsecretAccessKey: {SECRETS}\n", 2),
    "console's CSV": (f"\ufeffAccess key ID,Secret access key\r\n{IDS},{SECRETS}\r\n", 2),
}  # fmt: skip


@pytest.mark.parametrize(("text", "parts"), READ.values(), ids=READ)
def test_aws_keys_are_read_in_every_spelling(text: str, parts: int):
    material = s.read(text).material
    assert isinstance(material, AwsKeys)
    assert material.access_key_id.reveal() in (IDS, s.key_id("ASIA"))
    assert material.secret_access_key.reveal() == SECRETS
    assert (material.session_token is not None) == (parts == 3)


def test_the_region_in_the_text_comes_before_the_one_given_beside_it():
    inside = s.read(DUMP(s.aws()), region="us-west-2").material
    beside = s.read(DUMP(s.aws(region=None)), region="us-west-2").material
    assert isinstance(inside, AwsKeys)
    assert isinstance(beside, AwsKeys)
    assert (inside.region, beside.region) == ("eu-central-1", "us-west-2")


def test_a_bare_bedrock_key_takes_the_region_given_beside_it():
    material = s.read(s.long_term(), region="ap-south-1").material
    assert isinstance(material, BedrockKey)
    assert material.region == "ap-south-1"


def test_a_service_account_is_global_unless_a_region_is_given():
    plain, placed = s.read(DUMP(s.account())).material, s.read(DUMP(s.account()), region="us-central1").material
    assert isinstance(plain, ServiceAccount)
    assert isinstance(placed, ServiceAccount)
    assert (plain.region, placed.region) == ("global", "us-central1")
    assert plain.private_key.reveal() == s.pem()


@pytest.mark.parametrize(
    "field", ["service_account", "service_account_json", "serviceAccount", "credentials_json", "vertex_credentials"]
)
@pytest.mark.parametrize("as_text", [True, False])
def test_a_service_account_is_found_inside_another_object_with_the_region_beside_it(field: str, as_text: bool):
    inner = DUMP(s.account()) if as_text else s.account()
    material = s.read(DUMP({field: inner, "region": "europe-west1"})).material
    assert isinstance(material, ServiceAccount)
    assert material.region == "europe-west1"


def test_a_key_of_unknown_shape_is_what_its_variable_says():
    text = s.filler(40, "abcdef-0123456789")
    assert s.read(text).kind is UNRECOGNISED
    assert s.read(text).material is None
    named = s.read(f"OPENAI_API_KEY={text}")
    assert (named.kind, named.worst) == (OPENAI_KEY, Level.WARNING)
    assert isinstance(named.material, BearerKey)


def test_a_variable_that_names_the_kind_comes_before_a_guess_by_the_look():
    assert s.read(s.SECRET).kind is AWS_KEYS
    assert s.read(f"OPENAI_API_KEY={s.SECRET}").kind is OPENAI_KEY
    token = s.jwt(iss="https://sign-in.example")
    assert s.read(token).kind is UNRECOGNISED
    assert s.read(f"MESHAPI_TOKEN={token}").usable


def test_a_key_is_found_among_variables_of_any_name():
    material = s.read(f"STAGE=prod\nMY_SECRET_THING={s.long_term()}\nAWS_REGION=us-west-2").material
    assert isinstance(material, BedrockKey)
    assert material.region == "us-west-2"


def test_of_two_variables_of_a_kind_the_one_with_a_value_counts():
    material = s.read(f"MESHAPI_API_KEY=\nMESH_API_KEY={s.mesh_key()}").material
    assert isinstance(material, BearerKey)


@pytest.mark.parametrize("expiration", ["NaN", "Infinity", "-1", "1e300", '"tomorrow"', '""', "null"])
def test_an_expiry_that_is_no_time_is_passed_over(expiration: str):
    text = DUMP(s.temporary())[:-1] + f', "Expiration": {expiration}}}'
    assert s.read(text).usable


def test_a_short_term_key_made_by_aws_itself_is_read():
    """AWS's own generator is the judge of the form."""
    from aws_bedrock_token_generator import BedrockTokenGenerator
    from botocore.credentials import Credentials

    made = Credentials(s.key_id("ASIA"), SECRETS, s.SESSION)
    text = BedrockTokenGenerator().get_token(made, "eu-west-3")
    from meshtui.credentials.paste import parse

    credential = parse(text, name="it", source=s.PASTE)
    assert s.ids(credential) == ["bedrock.short-term"]
    assert credential.facts["region"] == "eu-west-3"
    assert credential.facts["account"] == "029608264753"
    assert credential.facts["signed by"] == "ASIA…7WML (temporary key)"


def test_a_bad_credential_keeps_its_kind_as_well_as_can_be_told():
    told = {
        '{"type": "service_account",': SERVICE_ACCOUNT,
        '{"accessKeyId": "x",}': AWS_KEYS,
        '{"credential_type": "bedrock_api_key"': BEDROCK_KEY,
        "sk-xxxx": OPENAI_KEY,
        "OPENAI_API_KEY=": OPENAI_KEY,
        '{"installed": {"client_id": "x"}}': SERVICE_ACCOUNT,
    }
    assert {text: s.read(text).kind for text in told} == told
    assert not any(s.read(text).usable for text in told)


def test_facts_are_read_from_a_long_term_key():
    facts = s.read(s.long_term(), region="us-east-1").facts
    assert facts["IAM user"] == "BedrockAPIKey-ab12"
    assert facts["account"] == "123456789012"


def test_facts_tell_when_a_short_term_key_ends():
    facts = s.read(s.short_term()).facts
    assert facts["issued"] == "2026-11-23 11:00 UTC"
    assert facts["expires"] == "2026-11-23 23:00 UTC (in 11 h)"


def test_facts_tell_when_a_mesh_key_was_made():
    assert s.read(s.mesh_key()).facts["created"].startswith("2025-06-1")


def test_facts_of_a_service_account_name_project_address_and_size():
    facts = s.read(DUMP(s.account())).facts
    assert facts["project"] == "acme-prod-7"
    assert facts["e-mail"] == "caller@acme-prod-7.iam.gserviceaccount.com"
    assert facts["RSA key"] == "2048 bits"
    assert facts["location"] == "global"


def test_of_a_short_term_key_neither_the_text_nor_what_is_encoded_in_it_is_shown():
    key = s.short_term(key=s.key_id("ASIA"), token=s.SESSION)
    inside = base64.b64decode(key.removeprefix("bedrock-api-key-")).decode()
    held = s.read(key)
    assert held.usable
    for secret in (key, inside, s.SESSION, s.key_id("ASIA")):
        assert not parts_in(redact(f"sent {secret} there"), secret)


SPELT = {
    "access_key_id": "accessKeyId AccessKeyID aws_access_key_id awsAccessKeyId access_key accessKey AWS_ACCESS_KEY",
    "secret_access_key": "secretAccessKey SecretAccessKey aws_secret_access_key secret_key secretKey awsSecretKey "
                         "aws_secret_key Secret-Access secretAccess",
    "session_token": "sessionToken SessionToken aws_session_token security_token aws_security_token Token",
    "region": "Region region_name AWS_REGION aws_default_region aws_region_name bedrock_region default_region location",
    "expiration": "Expiration expirationDate aws_expiration aws_credential_expiration x_security_token_expires",
}  # fmt: skip
VERTEX = {
    "client_email": "clientEmail Client-Email", "private_key": "privateKey", "private_key_id": "privateKeyId",
    "project_id": "projectId", "token_uri": "tokenUri", "universe_domain": "universeDomain",
    "region": "vertex_location vertexRegion vertex_ai_location GOOGLE_CLOUD_LOCATION google_cloud_region "
              "CLOUD_ML_REGION location",
}  # fmt: skip
BARE = "apiKey Api-Token bearer_token key secret token value openai openai_api_key OPENAI_KEY SecretString"
BEDROCK = "aws_bearer_token_bedrock BEDROCK_API_KEY bedrockToken ServiceCredentialSecret"
MESH = "meshapi_api_key MESH_API_KEY meshapiToken meshtui_platform_key"


def listed(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(ours, theirs) for ours, words in table.items() for theirs in words.split()]


@each("ours, theirs", listed(SPELT))
def test_a_field_of_a_key_pair_is_read_as_others_spell_it(ours: str, theirs: str):
    whole = s.temporary(region="eu-west-3", expiration="2026-11-23T13:00:00Z")
    credential = s.read(DUMP({theirs if name == ours else name: value for name, value in whole.items()}))
    material = credential.material
    assert isinstance(material, AwsKeys)
    assert (material.access_key_id.reveal(), material.secret_access_key.reveal()) == (s.key_id("ASIA"), SECRETS)
    assert material.session_token is not None
    assert (material.region, credential.facts["expires"]) == ("eu-west-3", "2026-11-23 13:00 UTC (in 1 h)")
    assert s.ids(credential) == ["aws.temporary"]


@each("ours, theirs", listed(VERTEX))
def test_a_field_of_a_service_account_is_read_as_others_spell_it(ours: str, theirs: str):
    whole = s.account(region="europe-west4", token_uri="https://www.googleapis.com/oauth2/v4/token", type=None)
    whole |= {"universe_domain": "example.com"}
    credential = s.read(DUMP({theirs if name == ours else name: value for name, value in whole.items()}))
    material = credential.material
    assert isinstance(material, ServiceAccount)
    assert (material.region, material.private_key_id) == ("europe-west4", whole["private_key_id"])
    assert (material.project_id, material.client_email) == (whole["project_id"], whole["client_email"])
    assert [row for row in s.ids(credential) if row != "vertex.spelling"] == [
        "vertex.universe", "vertex.token-uri-old", "vertex.type-missing"]  # fmt: skip


@each("kind, theirs", [(kind, name) for kind, words in (("openai", BARE), ("bedrock", BEDROCK), ("mesh", MESH))
                       for name in words.split()])  # fmt: skip
def test_a_field_with_a_bare_key_is_read_as_others_spell_it(kind: str, theirs: str):
    key = {"openai": s.openai_key(), "bedrock": s.long_term(), "mesh": s.mesh_key()}[kind]
    credential = s.read(DUMP({"note": "x", theirs: key}))
    assert (credential.provider, credential.secret and credential.secret.reveal()) == (kind, key)


GOOGLES = "https://oauth2.googleapis.com/token"
TOKEN_ADDRESSES = {
    GOOGLES: GOOGLES, f" {GOOGLES} ": GOOGLES, "": GOOGLES,
    "https://accounts.google.com/o/oauth2/token": "https://accounts.google.com/o/oauth2/token",
    "http://127.0.0.1:8080/token": "http://127.0.0.1:8080/token", "http://[::1]:8080/a.b-c": "http://[::1]:8080/a.b-c",
    "https://a.example/" + "x-" * 30: "https://a.example/" + "x-" * 30, "https://a.example/": "https://a.example/",
    "https://a.example/" + "x-" * 30 + "x": GOOGLES, "https://a.example": GOOGLES, "ftp://a.example/": GOOGLES,
    "https://a.example/?x": GOOGLES, "https://me@a.example/": GOOGLES, f"https://a.example/{s.mesh_key()}": GOOGLES,
    "https://" + "a-" * 50 + "/": "https://" + "a-" * 50 + "/", "https://" + "a-" * 50 + "a/": GOOGLES,
}  # fmt: skip


@each("uri", TOKEN_ADDRESSES)
def test_what_is_signed_for_google_names_the_files_token_address_where_it_is_one(uri: str):
    """A field may hold anything, and what is kept of a file is shown."""
    material = s.read(DUMP(s.account(token_uri=uri))).material
    assert isinstance(material, ServiceAccount)
    assert material.token_uri == TOKEN_ADDRESSES[uri]
