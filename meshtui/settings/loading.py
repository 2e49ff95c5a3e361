"""Reads the settings file and the environment: the settings in force, where each came from, and what cannot be read or
does not belong there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from meshtui.base.files import SETTINGS_FILE, find_config_folder, restrict_mode, shorten_path
from meshtui.base.redaction import redact
from meshtui.settings.schema import (
    BY_KEY,
    KEYS,
    OTHER_VARIABLES,
    PRESETS,
    ROWS,
    Problem,
    Row,
    Settings,
    find_value,
    format_value,
)

if TYPE_CHECKING:
    from meshtui.settings.toml_file import Item


LIMIT = 1 << 16
"""Bytes; whatever is larger is not a settings file."""
SECRET = "this is a key, or looks like one, and secrets do not belong here"  # noqa: S105 - a sentence
SECRET_FIX = "Take it out of the file; keys come from the environment, from files of their own, or are pasted"  # noqa: S105


def find_config_file(environ: Mapping[str, str]) -> Path:
    """`~/.config/meshtui/config.toml`, or what MESHTUI_CONFIG names. It need not exist."""
    named = environ.get("MESHTUI_CONFIG", "")
    if named.startswith("~/") and environ.get("HOME"):
        return Path(environ["HOME"]) / named[2:]
    return Path(named) if named else find_config_folder(environ) / SETTINGS_FILE


def read(environ: Mapping[str, str]) -> tuple[tuple[Item, ...], tuple[Problem, ...]]:
    """What the file sets, in its order, without what is a secret; and what is wrong with it. Both empty without a
    file."""
    path = find_config_file(environ)
    name = shorten_path(path, environ)
    lax = _is_tightened(path)
    try:
        text = _read_text(path)
    except FileNotFoundError:
        if not environ.get("MESHTUI_CONFIG"):
            return (), ()
        return (), (Problem("MESHTUI_CONFIG", f"there is no file {name}",
                            "`meshtui config --init` begins one; without it the defaults hold"),)  # fmt: skip
    except (OSError, ValueError) as error:
        message = (error.strerror if isinstance(error, OSError) else None) or str(error)
        return (), (Problem(name, f"it cannot be read: {message}", "Until it can, all settings keep their defaults"),)
    items, problems = _read_items(text, name, lax)
    problem = Problem(name, "others on this machine could read it, or change it", "It is for you alone now (mode 0600)",
                   warning=True)  # fmt: skip
    return items, (problem, *problems) if lax else problems


@cache
def _is_tightened(path: Path) -> bool:
    """Whether the file's mode was lax. Once for each file, because a command may read it more than once."""
    return restrict_mode(path)


def _read_text(path: Path) -> str:
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


def _read_items(text: str, name: str, lax: bool) -> tuple[tuple[Item, ...], tuple[Problem, ...]]:
    from meshtui.settings.toml_file import TomlError, read_items  # a start without a file needs no parser

    secret_lines = [n for n, line in enumerate(text.split("\n"), 1) if redact(line) != line]
    try:
        there = read_items(text)
    except TomlError as error:
        wrong = Problem(f"{name}:{error.line}", f"this is not TOML: {error}",
                        "Mend this line; until then all settings keep their defaults")  # fmt: skip
        return (), (wrong, *(_make_secret_problem(f"{name}:{line}", lax) for line in secret_lines))
    kept = tuple(item for item in there if not _is_secret(item.value) and item.line not in secret_lines)
    refused = {item.line: item.key for item in there if item not in kept}
    lines = sorted({*secret_lines, *refused})
    return kept, tuple(_make_secret_problem(f"{name}:{line}", lax, redact(refused.get(line, ""))) for line in lines)


def _is_secret(value: object) -> bool:
    if isinstance(value, str):
        return redact(value) != value
    return isinstance(value, list) and any(map(_is_secret, value))


def _make_secret_problem(where: str, lax: bool, key: str = "") -> Problem:
    more = ". Others on this machine could read the file: exchange the key" if lax else ""
    return Problem(where, SECRET, f"{SECRET_FIX}{more}", key)


DEFAULT = "default"
_BY_NAME = {",": "comma", " ": "space"}
"""Keys that a text separated by commas can only name."""


class Loaded(NamedTuple):
    settings: Settings
    origins: Mapping[str, str]
    """Key of a setting → `default`, `~/.config/meshtui/config.toml:12` or `MESHTUI_THEME`. Commands whose keys were
    changed are among them, as `keys.main.fire`."""
    problems: tuple[Problem, ...] = ()
    path: Path = Path()
    """The file, which need not exist."""


def load(environ: Mapping[str, str]) -> Loaded:
    """What holds: the environment before the file before the defaults. Raises nothing: what is wrong becomes a
    problem, and keeps what would hold without it."""
    path = find_config_file(environ)
    name = shorten_path(path, environ)
    items, problems = read(environ)
    found = list(problems)
    values: dict[str, object] = {}
    origins = {row.key: DEFAULT for row in ROWS}
    for item in _remove_duplicates(items, name, found):
        where = f"{name}:{item.line}"
        if not item.key.startswith((f"{KEYS}.", f"{PRESETS}.")) and _check_value(item.key, item.value, where, found):
            values[item.key], origins[item.key] = item.value, where
    for row in ROWS:
        text = environ.get(row.variable, "")
        if text and _check_variable(row, text, found):
            values[row.key], origins[row.key] = row.kind.of_text(text), row.variable
    found += _find_misspelt(environ)
    keys = _read_keys([item for item in items if item.key.startswith(f"{KEYS}.")], name, found)
    origins |= {f"{KEYS}.{ident}": where for ident, (_, where) in keys.items()}
    presets = _read_presets([item for item in items if item.key.startswith(f"{PRESETS}.")], name, found)
    settings = replace(
        _make_settings(values), keys={ident: names for ident, (names, _) in keys.items()}, presets=presets
    )
    return Loaded(settings, origins, tuple(sorted(found, key=_line)), path)


