"""How fast an answer is explained: many in one process, and one from the start of the command to its last line.

Figures of the machine are printed (`pytest -m bench -s`); what is asserted are ratios to a baseline measured in the
same run, because machines differ and other work goes on beside the tests.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from meshtui.explain.engine import explain
from meshtui.explain.parse import parse_response
from tests.explain.test_tables import ALL

pytestmark = [pytest.mark.bench, pytest.mark.slow]
ROOT = Path(__file__).parents[2]

ANSWERS = [
    (case.given["body"], {"provider": provider if provider in ("openai", "mesh", "bedrock", "vertex") else "",
                          **{k: v for k, v in case.given.items() if k not in ("body", "provider")}})
    for provider, case in ALL if case.given.get("body")
]  # fmt: skip


TWENTY_THOUSAND_A_SECOND = 47
"""Times parsing a small JSON body: 50 µs where that takes 1.07 µs, as on the machine that the aim was set for."""


def cpu_seconds(work: Callable[[], object]) -> float:
    """What the work itself takes of a processor, whoever else has one."""
    started = time.process_time()
    work()
    return time.process_time() - started


def measure() -> tuple[float, float]:
    """Processor seconds for one explanation, and for parsing one small JSON body."""
    bodies = [json.dumps({"n": n, "text": "x" * 100}) for n in range(len(ANSWERS))]

    def explaining() -> None:
        for body, given in ANSWERS:
            explain(parse_response(body, **given))

    def parsing() -> None:
        for body in bodies:
            json.loads(body)

    explaining()  # tables load, patterns compile
    # In turns, and the shortest of each: a neighbour who takes the caches for a while disturbs both alike.
    runs = [(cpu_seconds(explaining), cpu_seconds(parsing)) for _ in range(30)]
    each, baseline = (min(times) / len(ANSWERS) for times in zip(*runs, strict=True))
    return each, baseline


def test_twenty_thousand_ordinary_answers_a_second():
    # In a process of its own: hundreds of keys that other tests hold are looked for in every text that is shown.
    code = "from tests.explain.test_speed import measure; print(*measure())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    each, baseline = map(float, done.stdout.split())
    print(f"\n{1 / each:,.0f} explanations a second, {each * 1e6:.0f} µs each = {each / baseline:.0f} x parsing JSON")
    assert each < TWENTY_THOUSAND_A_SECOND * baseline


def children_s_seconds() -> float:
    """What all child processes that have ended took of a processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_one_answer_is_explained_about_as_soon_as_python_has_started(tmp_path: Path):
    answer = tmp_path / "answer.json"
    answer.write_text(ANSWERS[0][0], encoding="utf-8")
    # As installed: with bytecode, which pip writes, and not in a checkout that never writes any.
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path / "bytecode"), "PYTHONDONTWRITEBYTECODE": ""}
    commands = {
        "baseline": [sys.executable, "-c", "import argparse, json, re, email.parser"],
        "explain": [sys.executable, "-m", "meshtui", "explain", str(answer)],
    }
    took: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(12):
        for name, command in commands.items():
            began = children_s_seconds()
            subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
            took[name].append(children_s_seconds() - began)
    baseline, ours = (min(took[name]) for name in ("baseline", "explain"))
    print(f"\nfrom start to answer {ours * 1000:.0f} ms = {ours / baseline:.2f} x {baseline * 1000:.0f} ms")
    assert ours < 1.5 * baseline
