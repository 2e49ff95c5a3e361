"""A table of credentials, models and regions: what each credential may call where, by its checks.

Free calls only unless a prompt is asked for. At most WIDTH cells run at once and one of each credential, so that the
table never runs into a rate limit itself; a credential that is limited all the same is not asked any further.
"""

from __future__ import annotations

import asyncio
import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, is_dataclass, replace
from typing import TYPE_CHECKING

from meshtui.base.credential import Credential
from meshtui.base.provider_names import PROVIDER_ROWS, load_part
from meshtui.base.text import make_one_line
from meshtui.checks.model import CheckReport
from meshtui.checks.runner import run_checks
from meshtui.explain.causes import CANNOT_BE_TOLD, REFUSED
from meshtui.providers.check import CheckStatus
from meshtui.providers.finding_catalogue import find_blocking, name_cause

if TYPE_CHECKING:
    from meshtui.http.transport import Transport

WIDTH = 4
"""Cells that are filled at once."""
WIDEST = 100
"""Columns of the table as text."""
_LIMITED = ("rate_limited", "rate_limited_requests", "rate_limited_tokens", "quota_exhausted")
NO_REGION = "-"
HEADINGS = ("credential", "model", "region", "status", "cause", "said")


@dataclass(frozen=True, slots=True)
class Cell:
    credential: Credential
    model: str
    region: str
    """NO_REGION: the provider has none."""
    status: str = ""
    """ok, no, unclear, not asked; ASKING while it is being filled; empty: not filled yet."""
    cause: str = ""
    """A label of `meshtui explain --list`; empty where it is ok."""
    sentence: str = ""
    """What it came to, in a sentence."""
    exit_status: int = 0
    check_report: CheckReport | None = None
    """All of its checks; None where none was run."""


ASKING = "asking"
Matrix = tuple[Cell, ...]
OnCell = Callable[[int, Cell], None]
"""Hears which cell is being filled, and of it again once it is."""


def split_names(text: str) -> tuple[str, ...]:
    """The names in `A, B`, each once."""
    return tuple(dict.fromkeys(name for name in (part.strip() for part in text.split(",")) if name))


def plan_cells(credentials: Sequence[Credential], models: Sequence[str], regions: Sequence[str]) -> Matrix:
    """The cells to fill: each credential with each model that its provider could have, in each region that it has.
    Without models the provider's test model, without regions the credential's own."""
    cells = []
    for credential in credentials:
        row = PROVIDER_ROWS.get(credential.provider)
        usual = ((row.model or row.model_at_mesh) if row else "",)
        for model in [name for name in models if _can_be_of(credential.provider, name)] if models else usual:
            cells += [Cell(credential, model, region) for region in _list_regions(credential, regions)]
    return tuple(cells)


def _can_be_of(provider: str, model: str) -> bool:
    """Whether the model's name has the form of the provider's models. A name of unknown form is tried with every
    provider."""
    fits = {name: _is_named_by(name, "NAMES", model) for name in PROVIDER_ROWS}
    return fits.get(provider, False) or not any(fits.values())


def _is_named_by(provider: str, table: str, name: str) -> bool:
    """Whether the provider's models (NAMES) or regions (REGIONS) are named so; not where it has no such table."""
    try:
        pattern: str = getattr(load_part(provider, "models"), table)
    except (ModuleNotFoundError, KeyError):
        return False
    return bool(pattern) and re.fullmatch(pattern, name) is not None


def _list_regions(credential: Credential, regions: Sequence[str]) -> tuple[str, ...]:
    own = getattr(credential.material, "region", "")
    if not own:
        return (NO_REGION,)
    fitting = [region for region in regions if _is_named_by(credential.provider, "REGIONS", region)]
    return tuple(dict.fromkeys(fitting)) if regions else (own,)


async def fill_cells(cells: Matrix, client: Transport, report: OnCell, *, prompt: bool) -> Matrix:
    """The cells with their results. With `prompt` each costs a few tokens."""
    room = asyncio.Semaphore(WIDTH)
    turns = {cell.credential.name: asyncio.Lock() for cell in cells}
    limited: set[str] = set()

    async def fill(at: int, cell: Cell) -> Cell:
        name = cell.credential.name
        async with turns[name], room:
            if name in limited:
                filled = replace(cell, status="not asked", sentence="its provider limits this credential now",
                                 exit_status=CANNOT_BE_TOLD)  # fmt: skip
            else:
                report(at, replace(cell, status=ASKING))
                filled = await _fill(cell, client, prompt=prompt)
            if filled.cause in _LIMITED:
                limited.add(name)
        report(at, filled)
        return filled

    return tuple(await asyncio.gather(*(fill(at, cell) for at, cell in enumerate(cells))))


