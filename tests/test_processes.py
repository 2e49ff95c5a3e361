"""Nothing in the working directory is ever imported or run, and no program that meshtui starts is given a key."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pexpect
import pytest

from meshtui.__main__ import without_working_directory
from meshtui.base.processes import find_executable, list_search_path, make_isolated_environment, run_isolated
from tests.foreign_folder import ForeignFolder, HonestClipboard

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "meshtui"
STARTS_PROCESSES = {"base/processes.py"}
"""The only module of the package that starts a program."""
MODULES = {
    "subprocess",
    "multiprocessing",
    "pty",
    "webbrowser",
    "pexpect",
    "ptyprocess",
    "antigravity",
    "_posixsubprocess",
}
"""Whoever imports one of these starts programs with it, or could."""
STARTING = ("create_subprocess", "subprocess_exec", "subprocess_shell", "exec", "spawn", "posix_spawn", "popen",
            "fork", "system", "startfile", "ProcessPoolExecutor", "open_process", "run_process")  # fmt: skip
"""How the names begin of what starts a program: of os, asyncio, a loop, concurrent.futures and anyio."""
OWNERS = {"os", "posix", "nt", "asyncio", "loop", "anyio", "concurrent", "futures"}
KEYS = {
    "OPENAI_API_KEY": "sk-proj-" + "Planted0" * 6,
    "AWS_SECRET_ACCESS_KEY": "Planted1" * 5,
    "MESHAPI_API_KEY": "rsk_" + "Planted2" * 4,
    "A_NAME_NOBODY_THOUGHT_OF": "Planted3" * 4,
}
"""Made up, and in the environment of the real program."""


def places_that_start_a_process(code: str) -> list[int]:
    """The lines that import or name something that starts a program."""
    return sorted({node.lineno for node in ast.walk(ast.parse(code)) if _starts(node)})  # type: ignore[attr-defined]


def _starts(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name.split(".")[0] in MODULES for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        owner = (node.module or "").split(".")[0]
        named = any(alias.name.startswith(STARTING) or alias.name in MODULES for alias in node.names)
        return owner in MODULES or (owner in OWNERS and named)
    if isinstance(node, ast.Attribute):
        # `asyncio.subprocess.PIPE` only names a constant, and yet nobody else needs it.
        owners = {part.id for part in ast.walk(node.value) if isinstance(part, ast.Name)}
        unmistakable = node.attr.startswith(("create_subprocess", "subprocess_", "ProcessPool"))
        return unmistakable or node.attr in MODULES or (bool(owners & OWNERS) and node.attr.startswith(STARTING))
    return isinstance(node, ast.Call) and any(
        isinstance(given, ast.Constant) and given.value in MODULES for given in node.args
    )


def test_only_one_module_starts_programs():
    found = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if places_that_start_a_process(path.read_text(encoding="utf-8"))
    }
    assert found == STARTS_PROCESSES


@pytest.mark.parametrize(
    "planted",
    [
        "import subprocess", "import subprocess as s", "from subprocess import run", "import multiprocessing.pool",
        "import pty", "import webbrowser", "os.system('x')", "os.popen('x')", "os.execvpe('x', [], {})", "os.fork()",
        "os.spawnl(0, 'x')", "os.posix_spawn('x', [], {})", "from os import execv", "from os import system as quiet",
        "asyncio.create_subprocess_exec('x')", "asyncio.create_subprocess_shell('x')", "asyncio.subprocess.PIPE",
        "from asyncio import create_subprocess_exec", "asyncio.get_running_loop().subprocess_exec(f, 'x')",
        "loop.subprocess_shell(f, 'x')", "from concurrent.futures import ProcessPoolExecutor",
        "importlib.import_module('subprocess')", "__import__('pty')", "os.startfile('x')", "anyio.open_process('x')",
    ],
)  # fmt: skip
def test_the_search_finds_each_way_to_start_a_program(planted: str):
    assert places_that_start_a_process(f"import os\nif True:\n    {planted}") == [3]


@pytest.fixture
def foreign(tmp_path: Path) -> ForeignFolder:
    return ForeignFolder(tmp_path)


@pytest.fixture
def honest(tmp_path: Path) -> HonestClipboard:
    return HonestClipboard(tmp_path)


def environment(foreign: ForeignFolder, *folders: Path, **more: str) -> dict[str, str]:
    """Of a person with keys, whose PATH leads into the working directory in every way before it leads elsewhere."""
    home = foreign.folder.parent / "home"
    home.mkdir(exist_ok=True)
    path = ["", ".", "bin", f"../{foreign.folder.name}", str(foreign.folder), *map(str, folders), "/usr/bin", "/bin"]
    kept = {name: value for name, value in os.environ.items() if name not in ("TMUX", "DISPLAY", "WAYLAND_DISPLAY")}
    return {**kept, **KEYS, "HOME": str(home), "XDG_STATE_HOME": str(home / "state"), "TERM": "xterm-256color",
            "PATH": os.pathsep.join(path), "PYTHONPATH": str(ROOT), **more}  # fmt: skip


@pytest.fixture
def opened() -> Iterator[list[pexpect.spawn]]:
    children: list[pexpect.spawn] = []
    yield children
    for child in children:
        child.close(force=True)


def copy_a_credential(opened: list[pexpect.spawn], command: list[str], env: Mapping[str, str], cwd: Path) -> str:
    """Opens the demo in that folder, copies what is known of the first credential and leaves. Returns what the status
    line says of the copy."""
    child = pexpect.spawn(sys.executable, [*command, "demo"], dimensions=(30, 100), env=dict(env), timeout=30, cwd=cwd)
    opened.append(child)
    child.expect("sandbox credentials: f sends")
    child.send("\r")
    child.expect("In Mesh's form")
    child.send("y")
    child.expect("(copied to the desktop's clipboard|copied to tmux's buffer|copied through the terminal)")
    said = child.match.group().decode()
    child.send("\x03")
    child.expect("once more to leave")
    child.send("\x03")
    child.expect(pexpect.EOF)
    return said


@pytest.mark.attack
@pytest.mark.slow
@pytest.mark.parametrize(
    "desktop", [{"DISPLAY": ":99"}, {"WAYLAND_DISPLAY": "wayland-99"}], ids=lambda d: next(iter(d))
)
def test_copying_in_a_foreign_folder_runs_nothing_of_it(
    opened: list[pexpect.spawn], foreign: ForeignFolder, honest: HonestClipboard, desktop: dict[str, str]
):
    env = environment(foreign, honest.folder, **desktop)
    said = copy_a_credential(opened, ["-m", "meshtui"], env, foreign.folder)
    assert foreign.traces() == ""
    assert said == "copied to the desktop's clipboard"
    assert "In Mesh's form" in honest.taken()
    worked_in, variables = honest.folder_and_variables()
    assert worked_in == "/"
    assert desktop.items() <= variables.items()
    assert not any("Planted" in value for value in variables.values())


@pytest.mark.attack
@pytest.mark.slow
def test_where_only_the_foreign_folder_has_tools_the_terminal_is_asked(
    opened: list[pexpect.spawn], foreign: ForeignFolder, tmp_path: Path
):
    # The installed command's script, where the import path begins with the script's folder; and a relative PYTHONPATH.
    script = tmp_path / "scripts" / "meshtui"
    script.parent.mkdir()
    script.write_text("import sys\nfrom meshtui.__main__ import main\nsys.exit(main())\n")
    path = os.pathsep.join((str(ROOT), "lib"))
    # No PATH of the system: xclip and tmux may be installed on this machine.
    env = environment(foreign, DISPLAY=":99", WAYLAND_DISPLAY="w", TMUX=f"{tmp_path}/none,1,0", PYTHONPATH=path)
    env["PATH"] = env["PATH"].removesuffix("/usr/bin:/bin") + str(tmp_path / "empty")
    assert copy_a_credential(opened, [str(script)], env, foreign.folder) == "copied through the terminal"
    assert foreign.traces() == ""


@pytest.mark.attack
@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        "--version", "keys", "config", "history", "completion bash", "explain answer.json", "check --offline",
        "check --sandbox --prompt", "send --sandbox --path compare --credential openai",
        "send --sandbox --credential bedrock", "send --sandbox --credential vertex --format har", "sandbox --list",
    ],
)  # fmt: skip
def test_a_command_in_a_foreign_folder_imports_and_runs_nothing_of_it(foreign: ForeignFolder, line: str):
    (foreign.folder / "answer.json").write_text('{"error": {"code": "invalid_api_key", "message": "Incorrect key"}}')
    env = environment(foreign, DISPLAY=":99")
    done = subprocess.run(
        [sys.executable, "-m", "meshtui", *line.split()],
        cwd=foreign.folder, env=env, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert foreign.traces() == ""
    assert done.returncode not in (1, 2), done.stderr
    assert "own error" not in done.stderr


@pytest.mark.attack
def test_the_foreign_folder_leaves_a_trace_where_it_is_obeyed(foreign: ForeignFolder):
    subprocess.run([sys.executable, "-c", "import pyperclip"], cwd=foreign.folder, check=True)
    subprocess.run(["xclip"], cwd=foreign.folder, env={"PATH": "."}, stdin=subprocess.DEVNULL, check=False)
    assert "pyperclip" in foreign.traces().split()


def test_the_search_path_has_absolute_folders_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path)
    assert list_search_path({"PATH": f":.:bin:~/bin:{tmp_path}:{tmp_path}/link:/usr/bin"}) == "/usr/bin"
    for empty in ({}, {"PATH": ""}, {"PATH": ":."}):
        assert list_search_path(empty) == os.defpath


def test_a_program_is_found_by_its_absolute_path_or_on_the_search_path(tmp_path: Path):
    assert find_executable("sh", {"PATH": "/bin"}) == "/bin/sh"
    assert find_executable(sys.executable, {}) == sys.executable
    assert find_executable("sh", {"PATH": str(tmp_path)}) is None


def test_a_program_is_given_what_a_clipboard_needs_and_nothing_else():
    needed = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "w", "XAUTHORITY": "/x", "XDG_RUNTIME_DIR": "/run", "LANG": "C.UTF-8",
              "LC_ALL": "C", "HOME": "/home", "TMUX": "/t,1,0", "PATH": "/usr/bin"}  # fmt: skip
    steering = {"PYTHONPATH": ".", "PYTHONHOME": ".", "LD_PRELOAD": "./x.so", "BROWSER": "./x", "ENV": "./x"}
    assert make_isolated_environment({**needed, **KEYS, **steering}) == needed


async def test_a_program_that_is_missing_or_hangs_is_no_error():
    assert await run_isolated(("no-such-program",), b"", {}, seconds=5) is None
    assert await run_isolated(("sleep", "60"), b"", {}, seconds=0.1) is None
    assert await run_isolated(("sh", "-c", "exit 3"), b"", {}, seconds=5) == 3


def test_the_import_path_loses_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(("", "lib", "/elsewhere/lib")))
    entries = [str(tmp_path), "", ".", str(tmp_path / "lib"), "/elsewhere/lib", os.path.dirname(os.__file__)]
    assert without_working_directory(entries) == ["/elsewhere/lib", os.path.dirname(os.__file__)]


def test_a_checkout_comes_last_on_the_import_path(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    assert without_working_directory([str(ROOT), "", "/elsewhere"]) == ["/elsewhere", str(ROOT)]


def test_a_removed_working_directory_takes_nothing_else_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    try:
        assert without_working_directory(["", "/elsewhere"]) == ["/elsewhere"]
    finally:
        os.chdir(tmp_path)
