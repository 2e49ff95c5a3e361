"""Reads a file that should hold a credential. Whatever keeps it from being read is a finding, never an exception."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from meshtui.base.credential import Finding
from meshtui.base.files import find_working_directory
from meshtui.providers.credential_reading import TEXT_LIMIT, show_path
from meshtui.providers.finding_catalogue import make_finding

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@dataclass(frozen=True, slots=True)
class Contents:
    """`data` is None where nothing could be read; the findings then say why."""

    data: bytes | None
    findings: tuple[Finding, ...] = ()


def read_file(path: str) -> Contents:
    """What the file holds, and whether others may read it. Only regular files: a pipe or device may never end."""
    try:
        where = Path(path).expanduser()
        status = where.stat()
        if not stat.S_ISREG(status.st_mode):
            what = next((words for is_so, words in _KINDS if is_so(status.st_mode)), "something else")
            return Contents(None, (make_finding("file.not-a-file", what=what),))
        if status.st_size > TEXT_LIMIT:
            return Contents(None, (make_finding("text.too-large", size=status.st_size, limit=TEXT_LIMIT),))
        with where.open("rb") as file:
            data = file.read(TEXT_LIMIT + 1)
    except FileNotFoundError:
        return Contents(None, (make_finding("file.missing", what=f"nothing lies at {_name_place(path)}"),))
    except (OSError, ValueError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "the path cannot be used"
        return Contents(None, (make_finding("file.unreadable", what=reason),))
    return Contents(data, _judge_permissions(status.st_mode))


def _name_place(path: str) -> str:
    """The path, and of one that is relative, from where it is seen."""
    seen = "" if path.startswith(("/", "~")) or os.path.isabs(path) else f", seen from {find_working_directory()}"
    return show_path(path) + seen


def _judge_permissions(mode: int) -> tuple[Finding, ...]:
    """Windows keeps its permissions elsewhere: nothing is said of them there."""
    if os.name != "posix" or not mode & (stat.S_IRGRP | stat.S_IROTH):
        return ()
    return (make_finding("file.open", mode=f"{stat.S_IMODE(mode):04o}"),)


def name_by_file(path: str) -> str:
    """A name for the credential, from the file's: `my-project.json` gives `my-project`."""
    stem = re.sub(
        r"\.(?:json|env|txt|csv|pem|key)\Z", "", re.split(r"[/\\]", path.rstrip("/\\"))[-1], flags=re.IGNORECASE
    )
    return re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-.")[:40] or "file"
