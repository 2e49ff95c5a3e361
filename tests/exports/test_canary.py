"""Planted keys of every kind are in no export, in no spelling, though the provider repeats all that it was sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from meshtui.exports.case import Case, of_entries, of_run, to_repeat
from meshtui.exports.code import codes
from meshtui.exports.export_files import FORMS, save, text_of
from meshtui.runs.model import Path as Way
from meshtui.runs.model import Prompt
from tests.canaries import EVERY, KEYS, leaked
from tests.echo import echoed, spellings

PROVIDER_KEYS = ("openai", "aws", "bedrock", "vertex")


SPELT = tuple(spelling[len(spelling) // 2 - 7 : len(spelling) // 2 + 7] for key in EVERY for spelling in spellings(key))
"""Of each the middle, which no mask shows."""


def written(case: Case, folder: Path) -> str:
    """Everything that can leave of it, names of files too."""
    texts = [code.text for _, sent in to_repeat(case) for code in codes(sent)]
    paths = [save(form, case, folder) for form in FORMS]
    return "\n".join([*texts, *map(str, paths), *(path.read_text(encoding="utf-8") for path in paths)])


def seen(text: str) -> list[str]:
    return [*leaked(text), *(piece for piece in SPELT if piece in text)]


def test_a_leak_would_be_seen():
    for key in EVERY:
        for spelling in spellings(key):
            assert seen(f"x {spelling} y"), spelling


@pytest.mark.slow
@pytest.mark.parametrize("name", PROVIDER_KEYS)
async def test_no_export_of_a_run_holds_a_key(name: str, tmp_path: Path):
    async with echoed() as session:
        for kind, key in KEYS.items():
            # Someone pasted a key where the prompt, the system prompt or the model belongs.
            prompt = Prompt(text=f"what is {key}?", system=key, model=key, stream=kind == "PEM")
            run = await session.fire(Way.COMPARE, name, prompt, lambda _: None)
            assert not seen(written(of_run(run, session.endpoints), tmp_path)), kind
            kept = of_entries(session.journal.of_run(run.id))
            assert kept is not None
            assert not seen(written(kept, tmp_path)), kind


@pytest.mark.parametrize("name", [*PROVIDER_KEYS, "mesh"])
async def test_no_export_of_a_check_holds_a_key(name: str, tmp_path: Path):
    async with echoed() as session:
        await session.check(name, lambda _: None, prompt=True)
        case = of_entries(tuple(session.journal))
        assert case is not None
        assert case.checks
        assert not seen(written(case, tmp_path))


@pytest.mark.parametrize("form", FORMS)
async def test_no_export_names_a_key_by_accident(form: str, tmp_path: Path):
    """A credential may be called anything, a key too."""
    async with echoed() as session:
        key = KEYS["project key"]
        session.credentials.keep(replace(session.credentials["openai"], name=key))
        run = await session.fire(Way.BYOK, key, Prompt(), lambda _: None)
        case = of_run(run, session.endpoints)
        assert not seen(text_of(form, case) + str(save(form, case, tmp_path)))
