"""A folder that somebody hostile wrote: whatever of it is imported or run leaves its name in a file beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

OPTIONAL = ("awscrt", "uvloop", "httptools", "websockets", "wsproto", "h2", "socksio", "brotli", "brotlicffi",
            "zstandard", "qtpy", "PyQt5", "Foundation", "AppKit", "sitecustomize", "usercustomize", "boto3", "botocore",
            "textual", "httpx", "pyperclip", "hostile_plugin")  # fmt: skip
"""Modules that our dependencies try to import, installed or not, and those that the attack was found with."""
PROGRAMS = ("xclip", "xsel", "wl-copy", "wl-paste", "klipper", "qdbus", "pbcopy", "pbpaste", "tmux", "python",
            "python3", "sh", "which", "xdg-open", "gcloud", "aws")  # fmt: skip


class ForeignFolder:
    """`folder` is where the person works, `programs` and `modules` are folders in it."""

    def __init__(self, place: Path) -> None:
        self.folder = place / "foreign"
        self._traces = place / "traces"
        self.programs, self.modules = self.folder / "bin", self.folder / "lib"
        for folder in (self.programs, self.modules):
            folder.mkdir(parents=True)
        self._write_modules(_loaded_before_us(place))
        for folder in (self.folder, self.programs):
            for name in PROGRAMS:
                _write_program(folder / name, f'echo "{name} $*" >> "{self._traces}"; cat > /dev/null')
        plugin = self.folder / "hostile_plugin-1.dist-info"  # pydantic imports the plugins that it finds
        plugin.mkdir()
        (plugin / "METADATA").write_text("Metadata-Version: 2.1\nName: hostile-plugin\nVersion: 1\n")
        (plugin / "entry_points.txt").write_text("[pydantic]\nhostile = hostile_plugin:plugin\n")

    def _write_modules(self, before_us: frozenset[str]) -> None:
        code = f"with open({str(self._traces)!r}, 'a') as file:\n    file.write(__name__ + chr(10))\n"
        names = {*sys.stdlib_module_names, *packages_distributions(), *OPTIONAL} - before_us - {"meshtui", "tests"}
        for name in filter(str.isidentifier, names):
            (self.folder / f"{name}.py").write_text(code)
            if name not in ("sitecustomize", "usercustomize"):  # Python imports them first where PYTHONPATH leads
                (self.modules / f"{name}.py").write_text(code)
        for name in ("textual", "google"):
            (self.folder / name).mkdir()
            (self.folder / name / "__init__.py").write_text(code)

    def traces(self) -> str:
        """What of the folder was imported or run, one a line; empty where nothing was."""
        return self._traces.read_text() if self._traces.exists() else ""


class HonestClipboard:
    """An `xclip` and a `wl-copy` that work, in a folder of their own, and tell what they were given."""

    def __init__(self, place: Path) -> None:
        self.folder = place / "honest"
        self.folder.mkdir()
        self._taken, self._given = self.folder / "taken", self.folder / "given"
        tell = f'{{ pwd; env; }} >> "{self._given}"'
        copy, paste = f'{tell}; cat > "{self._taken}"', f'cat "{self._taken}"'
        _write_program(self.folder / "xclip", f'case "$*" in *-o*) {paste};; *) {copy};; esac')
        _write_program(self.folder / "wl-copy", copy)
        _write_program(self.folder / "wl-paste", paste)

    def taken(self) -> str:
        """The text that was copied."""
        return self._taken.read_text()

    def folder_and_variables(self) -> tuple[str, dict[str, str]]:
        """Where it worked, and its environment."""
        first, *lines = self._given.read_text().splitlines()
        return first, dict(_variables(lines))


def _loaded_before_us(place: Path) -> frozenset[str]:
    """What Python itself has imported when the first line of a program begins that `python -m` runs. Some of it comes
    from the working directory, which no program can prevent (`python -P` can; the installed command need not)."""
    folder = place / "empty-program"
    folder.mkdir()
    (folder / "program.py").write_text("import sys\nprint(*sys.modules)\n")
    listed = subprocess.run([sys.executable, "-m", "program"], cwd=folder, capture_output=True, text=True, check=True)
    return frozenset(name.partition(".")[0] for name in listed.stdout.split())


def _variables(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, equals, value = line.partition("=")
        if equals:
            yield name, value


def _write_program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    os.chmod(path, 0o755)
