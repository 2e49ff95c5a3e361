"""Clients that do not fit into one environment with the others run in their own, as subprocesses."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
NOWHERE = "http://127.0.0.1:9"
"""A proxy that is not there: what a client wants beyond loopback fails at once."""


def python_with(module: str, variable: str) -> str:
    """An interpreter that has the module: that of the environment which `variable` names, or this one. Skips the test
    where neither has it, and says how to get there."""
    venv = os.environ.get(variable)
    if venv:
        return str(Path(venv) / "bin" / "python")
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed here, and {variable} names no virtual environment that has it")
    return sys.executable


def alone(home: Path, **more: str) -> dict[str, str]:
    """An environment with nothing of the user's in it and no way out of this machine."""
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), NOWHERE)
    return {"PATH": os.environ["PATH"], "HOME": str(home), "NO_PROXY": "127.0.0.1,localhost", **proxies, **more}


def results(python: str, script: str, addresses: object, home: Path, **more: str) -> Any:
    """What the script beside this file prints as JSON; it is given the sandbox's addresses on stdin."""
    done = subprocess.run(
        [python, str(HERE / script)],
        check=False,
        input=json.dumps(addresses),
        env=alone(home, **more),
        cwd=home,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])
