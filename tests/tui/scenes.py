"""Every pane and state worth a picture. `test_pictures.py` compares them all; the README shows some."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from meshtui.checks.matrix import ASKING, Cell, plan_cells
from meshtui.checks.model import CheckReport, CheckResult
from meshtui.journal.recording import CheckRecorder
from meshtui.providers.check import CheckStatus
from meshtui.runs.model import AttemptStarted, PhaseReached, TextArrived
from meshtui.runs.model_lists import Models
from meshtui.tap.program_run import RunOptions
from meshtui.tui.app import MeshtuiApp
from meshtui.tui.dialogs.model_dialog import ModelDialog
from meshtui.tui.live_run import LiveRun
from meshtui.tui.screens.matrix_screen import MatrixScreen
from meshtui.tui.themes import TERMINAL
from tests.tui.recorded import (
    BAD,
    FELL_BACK_ON_LIMIT,
    NO_PERMISSION,
    NOON,
    OWN_KEY,
    Recorded,
    all_kinds,
    attempt,
    demo,
    fallen_back,
    limited,
)
from tests.tui.recorded_past import some_days
from tests.tui.recorded_program import PROGRAM, printed, ran

SMALL, MEDIUM, LARGE = (80, 24), (120, 36), (200, 60)


@dataclass(frozen=True)
class Scene:
    session: Callable[[], Recorded]
    size: tuple[int, int] = SMALL
    press: tuple[str, ...] = ()
    light: bool = False
    no_color: bool = False
    tour: bool = False
    prepare: Callable[[MeshtuiApp, Pilot[None]], Awaitable[None]] | None = None
    run: RunOptions | None = None
    """The program that is shown. It is not started: what it printed is recorded."""


def empty() -> Recorded:
    return Recorded(sandboxed=False)


def with_a_bad_one() -> Recorded:
    session = demo()
    session.found = (*session.found, BAD)
    return session


def checked() -> Recorded:
    """A key pair that is known and may not call the model."""
    session = demo(aws="no_permission")
    rows = (
        ("form", CheckStatus.PASSED, "", "the text has the form of such a key", "that it exists"),
        ("network", CheckStatus.PASSED, "AWS Bedrock answers", "name, TLS and proxy let a request through", "the key"),
        ("identity", CheckStatus.PASSED, "arn:aws:iam::123456789012:user/meshtui", "id and secret belong together",
         "rights"),
        ("clock", CheckStatus.UNCLEAR, "no answer had a date", "this machine's clock is near the provider's",
         "the key"),
        ("prompt", CheckStatus.FAILED, NO_PERMISSION.headline, "the key may call this model",
         "other models and regions"),
        ("streaming", CheckStatus.SKIPPED, "not tried, since prompt failed", "the key may stream", "other models"),
    )  # fmt: skip
    checks = tuple(
        CheckResult("aws", name, holds, note, proves, leaves, "nothing",
                   "permission_missing" if holds is CheckStatus.FAILED else "", None,
                   NO_PERMISSION if holds is CheckStatus.FAILED else None)
        for name, holds, note, proves, leaves in rows
    )  # fmt: skip
    sentence = f"This key is valid, but may not call amazon.nova-micro-v1:0 in us-east-1: {NO_PERMISSION.headline}."
    recorder = CheckRecorder(session.journal, "aws", clock=lambda: NOON)
    for check in checks:
        recorder.record(check)
    recorder.end(CheckReport("aws", "bedrock", "amazon.nova-micro-v1:0", checks, sentence))
    return session


def counting_down() -> Recorded:
    """A run that met its provider's limit, which holds for another 12 s, and fell back."""
    session, at = demo(openai="rate_limited"), NOON - 8
    session.play("openai", OWN_KEY, attempt("own key", "openai", "openai", at=at - 30, took=0.187), at=at - 30)
    served = attempt("platform", "platform", "mesh", at=at + 0.01)
    session.play("openai", FELL_BACK_ON_LIMIT, limited("openai", "openai", at), served, at=at - 0.07)
    return session


