"""Where meshtui keeps files, and how: folders 0700, files 0600, made so and not changed after."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


SETTINGS_FILE = "config.toml"
"""In the folder of the settings."""


def find_config_folder(environ: Mapping[str, str]) -> Path:
    """`~/.config/meshtui` (XDG base directory specification). It need not exist."""
    from pathlib import Path

    return Path(find_config_folder_name(environ))


def find_config_folder_name(environ: Mapping[str, str]) -> str:
    """The same as text, without loading `pathlib`, which takes a tenth of the time of `meshtui explain`."""
    return _find_base_folder(environ, "XDG_CONFIG_HOME", ".config")


def state_folder(environ: Mapping[str, str]) -> Path:
    """`~/.local/state/meshtui`: history, copies, exports. It need not exist."""
    from pathlib import Path

    return Path(_find_base_folder(environ, "XDG_STATE_HOME", ".local/state"))


def make_private(folder: Path) -> Path:
    """The folder, made with mode 0700 where it was missing, and so are those above it: anyone who may write in one of
    them could replace it. Raises OSError."""
    if not folder.parent.exists():
        make_private(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def write_private(path: Path, text: str) -> Path:
    """Writes a file that only its owner can read, from the first byte on. A file of that name is replaced and not
    reused, so its looser mode does not stay. Returns the path. Raises OSError."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    write_new(beside, text).replace(path)  # so that a full disk leaves the one that was there
    return path


def write_new(path: Path, text: str) -> Path:
    """The same for a name that is not taken yet. Raises FileExistsError and other OSErrors."""
    make_private(path.parent)
    file = open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8")  # noqa: SIM115
    try:
        with file:
            file.write(text)
    except BaseException:
        path.unlink(missing_ok=True)  # half a file, or an empty one, says something wrong
        raise
    return path


def restrict_mode(path: Path) -> bool:
    """Whether others could read or change this file of ours until now; afterwards only its owner can. A file that is
    missing or belongs to somebody else is left as it is. Raises nothing."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) or not found.st_mode & 0o077:
            return False
        path.chmod(0o600)
    except OSError:
        return False
    return True


def leave_no_core() -> None:
    """A crash below Python would write this process's memory, with the keys in it, to a file. What is started from now
    on leaves none either."""
    try:
        import resource
    except ImportError:  # Windows
        return
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def find_working_directory() -> str:
    """The folder that the process is in; one that does not exist where it was removed meanwhile."""
    try:
        return os.getcwd()
    except OSError:
        return "/nonexistent"


def shorten_path(path: Path, environ: Mapping[str, str]) -> str:
    """The path as people read it: `~` for the home folder."""
    return str(path).replace(environ.get("HOME") or "~", "~", 1)


def _find_base_folder(environ: Mapping[str, str], variable: str, default: str) -> str:
    # The specification: a relative path in the variable is not valid and is to be passed over.
    given = environ.get(variable, "")
    home = os.path.expanduser(environ.get("HOME") or "~")
    return os.path.join(given if os.path.isabs(given) else os.path.join(home, default), "meshtui")
