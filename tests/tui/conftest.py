"""What the tests of the screen share: a clock that stands still, one time zone, an application without a terminal."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot

from meshtui.presentation.lines import Lines, join_parts
from meshtui.session import Session
from meshtui.tui.app import MeshtuiApp
from tests.tui.idle import make_the_pilot_ask_the_loop, wait_until_idle
from tests.tui.recorded import NOON


def share_parsed_styles() -> None:
    """Every application parses all stylesheets anew: here only the first one with the same colours does."""
    parse, parsed = Stylesheet._parse_rules, {}

    def parse_once(sheet: Stylesheet, css: str, *source: object, **more: object) -> object:
        given = (css, source, *more.items(), *sheet._variables.items())
        if given not in parsed:
            parsed[given] = parse(sheet, css, *source, **more)
        return parsed[given]

    Stylesheet._parse_rules = parse_once


share_parsed_styles()
make_the_pilot_ask_the_loop()
REPAINT = 0.08  # seconds within which a batch of changes is painted


@pytest.fixture(autouse=True)
def one_time_zone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """UTC, and a home of its own: the pictures show times of day, and copying may write a file."""
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("TMUX", "DISPLAY", "WAYLAND_DISPLAY", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def every_frame() -> None:
    """For a test of what is painted and when: nothing is left out."""


@pytest.fixture(autouse=True)
def only_what_is_read_is_painted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal Textual composes every frame, and nobody sees it: a third of all that these tests take of a
    processor. Whoever reads the screen here renders it then. Sweeps leave nothing out, and in a real terminal nothing
    can be."""
    if request.node.get_closest_marker("sweep") or "every_frame" in request.fixturenames:
        return
    compose = Compositor.render_update

    def skip(compositor: Compositor, full: bool = False, **given: Any) -> object:
        """All of it for a picture, which asks for that; else nothing."""
        return compose(compositor, full=True, **given) if full else compositor._dirty_regions.clear()  # type: ignore[func-returns-value]

    monkeypatch.setattr(Compositor, "render_update", skip)


def app_for(session: Session) -> MeshtuiApp:
    """The application with a clock that stands still."""
    return MeshtuiApp(session, clock=lambda: NOON)


Screen = Callable[..., AbstractAsyncContextManager[tuple[MeshtuiApp, Pilot[None]]]]


@pytest.fixture
def screen() -> Screen:
    """Opens the application on a session and waits until that has started."""

    @asynccontextmanager
    async def opened(
        session: Session, size: tuple[int, int] = (100, 30)
    ) -> AsyncIterator[tuple[MeshtuiApp, Pilot[None]]]:
        app = app_for(session)
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            yield app, pilot

    return opened


async def settled(pilot: Pilot[None], *, until: Callable[[], bool] | None = None, seconds: float = 30.0) -> None:
    """Waits for workers and the batched repaint; with `until` for that to hold."""
    await pilot.pause()
    if until is None:
        await pilot.app.workers.wait_for_complete()
        await _repaint(pilot)
        return
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "what was waited for did not happen"
        await pilot.pause(0.05)
    await _repaint(pilot)


async def _repaint(pilot: Pilot[None]) -> None:
    await wait_until_idle(REPAINT)
    await pilot.pause(0)


def text_of(app: MeshtuiApp) -> str:
    """All that is on the screen, as text; also what lies behind a dialog."""
    screen = app.screen
    visible_screen_stack.set(app._background_screens)
    return "\n".join("".join(segment.text for segment in line) for line in screen._compositor.render_strips())


def to_text(lines: Lines) -> str:
    """The lines without their colours."""
    return "\n".join(map(join_parts, lines)).strip() + "\n"
