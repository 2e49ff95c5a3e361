"""`meshtui run --screen`: the program in a pane of its own, and all that the Log can do with its calls."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path

import pytest
from textual.pilot import Pilot

from meshtui.session import Session
from meshtui.settings import Settings
from meshtui.tap.program_run import RunOptions
from meshtui.tap.sandbox_hosts import SandboxHosts
from meshtui.tui.app import MeshtuiApp
from meshtui.tui.dialogs.listen_dialog import ListenDialog
from meshtui.tui.screens.code_screen import CodeScreen
from meshtui.tui.screens.explanation_screen import ExplanationScreen
from meshtui.tui.start import make_program_app
from tests.canaries import parts_in
from tests.tui.conftest import settled, text_of

from .hosts import World, answer, company_proxy
from .test_command import BEDROCK, VERTEX

CALL = """
import httpx, os, sys
key = os.environ["OPENAI_API_KEY"]
with httpx.Client() as client:
    for model in sys.argv[1:] or ["gpt-4o-mini"]:
        answer = client.post("https://api.openai.com/v1/chat/completions", headers={"Authorization": "Bearer " + key},
                             json={"model": model, "messages": [{"role": "user", "content": "hi"}], "seed": 7})
        print("\\x1b[31mthe program's own words\\x1b[0m", answer.status_code)
