"""Reading the settings file: what it sets and where, and what cannot be read or does not belong in it."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from meshtui.folders import SETTINGS_FILE, config_folder, short
from meshtui.redact import redact
from meshtui.settings.problem import Problem

if TYPE_CHECKING:
    from meshtui.settings.toml import Item

LIMIT = 1 << 16
"""Bytes; whatever is larger is not a settings file."""
SECRET = "this is a key, or looks like one, and secrets do not belong here"  # noqa: S105 - a sentence
SECRET_MEND = "Take it out of the file; keys come from the environment, from files of their own, or are pasted"  # noqa: S105


def config_file(environ: Mapping[str, str]) -> Path:
    """`~/.config/meshtui/config.toml`, or what MESHTUI_CONFIG names. It need not exist."""
    named = environ.get("MESHTUI_CONFIG", "")
    if named.startswith("~/") and environ.get("HOME"):
        return Path(environ["HOME"]) / named[2:]
    return Path(named) if named else config_folder(environ) / SETTINGS_FILE


def read(environ: Mapping[str, str]) -> tuple[tuple[Item, ...], tuple[Problem, ...]]:
    """What the file sets, in its order, without what is a secret; and what is wrong with it. Both empty without a
    file."""
    path = config_file(environ)
    name = short(path, environ)
    try:
        text = _text(path)
    except FileNotFoundError:
        if not environ.get("MESHTUI_CONFIG"):
            return (), ()
        return (), (Problem("MESHTUI_CONFIG", f"there is no file {name}",
                            "`meshtui config --init` begins one; without it the defaults hold"),)  # fmt: skip
    except (OSError, ValueError) as error:
        said = (error.strerror if isinstance(error, OSError) else None) or str(error)
        return (), (Problem(name, f"it cannot be read: {said}", "Until it can, all settings keep their defaults"),)
    return _items(text, path, name)


def _text(path: Path) -> str:
    """Raises OSError and ValueError."""
    if path.exists() and not path.is_file():
        raise ValueError("it is no file")
    with path.open("rb") as file:
        data = file.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise ValueError(f"it is larger than {LIMIT // 1024} KiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ValueError(f"line {line} is not UTF-8") from None


def _items(text: str, path: Path, name: str) -> tuple[tuple[Item, ...], tuple[Problem, ...]]:
    from meshtui.settings.toml import TomlError, items  # a start without a file needs no parser

    secret_lines = [n for n, line in enumerate(text.split("\n"), 1) if redact(line) != line]
    try:
        there = items(text)
    except TomlError as error:
        wrong = Problem(f"{name}:{error.line}", f"this is not TOML: {error}",
                        "Mend this line; until then all settings keep their defaults")  # fmt: skip
        return (), (wrong, *(_secret(path, f"{name}:{line}") for line in secret_lines))
    kept = tuple(item for item in there if not _is_secret(item.value) and item.line not in secret_lines)
    refused = {item.line: item.key for item in there if item not in kept}
    lines = sorted({*secret_lines, *refused})
    return kept, tuple(_secret(path, f"{name}:{line}", redact(refused.get(line, ""))) for line in lines)


def _is_secret(value: object) -> bool:
    if isinstance(value, str):
        return redact(value) != value
    return isinstance(value, list) and any(map(_is_secret, value))


def _secret(path: Path, where: str, key: str = "") -> Problem:
    readable = path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH)
    more = ". Others on this machine can read the file: exchange the key" if readable else ""
    return Problem(where, SECRET, f"{SECRET_MEND}{more}", key)