def _line(problem: Problem) -> int:
    line = problem.where.rpartition(":")[2]
    return int(line) if line.isdigit() else 0


def _make_settings(values: Mapping[str, object]) -> Settings:
    fields: dict[str, Any] = {}
    for key, value in values.items():
        name, _, entry = BY_KEY[key].field.partition(".")
        if not entry:
            fields[name] = value
        elif value:
            fields.setdefault(name, {})[entry] = value
    return Settings(**fields)


def _remove_duplicates(items: Iterable[Item], name: str, found: list[Problem]) -> list[Item]:
    """Two spellings of a key (`keys.main.fire` and `keys."main.fire"`) are one to us, though not to TOML."""
    first: dict[str, Item] = {}
    for item in items:
        if item.key in first:
            found.append(Problem(f"{name}:{item.line}", f"it is set in line {first[item.key].line} already",
                                 "That line holds; take one of them out", item.key))  # fmt: skip
        first.setdefault(item.key, item)
    return list(first.values())


def _check_value(key: str, value: object, where: str, found: list[Problem]) -> bool:
    row = BY_KEY.get(key)
    if row is None:
        found.append(Problem(where, "there is no such setting", _guess(key), redact(key)))
    elif not row.kind.accepts(value):
        found.append(Problem(where, *_describe_refusal(row, value), key))
    return row is not None and row.kind.accepts(value)


def _check_variable(row: Row, text: str, found: list[Problem]) -> bool:
    value = row.kind.of_text(text)
    if redact(text) != text:
        found.append(Problem(row.variable, SECRET, "Unset the variable", row.key))
        return False
    if not row.kind.accepts(value):
        found.append(Problem(row.variable, *_describe_refusal(row, value), row.key))
        return False
    return True


def _describe_refusal(row: Row, value: object) -> tuple[str, str]:
    default = format_value(find_value(Settings(), row))
    return f"{format_value(value)} is not {row.kind.allowed}", f"Mend it or take it out; the default is {default}"


def _guess(key: str) -> str:
    """The setting that an unknown key was probably meant to be."""
    below = [known for known in BY_KEY if known.startswith(f"{key}.")]
    if below or key in (KEYS, PRESETS):
        rest = below[0].partition(".")[2] if below else '"main.fire"' if key == KEYS else "haiku"
        return f"{key} is a table: write [{key}], and below it {rest} = …"
    near = [known for known in BY_KEY if known.rpartition(".")[2] == key.rpartition(".")[2]]
    near = near or get_close_matches(key, BY_KEY, 1, 0.6)
    return f"Did you mean {near[0]}?" if near else "`meshtui config` lists them all"


def _find_misspelt(environ: Mapping[str, str]) -> list[Problem]:
    """Variables of ours that are nearly right. Others that begin like ours may be somebody else's."""
    known = [*(row.variable for row in ROWS), *OTHER_VARIABLES]
    unknown = sorted(name for name in environ if name.startswith("MESHTUI_") and name not in known)
    near = {name: get_close_matches(name, known, 1, 0.85) for name in unknown}
    return [Problem(name, "no setting reads this variable", f"Did you mean {meant[0]}?")
            for name, meant in near.items() if meant]  # fmt: skip


def _read_presets(items: list[Item], name: str, found: list[Problem]) -> dict[str, str]:
    """Name → text, of what is one. A text may have several lines."""
    presets: dict[str, str] = {}
    for item in items:
        if isinstance(item.value, str) and item.value.strip():
            presets[item.key.removeprefix(f"{PRESETS}.")] = item.value
        else:
            found.append(Problem(f"{name}:{item.line}", f"{format_value(item.value)} is not a text in quotes",
                                 'Write a prompt like "Write a haiku about keys"', item.key))  # fmt: skip
    return presets


def _read_keys(items: list[Item], name: str, found: list[Problem]) -> dict[str, tuple[str, str]]:
    """Ident → keys and where they are set, of what can hold. Text and array are alike."""
    if not items:
        return {}
    from meshtui.settings.keymap import resolve

    wanted: dict[str, tuple[str, int]] = {}
    for item in items:
        ident, value = item.key.removeprefix(f"{KEYS}."), item.value
        names: list[object] = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str) for one in names):
            found.append(Problem(f"{name}:{item.line}", f"{format_value(value)} is not a text in quotes",
                                 'Write keys like "ctrl+f,f5", or "none" for no key', item.key))  # fmt: skip
            continue
        wanted.setdefault(ident, (",".join(_BY_NAME.get(str(one), str(one)) for one in names), item.line))
    keymap = resolve({ident: names for ident, (names, _) in wanted.items()})
    for trouble in keymap.troubles:
        other = f" (line {wanted[trouble.other][1]})" if trouble.other in wanted else ""
        found.append(Problem(f"{name}:{wanted[trouble.ident][1]}", f"{trouble.wrong}{other}", trouble.fix,
                             f"{KEYS}.{trouble.ident}", trouble.warning))  # fmt: skip
    in_force = {command.ident: command.keys for command in keymap.commands}
    return {ident: (in_force[ident], f"{name}:{line}") for ident, (_, line) in wanted.items() if ident in keymap.given}
