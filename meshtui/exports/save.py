"""Writes a case into a file of its own, which nobody else can read."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path

from meshtui.discreet import discreet
from meshtui.exports.case import Case
from meshtui.exports.forms import FORMS, Hide, text_of
from meshtui.folders import state_folder, write_new

LONGEST = 40
"""Characters of a name within the file's."""


def folder_of(setting: str, environ: Mapping[str, str]) -> Path:
    """The folder of the setting, where `~` is the home; else `exports` in the state folder. It need not exist."""
    home = environ.get("HOME", "")
    at_home = bool(home) and (setting == "~" or setting.startswith("~/"))
    return Path(home + setting[1:] if at_home else setting) if setting else state_folder(environ) / "exports"


def name_of(form: str, case: Case, hide: Hide | None = None) -> str:
    """`2026-11-23-120000-openai-credential_invalid.md`, in local time."""
    at = time.strftime("%Y-%m-%d-%H%M%S", time.localtime(case.at))
    made = FORMS[form]
    hide = hide or (discreet if made.hides_names else None)  # a file is passed on under its name
    credential = case.asked.credential
    words = (at, _word(hide(credential) if hide else credential), _word(case.came_to))
    return f"{'-'.join(word for word in words if word)}.{made.ending}"


def next_file(form: str, case: Case, folder: Path, hide: Hide | None = None) -> Path:
    """Where `save` would write it, as things stand."""
    return next(path for path in _names(folder / name_of(form, case, hide)) if not os.path.lexists(path))


def save(form: str, case: Case, folder: Path, hide: Hide | None = None) -> Path:
    """Writes the case and returns where. A file that is there already is left alone: the new one's name gets a number.
    Raises OSError."""
    text = text_of(form, case, hide)
    for path in _names(folder / name_of(form, case, hide)):
        try:
            return write_new(path, text)
        except FileExistsError:
            continue
    raise AssertionError("there is always another number")


def _names(path: Path) -> Iterator[Path]:
    yield path
    yield from (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in count(2))


def _word(text: str) -> str:
    """What may stand in a file's name on every system."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", text)[:LONGEST].strip("._-")
