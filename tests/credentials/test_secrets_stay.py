"""Whatever stands wherever: no finding, fact, name, source or form shows nine characters of a secret."""

from __future__ import annotations

import base64
import itertools
import json
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meshtui.base.credential import Credential
from meshtui.base.redaction import redact
from meshtui.base.secret import Secret
from meshtui.credentials.discovery import discover, read_credential_file
from meshtui.providers.mesh.byok_form import make_mesh_form
from tests.canaries import parts_in
from tests.credentials import samples as s
from tests.each import each, pair_up

SECRETS = {
    "OpenAI key": s.openai_key(),
    "Mesh key": "rsk_" + "01JXS" + s.filler(21, "ZYXWVTSRQPNMKJHGFEDCBA9876543210"),
    "AWS id": "AKIA" + s.filler(16, "QWERTYUPASDFGHJKLZXCVBNM234567"),
    "AWS secret": s.filler(40, "zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA9876543210"),
    "session token": s.filler(300, "abcdefghijklm0123456789NOPQRSTUVWXYZ"),
    "long-term key": s.long_term(),
    "short-term key": s.short_term(key=s.key_id("ASIA"), token=s.filler(200)),
    "private key": s.pem(),
    "Google API key": "AIza" + s.filler(35),
    "access token": "ya29." + s.filler(120),
    "JWT": s.jwt(iss="https://x.supabase.co/auth/v1", sub=s.filler(36)),
    "Azure key": s.filler(32, "0123456789abcdef"),
}
WINDOW = 9
_PUBLIC = ("\n", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "bedrock-api-key-", "sk-proj-", "T3BlbkFJ")


def shards(secret: str) -> Iterator[str]:
    """Every run of nine characters of the secret, what is decoded from it included, its known prefix left out."""
    texts = [secret]
    if secret.startswith(("ABSK", "bedrock-api-key-")):
        inside = base64.b64decode(secret.removeprefix("ABSK").removeprefix("bedrock-api-key-")).decode()
        texts += [inside.rpartition(":")[2]] if secret.startswith("ABSK") else [s.filler(200)]
    for text in texts:
        for line in re.split("|".join(map(re.escape, _PUBLIC)), text):
            yield from (line[i : i + WINDOW] for i in range(len(line) - WINDOW + 1))


def everything_said(credential: Credential) -> str:
    """All that the rest of the program might print of it."""
    said = [repr(credential), str(credential.facts), credential.name, str(credential.source)]
    said += [f"{f.title}\n{f.proof}\n{f.fix}" for f in credential.findings]
    said += [repr(make_mesh_form(credential)), repr(pickle.loads(pickle.dumps(dict(credential.facts))))]
    return "\n".join(said)


def assert_kept(secret: str, said: str) -> None:
    leaked = next((shard for shard in shards(secret) if shard in said), None)
    assert leaked is None, f"{leaked!r} is shown"


AROUND = (
    "{}", "Bearer {}", "export KEY='{}'", '{{"api_key": "{}"}}', '{{"api_key": {}}}', '{{"x": "{}",}}', '{{"{}": 1}}',
    "see {} there", "{}\n{}", "<{}>", "[{}]", "{}…", "x={}\ny=1", '"type": "{}"', "/home/{}/key.json",
    "https://u:{}@host/",
)  # fmt: skip


@each("secret, around", itertools.product(SECRETS.values(), AROUND), ids=lambda row: row[1])
def test_a_secret_in_any_text_is_kept(secret: str, around: str):
    text = around.replace("{}", secret).replace("{{", "{").replace("}}", "}")
    assert_kept(secret, everything_said(s.read(text)))


FIELDS = [*s.account(), "region"]


@pytest.mark.parametrize(("kind", "field"), pair_up(SECRETS, FIELDS))
def test_a_secret_in_the_wrong_field_of_a_service_account_is_kept(kind: str, field: str):
    secret = SECRETS[kind]
    credential = s.read(json.dumps(s.account(**{field: secret})))
    said = everything_said(credential)
    assert_kept(secret, said)
    assert_kept(s.pem(), said)


@pytest.mark.parametrize(
    "field", [*s.temporary(), "credential_type", "status", "expiration", "api_key", "endpoint_url"]
)
@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_a_secret_in_the_wrong_field_of_a_key_pair_is_kept(secret: str, field: str):
    credential = s.read(json.dumps(s.temporary(**{field: secret})))
    said = everything_said(credential)
    assert_kept(secret, said)
    assert_kept(s.SESSION, said)


