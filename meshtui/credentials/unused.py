"""What lies on this machine, was meant as a credential, and is taken by no program: keys in variables of other names,
lines of .env files that set nothing, keys of services that meshtui does not test, other programs' files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from meshtui.base.credential import UNRECOGNISED, Level, Source
from meshtui.credentials.env_files import Layer
from meshtui.credentials.paste import parse
from meshtui.credentials.shapes import find_kind_by_look, is_key_of_other_service
from meshtui.credentials.sources import JSON_BEGINS, Found
from meshtui.providers.credential_reading import add_findings, show_path
from meshtui.providers.finding_catalogue import make_finding
from meshtui.providers.registry import find_provider, list_slots

_PUBLIC = ("NEXT_PUBLIC_", "VITE_", "REACT_APP_", "EXPO_PUBLIC_", "NUXT_PUBLIC_", "PUBLIC_", "GATSBY_")
"""How the variables begin that build tools put into what a browser loads (their documentation)."""
_MOST_ABOVE, _MOST_BELOW = 4, 200
"""Folders above and below the working directory that are looked at for a .env file."""


def list_unused(
    environ: Mapping[str, str], layers: Sequence[Layer], found: Sequence[Found], folder: str, now: float | None
) -> tuple[Found, ...]:
    """Everything of that kind, beside the credentials that were found. Keys of other services and .env files in other
    folders, or that cannot be read, are only named where there is nothing that a program would take."""
    variables = [(layer, variable, value) for layer in layers for variable, value in layer.variables.items()]
    rows = [row for each in variables if (row := _read_stray(*each, now)) is not None]
    rows += _list_unread_lines(layers, found)
    files = _list_other_files(environ)
    if not any(row.used for row in found):
        rows += [row for each in variables if (row := _read_foreign(*each, now)) is not None]
        rows += _list_unreadable_files(layers)
        files += _list_files_near(folder)
    return (
        *rows,
        *(
            Found(f"file-{n}", "", Source("file", show_path(path)), None, what, unused=why)
            for n, (what, path, why) in enumerate(files, 1)
        ),
    )


def _read_stray(layer: Layer, variable: str, value: str, now: float | None) -> Found | None:
    """A variable with a credential under a name that its provider's libraries do not read; None for any other."""
    text = value.strip()
    if _is_read(variable) or not (find_kind_by_look(text) is not UNRECOGNISED or text.startswith(JSON_BEGINS)):
        return None
    credential = parse(value, name=variable, source=layer.source(variable), now=now)
    provider = find_provider(credential.provider)
    unmarked = provider.forms.is_unmarked if provider else None
    if provider is None or not credential.usable or (unmarked is not None and unmarked(credential)):
        return None
    if prefix := next((each for each in _PUBLIC if variable.startswith(each)), ""):
        credential = add_findings(credential, (make_finding("env.public-prefix", variable=variable, prefix=prefix),))
    why = f"{provider.name}'s libraries do not look into a variable of that name"
    return Found(variable, "", credential.source, credential, unused=why)


def _is_read(variable: str) -> bool:
    return any(variable in (*slot.variables, *slot.fields) for slot in list_slots().values())


def _list_unread_lines(layers: Sequence[Layer], found: Sequence[Found]) -> Iterator[Found]:
    """The lines of .env files that set nothing, where their slot has no credential."""
    number = 0
    for layer in layers:
        for line in layer.unread:
            slot = next((each.name for each in list_slots().values() if line.variable in each.variables), "")
            if slot and not any(row.used and row.slot == slot for row in found):
                number += 1
                source = Source("dotenv", f"{layer.path}:{line.number} {line.variable}")
                yield Found(f"unread-{number}", slot, source, None, "no value", unused=line.why)


def _list_unreadable_files(layers: Sequence[Layer]) -> Iterator[Found]:
    """The .env files that are there and cannot be read, as a folder that Docker made in a file's place."""
    for number, layer in enumerate(layers):
        if problem := next((each for each in layer.findings if each.level is Level.ERROR), None):
            why = problem.title[0].lower() + problem.title[1:]
            yield Found(f"unreadable-{number}", "", Source("dotenv", layer.path), None, "not read", unused=why)


def _read_foreign(layer: Layer, variable: str, value: str, now: float | None) -> Found | None:
    """A variable for a key whose value is one of a service that meshtui does not test; None for any other."""
    if _is_read(variable) or not variable.endswith("API_KEY"):
        return None
    if not is_key_of_other_service(value.strip(), guess="AZURE" in variable):
        return None
    credential = parse(value, name=variable, source=layer.source(variable), now=now)
    return Found(variable, "", credential.source, credential, unused="it is not of a service that meshtui tests")


def _list_other_files(environ: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Files of other programs that may hold such keys, read only when given with --file: what each is, its path, and
    why it is not read."""
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    if not home:
        return []
    candidates = (
        ("keys of the llm command", f"{environ.get('LLM_USER_PATH') or f'{home}/.config/io.datasette.llm'}/keys.json"),
        ("LiteLLM configuration", f"{home}/.litellm/config.yaml"),
        ("Claude Code settings", f"{home}/.claude/settings.json"),
        ("Codex login", f"{environ.get('CODEX_HOME') or f'{home}/.codex'}/auth.json"),
        ("Continue configuration", f"{home}/.continue/config.yaml"),
        ("Continue configuration", f"{home}/.continue/config.json"),
        *(
            (f"AWS's {name} under a name that its libraries do not read", f"{home}/.aws/{name}{ending}")
            for name in ("credentials", "config")
            for ending in (".txt", ".csv", ".ini")
        ),
    )
    return [(what, path, "read only when asked for") for what, path in candidates if os.path.isfile(path)]


def _list_files_near(folder: str) -> list[tuple[str, str, str]]:
    """Streamlit's secrets in the working directory and the .env files in the folders above and below it: what each is,
    its path, and why it is not read. Nothing of them is opened."""
    if not folder:
        return []
    here = Path(folder).absolute()
    above = [str(parent) for parent in here.parents[:_MOST_ABOVE]]
    try:
        with os.scandir(here) as entries:
            visible = (entry for entry in entries if not entry.name.startswith("."))
            below = sorted(entry.path for entry in islice(visible, _MOST_BELOW) if entry.is_dir())
    except OSError:
        below = []
    candidates = [("Streamlit's secrets", str(here / ".streamlit" / "secrets.toml"), "only Streamlit reads it")]
    candidates += [
        (".env file", os.path.join(near, ".env"), "it is not in the working directory") for near in (*below, *above)
    ]
    return [each for each in candidates if os.path.isfile(each[1])]
