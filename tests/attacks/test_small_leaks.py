"""What the machine around meshtui does to it: settings of proxies and signals, full disks, files of others."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from meshtui.base.files import write_private
from meshtui.journal import database
from meshtui.journal.database import Store, open_database
from meshtui.journal.entry import Entry, EntryKind
from meshtui.providers.finding_catalogue import show_value
from tests.attacks.interception import ROOT
from tests.canaries import KEYS, parts_in

pytestmark = pytest.mark.attack
KEY = KEYS["project key"]


def run(folder: Path, *words: str, output: int = subprocess.PIPE, **variables: str) -> tuple[int, str]:
    """Exit status, and all that was printed."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), "OPENAI_API_KEY": KEY,
                   **variables}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "meshtui", *words], env=environment, cwd=folder, stdin=subprocess.DEVNULL,
        stdout=output, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, (done.stdout or "") + done.stderr


def run_code(folder: Path, code: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), **variables}
    return subprocess.run([sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True,
                          check=False)  # fmt: skip


@pytest.mark.parametrize("password", ["pa/ssw0rdsecret", "pa#ssw0rdsecret", "pa?ssw0rdsecret", "ssw0rdsecret/x"])
def test_a_password_of_a_proxy_is_not_shown_as_its_port(tmp_path: Path, password: str):
    _, said = run(tmp_path, "check", "openai", "-v", HTTPS_PROXY=f"http://user:{password}@127.0.0.1:8080")
    assert "ssw0rdsecret" not in said
    assert "'pa'" not in said
    assert "HTTPS_PROXY" in said
    assert "%2F" in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("words", [("keys",), ("check", "--offline"), ("explain", "--status", "401")])
def test_output_that_cannot_be_written_is_told_as_such(tmp_path: Path, words: tuple[str, ...]):
    with open("/dev/full", "w") as full:
        status, said = run(tmp_path, *words, output=full.fileno())
    assert status == 1
    assert said == f"meshtui {words[0]}: the output could not be written: No space left on device\n"


def test_a_working_directory_that_was_removed_is_no_error(tmp_path: Path):
    gone = tmp_path / "gone"
    gone.mkdir()
    code = (
        f"import os, sys; os.chdir({str(gone)!r}); os.rmdir({str(gone)!r});"
        "sys.argv = ['meshtui', 'check', '--offline'];"
        "from meshtui.__main__ import main; sys.exit(main())"
    )
    done = run_code(tmp_path, code, OPENAI_API_KEY=KEY)
    assert "an error in meshtui" not in done.stderr
    assert "OpenAI" in done.stdout


@pytest.mark.parametrize(
    "text",
    [
        r"{'error': {'message': '\d bad', 'code': 1is 2}}",
        r"b'{\"error\": \"\w\"}'",
        r"Error - {'a': 0x1for x in y, '\q': 1}",
    ],
)
def test_what_is_pasted_makes_python_warn_of_nothing(tmp_path: Path, text: str):
    """As it does of escapes that are none, where a text is read as Python."""
    (tmp_path / "paste.txt").write_text(text)
    _, said = run(tmp_path, "explain", "paste.txt", PYTHONWARNINGS="always")
    assert "Warning" not in said


def test_no_core_is_dumped(tmp_path: Path):
    code = (
        "import resource, sys; from meshtui.cli.main import run; resource.setrlimit(resource.RLIMIT_CORE,"
        "(resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2); run(['keys']);"
        "print(resource.getrlimit(resource.RLIMIT_CORE)[0], file=sys.stderr)"
    )
    done = run_code(tmp_path, code)
    assert done.stderr == "0\n"


CORE_LIMITS = """
import os
for process in (os.getppid(), os.getpid()):
    print(*(line.split()[4] for line in open(f"/proc/{process}/limits") if "core" in line))
"""


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="reads the limits of a process from /proc")
def test_the_program_of_run_may_leave_a_core_and_what_listens_to_it_may_not(tmp_path: Path):
    code = (
        "import resource, sys; from meshtui.cli.main import run; hard = resource.getrlimit(resource.RLIMIT_CORE)[1];"
        "resource.setrlimit(resource.RLIMIT_CORE, (hard, hard)); run(['run', sys.executable, *sys.argv[1:]]);"
        "print('unlimited' if hard == resource.RLIM_INFINITY else hard)"
    )
    done = run_code(tmp_path, code, "-c", CORE_LIMITS)
    ours, its, allowed = done.stdout.split()
    assert (ours, its) == ("0", allowed), done.stderr


