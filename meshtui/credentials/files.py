"""Reads a file that should hold a credential. Whatever keeps it from being read is a finding, never an exception."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from meshtui.credentials.characters import LIMIT
from meshtui.credentials.findings import tell
from meshtui.credentials.model import Finding

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
            return Contents(None, (tell("file.not-a-file", what=what),))
        if status.st_size > LIMIT:
            return Contents(None, (tell("text.too-large", size=status.st_size, limit=LIMIT),))
        with where.open("rb") as file:
            data = file.read(LIMIT + 1)
    except FileNotFoundError:
        return Contents(None, (tell("file.missing", what="nothing lies at that path"),))
    except (OSError, ValueError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "the path cannot be used"
        return Contents(None, (tell("file.unreadable", what=reason),))
    return Contents(data, _permissions(status.st_mode))


def _permissions(mode: int) -> tuple[Finding, ...]:
    """Windows keeps its permissions elsewhere: nothing is said of them there."""
    if os.name != "posix" or not mode & (stat.S_IRGRP | stat.S_IROTH):
        return ()
    return (tell("file.open", mode=f"{stat.S_IMODE(mode):04o}"),)


def name_of(path: str) -> str:
    """A name for the credential, from the file's: `my-project.json` gives `my-project`."""
    stem = re.sub(
        r"\.(?:json|env|txt|csv|pem|key)\Z", "", re.split(r"[/\\]", path.rstrip("/\\"))[-1], flags=re.IGNORECASE
    )
    return re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-.")[:40] or "file"
