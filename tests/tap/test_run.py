"""The whole of it: a program started through the tap, behind a company's proxy, and what is said of its calls."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.canaries import parts_in

from .hosts import World, answer, company_proxy

ROOT = Path(__file__).parents[2]
CALL = """
import httpx, os, sys
headers = {"Authorization": "Bearer " + os.environ["KEY"]} if os.environ.get("KEY") else {}
with httpx.Client() as client:
    for _ in range(int(os.environ.get("TIMES", "1"))):
        answer = client.post(os.environ.get("URL", "https://api.openai.com/v1/chat/completions"),
                             json={"model": "gpt-4o"}, headers=headers)
print("the program's own words", answer.status_code)
"""
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(world: World, tmp_path: Path) -> Iterator[Run]:
    """Starts a program through the tap; its hosts are ours, behind a company's proxy."""
    roots = tmp_path / "company.pem"
    roots.write_bytes(world.authority.cert_pem.bytes())
    home = tmp_path / "home"
    home.mkdir()
    with company_proxy(world) as (address, asked):

        def start(how: str, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
            environ = {**start.environ, **more}  # type: ignore[attr-defined]
            return subprocess.run(
                [sys.executable, "-m", "tests.tap.command", how, *command],
                env=environ, capture_output=True, text=True, cwd=home, timeout=120, check=False,
            )  # fmt: skip

        start.asked, start.home = asked, home  # type: ignore[attr-defined]
        start.environ = {  # type: ignore[attr-defined]
            "PATH": os.environ["PATH"], "HOME": str(home), "HTTPS_PROXY": address, "PYTHONPATH": str(ROOT),
            "SSL_CERT_FILE": str(roots),
        }  # fmt: skip
        yield start


def test_a_failure_is_one_line_and_a_card_and_the_programs_output_is_untouched(run: Run, key: str):
    done = run("text", sys.executable, "-c", CALL, OPENAI_API_KEY=key, KEY=key, TIMES="3")
    assert done.stdout == "the program's own words 401\n"
    assert done.returncode == 0
    lines = [line for line in done.stderr.splitlines() if line.startswith("meshtui: [x]")]
    assert len(lines) == 3
    assert all("401" in line and "api.openai.com/v1/chat/completions" in line and "credential_invalid" in line
               for line in lines)  # fmt: skip
    assert done.stderr.count("What to do\n") == 1
    assert "it comes from your shell's OPENAI_API_KEY" in done.stderr
    assert "3 calls (3 to openai), 3 failed" in done.stderr
    assert not parts_in(done.stderr, key)
    assert run.asked == ["api.openai.com:443"]  # type: ignore[attr-defined]


def test_the_line_of_the_env_file_is_named_and_what_does_not_override_it(run: Run, key: str, tmp_path: Path):
    (tmp_path / "home" / ".env").write_text(f"# mine\n\nOPENAI_API_KEY={key}\n")
    done = run("text", sys.executable, "-c", CALL, KEY=key, OPENAI_API_KEY=f"{key[:-4]}abcd")
    assert (
        "it comes from line 3 of .env (OPENAI_API_KEY), which your shell's OPENAI_API_KEY does not override"
        in done.stderr
    )


def test_an_unknown_key_is_named_by_kind_and_fingerprint(run: Run, key: str):
    done = run("text", sys.executable, "-c", CALL, KEY=key)
    assert re.search(r"sent sk-proj-…O5vW \([0-9a-f]{8}\): an OpenAI key that none of this machine's", done.stderr)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("", "the request carries no key"),
        ("your-api-key-here", "is a placeholder"),
        ("rsk_01FAKE0000000000000000TEST", "a key of Mesh API was sent to api.openai.com"),
        ("sk-ant-api03-fake-fake-fake-fake-fake", "a key of Anthropic was sent to api.openai.com"),
    ],
)
def test_what_speaks_against_a_key_is_said_before_the_answer(run: Run, sent: str, said: str):
    done = run("text", sys.executable, "-c", CALL, KEY=sent)
    assert said in done.stderr
    assert done.stderr.index(said) < done.stderr.index("[x]")
    assert not sent or sent not in done.stderr


def test_retries_that_a_library_hides_are_told(run: Run, world: World, key: str):
    answers = iter([answer(429, b'{"error":{"code":"rate_limit_exceeded","message":"slow down"}}')] * 2
                   + [answer(200, b"{}")])  # fmt: skip
    world.answer = lambda asked: next(answers)
    done = run("text", sys.executable, "-c", CALL, KEY=key, TIMES="3")
    assert "429, then 429, then 200 after 0 s" in done.stderr
    assert "2 failures that your program may not have seen: 1 request was sent again" in done.stderr


def test_a_fallback_behind_mesh_is_an_alarm_and_can_be_the_exit_status(run: Run, world: World):
    world.answer = lambda asked: answer(200, b"{}", "X-BYOK-Fallback-Triggered: true")
    url = "https://api.meshapi.ai/v1/chat/completions"
    done = run("text", sys.executable, "-c", CALL, KEY="rsk_01FAKE0000000000000000TEST", URL=url, FAIL_ON="fallback")
    assert "fell back" in done.stderr
    assert "Mesh's own credentials served" in done.stderr
    assert done.returncode == 3