def test_a_value_is_redacted_before_it_is_cut():
    for before in range(380, 402):
        shown = show_value("x, " * (before // 3) + KEY)
        assert not any(KEY[:n] in shown for n in range(len("sk-proj-") + 2, 40)), before


def test_a_file_that_cannot_be_written_whole_leaves_the_one_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    kept = write_private(tmp_path / "x" / "config.toml", "theme = 'a'")
    with pytest.raises(UnicodeEncodeError):
        write_private(kept, "\ud800")
    assert kept.read_text() == "theme = 'a'"
    assert [path.name for path in kept.parent.iterdir()] == ["config.toml"]
    assert kept.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "words", [("check", "openai"), ("send", "--credential", "openai"), ("run", "true")], ids=lambda words: words[0]
)
def test_a_file_into_which_tls_keys_are_written_is_named(tmp_path: Path, words: tuple[str, ...]):
    _, said = run(tmp_path, *words, SSLKEYLOGFILE=str(tmp_path / "keys.log"), OPENAI_BASE_URL="http://127.0.0.1:1/v1")
    assert said.count(f"meshtui: SSLKEYLOGFILE is set: with {tmp_path}/keys.log others can decrypt every call") == 1


def test_a_lax_history_is_named_by_a_command_too(tmp_path: Path):
    path = made_history(tmp_path / ".local" / "state" / "meshtui", "a")
    path.chmod(0o644)
    _, said = run(tmp_path, "check", "openai", OPENAI_BASE_URL="http://127.0.0.1:1/v1")
    assert f"meshtui: others on this machine could read {path}: it is for you alone now (mode 0600)" in said


def test_settings_that_cannot_be_written_leave_no_empty_file(tmp_path: Path):
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); from meshtui.cli.main import run;"
        "sys.exit(run(['config', '--init']))"
    )
    done = run_code(tmp_path, code)
    assert done.stderr == "meshtui config: --init: ~/.config/meshtui/config.toml cannot be written: File too large\n"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


def made_history(folder: Path, *texts: str) -> Path:
    store = Store(folder / "history.db", 100)
    store.add([Entry(at=1.0, what=EntryKind.NOTE, text=text) for text in texts])
    store.close()
    return store.path


def test_a_history_that_others_can_read_is_tightened_and_that_is_told(tmp_path: Path):
    path = made_history(tmp_path, "a")
    path.chmod(0o644)
    store = Store(path, 100)
    store.notes(0, 2)
    assert store.tightened
    assert path.stat().st_mode & 0o777 == 0o600
    store.close()
    again = Store(path, 100)
    again.notes(0, 2)
    assert not again.tightened


def test_what_somebody_else_wrote_into_the_history_is_redacted_when_it_is_read(tmp_path: Path):
    path = made_history(tmp_path, "a")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE entries SET text = ?, credential = ?", (f"x {KEY}", KEY))
    (read,) = Store(path, 100).notes(0, 2)
    assert not parts_in(repr(read), KEY)


def test_a_history_beside_which_nothing_can_be_written_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = made_history(tmp_path, "was kept")

    def refuse(*_: object) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr(database, "_prepare", refuse)
    assert [note.text for note in Store(path, 100).notes(0, 2)] == ["was kept"]
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        open_database(path).execute("DELETE FROM entries")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGQUIT", "SIGABRT", "SIGUSR1", "SIGTERM"])
def test_a_signal_gives_the_terminal_back(tmp_path: Path, name: str):
    import pty
    import select

    child, terminal = pty.fork()
    if not child:
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "TERM": "xterm",
                       "TEXTUAL_THEME": "nonsense"}  # fmt: skip
        os.execve(sys.executable, [sys.executable, "-m", "meshtui"], environment)
    shown = b""
    until = time.monotonic() + 60
    while b"TEXTUAL_THEME" not in shown and time.monotonic() < until and select.select([terminal], [], [], 30)[0]:
        shown += os.read(terminal, 65536)
    os.kill(child, getattr(signal, name))
    try:
        while piece := os.read(terminal, 65536):
            shown += piece
    except OSError:
        pass  # how Linux tells the end of a terminal
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status == 128 + getattr(signal, name)
    assert b"\x1b[?1049l" in shown
    assert b"Traceback" not in shown


def test_the_search_sees_a_part_of_a_key():
    assert parts_in(f"x {KEY[20:40]}", KEY)
