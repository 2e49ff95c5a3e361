"""The .env files of a folder as the usual loaders read them: python-dotenv's own parser, one odd line costs that line.

Precedence. python-dotenv reads `.env` alone. Next.js reads `.env.MODE.local`, `.env.local`, `.env.MODE`, `.env`, Vite
`.env.MODE.local`, `.env.MODE`, `.env.local`, `.env`, the first that has a name wins ("Environment Variables" of both
documentations). None of them replaces a variable that the environment has, be it empty.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from meshtui.base.credential import UNRECOGNISED, Finding, Source
from meshtui.credentials.bare_text import find_no_key
from meshtui.credentials.field_names import find_variable_kind
from meshtui.providers.credential_files import read_file
from meshtui.providers.finding_catalogue import make_finding

DIRENV = ".envrc"
_EXAMPLES = re.compile(r"example|sample|template|dist|vault|keys|schema|bak|swp|orig|~")
"""In the names of files that no loader reads."""
_TEMPLATE = re.compile(r"\s*\$?\{\{[^{}\n]*\}\}\s*")
_COMPUTED = re.compile(r"\$\(|`|\$\{?\w")
"""What a shell would put something else for: in `.envrc`, such a value is not known without running it."""


class UnreadLine(NamedTuple):
    variable: str
    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Layer:
    """Variables of one origin: the environment, or one .env file with its lines."""

    variables: Mapping[str, str]
    path: str = ""
    lines: Mapping[str, int] | None = None
    findings: tuple[Finding, ...] = ()
    by_variable: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    """What is to be said of one variable alone."""
    unread: tuple[UnreadLine, ...] = ()
    """Lines that were meant to set a credential's variable, and set none."""
    unused: str = ""
    """Why programs do not read this file; empty: they do."""

    def list_findings(self, variable: str) -> tuple[Finding, ...]:
        """What is to be said of the file and of this variable in it."""
        return (*self.findings, *self.by_variable.get(variable, ()))

    def source(self, variable: str) -> Source:
        if self.lines is None:
            return Source("env", variable)
        return Source("dotenv", f"{self.path}:{self.lines[variable]} {variable}")


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    value: str
    number: int


def read_folder(folder: str, environ: Mapping[str, str]) -> tuple[Layer, ...]:
    """The .env files of the folder that have a variable or something to say, in the order in which they are used."""
    mode = environ.get("NODE_ENV") or "development"
    used = (".env", ".env.local", f".env.{mode}.local", f".env.{mode}")
    try:
        there = sorted(name for name in os.listdir(folder) if name.startswith(".env."))
    except OSError:
        there = []
    others = [name for name in there if name not in used and not _EXAMPLES.search(name)]
    layers = [(name, "") for name in used]
    layers += [(name, _say_unused(name)) for name in others]
    layers += [(DIRENV, "direnv has not put it into the environment")]
    found = []
    for name, unused in layers:
        layer = read_env_file(str(Path(folder) / name), environ)
        if layer is not None:
            found.append(replace(layer, unused=unused))
    return tuple(found)


def _say_unused(name: str) -> str:
    """Why programs do not read a file of this name, which begins with `.env.`"""
    if name.endswith((".txt", ".sh", ".json", ".yaml", ".yml")):
        return f"no loader reads {name}: the file's name is .env"
    return f"{name} is read only where its mode is set"


def read_env_file(path: str, environ: Mapping[str, str], *, trusted: bool = False) -> Layer | None:
    """The variables of the file, expanded; None where there is no such file. What is wrong with it is in the findings.

    A file that a person has named is `trusted`: what it takes from the environment is taken. In any other one, only a
    variable of the same kind is: a folder that somebody else wrote does not choose to whom a secret goes.
    """
    contents = read_file(path)
    if contents.data is None:
        return None if contents.findings[0].id == "file.missing" else Layer({}, path, {}, contents.findings)
    text, findings = _decode(contents.data, path)
    name = Path(path).name
    if name == DIRENV:
        return Layer(*_split(_read_direnv(text), path), contents.findings + findings)
    lines, odd = parse_lines(text)
    if odd:
        numbers = ", ".join(str(number) for number in odd[:5])
        findings += (make_finding("dotenv.odd-line", file=name, lines=numbers),)
    by_name: dict[str, list[_Line]] = {}
    for line in lines:
        by_name.setdefault(line.name, []).append(line)
    expanded = expand(lines, environ, trusted=trusted)
    written = text.split("\n")
    by_variable = {
        variable: _judge_lines(own, name) + (_compare_docker(written, own[-1], name) if trusted else ())
        for variable, own in by_name.items()
    }
    numbers_of = {variable: own[-1].number for variable, own in by_name.items()}
    return Layer(expanded, path, numbers_of, contents.findings + findings, by_variable, _find_unread_lines(text))


_MEANT = re.compile(r"[ \t]*+(#*+)[ \t]*+(?:export[ \t]++)?([A-Za-z_]\w*+)[ \t]*+([:=])[ \t]*+[\"']?([^\s\"']++).*")


def _find_unread_lines(text: str) -> tuple[UnreadLine, ...]:
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        match = _MEANT.fullmatch(line)
        if match is None or find_no_key(match[4]):
            continue
        if match[1]:
            found.append(UnreadLine(match[2], number, "the line is commented out"))
        elif match[3] == ":":
            found.append(UnreadLine(match[2], number, "it is written with a colon, and loaders want NAME=value"))
    return tuple(found)


