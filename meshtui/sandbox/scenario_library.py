"""Scenarios in files: the library that comes with meshtui, and a person's own. Standard library only."""

from __future__ import annotations

import os
import re
import tomllib
from difflib import get_close_matches
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from meshtui.sandbox.scenario import Scenario, WrongValueError, read_scenario

MAX_FILE_BYTES = 64 * 1024
"""Bytes of a scenario's file."""


class ScenarioError(ValueError):
    """Names the file and the line or key, what is wrong there, and what is allowed."""


def list_scenario_names() -> tuple[str, ...]:
    """The library's, in alphabetical order."""
    return tuple(sorted(f.name.removesuffix(".toml") for f in _get_folder().iterdir() if f.name.endswith(".toml")))


def load_library() -> tuple[Scenario, ...]:
    return tuple(map(find_scenario, list_scenario_names()))


def find_scenario(name_or_file: str) -> Scenario:
    """A scenario of the library by its name, or the one in a file. Raises ScenarioError."""
    if name_or_file in list_scenario_names():
        place = _get_folder() / f"{name_or_file}.toml"
        return parse_scenario(place.read_text(encoding="utf-8"), name_or_file)
    path = Path(name_or_file)
    if path.suffix != ".toml" and not os.path.exists(path):
        near = get_close_matches(name_or_file, list_scenario_names(), 1)
        meant = f"did you mean {near[0]}? The" if near else "the"
        raise ScenarioError(
            f"there is no scenario named {name_or_file!r}; {meant} scenarios are "
            f"{', '.join(list_scenario_names())}; a file of yours ends in .toml"
        )
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise ScenarioError(f"{name_or_file}: is not a text in UTF-8, as TOML is") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the path cannot be used"
        raise ScenarioError(f"{name_or_file}: cannot be read: {reason}") from None
    if len(data) > MAX_FILE_BYTES:
        raise ScenarioError(f"{name_or_file}: is larger than a scenario can be ({MAX_FILE_BYTES // 1024} KiB)")
    return parse_scenario(text, path.stem, name_or_file)


def parse_scenario(text: str, name: str, where: str = "") -> Scenario:
    """The scenario in a file's text; `where` is what errors call the file. Raises ScenarioError."""
    where = where or f"{name}.toml"
    try:
        return read_scenario(name, tomllib.loads(text))
    except WrongValueError as error:
        line = _find_line(text, error.table, error.key)
        raise ScenarioError(f"{where}{f', line {line}' if line else ''}: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{where}: is not TOML: {error}") from None
    except RecursionError:
        raise ScenarioError(f"{where}: is nested too deeply") from None


def _find_line(text: str, table: str, key: str) -> int:
    """The line of the key in plainly written TOML; 0 where it is not found."""
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        if heading := re.match(r"\s*\[+\s*([^\]]+?)\s*\]", line):
            current = heading[1]
            if current == key and not table:
                return number
        elif current == table and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", line):
            return number
    return 0


def _get_folder() -> Traversable:
    return files("meshtui.sandbox") / "scenarios"
