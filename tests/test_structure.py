"""The structure: which libraries a package may use, and nothing heavy comes in before it is used.

The layers between packages and the absence of cycles are import-linter contracts in pyproject.toml.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.each import each

PACKAGE = Path(__file__).parent.parent / "meshtui"

# Package → the libraries it may use besides the standard one. Not named here: none.
LIBRARIES = {
    "http": {"httpx", "httpcore", "cryptography"},
    "credentials": {"pydantic", "cryptography", "dotenv"},
    "providers": {"pydantic", "cryptography", "botocore", "google"},
    "journal": {"pydantic"},
    "exports": {"opentelemetry"},
    "sandbox": {"starlette", "uvicorn", "hypercorn", "cryptography", "h11", "pytest", "botocore"},
    "tap": {"certifi", "cryptography", "h11", "h2", "trustme", "botocore"},
    "cli": {"shtab"},
    "tui": {"textual", "rich", "pyperclip", "pyte"},
}


DISTRIBUTIONS = {"dotenv": "python-dotenv", "google": "google-auth", "opentelemetry": "opentelemetry-sdk"}
"""Package → what it is installed as, where that has another name."""


def package_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def list_imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


MODULES = sorted(PACKAGE.rglob("*.py"))


@each("path", MODULES)
def test_a_package_uses_only_its_own_libraries(path: Path):
    foreign = {name.partition(".")[0] for name in list_imports(path)} - sys.stdlib_module_names - {"meshtui"}
    assert foreign <= LIBRARIES.get(package_of(path), set())


def test_each_library_that_is_imported_is_declared():
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    # Loaded only where they are installed: the extra that sends spans, and pytest, which loads its plugin itself.
    lines = [
        *project["dependencies"],
        *extras["otel"],
        *(line for line in extras["test"] if line.startswith("pytest>")),
    ]
    declared = {re.split(r"[<>=!\[]", line)[0] for line in lines}
    imported = {name.partition(".")[0] for path in MODULES for name in list_imports(path)} - sys.stdlib_module_names
    assert {DISTRIBUTIONS.get(name, name) for name in imported - {"meshtui"}} <= declared


def loaded_by(code: str) -> set[str]:
    """The top-level and second-level modules that a fresh interpreter has loaded after `code`."""
    listing = f"{code}\nimport sys\nprint(chr(10).join(sys.modules))"
    out = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True).stdout
    return set(out.split())


HEAVY = {"textual", "httpx", "boto3", "botocore", "google.auth", "pydantic", "cryptography", "starlette", "uvicorn"}


@pytest.mark.parametrize(
    ("code", "may"),
    [
        ("import meshtui.cli.explain", set()),
        ("import meshtui.cli.send", set()),
        ("import meshtui.cli.check", set()),
        ("import meshtui.cli.sandbox", set()),
        ("import meshtui.session; meshtui.session.Session.live({})", set()),
        ("import meshtui.tui.app", {"textual"}),
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_used(code: str, may: set[str]):
    assert loaded_by(code) & HEAVY <= may


def test_explaining_a_file_loads_no_more_than_the_standard_library(tmp_path: Path):
    answer = tmp_path / "answer.json"
    answer.write_text('{"error":{"code":"invalid_api_key","message":"Incorrect API key provided: x"}}')
    code = f"from meshtui.cli.main import run; run(['explain', {str(answer)!r}])"
    assert not loaded_by(code) & (HEAVY | {"asyncio", "email"})


SECRET = re.compile(r"(?:.*[._])?(?:key|secret|token|pem)(?:\(\)|\[.*\])?|.*\.reveal\(\)(?:\[.*\])?", re.IGNORECASE)
"""What a test calls a secret, as an expression."""


def list_blind_searches(code: str) -> list[str]:
    """The assertions that a secret is not in a text as a whole: they hold where all but two characters of it are."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Compare)
        and isinstance(node.ops[0], ast.NotIn)
        and SECRET.fullmatch(ast.unparse(node.left))
    ]


def test_no_test_looks_for_a_whole_secret_only():
    """`parts_in` of tests/canaries.py looks for the parts."""
    tests = sorted(Path(__file__).parent.rglob("*.py"))
    assert [found for path in tests for found in list_blind_searches(path.read_text(encoding="utf-8"))] == []


def test_a_search_for_a_whole_secret_is_seen():
    for search in ("KEY not in a", "s.OPENAI_KEY not in a", "key.reveal() not in a", "secret[:6] not in a"):
        assert list_blind_searches(f"assert {search}") == [search]
    assert list_blind_searches("assert name not in a\nassert not parts_in(a, key)") == []
