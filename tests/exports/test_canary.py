"""Planted keys of every kind are in no export, in no spelling, though the provider repeats all that it was sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from meshtui.exports.case import Case, list_requests, make_case, make_case_of_entries
from meshtui.exports.code import list_codes
from meshtui.exports.export_files import FORMS, save, write_text
from meshtui.runs.model import Path as Way
from meshtui.runs.model import Prompt
from tests.canaries import EVERY, KEYS, WINDOW, leaked, pieces_in
from tests.echo import echoed, spellings

PROVIDER_KEYS = ("openai", "aws", "bedrock", "vertex")


def middle_of(spelling: str) -> str:
    """The half of it that holds neither a beginning nor an end that masks show."""
    return spelling[len(spelling) // 4 : -(len(spelling) // 4)]


SPELT = frozenset(
    middle[at : at + WINDOW]
    for key in EVERY
    for middle in map(middle_of, spellings(key))
    for at in range(len(middle) - WINDOW + 1)
)


def written(case: Case, folder: Path) -> str:
    """Everything that can leave of it, names of files too."""
    texts = [code.text for _, sent in list_requests(case) for code in list_codes(sent)]
    paths = [save(form, case, folder) for form in FORMS]
    return "\n".join([*texts, *map(str, paths), *(path.read_text(encoding="utf-8") for path in paths)])


def seen(text: str) -> list[str]:
    return [*leaked(text), *pieces_in(text, SPELT)]


def test_a_leak_would_be_seen():
    for key in EVERY:
        for spelling in spellings(key):
            assert seen(f"x {spelling} y"), spelling
            assert seen(f"x {middle_of(spelling)[:WINDOW]} y"), spelling


@pytest.mark.parametrize("name", PROVIDER_KEYS)
async def test_no_export_of_a_run_holds_a_key(name: str, tmp_path: Path):
    """Of each kind of key with one credential; with all of them as a sweep."""
    at = PROVIDER_KEYS.index(name)
    await nothing_is_written_of(name, list(KEYS)[at :: len(PROVIDER_KEYS)], tmp_path)


@pytest.mark.sweep
@pytest.mark.parametrize("name", PROVIDER_KEYS)
async def test_no_export_of_a_run_holds_any_key(name: str, tmp_path: Path):
    await nothing_is_written_of(name, list(KEYS), tmp_path)


async def nothing_is_written_of(name: str, kinds: list[str], tmp_path: Path) -> None:
    async with echoed() as session:
        for kind in kinds:
            key = KEYS[kind]
            # Someone pasted a key where the prompt, the system prompt or the model belongs.
            prompt = Prompt(text=f"what is {key}?", system=key, model=key, stream=kind == "PEM")
            run = await session.send_prompt(Way.COMPARE, name, prompt, lambda _: None)
            assert not seen(written(make_case(run, session.endpoints), tmp_path)), kind
            kept = make_case_of_entries(session.journal.of_run(run.id))
            assert kept is not None
            assert not seen(written(kept, tmp_path)), kind


@pytest.mark.parametrize("name", [*PROVIDER_KEYS, "mesh"])
async def test_no_export_of_a_check_holds_a_key(name: str, tmp_path: Path):
    async with echoed() as session:
        await session.check(name, lambda _: None, prompt=True)
        case = make_case_of_entries(tuple(session.journal))
        assert case is not None
        assert case.checks
        assert not seen(written(case, tmp_path))


@pytest.mark.parametrize("form", FORMS)
async def test_no_export_names_a_key_by_accident(form: str, tmp_path: Path):
    """A credential may be called anything, a key too."""
    async with echoed() as session:
        key = KEYS["project key"]
        session.credentials.keep(replace(session.credentials["openai"], name=key))
        run = await session.send_prompt(Way.BYOK, key, Prompt(), lambda _: None)
        case = make_case(run, session.endpoints)
        assert not seen(write_text(form, case) + str(save(form, case, tmp_path)))