async def _fill(cell: Cell, client: Transport, *, prompt: bool) -> Cell:
    credential = _place_credential(cell)
    if credential.material is None or not credential.usable:
        blocking = find_blocking(credential)
        sentence = blocking.title if blocking else "it holds no key"
        return replace(cell, status="no", cause=name_cause(blocking), sentence=sentence, exit_status=REFUSED)
    return _judge(cell, await run_checks(credential, client, lambda _: None, prompt=prompt, model=cell.model))


def _place_credential(cell: Cell) -> Credential:
    """The credential in the region of the cell."""
    material = cell.credential.material
    if cell.region != NO_REGION and is_dataclass(material) and hasattr(material, "region"):
        return replace(cell.credential, material=replace(material, region=cell.region))
    return cell.credential


def _judge(cell: Cell, found: CheckReport) -> Cell:
    cell = replace(cell, check_report=found)
    wrong = found.deciding
    if wrong is None:
        unlisted = next((r.note for r in found.checks if "is not among them" in r.note), "")
        tried = any(r.name == "prompt" and r.status is CheckStatus.PASSED for r in found.checks)
        if unlisted and not tried:
            return replace(cell, status="unclear", cause="", sentence=unlisted, exit_status=0)
        return replace(cell, status="ok", sentence=found.sentence, exit_status=0)
    word = "no" if wrong.status is CheckStatus.FAILED else "unclear"
    return replace(cell, status=word, cause=wrong.cause, sentence=found.sentence, exit_status=found.exit_status)


def find_exit_status(cells: Matrix) -> int:
    """The exit status of the first cell that is not fine."""
    return next((cell.exit_status for cell in cells if cell.exit_status), 0)


def list_rows(cells: Matrix) -> list[tuple[str, ...]]:
    """A row each, under HEADINGS."""
    return [
        (cell.credential.name, cell.model, cell.region, cell.status, cell.cause, make_one_line(cell.sentence))
        for cell in cells
    ]


def as_text(cells: Matrix) -> str:
    """A line for each model in each region, a column for each credential, or where that is too wide a line for each
    cell; below it each problem once."""
    names = list(dict.fromkeys(cell.credential.name for cell in cells))
    places = list(dict.fromkeys((cell.model, cell.region) for cell in cells))
    by_place = {(cell.credential.name, cell.model, cell.region): cell for cell in cells}
    head = ("model", "region", *names)
    rows = [head, *((model, region, *(_mark(by_place.get((name, model, region))) for name in names))
                    for model, region in places)]  # fmt: skip
    lines = _align(rows)
    if max(map(len, lines)) > WIDEST:
        lines = _align([(*HEADINGS[:3], "result"), *((cell.credential.name, cell.model, cell.region, _mark(cell))
                                                     for cell in cells)])  # fmt: skip
    failed = [cell for cell in cells if cell.status != "ok"]
    notes = dict.fromkeys(f"{cell.credential.name}: {make_one_line(cell.sentence)}" for cell in failed)
    return "\n".join([*lines, *([""] if notes else []), *notes])


def _align(rows: Sequence[Sequence[str]]) -> list[str]:
    """A line a row, its texts in columns."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _mark(cell: Cell | None) -> str:
    if cell is None:
        return "."
    return cell.status if not cell.cause else f"{cell.status}: {cell.cause}"


def as_markdown(cells: Matrix) -> str:
    """A table for an issue."""
    rows = [HEADINGS, tuple("---" for _ in HEADINGS), *list_rows(cells)]
    return "\n".join("| " + " | ".join(text.replace("|", "\\|") for text in row) + " |" for row in rows)


FORMULA = ("=", "+", "-", "@")
"""How a formula begins (OWASP, "CSV Injection")."""


def as_csv(cells: Matrix) -> str:
    """The matrix as comma-separated values (RFC 4180). What a spreadsheet would read as a formula is made text."""
    out = io.StringIO()
    rows = [[f"'{text}" if text.startswith(FORMULA) and text != NO_REGION else text for text in row]
            for row in list_rows(cells)]  # fmt: skip
    csv.writer(out, lineterminator="\n").writerows([HEADINGS, *rows])
    return out.getvalue().rstrip("\n")


def as_object(cells: Matrix) -> dict[str, object]:
    """For JSON: `exit_status`, and `cells`, an object each, its names those of HEADINGS."""
    rows = [dict(zip(HEADINGS, row, strict=True)) for row in list_rows(cells)]
    return {"exit_status": find_exit_status(cells), "cells": rows}
