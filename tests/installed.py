"""Where other people's libraries are installed: in this environment, in those whose folders CLIENTS_VENVS names (joined
by a colon), and for node in the folder with node_modules that CLIENTS_NODE names."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@functools.cache
def find_python(package: str) -> str | None:
    """An interpreter that has the package."""
    venvs = filter(None, os.environ.get("CLIENTS_VENVS", "").split(":"))
    for python in [sys.executable, *(str(Path(venv) / "bin" / "python") for venv in venvs)]:
        found = subprocess.run([python, "-c", f"import {package or 'sys'}"], capture_output=True, check=False)
        if found.returncode == 0:
            return python
    return None


def need_python(package: str) -> str:
    """The same for a test, which is left out where there is none."""
    python = find_python(package)
    if python is None:
        pytest.skip(f"{package} is not installed here, nor in an environment that CLIENTS_VENVS names")
    return python


@functools.cache
def read_node_version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(part) for part in said.strip().removeprefix("v").split(".") if part.isdigit())


def need_node(package: str = "", least: tuple[int, ...] = ()) -> tuple[str, Path]:
    """node, and the folder with its packages, for a test; which is left out where there is none, or an older one."""
    folder, node = Path(os.environ.get("CLIENTS_NODE", "")), shutil.which("node")
    if node is None or (package and not (folder / "node_modules" / package).exists()):
        pytest.skip(f"node is not installed, or {package} is not in a folder that CLIENTS_NODE names")
    if read_node_version(node) < least:
        version = ".".join(map(str, read_node_version(node)))
        pytest.skip(f"node {version} obeys no proxy variables, as those from {'.'.join(map(str, least))} on do")
    return node, folder
