"""The house keeps its arrows: no room imports a room above it, and nothing heavy comes in before it is used."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "meshtui"

GROUND = {"secret", "redact", "sanitize", "exchange", "config", "names", "commands", "keymap", "folders", "settings",
          "discreet"}  # fmt: skip
# Room → the rooms of ours it may import besides the ground, and the libraries besides the standard one.
ROOMS: dict[str, tuple[set[str], set[str]]] = {
    **{room: (set(), set()) for room in GROUND},
    "explain": (set(), set()),
    "credentials": (set(), {"pydantic", "cryptography", "boto3", "botocore", "google"}),
    "providers": ({"explain", "credentials"}, {"httpx", "boto3", "botocore", "google"}),
    "runs": ({"explain", "credentials", "providers"}, set()),
    "journal": ({"explain", "credentials", "runs"}, {"pydantic"}),
    "exports": ({"explain", "credentials", "providers", "runs", "journal"}, set()),
    "sandbox": (set(), {"starlette", "uvicorn", "cryptography", "h11"}),
    "session": ({"explain", "credentials", "providers", "runs", "journal", "sandbox"}, set()),
    "tour": ({"explain", "credentials", "providers", "runs", "journal", "sandbox", "session"}, set()),
    "cli": ({"explain", "credentials", "providers", "runs", "journal", "exports", "sandbox", "session", "tour"},
            {"shtab"}),
    "tui": ({"explain", "credentials", "providers", "runs", "journal", "exports", "sandbox", "session", "tour"},
            {"textual", "rich", "pyperclip"}),
}  # fmt: skip


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


MODULES = sorted(p for p in PACKAGE.rglob("*.py") if room_of(p) not in ("__init__", "__main__"))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_room_imports_only_rooms_below_it_and_its_own_libraries(path: Path):
    room = room_of(path)
    rooms, libraries = ROOMS[room]
    # The sandbox judges the client, so it shares not even the ground with it.
    ours = rooms | {room} | (set() if room == "sandbox" else GROUND)
    # The command line opens the screen, in one place.
    ours |= {"tui"} if path.name == "screen.py" and room == "cli" else set()
    for name in imports(path):
        top, _, rest = name.partition(".")
        if top == "meshtui":
            assert rest.split(".")[0] in ours | {"__version__"}, f"{path} imports {name}"
        elif top not in sys.stdlib_module_names:
            assert top in libraries, f"{path} imports {name}"


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
    code = f"from meshtui.cli import run; run(['explain', {str(answer)!r}])"
    assert not loaded_by(code) & (HEAVY | {"asyncio", "email"})


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_file_is_long_and_no_function_leaves_the_screen(path: Path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= 40, f"{path}:{node.name} has {length} lines"
