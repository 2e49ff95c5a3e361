"""From the file and the environment to the settings in force, and from where each came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from meshtui.folders import short
from meshtui.redact import redact
from meshtui.settings import file
from meshtui.settings.model import Settings
from meshtui.settings.problem import Problem, shown
from meshtui.settings.table import BY_KEY, KEYS, OTHER_VARIABLES, ROWS, Row, value_in

if TYPE_CHECKING:
    from meshtui.settings.toml import Item

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
    path = file.config_file(environ)
    name = short(path, environ)
    items, problems = file.read(environ)
    found = list(problems)
    values: dict[str, object] = {}
    origins = {row.key: DEFAULT for row in ROWS}
    for item in _once(items, name, found):
        where = f"{name}:{item.line}"
        if not item.key.startswith(f"{KEYS}.") and _holds(item.key, item.value, where, found):
            values[item.key], origins[item.key] = item.value, where
    for row in ROWS:
        text = environ.get(row.variable, "")
        if text and _from_environment(row, text, found):
            values[row.key], origins[row.key] = row.kind.of_text(text), row.variable
    found += _misspelt(environ)
    keys = _keys([item for item in items if item.key.startswith(f"{KEYS}.")], name, found)
    origins |= {f"{KEYS}.{ident}": where for ident, (_, where) in keys.items()}
    settings = replace(_settings(values), keys={ident: names for ident, (names, _) in keys.items()})
    return Loaded(settings, origins, tuple(sorted(found, key=_line)), path)


def _line(problem: Problem) -> int:
    line = problem.where.rpartition(":")[2]
    return int(line) if line.isdigit() else 0


def _settings(values: Mapping[str, object]) -> Settings:
    fields: dict[str, Any] = {}
    for key, value in values.items():
        name, _, entry = BY_KEY[key].field.partition(".")
        if not entry:
            fields[name] = value
        elif value:
            fields.setdefault(name, {})[entry] = value
    return Settings(**fields)


def _once(items: Iterable[Item], name: str, found: list[Problem]) -> list[Item]:
    """Two spellings of a key (`keys.main.fire` and `keys."main.fire"`) are one to us, though not to TOML."""
    first: dict[str, Item] = {}
    for item in items:
        if item.key in first:
            found.append(Problem(f"{name}:{item.line}", f"it is set in line {first[item.key].line} already",
                                 "That line holds; take one of them out", item.key))  # fmt: skip
        first.setdefault(item.key, item)
    return list(first.values())


def _holds(key: str, value: object, where: str, found: list[Problem]) -> bool:
    row = BY_KEY.get(key)
    if row is None:
        found.append(Problem(where, "there is no such setting", _guess(key), redact(key)))
    elif not row.kind.holds(value):
        found.append(Problem(where, *_refused(row, value), key))
    return row is not None and row.kind.holds(value)


def _from_environment(row: Row, text: str, found: list[Problem]) -> bool:
    value = row.kind.of_text(text)
    if redact(text) != text:
        found.append(Problem(row.variable, file.SECRET, "Unset the variable", row.key))
        return False
    if not row.kind.holds(value):
        found.append(Problem(row.variable, *_refused(row, value), row.key))
        return False
    return True


def _refused(row: Row, value: object) -> tuple[str, str]:
    default = shown(value_in(Settings(), row))
    return f"{shown(value)} is not {row.kind.allowed}", f"Mend it or take it out; the default is {default}"


def _guess(key: str) -> str:
    """What a key that is none may have been meant to be."""
    below = [known for known in BY_KEY if known.startswith(f"{key}.")]
    if below or key == KEYS:
        rest = below[0].partition(".")[2] if below else '"main.fire"'
        return f"{key} is a table: write [{key}], and below it {rest} = …"
    near = [known for known in BY_KEY if known.rpartition(".")[2] == key.rpartition(".")[2]]
    near = near or get_close_matches(key, BY_KEY, 1, 0.6)
    return f"Did you mean {near[0]}?" if near else "`meshtui config` lists them all"


def _misspelt(environ: Mapping[str, str]) -> list[Problem]:
    """Variables of ours that are nearly right. Others that begin like ours may be somebody else's."""
    known = [*(row.variable for row in ROWS), *OTHER_VARIABLES]
    unknown = sorted(name for name in environ if name.startswith("MESHTUI_") and name not in known)
    near = {name: get_close_matches(name, known, 1, 0.85) for name in unknown}
    return [Problem(name, "no setting reads this variable", f"Did you mean {meant[0]}?")
            for name, meant in near.items() if meant]  # fmt: skip


def _keys(items: list[Item], name: str, found: list[Problem]) -> dict[str, tuple[str, str]]:
    """Ident → keys and where they are set, of what can hold. Text and array are alike."""
    from meshtui.keymap import resolve

    wanted: dict[str, tuple[str, int]] = {}
    for item in items:
        ident, value = item.key.removeprefix(f"{KEYS}."), item.value
        names: list[object] = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str) for one in names):
            found.append(Problem(f"{name}:{item.line}", f"{shown(value)} is not a text in quotes",
                                 'Write keys like "ctrl+f,f5", or "none" for no key', item.key))  # fmt: skip
            continue
        wanted.setdefault(ident, (",".join(_BY_NAME.get(str(one), str(one)) for one in names), item.line))
    keymap = resolve({ident: names for ident, (names, _) in wanted.items()})
    for trouble in keymap.troubles:
        other = f" (line {wanted[trouble.other][1]})" if trouble.other in wanted else ""
        found.append(Problem(f"{name}:{wanted[trouble.ident][1]}", f"{trouble.wrong}{other}", trouble.mend,
                             f"{KEYS}.{trouble.ident}", trouble.warning))  # fmt: skip
    in_force = {command.ident: command.keys for command in keymap.commands}
    return {ident: (in_force[ident], f"{name}:{line}") for ident, (_, line) in wanted.items() if ident in keymap.given}