def test_the_exit_status_is_the_programs_own(run: Run):
    assert run("text", "sh", "-c", "exit 7").returncode == 7
    assert run("text", "sh", "-c", "kill -TERM $$").returncode == 128 + signal.SIGTERM
    assert run("text", "/nonexistent/program").returncode == 127


def test_a_program_without_calls_is_told_why_that_may_be(run: Run):
    done = run("text", "true")
    assert "no call to OpenAI, Bedrock, Vertex or Mesh was seen" in done.stderr
    assert "obeys no proxy variables" in done.stderr


def test_json_lines_hold_calls_and_summary(run: Run, key: str):
    done = run("jsonl", sys.executable, "-c", CALL, KEY=key)
    rows = [json.loads(line) for line in done.stderr.splitlines()]
    assert [row["type"] for row in rows] == ["call", "summary"]
    assert rows[0]["explanation"]["cause"] == "credential_invalid"
    assert rows[0]["process"]["name"].startswith("python")
    assert rows[1]["causes"] == {"credential_invalid": 1}
    assert not parts_in(done.stderr, key)


def test_quiet_is_the_summary_alone_and_all_has_successes(run: Run, world: World, key: str):
    assert "[x]" not in run("quiet", sys.executable, "-c", CALL, KEY=key).stderr
    world.answer = lambda asked: answer(200, b"{}")
    assert "[ok] 200" in run("all", sys.executable, "-c", CALL, KEY=key).stderr


def test_the_files_of_a_run_are_private_and_go_with_it(run: Run, tmp_path: Path):
    code = """
import os, stat
path = os.environ["SSL_CERT_FILE"]
print(oct(os.stat(path).st_mode & 0o777), oct(os.stat(os.path.dirname(path)).st_mode & 0o777), path)
print(any(b"PRIVATE KEY" in open(os.path.join(os.path.dirname(path), n), "rb").read()
          for n in os.listdir(os.path.dirname(path))))
"""
    done = run("text", sys.executable, "-c", code)
    first, held = done.stdout.splitlines()
    modes, path = first.rsplit(" ", 1)
    assert modes == "0o600 0o700"
    assert held == "False"
    assert not Path(path).exists()


def test_a_shell_evaluates_the_variables_and_its_programs_are_read_until_it_ends(run: Run, key: str):
    lines = f"""
eval "$({sys.executable} -m tests.tap.command env)"
curl -sS https://api.openai.com/v1/models -H "Authorization: Bearer $KEY" >/dev/null
curl -sS --noproxy '*' "$OPENAI_BASE_URL/models" -H "Authorization: Bearer $KEY" >/dev/null
kill "$MESHTUI_RUN_PID"
while kill -0 "$MESHTUI_RUN_PID" 2>/dev/null; do sleep 0.05; done
"""
    (Path(run.home) / "script.sh").write_text(lines)  # type: ignore[attr-defined]
    done = subprocess.run(["sh", "script.sh"], env={**run.environ, "KEY": key}, cwd=run.home,  # type: ignore[attr-defined]
                          capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    assert done.stderr.count("[x] 401") == 2
    assert "2 calls (2 to openai), 2 failed" in done.stderr
    assert not parts_in(done.stderr, key)


def test_the_companys_refusal_reaches_the_program_as_it_is(world: World, tmp_path: Path):
    roots = tmp_path / "company.pem"
    roots.write_bytes(world.authority.cert_pem.bytes())
    with company_proxy(world) as (address, _):
        done = subprocess.run(
            [sys.executable, "-m", "tests.tap.command", "text", "curl", "-sS", "https://api.openai.com/v1/models"],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "SSL_CERT_FILE": str(roots),
                 "HTTPS_PROXY": address.replace("pass%20word", "wrong")},
            capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False,
        )  # fmt: skip
    assert "407" in done.stderr
    assert "[x] proxy" in done.stderr
    assert "wrong" not in done.stderr


def test_ctrl_c_reaches_the_program_and_its_own_answer_is_the_status(world: World, tmp_path: Path):
    """In a terminal of its own, as a person presses it."""
    code = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGINT, lambda *_: (print('cleaned up', flush=True), sys.exit(9)))\n"
        "print('ready', sys.stdin.isatty(), sys.stdout.isatty(), flush=True)\n"
        "while True: time.sleep(0.1)\n"
    )
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        os.environ["PYTHONPATH"] = str(ROOT)
        os.execv(sys.executable, [sys.executable, "-m", "tests.tap.command", "quiet", sys.executable, "-c", code])
    seen = read_until(terminal, b"\n")
    assert b"ready True True" in seen
    os.write(terminal, b"\x03")
    seen = read_until(terminal, b"\0 never")
    assert seen.count(b"cleaned up") == 1
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9
    os.close(terminal)


def read_until(terminal: int, words: bytes) -> bytes:
    """What the terminal shows until these words, or its end."""
    seen = b""
    while words not in seen:
        try:
            more = os.read(terminal, 4096)
        except OSError:
            break
        if not more:
            break
        seen += more
    return seen


def test_a_termination_is_forwarded(tmp_path: Path):
    code = (
        "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))\n"
        "print('ready', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.tap.command", "quiet", sys.executable, "-c", code],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.terminate()
    assert process.wait(20) == 5
    process.stdout.close()