async def streaming(app: MeshtuiApp, pilot: Pilot[None]) -> None:
    live = LiveRun()
    for event in (
        AttemptStarted("r", "own key", "openai", "openai", NOON),
        PhaseReached("r", "connected", 0.012), PhaseReached("r", "sent", 0.013), PhaseReached("r", "first_byte", 0.21),
        TextArrived("r", "Once a key was revoked, and nobody noticed, because somebody else was paying for it all"),
    ):  # fmt: skip
        live.record(event)
    app.main.request.turn("stream")
    app.main.show_run(live)


async def streaming_below_a_wrong_number(app: MeshtuiApp, pilot: Pilot[None]) -> None:
    await pilot.press("2")
    field = app.main.query_one("#tokens", Input)
    field.cursor_blink = False
    field.focus()
    await pilot.press(*"lots")
    await streaming(app, pilot)


async def choosing_a_model(app: MeshtuiApp, pilot: Pilot[None]) -> None:
    names = ("gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "gpt-4o", "gpt-4o-2024-08-06", "gpt-5-nano", "o4-mini")

    async def ask() -> Models:
        return Models(names)

    await app.push_screen(ModelDialog("OpenAI", ask, "gpt-4.1-mini", "gpt-4o-mini"))
    app.screen.query_one(Input).cursor_blink = False
    await pilot.press(*"4")


async def checking(app: MeshtuiApp, pilot: Pilot[None]) -> None:
    live = LiveRun()
    live.check("openai", NOON)
    for name, note in (("form", ""), ("network", "OpenAI answers"), ("identity", "the key is known"), ("clock", "")):
        live.record_check(CheckResult("openai", name, CheckStatus.PASSED, note, "", "", "nothing"))
    app.main.show_run(live)


async def filled(app: MeshtuiApp, pilot: Pilot[None]) -> None:
    """The matrix of the demo's credentials, some cells of which are still asked for."""
    sheet = MatrixScreen(app.session, ())
    await app.push_screen(sheet)
    credentials = [app.session.credentials[name] for name in ("openai", "bedrock", "aws", "vertex")]
    models = ("gpt-4o-mini", "gpt-4o", "amazon.nova-micro-v1:0", "amazon.nova-lite-v1:0", "gemini-3.1-flash-lite")
    cells = plan_cells(credentials, models, ("us-east-1", "eu-central-1", "global"))
    lacks = "This key is valid, but may not call it: the user lacks bedrock:InvokeModel."
    told = {"aws": Cell(credentials[2], "", "", "no", "permission_missing", lacks)}
    outcomes = [replace(told.get(cell.credential.name, Cell(cell.credential, "", "", "ok")), credential=cell.credential,
                        model=cell.model, region=cell.region) for cell in cells]  # fmt: skip
    sheet.cells = (*outcomes[:-3], replace(outcomes[-3], status=ASKING), *cells[-2:])
    sheet.running = True
    sheet.show_cells()
    await pilot.press("down", "right", "right", "down")


async def pasted(app: MeshtuiApp, pilot: Pilot[None]) -> None:
    await pilot.press("a")
    app.screen.post_message(events.Paste('{\n  "type": "service_account",\n  "project_id": "demo"\n}'))


async def in_the_terminals_colours(app: MeshtuiApp, pilot: Pilot[None]) -> None:
    app.theme = TERMINAL.name


async def copied(app: MeshtuiApp, pilot: Pilot[None]) -> None:
    app.say("The explanation was copied through the terminal, which does not confirm; also saved as "
            "~/.local/state/meshtui/copied.txt")  # fmt: skip


# The journal of `fallen_back` holds 7 lines, that of `all_kinds` 18: 3 a run, in the order of its docstring.
async def history_read(app: MeshtuiApp, pilot: Pilot[None]) -> None:
    await app.workers.wait_for_complete()
    await pilot.pause()


async def compared(app: MeshtuiApp, pilot: Pilot[None]) -> None:
    await history_read(app, pilot)
    await pilot.press("down", "down", "c")
    await history_read(app, pilot)


SCENES: dict[str, Scene] = {
    "start": Scene(demo),
    "start-empty": Scene(empty),
    "fallback-80x24": Scene(fallen_back, press=("3",)),
    "fallback-120x36-light": Scene(fallen_back, MEDIUM, ("3",), light=True),
    "fallback-200x60": Scene(fallen_back, LARGE, ("3",)),
    "fallback-no-color": Scene(fallen_back, MEDIUM, ("3",), no_color=True),
    "all-kinds": Scene(all_kinds, MEDIUM, ("3", "up")),
    "all-kinds-80x24": Scene(all_kinds, SMALL, ("3", "home")),
    "filtered": Scene(all_kinds, MEDIUM, ("slash", *"status:4xx -cause:rate")),
    "folded-no-color": Scene(fallen_back, SMALL, ("3", "Z", "slash", *"verdict:x"), no_color=True),
    "explanation-401": Scene(all_kinds, SMALL, ("3", "home", "down", "enter")),
    "explanation-401-raw": Scene(all_kinds, (160, 40), ("3", "home", "down", "enter")),
    "explanation-403": Scene(all_kinds, MEDIUM, ("3", "home", *["down"] * 4, "enter")),
    "explanation-429-light": Scene(all_kinds, (100, 30), ("3", "home", *["down"] * 7, "enter"), light=True),
    "limit-counting-down": Scene(counting_down, MEDIUM, ("3",)),
    "names-hidden": Scene(all_kinds, MEDIUM, ("3", "home", *["down"] * 4, "D", "enter")),
    "terminal-colours": Scene(all_kinds, MEDIUM, ("3", "up"), prepare=in_the_terminals_colours),
    "explanation-no-answer": Scene(all_kinds, SMALL, ("3", "end", *["up"] * 4, "enter")),
    "explanation-beside-the-log": Scene(all_kinds, (160, 40), ("3", "home", *["down"] * 4)),
    "explanation-timing": Scene(all_kinds, SMALL, ("3", "home", "down", "enter", "5")),
    "verdict-fallback": Scene(fallen_back, MEDIUM, ("3", "end", "enter")),
    "verdict-not-told": Scene(all_kinds, SMALL, ("3", "home", *["down"] * 11, "enter")),
    "streaming": Scene(demo, (100, 30), prepare=streaming),
    "request-80x24": Scene(demo, SMALL, prepare=streaming_below_a_wrong_number),
    "model-picker": Scene(demo, SMALL, prepare=choosing_a_model),
    "check": Scene(checked, MEDIUM, ("3", "end", "enter")),
    "check-80x24": Scene(checked, SMALL, ("3",)),
    "check-card-80x24": Scene(checked, SMALL, ("3", "end", "enter")),
    "credential": Scene(demo, (160, 30), ("down", "down", "down", "enter")),
    "credential-bad": Scene(with_a_bad_one, SMALL, ("down", "down", "down", "down", "enter")),
    "fault-picker": Scene(fallen_back, SMALL, ("b", "end", "up", "up")),
    "scenario-picker": Scene(demo, SMALL, ("g", "home", *["down"] * 10)),
    "tour": Scene(demo, SMALL, ("n",), tour=True),
    "check_report": Scene(demo, MEDIUM, prepare=checking),
    "add": Scene(demo, SMALL, prepare=pasted),
    "code": Scene(fallen_back, MEDIUM, ("3", "end", "v", "right")),
    "history": Scene(some_days, MEDIUM, ("h",), prepare=history_read),
    "changes": Scene(some_days, SMALL, ("h",), light=True, prepare=compared),
    "matrix": Scene(demo, MEDIUM, prepare=filled),
    "help": Scene(demo, MEDIUM, ("f1",)),
    "jump": Scene(fallen_back, SMALL, ("2", "ctrl+o")),
    "program": Scene(ran, (150, 36), prepare=printed, run=PROGRAM),
    "copied": Scene(fallen_back, SMALL, ("3",), prepare=copied),
}
