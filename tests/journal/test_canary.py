"""Keys of every kind, sent, echoed and refused, are not in the bytes of the history: not plain, nor in any coding."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from meshtui.base.credential import BearerKey, Credential
from meshtui.journal.history_store import History
from meshtui.providers.bedrock.provider import AwsKeys, BedrockKey
from meshtui.providers.vertex.provider import ServiceAccount
from meshtui.runs.model import Path as Way
from meshtui.runs.model import Prompt
from meshtui.session import Session
from tests.canaries import EVERY, KEYS, leaked, part_of
from tests.echo import echoed


def secrets_of(credential: Credential) -> Iterator[str]:
    match credential.material:
        case BearerKey(key) | BedrockKey(key):
            yield key.reveal()
        case AwsKeys(key_id, secret, _, token):
            yield from (each.reveal() for each in (key_id, secret, token) if each)
        case ServiceAccount(private_key=key):
            yield from (line for line in key.reveal().splitlines() if len(line) > 40)


def spellings(secret: str) -> Iterator[str]:
    """As it is, URL-encoded, in JSON, and inside base64, wherever in the encoded text it begins."""
    yield from (secret, quote(secret, safe=""), json.dumps(secret)[1:-1], json.dumps(json.dumps(secret))[3:-3])
    for shift in range(3):
        for code in (base64.b64encode, base64.urlsafe_b64encode):
            yield code(b"\0" * shift + secret.encode())[4:-4].decode()


def found_in(folder: Path, secrets: set[str]) -> list[str]:
    """The pieces of the secrets, in any spelling, that are in the files of the folder."""
    kept = b"\n".join(path.read_bytes() for path in folder.iterdir()).decode("latin-1")
    assert "verdict" in kept, "something was kept"
    return leaked(kept, tuple(spelling for secret in secrets for spelling in spellings(secret)))


@pytest.mark.slow
async def test_runs_and_checks_of_the_sandbox_leave_no_key_in_the_file(tmp_path: Path):
    folder = tmp_path / "meshtui"
    faults = {"vertex": "revoked", "aws": "wrong_signature"}
    async with Session.demo(history=History(folder / "history.db", 5000)) as session:
        known = session.stage.fault_names
        secrets = {secret for c in session.credentials.values() for secret in secrets_of(c)}
        assert len(secrets) > 5
        for name in session.credentials:
            await session.check(name, lambda _: None, prompt=True)
        for name, fault in faults.items():
            if fault in known:
                session.stage.set_fault(name, fault)
        for name in ("openai", "bedrock", "aws", "vertex"):
            for way in Way:
                await session.send_prompt(way, name, Prompt(stream=way is Way.BYOK), lambda _: None)
        assert session.history is not None
        await session.history.runs()
        names = sorted(path.name for path in folder.iterdir())
        assert names == ["history.db", "history.db-shm", "history.db-wal"]
        assert not found_in(folder, secrets)
    assert not found_in(folder, secrets)


async def test_a_part_of_a_key_in_any_spelling_would_be_found_in_the_file(tmp_path: Path):
    """Each is in the prompt of a run of its own, which was refused; with as much around it as no spelling cuts away."""
    folder = tmp_path / "meshtui"
    async with Session.demo(history=History(folder / "history.db", 5000)) as session:
        session.stage.set_fault("openai", "revoked")
        for key in KEYS.values():
            text = " ".join(spellings(f"{'x' * 24}{part_of(key)}{'x' * 24}"))
            await session.send_prompt(Way.BYOK, "openai", Prompt(text=text), lambda _: None)
    assert [kind for kind, key in KEYS.items() if not found_in(folder, {key})] == []


@pytest.mark.usefixtures("faulty_masks")
async def test_a_mask_that_shows_too_much_would_be_found_in_the_file(tmp_path: Path):
    folder = tmp_path / "meshtui"
    async with Session.demo(history=History(folder / "history.db", 5000)) as session:
        session.stage.set_fault("openai", "revoked")
        await session.send_prompt(Way.BYOK, "openai", Prompt(), lambda _: None)
        secrets = set(secrets_of(session.credentials["openai"]))
    assert found_in(folder, secrets)


@pytest.mark.slow
async def test_a_provider_that_echoes_all_it_was_sent_leaves_no_key_in_the_file(tmp_path: Path):
    folder = tmp_path / "meshtui"
    history = History(folder / "history.db", 5000)
    async with echoed(history) as session:
        for name in session.credentials:
            await session.check(name, lambda _: None, prompt=True)
        for name in ("openai", "aws", "bedrock", "vertex"):
            for way in Way:
                await session.send_prompt(
                    way, name, Prompt(text=KEYS["admin key"], model=KEYS["Mesh key"]), lambda _: None
                )
        await history.runs()
        kept = b"\n".join(path.read_bytes() for path in folder.iterdir()).decode("latin-1")
        assert not leaked(kept)
        assert not found_in(folder, set(EVERY))
    assert not found_in(folder, set(EVERY))
