"""A credential is read anew from its file, what is different is told, and what cannot be read anew is said to be so."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from meshtui.base.credential import Credential, Policy, Source
from meshtui.credentials.discovery import discover, read_credential_file
from meshtui.credentials.paste import parse
from meshtui.credentials.reload import Reloaded
from meshtui.credentials.reload import reload as reload_with
from meshtui.providers.bedrock.profile_resolution import resolve_profile

OLD, NEW = ("sk-proj-" + letter * 40 for letter in ("aB3", "cD4"))


def reload(old: Credential, environ: dict[str, str], folder: str) -> Reloaded:
    return reload_with(old, environ, folder, lambda profile, name: resolve_profile(profile, name=name))


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return path


def test_a_file_that_has_not_changed_is_told_to_be_so(tmp_path: Path):
    old = read_credential_file(str(write(tmp_path / "key.txt", OLD)))
    now = reload(old, {}, "")
    assert (now.credential, now.changed, now.broken) == (old, False, False)
    assert now.sentence == "the file has not changed since"


def test_a_new_key_in_the_file_is_taken_and_told_by_its_fingerprint(tmp_path: Path):
    old = replace(read_credential_file(str(write(tmp_path / "key.txt", OLD)), name="mine"), policy=Policy.EXCLUSIVE)
    write(tmp_path / "key.txt", NEW)
    now = reload(old, {}, "")
    assert now.changed
    assert now.credential.secret is not None
    assert now.credential.secret.reveal() == NEW
    assert (now.credential.name, now.credential.policy) == ("mine", Policy.EXCLUSIVE)
    assert f"fingerprint {now.credential.secret.fingerprint} instead of {old.secret.fingerprint}" in now.sentence
    assert NEW not in now.sentence


def test_another_region_with_the_same_secret_is_a_change_too(tmp_path: Path):
    parts = {"access_key_id": "AKIA" + "ZQXW" * 4, "secret_access_key": "wJalrXUt" * 5}
    old = read_credential_file(str(write(tmp_path / "aws.json", json.dumps({**parts, "region": "us-east-1"}))))
    write(tmp_path / "aws.json", json.dumps({**parts, "region": "eu-west-1"}))
    now = reload(old, {}, "")
    assert now.changed
    assert f"the fingerprint is the same, {old.secret.fingerprint}" in now.sentence


@pytest.mark.parametrize("text", [None, "", "nothing of the kind"], ids=["gone", "empty", "words"])
def test_a_file_without_a_credential_leaves_the_old_one_and_says_why(tmp_path: Path, text: str | None):
    path = write(tmp_path / "key.txt", OLD)
    old = read_credential_file(str(path))
    path.unlink()
    if text is not None:
        write(path, text)
    now = reload(old, {}, "")
    assert now.broken
    assert now.credential == old
    assert "the file holds no credential now: " in now.sentence


def test_another_kind_of_key_in_the_file_is_taken_and_not_tried_the_same_way(tmp_path: Path):
    old = read_credential_file(str(write(tmp_path / "key.txt", OLD)))
    write(tmp_path / "key.txt", "rsk_01" + "ZQXW" * 6)
    now = reload(old, {}, "")
    assert (now.changed, now.broken, now.credential.provider) == (True, True, "mesh")
    assert "the file holds another kind of key now: Mesh key" in now.sentence


def test_a_line_of_an_env_file_is_found_again_though_it_has_moved(tmp_path: Path):
    write(tmp_path / ".env", f"OPENAI_API_KEY={OLD}\n")
    (old,) = (found.credential for found in discover({}, folder=str(tmp_path)))
    write(tmp_path / ".env", f"# the new one\nOPENAI_API_KEY={NEW}\n")
    now = reload(old, {}, str(tmp_path))
    assert now.changed
    assert now.credential.secret.reveal() == NEW
    assert ".env:2" in now.credential.source.where


def test_a_profile_is_resolved_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def say(key_id: str) -> None:
        write(tmp_path / "keys", f"[p]\naws_access_key_id={key_id}\naws_secret_access_key={'wJalrXUt' * 5}\n")

    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "keys"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    say("AKIA" + "ZQXW" * 4)
    old = resolve_profile("p", name="profile-p")
    assert not reload(old, {}, "").changed
    say("AKIA" + "QZWX" * 4)
    now = reload(old, {}, "")
    assert now.changed
    assert now.sentence.startswith("the profile has changed: fingerprint ")


@pytest.mark.parametrize("source", [Source("paste"), Source("env", "OPENAI_API_KEY")], ids=str)
def test_what_cannot_be_read_anew_is_said_to_be_so_and_how_to_give_the_new_one(source: Source):
    old = parse(OLD, name="openai", source=source)
    now = reload(old, {}, "")
    assert (now.credential, now.changed, now.broken) == (old, False, False)
    assert "cannot be read anew: add the new key" in now.sentence


def test_of_the_sandboxs_own_nothing_is_said(keyed: Credential):
    assert reload(keyed, {}, "").sentence == ""


@pytest.fixture
def keyed() -> Credential:
    return parse(OLD, name="openai", source=Source("sandbox", "http://127.0.0.1:1"))