@settings(max_examples=100)
@given(st.sampled_from(sorted(SECRETS)), st.text(max_size=12), st.text(max_size=12))
def test_a_secret_with_anything_around_it_is_kept(name: str, before: str, after: str):
    secret = SECRETS[name]
    assert_kept(secret, everything_said(s.read(f"{before}{secret}{after}")))


@settings(max_examples=60)
@given(st.sampled_from(sorted(set(SECRETS) - {"private key"})), st.data())
def test_a_damaged_secret_is_kept(name: str, data: Any):
    secret = SECRETS[name]
    cut = data.draw(st.integers(WINDOW, len(secret)))
    odd = data.draw(st.sampled_from(["", " ", "\n", "…", "–", "%", '"', "\\n"]))
    assert_kept(secret, everything_said(s.read(secret[:cut] + odd + secret[cut:])))
    assert_kept(secret, everything_said(s.read(secret[:cut])))


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_a_secret_in_any_variable_is_kept(secret: str):
    names = (
        "OPENAI_API_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION",
        "AWS_PROFILE", "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT", "MESHAPI_API_KEY", "MESH_API_KEY",
        "AWS_BEARER_TOKEN_BEDROCK",
    )  # fmt: skip
    if "\0" not in secret:
        environ = dict.fromkeys(names, secret)
        environ |= {"OPENAI_BASE_URL": f"https://u:{secret}@{secret}.example/{secret}?k={secret}"}
        found = discover(environ, now=s.NOW)
        said = repr(found) + "".join(everything_said(row.credential) for row in found if row.credential)
        assert_kept(secret, said)


@pytest.mark.parametrize("secret", [v for v in SECRETS.values() if "\n" not in v and len(v) < 200])
def test_a_secret_in_a_files_name_or_path_is_kept(secret: str, tmp_path: Path):
    for path in (secret, str(tmp_path / f"{secret.replace('/', '_')}.json")):
        assert_kept(secret.replace("/", "_"), everything_said(read_credential_file(path)))


def test_what_is_inside_a_short_term_key_is_known_to_the_redactor():
    from meshtui.base.redaction import redact

    token = s.filler(200)
    credential = s.read(s.short_term(key=s.key_id("ASIA"), token=token))
    assert not parts_in(redact(f"the answer repeats {token} to you"), token)
    assert credential.hidden


def test_ids_of_keys_are_held_as_secrets_too():
    credential = s.read(json.dumps(s.aws()))
    assert not parts_in(everything_said(credential), s.key_id())
    assert credential.secret is not None
    assert credential.secret.reveal() == s.key_id()


@pytest.mark.parametrize("secret", ["qvK7.hT2-mZp9_Lw4.Rx8", "hunterTwoHunter", "qvK7hT2mZp9Lw4Rx8Bn3"])
@pytest.mark.parametrize("form", ["{}=rest", "{}==", "{}=rest=rest", "{} = rest", "{}: rest", "export {}=rest"])
def test_the_first_part_of_a_secret_with_an_equals_sign_is_no_name_to_be_shown(secret: str, form: str):
    assert not parts_in(everything_said(s.read(form.format(secret))), secret)


def test_a_variables_name_is_shown():
    for name in ("OPENAI_API_KEY", "MY_OWN_KEY_2"):
        assert f"{name}=…" in everything_said(s.read(f"{name}={s.openai_key()}"))


PIECES = {"cut off behind": (0, 2 / 3), "cut off before": (1 / 3, 1), "the middle": (1 / 4, 3 / 4)}
PLACES = ("{}", "see {} there", "Authorization: Bearer {}", "api_key={}", '{{"api_key": "{}"}}', "https://h/?key={}",
          "https://u:{}@h/", "first line\\n{}\\nlast")  # fmt: skip


@each("name, piece, place", itertools.product(SECRETS, PIECES, PLACES), ids=str)
def test_a_whole_key_of_which_a_part_is_loaded_is_masked_whole(name: str, piece: str, place: str):
    """Whoever pasted a key that was cut off when it was copied has a program that prints the whole one."""
    whole = SECRETS[name]
    start, end = (int(share * len(whole)) for share in PIECES[piece])
    part = Secret(whole[start:end])
    text = place.replace("{}", whole).replace("{{", "{").replace("}}", "}")
    assert_kept(whole, redact(text))
    assert part.masked


def test_what_stands_beside_a_loaded_key_stays():
    key = Secret(s.openai_key())
    around = f"the key {key.reveal()}, and /v1/models/{key.reveal()}?x=1: pong{key.reveal()} (no more)"
    assert redact(around) == f"the key {key.masked}, and /v1/models/{key.masked}?x=1: pong{key.masked} (no more)"