def _judge_lines(own: Sequence[_Line], file: str) -> tuple[Finding, ...]:
    """What is to be said of the lines of one variable."""
    variable = own[-1].name
    found: tuple[Finding, ...] = ()
    if len({line.value for line in own}) > 1:
        found += (make_finding("dotenv.twice", variable=variable, file=file),)
    if own[-1].value == "{":
        found += (make_finding("dotenv.json-unquoted", variable=variable, file=file, line=own[-1].number),)
    if _TEMPLATE.fullmatch(own[-1].value):
        found += (make_finding("dotenv.template", variable=variable, file=file, line=own[-1].number),)
    return found


def _compare_docker(written: Sequence[str], line: _Line, file: str) -> tuple[Finding, ...]:
    """The finding where `docker run --env-file` gives the variable another value, or none: it takes each line unchanged
    (Docker's documentation, "docker container run", --env-file)."""
    left, _, right = written[line.number - 1].lstrip().partition("=")
    if re.search(r"\s", left):
        how = "it refuses the file for the white space before the ="
    elif right.strip()[:1] in ('"', "'"):
        how = "it keeps the quotes"
    elif right != line.value:
        how = "it keeps all that stands behind the ="
    else:
        return ()
    return (make_finding("dotenv.docker", variable=line.name, file=file, line=line.number, how=how),)


def _split(lines: Sequence[_Line], path: str) -> tuple[dict[str, str], str, dict[str, int]]:
    return {line.name: line.value for line in lines}, path, {line.name: line.number for line in lines}


def _decode(data: bytes, path: str) -> tuple[str, tuple[Finding, ...]]:
    """The text with uniform line ends. Text that is not UTF-8 makes python-dotenv raise, so it is reported."""
    encoding, name = "", "utf-8-sig"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding, name = "UTF-16", "utf-16"
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        text, encoding = data.decode("latin-1"), encoding or "not UTF-8"
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = (make_finding("dotenv.encoding", file=Path(path).name, encoding=encoding),) if encoding else ()
    return text, found


def parse_lines(text: str) -> tuple[list[_Line], list[int]]:
    """The assignments by python-dotenv's parser, and the numbers of the lines that are no assignments and that it
    ignores."""
    from dotenv.parser import parse_stream

    lines: list[_Line] = []
    odd: list[int] = []
    for binding in parse_stream(io.StringIO(text)):
        # White space before an assignment belongs to it, so that its own line may come later.
        original = binding.original.string
        number = binding.original.line + original[: len(original) - len(original.lstrip())].count("\n")
        if binding.error:
            odd.append(number)
        elif binding.key is not None and binding.value is not None:
            lines.append(_Line(binding.key, binding.value, number))
    return lines, odd


def expand(lines: Sequence[_Line], environ: Mapping[str, str], *, trusted: bool) -> dict[str, str]:
    """`${NAME}` and `${NAME:-default}` as python-dotenv expands them: the environment comes before the file."""
    from dotenv.variables import Literal, Variable, parse_variables

    values: dict[str, str] = {}
    for line in lines:
        atoms = list(parse_variables(line.value))
        outside = [atom.name for atom in atoms if isinstance(atom, Variable) and atom.name in environ]
        if outside and not trusted and not _may_borrow(line.name, outside, len(atoms)):
            values[line.name] = line.value
            continue
        known = {**values, **environ}
        values[line.name] = "".join(
            atom.value if isinstance(atom, Literal) else atom.resolve(known) for atom in atoms
        )  # fmt: skip
    return values


def _may_borrow(name: str, outside: Sequence[str], parts: int) -> bool:
    """Whether the variable is for no credential, or all of it is another variable for credentials of its kind."""
    kind = find_variable_kind(name)
    return kind is UNRECOGNISED or (parts == 1 and find_variable_kind(outside[0]) is kind)


def _read_direnv(text: str) -> list[_Line]:
    """The plain values of `.envrc`, which is a shell's program and is never run."""
    lines, _ = parse_lines("\n".join(line if line.lstrip().startswith("export ") else "" for line in text.split("\n")))
    return [line for line in lines if not _COMPUTED.search(line.value)]


def compare_loaders(layers: Sequence[Layer], variable: str, environ: Mapping[str, str]) -> tuple[Finding, ...]:
    """Where python-dotenv, Next.js and Vite would take the variable from different files with different values."""
    mode = environ.get("NODE_ENV") or "development"
    by_name = {Path(layer.path).name: layer for layer in layers if variable in layer.variables}
    orders = {
        "python-dotenv": (".env",),
        "Next.js": (f".env.{mode}.local", ".env.local", f".env.{mode}", ".env"),
        "Vite": (f".env.{mode}.local", f".env.{mode}", ".env.local", ".env"),
    }
    if variable in environ:
        return ()
    taken = {loader: next((name for name in order if name in by_name), "") for loader, order in orders.items()}
    values = [by_name[name].variables[variable] if name else None for name in taken.values()]
    if all(one == other for one, other in pairwise(values)):
        return ()
    words = "; ".join(f"{loader}: {name or 'none'}" for loader, name in taken.items())
    return (make_finding("dotenv.order", variable=variable, order=words),)
