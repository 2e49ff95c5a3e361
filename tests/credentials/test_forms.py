"""Keys as they are pasted, referred to, encoded and cut: a table of what each text turns out to be."""

from __future__ import annotations

import base64
import json

import pytest

from tests.credentials import samples as s

KEY, BEDROCK, MESH, SHORT = s.openai_key(), s.long_term(), s.mesh_key(), s.short_term()
PAIR_ID, SECRET = s.key_id(), s.SECRET


def encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def output(**values: str) -> str:
    return json.dumps({name: {"sensitive": True, "type": "string", "value": value} for name, value in values.items()})


# What it is called → the text, and the secret that is found in it.
READ: dict[str, tuple[str | bytes, str]] = {
    "PowerShell": (f'$env:OPENAI_API_KEY = "{KEY}"', KEY),
    "PowerShell, other case": (f"$Env:OPENAI_API_KEY='{KEY}'", KEY),
    "cmd": (f"set OPENAI_API_KEY={KEY}", KEY),
    "cmd in quotes": (f'set "OPENAI_API_KEY={KEY}"', KEY),
    "setx": (f'setx OPENAI_API_KEY "{KEY}"', KEY),
    "setx for the machine": (f"setx OPENAI_API_KEY {KEY} /M", KEY),
    "fish": (f"set -gx OPENAI_API_KEY {KEY}", KEY),
    "fish in quotes": (f'set -x OPENAI_API_KEY "{KEY}"', KEY),
    "several exports": (f"export A=1 OPENAI_API_KEY={KEY} B=2", KEY),
    "a pair on a line": (f"export AWS_ACCESS_KEY_ID={PAIR_ID} AWS_SECRET_ACCESS_KEY={SECRET}", PAIR_ID),
    "a pair with semicolon": (f"export AWS_ACCESS_KEY_ID={PAIR_ID}; export AWS_SECRET_ACCESS_KEY={SECRET}", PAIR_ID),
    "a pair with and": (f'export AWS_ACCESS_KEY_ID="{PAIR_ID}" && export AWS_SECRET_ACCESS_KEY="{SECRET}"', PAIR_ID),
    "docker": (f"-e OPENAI_API_KEY={KEY}", KEY),
    "INI": (f"[openai]\napi_key = {KEY}\n", KEY),
    "tfvars": (f'openai_api_key = "{KEY}"\nregion = "x"', KEY),
    "terraform output": (output(openai_api_key=KEY), KEY),
    "terraform output of a pair": (output(access_key_id=PAIR_ID, secret_access_key=SECRET), PAIR_ID),
    "Secrets Manager": (json.dumps({"Name": "x", "SecretString": json.dumps({"OPENAI_API_KEY": KEY})}), KEY),
    "Secrets Manager, plain": (json.dumps({"Name": "x", "SecretString": KEY}), KEY),
    "comment before JSON": ("// my key\n" + json.dumps(s.aws()), PAIR_ID),
    "hash before JSON": ("# my key\n" + json.dumps(s.aws()), PAIR_ID),
    "Latin-1": (f"# cl\xe9\nOPENAI_API_KEY={KEY}".encode("latin-1"), KEY),
    "base64": (encode(KEY), KEY),
    "base64 with a line break in it": (encode(f"{KEY}\n"), KEY),
    "base64 of a Mesh key": (encode(MESH), MESH),
    "base64 of a Bedrock key": (encode(BEDROCK), BEDROCK),
    "Kubernetes YAML": (f"apiVersion: v1\nkind: Secret\ndata:\n  OPENAI_API_KEY: {encode(KEY)}\n", KEY),
    "Kubernetes JSON": (json.dumps({"kind": "Secret", "data": {"OPENAI_API_KEY": encode(KEY)}}), KEY),
    "keys of llm": (json.dumps({"// Note": "x", "openai": KEY}), KEY),
    "LiteLLM": (f"model_list:\n  - model_name: a\n    litellm_params:\n      model: b\n      api_key: {KEY}\n", KEY),
    "Claude Code": (json.dumps({"env": {"AWS_BEARER_TOKEN_BEDROCK": BEDROCK}}), BEDROCK),
    "named service account": (f"sk-my-service-{s.filler(20)}T3BlbkFJ{s.filler(20)}", ""),
    "percent signs": (SHORT.rstrip("=") + "%3D", ""),
}
# What it is called → the text, and the finding that says why it is no key.
REFUSED = {
    "1Password": ("op://vault/item/key", "text.reference"),
    "GitHub Actions": ("${{ secrets.OPENAI_API_KEY }}", "text.reference"),
    "SOPS": ("ENC[AES256_GCM,data:abc,iv:def,tag:ghi,type:str]", "text.reference"),
    "dotenvx": ("encrypted:BDqB3k9jk3lkj4l5kj6", "text.reference"),
    "Key Vault": ("@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/x)", "text.reference"),
    "Key Vault's address": ("https://v.vault.azure.net/secrets/openai/123", "text.reference"),
    "Secrets Manager": ("arn:aws:secretsmanager:us-east-1:123456789012:secret:x", "text.reference"),
    "CloudFormation": ("{{resolve:secretsmanager:x:SecretString:y}}", "text.reference"),
    "presigned": ("https://bedrock.amazonaws.com/?Action=x&X-Amz-Credential=a%2Fb&X-Amz-Signature=0", "text.presigned"),
    "stars": ("***", "text.placeholder"),
    "Mesh's page, pair": (
        '{"credential_type": "iam_credentials", "access_key_id": "AKIA...", "secret_access_key": "...", "region": "x"}',
        "text.placeholder"),
    "Mesh's page, key": (
        '{"credential_type": "bedrock_api_key", "api_key": "ABSK...", "region": "us-east-1"}', "text.placeholder"),
    "AWS's sample": (
        '{"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}',
        "aws.example"),
    "two OpenAI keys": (KEY + KEY, "openai.doubled"),
    "two Mesh keys": (MESH + MESH[:-1] + "0", "text.joined"),
    "two Bedrock keys": (BEDROCK + BEDROCK, "text.joined"),
    "Azure, 84": (s.filler(52) + "JQQJ99" + s.filler(26), "vendor.azure"),
    "OpenRouter": ("sk-or-v1-" + "a1" * 32, "vendor.other"),
    "Anthropic": ("sk-ant-api03-" + s.filler(80), "vendor.other"),
    "Groq": ("gsk_" + s.filler(52), "vendor.other"),
    "xAI": ("xai-" + s.filler(80), "vendor.other"),
    "Gemini": ("AIza" + s.filler(35), "google.api-key"),
    "short-term key, cut": (SHORT[:200], "bedrock.cut-off"),
    "short-term key, cut at its end": (SHORT[:-40], "bedrock.cut-off"),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_the_key_is_read_out_of_the_form_it_is_pasted_in(name: str):
    text, secret = READ[name]
    credential = s.read(text)
    assert credential.usable
    assert credential.secret is not None
    assert secret in ("", credential.secret.reveal())
    assert "text.embedded" not in s.ids(credential)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_key_is_named_and_never_usable(name: str):
    text, row = REFUSED[name]
    credential = s.read(text)
    assert row in s.ids(credential)
    assert not credential.usable


@pytest.mark.parametrize("end", [20, 30, 60, -9, -5])
def test_a_long_term_key_that_is_cut_says_so(end: int):
    found = s.ids(s.read(BEDROCK[:end]))
    assert {"bedrock.short", "bedrock.undecodable"} & set(found)


def test_the_expiry_of_a_key_that_is_cut_in_its_signed_address_is_not_guessed():
    assert "expires" not in s.read(SHORT[:120]).facts


@pytest.mark.parametrize(("around", "said"), [
    ("{}\n", "a line break"), ("{}\r\n", "carriage return"), ('"{}"', "quotes"), ("\u201c{}\u201d", "quotes"),
    ("`{}`", "quotes"), ("\ufeff{}", "byte order mark"), (" {}", "white space"), ("Bearer {}", "Bearer"),
    ("{}\u200b", "invisible"), ("{},", "comma"),
])  # fmt: skip
def test_what_a_program_would_send_along_is_a_warning(around: str, said: str):
    (credential,) = s.from_environment({"OPENAI_API_KEY": around.format(KEY)})
    titles = [f.title for f in credential.findings if f.id == "env.sent-as-is"]
    assert any(said in title and "as it stands" in title for title in titles), s.ids(credential)
    assert credential.worst == "warning"


@pytest.mark.parametrize(("variables", "name", "region"), [
    ({"OPENAI_API_KEY": MESH, "OPENAI_BASE_URL": "https://api.meshapi.ai/v1"}, "mesh", ""),
    ({"OPENAI_API_KEY": BEDROCK, "OPENAI_BASE_URL": "https://bedrock-runtime.eu-west-1.amazonaws.com/openai/v1"},
     "bedrock", "eu-west-1"),
    ({"OPENAI_API_KEY": BEDROCK, "OPENAI_BASE_URL": "https://bedrock-mantle.us-west-2.api.aws/v1",
      "AWS_REGION": "eu-west-1"}, "bedrock", "us-west-2"),
])  # fmt: skip
def test_a_key_in_openais_variable_beside_its_own_address_is_right(variables: dict[str, str], name: str, region: str):
    (credential,) = s.from_environment(variables)
    assert (credential.name, credential.usable, s.ids(credential)) == (name, True, [])
    assert credential.region == region


@pytest.mark.parametrize("key", ["sk-" + s.filler(22), "sk-1234567890abcdef1234", s.filler(32)])
@pytest.mark.parametrize("address", ["https://gateway.example/v1", "http://localhost:4000", "http://10.0.0.1:4000/v1"])
def test_a_gateways_key_beside_its_address_is_named_and_not_sent(key: str, address: str):
    (credential,) = s.from_environment({"OPENAI_API_KEY": key, "OPENAI_BASE_URL": address})
    assert "env.gateway-key" in s.ids(credential)
    assert not credential.usable


@pytest.mark.parametrize("region", ["s3", "eu", "bucket.s3", "us-east", "xx-east-1", "us-iso-east-1"])
def test_a_region_that_no_partition_has_never_becomes_part_of_a_host(region: str):
    (credential,) = s.from_environment({"AWS_BEARER_TOKEN_BEDROCK": BEDROCK, "AWS_REGION": region})
    assert not credential.usable


# Finding → texts that it says of, and texts beside them of which it does not.
TEXTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "text.placeholder": (
        (
            "your-key", "my_token", "insert secret", "enterkey", "put-it-here", "paste me", "add_key",
            "replace_me", "change-me", "the key", "Your-own-2 key_x", "xxx", "***", "...", "…", "……",
            "000000", "xxx-x*.…0", "api_key", "API-KEY-HERE", "apikey", "api key here", "key", "SECRET",
            "token", "todo", "TBD", "fixme", "changeme", "example", "empty", "nokey", "no-key",
            "no key required", "not-needed", "not used", "not_required", "ollama", "LM-Studio", "dummy", "test",
            "fake", "placeholder", "undefined", "null", "None", "nil", "NaN", "true", "False",
            "[object Object]", "sk-test", "sk-proj-fake", "sk-svcacct-xxx", "sk-admin-key", "AKIAxxx", "rsk_xxx",
            "mak_key", "ABSKxxx", "bedrock-api-key-xxx", "mykey1", "x" * 48,
        ),
        (
            "your-", "hiskey", "xx", "**", "..", "00000", "notneeded", "sk-rsk_x", "tests", "thekey-x.y",
            "x" * 49,
        ),
    ),
    "text.reference": (
        (
            "${{ secrets.X }}", "${{}}", "ENC[x]", "ENC[]", "encrypted:x", "@Microsoft.KeyVault(x)",
            "https://a-1.vault.azure.net/x", "https://a.vault.azure.cn/", "$KEY", "${KEY}", "${KEY:-x}",
            "${KEY:x}", "${KEY:-}", "%KEY%", "$env:KEY", "$env:", "$(op read x)", "$()", "{{ x }}", "{{}}",
            "process.env.KEY", "os.environ['KEY']", "<the key>", "<a.b-c>", "op://a/b", "vault://a",
            "keyring://a", "file://a", "env://a", "ssm://a", "gcp://a", "aws://a", "doppler://a",
            "secret://a", "secretsmanager://a", "arn:aws:secretsmanager:x", "arn:aws:ssm:x",
            "projects/a/secrets/b", "<" + "a" * 60 + ">", "op://" + "a" * 295,
        ),
        (
            "${{ a }", "ENC[x", "encrypted:", "encrypted:x y", "@Microsoft.KeyVault(x",
            "https://a.vault.azure.net", "https://a.vault.azure.com/", "$", "$KEY x", "%KEY", "$(x", "{{ x }",
            "process.env.", "os.environ", "<>", "<a/b>", "op://", "http://a", "op://a b",
            "arn:aws:iam:x", "arn:aws:ssm:", "projects/a/secrets/", "projects//secrets/b",
            "<" + "a" * 61 + ">", "op://" + "a" * 296,
        ),
    ),
    "text.masked": (
        (
            "sk-…abcd", "sk-****abcd", "AK••", "AK···x", "aaaaaaaaaaaaaaaaaaaaaaaa…", "…aaaaaaaa",
            "a" * 24 + "•" * 64 + "b" * 8,
        ),
        (
            "sk-***", "sk-**a", "AK•", "AK··x", "sk-....x", "sk-..x", "aaaaaaaaaaaaaaaaaaaaaaaaa…",
            "…aaaaaaaaa", "sk.…", "a" * 24 + "•" * 65 + "b" * 8,
        ),
    ),
    "text.presigned": (
        (
            "a.b/x?X-Amz-Signature=1", "http://a/?X-Amz-Credential=", "https://a/x&x-amz-algorithm=y",
            "b.c/?X-Amz-Signature=" + "1" * 5000,
        ),
        (
            "a/X-Amz-Signature=1", "?X-Amz-Signature=1", "a/?X-Amz-Date=1", "a/?X-Amz-Signature=1 2",
        ),
    ),
    "text.path": (
        (
            "/x", "~/x", "./x", "../x", ".\\x", "C:\\x", "c:/x", "key.json", "a b.env", "k.pem", "k.p12",
            "k.csv", "k.txt", "k.key", "a/b.json", "/x.tar-gz", "/x.backups", "/x.backup", "/x.9",
            "/" + "a" * 400, "a" * 200 + ".key",
        ),
        (
            ".../x", '/a"b', "/a{b", "k.yaml", ".json", "/" + "a" * 401, "a" * 201 + ".key",
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", TEXTS)
def test_a_text_in_the_place_of_a_key_is_told_from_what_only_looks_so(row: str):
    those, others = TEXTS[row]
    told = [text for text in (*those, *others) if row in s.ids(s.read(text))]
    assert told == list(those)
