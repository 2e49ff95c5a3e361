"""Runs the command line in this process, as `meshtui …` would, and catches what it prints."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from meshtui.cli.main import run


class Outcome(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Meshtui = Callable[..., Outcome]


@pytest.fixture
def meshtui(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Meshtui:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    def call(*args: str) -> Outcome:
        capsys.readouterr()
        try:
            status = run(list(args))
        except SystemExit as left:  # argparse: help, version, usage
            status = int(left.code or 0)
        caught = capsys.readouterr()
        return Outcome(status, caught.out, caught.err)

    return call
