"""Runs exported code as a person would: in a shell or an interpreter of its own, with the variables set."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from meshtui.exports.code import Code, list_codes
from meshtui.providers.sent_request import Sent, find_last_sent
from meshtui.runs.model import Attempt


@dataclass(frozen=True)
class Done:
    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Environ:
    home: Path
    variables: dict[str, str]

    async def run(self, code: Code, **more: str) -> Done:
        """Runs the code with the variables and nothing else of this machine's environment."""
        program = [sys.executable, "-c"] if code.language == "python" else [bash(), "-c"]
        path = f"{self.home / 'bin'}:{os.environ['PATH']}"
        process = await asyncio.create_subprocess_exec(
            *program, code.text, env={"PATH": path, "HOME": str(self.home), **self.variables, **more},
            cwd=self.home, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await asyncio.wait_for(process.communicate(), 60)
        return Done(process.returncode or 0, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))


def code_of(attempt: Attempt, language: str, timeout: float = 30.0) -> Code:
    exchange = find_last_sent(attempt.exchanges)
    assert exchange is not None
    return next(c for c in list_codes(Sent(exchange, attempt.credential, timeout)) if c.language == language)


def bash() -> str:
    """Skips the test where there is no POSIX shell."""
    return shutil.which("bash") or pytest.skip("bash is not installed here")


def curl_version() -> tuple[int, ...]:
    """Skips the test where curl is missing, or too old for `--aws-sigv4`."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed here")
    said = subprocess.run(["curl", "--version"], check=True, capture_output=True, text=True).stdout.split()[1]
    version = tuple(int(part) for part in said.split(".")[:2])
    if version < (7, 75):
        pytest.skip(f"curl {said} is installed here, and 7.75 is the first that signs for AWS")
    return version