"""
Open = Callable[..., AbstractAsyncContextManager["Shown"]]


class Shown:
    """The screen with a program on it."""

    def __init__(self, app: MeshtuiApp, pilot: Pilot[None], folder: Path) -> None:
        self.app, self.pilot, self.folder = app, pilot, folder

    async def until(self, said: str | Callable[[], bool], seconds: float = 30.0) -> None:
        """Waits until this is on the screen, or holds."""
        if callable(said):
            await settled(self.pilot, until=said, seconds=seconds)
            return
        end = time.monotonic() + seconds
        while said not in text_of(self.app):
            assert time.monotonic() < end, text_of(self.app)
            await self.pilot.pause(0.15)  # to read the screen all the time would take what the program needs to start
        await settled(self.pilot, until=lambda: True)

    async def until_logged(self, count: int = 1) -> None:
        """Waits until so many requests are in the journal with their ends."""
        await self.until(lambda: sum(e.what == "verdict" for e in self.app.session.journal) >= count)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await settled(self.pilot)

    async def leave_pane(self) -> None:
        await self.press("ctrl+right_square_bracket")


@pytest.fixture
def on_screen(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens the screen with a program; all that leaves it, and the screen, goes through a company's proxy to our
    hosts."""
    roots, home = tmp_path / "company.pem", tmp_path / "home"
    roots.write_bytes(world.authority.cert_pem.bytes())
    home.mkdir()
    for name in ("OPENAI_API_KEY", "TMUX", "DISPLAY", "WAYLAND_DISPLAY", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(home)

    @asynccontextmanager
    async def opened(*command: str, size: tuple[int, int] = (120, 40), **more: str) -> AsyncIterator[Shown]:
        with company_proxy(world) as (address, _):
            surroundings = {"HOME": str(home), "HTTPS_PROXY": address, "SSL_CERT_FILE": str(roots),
                            "MESHTUI_EXPORTS": str(tmp_path / "exports"), **more}  # fmt: skip
            for name, value in surroundings.items():
                monkeypatch.setenv(name, value)
            environ = {"PATH": os.environ["PATH"], **surroundings}
            session = Session.live(environ, settings=Settings(exports=str(tmp_path / "exports")))
            options = RunOptions(command, environ, str(home)) if command else None
            app = MeshtuiApp(session, run=options)
            async with app.run_test(size=size) as pilot:
                yield Shown(app, pilot, tmp_path)

    return opened


def python(code: str, *arguments: str) -> tuple[str, ...]:
    return sys.executable, "-c", code, *arguments


def write_env(key: str) -> None:
    """The .env of the folder in which the program is started."""
    Path(".env").write_text(f"OPENAI_API_KEY={key}\n")


# The pane


async def test_the_programs_output_stands_beside_its_calls(on_screen: Open, key: str):
    async with on_screen(*python(CALL), OPENAI_API_KEY=key) as shown:
        await shown.until("the program's own words 401")
        await shown.until_logged()
        await shown.until("ended with exit status 0")
        await shown.until("leads to the Log of its calls")
        page = text_of(shown.app)
        assert "your program · python" in page
        assert "401 program" in page, page
        assert not parts_in(page, key)


async def test_what_the_program_prints_has_its_colours(on_screen: Open, key: str):
    async with on_screen("printf", r"\033[31mred\033[0m \033[1;44mblue\033[0m \033[38;5;208morange\033[0m") as shown:
        await shown.until("red blue orange")
        pane = shown.app.main.program
        assert pane is not None
        styles = {segment.text: segment.style for segment in pane.render_line(0) if segment.text.strip()}
        assert [str(styles[text].color.name) for text in ("red", "orange")] == ["red", "#ff8700"]
        assert styles["blue"].bold
        assert styles["blue"].bgcolor.name == "blue"


async def test_keys_go_to_the_program_and_one_leaves_it(on_screen: Open):
    code = "import sys\nfor line in sys.stdin: print('read', repr(line)); sys.stdout.flush()"
    async with on_screen(*python(code)) as shown:
        await shown.until("keys go to the program")
        await shown.press("q", "f", "enter")
        await shown.until("read 'qf\\n'")
        await shown.leave_pane()
        assert shown.app.main.log_lines.has_focus
        await shown.press("5")
        await shown.press("ctrl+d")
        await shown.until("ended with exit status 0")


async def test_ctrl_c_is_the_programs_while_it_has_the_keys(on_screen: Open):
    code = "import time\ntry:\n print('ready', flush=True); time.sleep(60)\nexcept KeyboardInterrupt:\n print('caught')"
    async with on_screen(*python(code)) as shown:
        await shown.until("ready")
        await shown.press("ctrl+c")
        await shown.until("caught")
        assert shown.app.is_running


async def test_the_program_knows_how_large_its_pane_is_and_hears_when_that_changes(on_screen: Open):
    code = """
import os, signal, sys, time
def tell(*_): print("size", *os.get_terminal_size(), flush=True)
signal.signal(signal.SIGWINCH, tell); tell()
while True: time.sleep(0.1)
"""
    async with on_screen(*python(code)) as shown:
        pane = shown.app.main.program
        assert pane is not None
        await shown.until(lambda: f"size {pane.content_size.width} {pane.content_size.height}" in text_of(shown.app))
        await shown.pilot.resize_terminal(90, 30)
        await shown.until(lambda: f"size {pane.content_size.width} {pane.content_size.height}" in text_of(shown.app))
        assert pane.content_size.width < 90


async def test_a_paste_goes_to_the_program_bracketed_where_it_asked_for_that(on_screen: Open):
    from textual import events

    code = "import sys,tty\ntty.setcbreak(0)\nprint('\\x1b[?2004hready', flush=True)\nprint(repr(sys.stdin.read(17)))"
    async with on_screen(*python(code)) as shown:
        await shown.until("ready")
        shown.app.post_message(events.Paste("hello"))
        await shown.until(r"\x1b[200~hello\x1b[201~"[:16])


@pytest.mark.parametrize(("code", "status"), [("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 15)", 143)])
async def test_its_exit_status_is_shown_and_kept(on_screen: Open, code: str, status: int):
    async with on_screen(*python(code)) as shown:
        await shown.until(f"ended with exit status {status}")
        await shown.leave_pane()
        await shown.until("q quit")
        await shown.press("q")
    assert shown.app.main.listening.status == status


async def test_what_cannot_be_started_is_told_in_its_pane(on_screen: Open):
    async with on_screen("/etc/passwd") as shown:
        await shown.until("Permission denied")
        await shown.until("ended with exit status 126")


async def test_leaving_ends_the_program_with_its_children_after_asking_once(on_screen: Open, tmp_path: Path):
    code = f"sleep 600 & echo $! > {tmp_path}/child; echo ready; wait"
    async with on_screen("sh", "-c", code) as shown:
        await shown.until("ready")
        await shown.leave_pane()
        await shown.press("q")
        await shown.until("Your program still runs: q once more ends it and leaves")
        await shown.press("q")
    child = int((tmp_path / "child").read_text())
    assert not _is_alive(child)
    assert shown.app.main.listening.status == 129


def _is_alive(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


async def test_what_scrolled_away_can_be_read_again_and_is_bounded(on_screen: Open):
    from meshtui.tui.terminal_emulator import SCROLLBACK

    async with on_screen("seq", "1", str(SCROLLBACK + 500)) as shown:
        await shown.until(f"{SCROLLBACK + 499}")
        pane = shown.app.main.program
        assert pane is not None
        await shown.press("shift+pageup")
        assert f"{SCROLLBACK + 499}" not in text_of(shown.app)
        for _ in range(SCROLLBACK):
            pane.on_mouse_scroll_up(_Wheel())  # type: ignore[arg-type]
        assert "rows below" in str(pane.border_subtitle)
        assert pane._emulator.screen.first >= 400
        assert len(pane._emulator.screen.past) == SCROLLBACK


class _Wheel:
    def stop(self) -> None:
        pass


async def test_a_key_that_the_program_prints_is_masked_though_it_goes_over_two_rows(on_screen: Open, key: str):
    code = "import os; print('-' * 60 + ' ' + os.environ['OPENAI_API_KEY'] + ' behind'); print('\\x1b[31mlast')"
    async with on_screen(*python(code), size=(80, 40), OPENAI_API_KEY=key) as shown:
        await shown.until("last")
        page = text_of(shown.app)
        assert "sk-proj-…O5vW" in page
        assert not parts_in(page, key)
        assert "behind" in page


# The Log on its calls


async def test_a_call_has_its_card_and_can_be_copied_as_curl_and_written_as_har(on_screen: Open, key: str):
    async with on_screen(*python(CALL), OPENAI_API_KEY=key) as shown:
        await shown.until_logged()
        await shown.leave_pane()
        await shown.press("home", "down", "enter")
        assert isinstance(shown.app.screen, ExplanationScreen)
        page = text_of(shown.app)
        assert "OpenAI" in page
        assert "What to do" in page
        await shown.press("2")
        assert "chat/completions" in text_of(shown.app)
        await shown.press("escape", "v")
        assert isinstance(shown.app.screen, CodeScreen)
        page = text_of(shown.app)
        assert "curl" in page
        assert "https://api.openai.com/v1/chat/completions" in page
        assert not parts_in(page, key)
        await shown.press("escape", "w")
        await shown.until("Write this run into a file")
        await shown.press("down", "enter")
        exports = shown.folder / "exports"
        await shown.until(lambda: exports.exists() and any(exports.glob("*")))
        (file,) = exports.glob("*")
        assert "api.openai.com" in file.read_text()
        assert not parts_in(file.read_text(), key)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_the_filter_finds_calls_by_program_and_by_what_they_came_to(on_screen: Open, world: World, key: str):
    answers = iter([answer(404, b'{"error":{"code":"model_not_found","message":"no such model"}}'), answer(200, b"{}")])
    world.answer = lambda asked: next(answers)
    async with on_screen(*python(CALL, "nonesuch", "gpt-4o"), OPENAI_API_KEY=key) as shown:
        await shown.until_logged(2)
        await shown.leave_pane()
        for typed, found in (("program:python", 2), ("program:nothing", 0), ("path:program", 2), ("status:404", 1),
                             ("cause:model", 1)):  # fmt: skip
            await shown.press("slash", *typed, "enter")
            assert shown.app.main.log_lines.view.found == found, typed
            await shown.press("escape")


async def test_r_sends_the_programs_very_request_again_with_the_key_it_was_made_with(
    on_screen: Open, world: World, key: str
):
    async with on_screen(*python(CALL), OPENAI_API_KEY=key) as shown:
        await shown.until_logged()
        await shown.leave_pane()
        await shown.press("home", "down")
        world.answer = lambda asked: answer(200, b'{"choices":[]}', "Content-Type: application/json")
        await shown.press("r")
        await shown.until_logged(2)
        first, again = world.asked
        assert (again.method, again.target, again.body) == (first.method, first.target, first.body)
        assert again.headers["authorization"] == first.headers["authorization"] == f"Bearer {key}"
        assert again.headers["user-agent"].startswith("meshtui/")
        *_, start, attempt, verdict = shown.app.session.journal
        assert start.text.startswith("your program's request once more · POST https://api.openai.com")
        assert attempt.detail.ok  # type: ignore[union-attr]
        assert attempt.detail.role == "own key"  # type: ignore[union-attr]
        assert "served" in verdict.text.lower()


@pytest.mark.parametrize("place", ["log", "card"])
async def test_a_key_that_the_shells_hides_can_be_sent_again_and_checked_too(
    on_screen: Open, world: World, key: str, place: str
):
    """The program reads .env by itself, where another key stands than in the shell's variable."""
    code = CALL.replace('os.environ["OPENAI_API_KEY"]', "open('.env').read().strip().partition('=')[2]")
    write_env(key)
    shells = f"sk-proj-{'Qa7' * 14}shel"
    async with on_screen(*python(code), OPENAI_API_KEY=shells) as shown:
        await shown.until_logged()
        await shown.leave_pane()
        await shown.press("home", "down", *(["enter"] if place == "card" else []))
        assert "line 1 of .env" in shown.app.session.journal[1].detail.origin  # type: ignore[union-attr]
        await shown.press("r")
        await shown.until(lambda: len(world.asked) > 1 or "once more does it" in text_of(shown.app))
        if place == "card":
            await shown.press("r")
        await shown.until(lambda: len(world.asked) > 1)
        assert {asked.headers.get("authorization") for asked in world.asked} - {None} == {f"Bearer {key}"}


async def test_a_key_that_is_not_of_this_machine_cannot_be_sent_again(on_screen: Open, world: World, key: str):
    code = CALL.replace('os.environ["OPENAI_API_KEY"]', repr(key))
    async with on_screen(*python(code)) as shown:
        await shown.until_logged()
        await shown.leave_pane()
        await shown.press("home", "down", "r")
        await shown.until("is none of this machine's usual places")
        assert len(world.asked) == 1


async def test_a_doubt_is_a_note_before_the_answer_and_retries_are_told(on_screen: Open, world: World):
    world.answer = lambda asked: answer(401, b"{}")
    async with on_screen(*python(CALL), OPENAI_API_KEY="sk-your-key-here") as shown:
        await shown.until_logged()
        notes = [entry.text for entry in shown.app.session.journal if entry.what == "note"]
        assert any("placeholder" in note for note in notes), notes


# Another terminal


async def test_another_terminals_programs_are_listened_to(on_screen: Open, world: World, key: str):
    async with on_screen(OPENAI_API_KEY=key) as shown:
        await shown.until("Found openai")
        await shown.press("L")
        await shown.until(lambda: isinstance(shown.app.screen, ListenDialog))
        other = shown.app.main.listening.other
        assert other is not None
        assert stat.S_IMODE(other.file.stat().st_mode) == 0o600
        assert f'eval "$(cat {other.file})"' in text_of(shown.app).replace("\n", "")
        password = other.address.partition("meshtui:")[2].partition("@")[0]
        assert password not in other.line
        await shown.press("y", "escape")
        assert password not in text_of(shown.app)
        (shown.folder / "app.py").write_text(CALL)
        script = f"{other.line}\nexec {sys.executable} {shown.folder}/app.py"
        environ = {"PATH": os.environ["PATH"], "OPENAI_API_KEY": key}
        done = await asyncio.to_thread(
            subprocess.run, ["sh", "-c", script], env=environ, capture_output=True, text=True, timeout=60, check=False
        )
        assert "401" in done.stdout, done.stderr
        await shown.until_logged()
        assert "your program · your shell" in shown.app.session.journal[1].text + shown.app.session.journal[0].text
        assert all(password not in entry.text for entry in shown.app.session.journal)
        await shown.press("L")
        await shown.until(lambda: isinstance(shown.app.screen, ListenDialog))
        await shown.press("L")
        await shown.until("Nobody is listened to any more")
        assert not other.file.exists()
        assert not shown.app.main.listening.is_on


async def test_without_a_program_5_says_how_to_have_one(on_screen: Open):
    async with on_screen() as shown:
        await settled(shown.pilot)
        await shown.press("5")
        await shown.until("meshtui run --screen -- COMMAND")


# The sandbox behind it


@pytest.fixture
def in_sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """The screen with a program before a sandbox, as `meshtui run --screen --sandbox` opens it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for name in ("OPENAI_API_KEY", "TMUX", "DISPLAY", "WAYLAND_DISPLAY", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)

    @asynccontextmanager
    async def opened(*command: str, **faults: str) -> AsyncIterator[Shown]:
        environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        hosts = SandboxHosts(environ, faults)
        options = RunOptions(command, environ, str(tmp_path), open_hosts=lambda: nullcontext(hosts))
        app = make_program_app(options, hosts)
        async with app.run_test(size=(120, 40)) as pilot:
            yield Shown(app, pilot, tmp_path)

    return opened


WAITING = CALL.replace("with httpx", "input()\nwith httpx")


async def test_a_key_that_is_broken_on_the_screen_dies_for_the_program(in_sandbox: Open):
    async with in_sandbox(*python(f"{CALL}{WAITING}")) as shown:
        await shown.until("the program's own words 200")
        shown.app.session.stage.set_fault("openai", "revoked")
        await shown.press("enter")
        await shown.until("the program's own words 401")
        await shown.until_logged(2)
        assert "it comes from the sandbox's OPENAI_API_KEY" in str(
            [entry.detail.origin for entry in shown.app.session.journal if entry.what == "attempt"]  # type: ignore[union-attr]
        )


@pytest.mark.parametrize("code", [CALL, BEDROCK, VERTEX], ids=["openai", "bedrock", "vertex"])
async def test_r_sends_a_call_again_to_the_sandbox_and_nowhere_else(in_sandbox: Open, code: str):
    async with in_sandbox(*python(code)) as shown:
        await shown.until("ended with exit status 0")
        await shown.until_logged()
        before = sum(entry.what == "verdict" for entry in shown.app.session.journal)
        await shown.leave_pane()
        calls = [row for row, entry in enumerate(shown.app.session.journal) if entry.what == "attempt"]
        shown.app.main.log_lines.cursor = calls[-1]
        await shown.press("r")
        await shown.until_logged(before + 1)
        again = [entry for entry in shown.app.session.journal if entry.what == "attempt"][-1].detail
        assert again.ok, again.exchange  # type: ignore[union-attr]
        assert again.exchange.request.url.startswith("http://127.0.0.1:")  # type: ignore[union-attr]
