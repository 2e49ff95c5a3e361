"""Any bytes are a finding, never an exception; and the larger the paste, the less is done with it."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meshtui.base.credential import Credential, Level
from meshtui.credentials.discovery import discover, read_credential_file
from tests.canaries import parts_in
from tests.credentials import samples as s
from tests.credentials.samples import from_environment

PIECES = (
    "sk-proj-", "ABSK", "bedrock-api-key-", "rsk_01", "mak_", "eyJ", "AKIA", "QQQQQQQQ", "T3BlbkFJ", "ya29.", "AIza",
    "{", "}", "[", "]", '"', "'", ":", ",", "=", "==", "\n", "\r\n", "\t", " ", "\\", "\\n", "/", "#", "<", ">", "`",
    "```", "\ufeff", "\u200b", "\u00a0", "\x1b[200~", "\0", "\ud800", "…", "***", "$", "{{", "%", "-", "_", ".", "@",
    "1", "null",
    "export ", "OPENAI_API_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "GOOGLE_CREDENTIALS",
    "Bearer ", "Authorization: ", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "type", "service_account",
    "private_key", "client_email", "[default]", "region", "us-east-1", "Access key ID,Secret access key",
)  # fmt: skip
FIELDS = (
    "type", "private_key", "client_email", "project_id", "private_key_id", "token_uri", "universe_domain", "region",
    "api_key", "access_key_id", "secretAccessKey", "sessionToken", "credential_type", "status", "Expiration",
    "Credentials", "service_account", "apiKey", "authDomain", "installed",
)  # fmt: skip
texts = st.one_of(st.text(), st.binary(), st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(PIECES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6),
    max_leaves=12,
)


def judged(credential: Credential) -> bool:
    """Whether it can be used, or says why it cannot."""
    return credential.usable or credential.worst is Level.ERROR


@settings(max_examples=400)
@given(texts)
def test_any_text_and_any_bytes_are_judged(text: str | bytes):
    assert judged(s.read(text))


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(FIELDS), values, min_size=1, max_size=8))
def test_any_json_is_judged(value: dict[str, Any]):
    assert judged(s.read(json.dumps(value)))


@settings(max_examples=20)
@given(st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1), st.sampled_from(FIELDS))
def test_a_field_of_a_good_service_account_may_hold_anything(text: str, field: str):
    assert judged(s.read(json.dumps(s.account(**{field: text}))))


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from([*os.environ, "OPENAI_API_KEY", "AWS_PROFILE", "AWS_REGION", "AWS_ENDPOINT_URL",
                                        "GOOGLE_APPLICATION_CREDENTIALS", "AWS_SECRET_ACCESS_KEY", "MESH_API_KEY"]),
                       st.text(), max_size=5))  # fmt: skip
def test_any_environment_is_judged(environ: dict[str, str]):
    environ.pop("HOME", None)
    assert all(judged(credential) for credential in from_environment(environ))


HOSTILE = {
    "ten megabytes": "x" * 10_000_000,
    "brackets": "[" * 1_000_000,
    "objects": '{"a":' * 200_000,
    "assignments": "a=" * 500_000,
    "quotes": '"' * 1_000_000,
    "open quotes": 'a="\n' * 250_000,
    "backslashes": '"' + "\\" * 1_000_000,
    "code blocks": "```\n" * 250_000,
    "one long key": "rsk_" + "0" * 1_000_000,
    "many keys": "sk-abcdefghijklmnopqrstuv " * 38_000,
    "a long short-term key": "bedrock-api-key-" + "QUJD" * 250_000,
    "many BEGIN lines": "-----BEGIN PRIVATE KEY-----" * 38_000,
    "a long PEM": json.dumps({"client_email": "a@b.c", "private_key": "-----BEGIN PRIVATE KEY-----" + "A" * 900_000}),
    "many fields": "{" + ",".join(f'"{i}":0' for i in range(90_000)) + ',"0":1}',
    "placeholders": "your-" * 200_000,
    "paths": "/a" * 500_000,
}


@pytest.mark.sweep
@pytest.mark.usefixtures("ends")
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_paste_is_answered(text: str):
    assert judged(s.read(text))


def test_a_paste_of_ten_megabytes_is_refused_in_words():
    found = s.finding(s.read("x" * 10_000_000), "text.too-large")
    assert found.proof == "10000000 characters, 1048576 are read at most"


def test_a_file_that_others_may_read_is_told_of_and_read(tmp_path: Path):
    path = tmp_path / "My Key (prod).json"
    path.write_text(s.openai_key())
    path.chmod(0o644)
    credential = read_credential_file(str(path))
    assert credential.usable
    assert credential.name == "My-Key-prod"
    assert s.finding(credential, "file.open").proof == "mode 0644"


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"\xff\xfe\x00", os.urandom(64) + b"\xff", b"", b"\n"])
def test_a_file_of_anything_is_a_finding(tmp_path: Path, content: bytes):
    path = tmp_path / "key"
    path.write_bytes(content)
    credential = read_credential_file(str(path))
    assert (credential.material, credential.worst) == (None, Level.ERROR)


def test_a_huge_file_is_not_read(tmp_path: Path):
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(5 << 30)
    assert "text.too-large" in s.ids(read_credential_file(str(path)))


def test_a_pipe_and_a_device_are_not_waited_for(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert s.finding(read_credential_file(str(pipe)), "file.not-a-file").title == "This is a pipe, not a file"
    assert s.finding(read_credential_file("/dev/zero"), "file.not-a-file").title == "This is a device, not a file"


@pytest.mark.parametrize("path", ["", "\0", "~nobody-of-that-name/x", "/" * 9000, "/etc/passwd/x"])
def test_a_path_of_any_sort_is_a_finding(path: str):
    assert read_credential_file(path).worst is Level.ERROR


def test_a_key_given_where_a_path_belongs_is_not_shown():
    key = s.openai_key()
    credential = read_credential_file(key)
    assert not parts_in(repr(credential), key)
    assert "T3BlbkFJ" not in credential.name + str(credential.source)


BLANKS = " " * 300_000


@pytest.mark.usefixtures("ends")
@pytest.mark.parametrize("text", [BLANKS, f"A{BLANKS}", f"export{BLANKS}", f"{'#' * 300_000}A{BLANKS}"],
                         ids=["blanks", "a name", "export", "a comment"])  # fmt: skip
def test_a_hostile_env_file_is_read(text: str, tmp_path: Path):
    (tmp_path / ".env").write_text(text)
    assert not any(row.used for row in discover({}, folder=str(tmp_path)))
