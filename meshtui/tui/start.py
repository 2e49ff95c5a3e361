"""From the command line to the screen, and back to an exit status."""

from __future__ import annotations

import gc
import os
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from meshtui.settings.loading import Loaded
    from meshtui.settings.schema import Problem
    from meshtui.tap.program_run import RunOptions
    from meshtui.tap.sandbox_hosts import SandboxHosts
    from meshtui.tui.app import MeshtuiApp
    from meshtui.tui.listen_control import ListenControl

LOGGING = ("TEXTUAL", "TEXTUAL_DEBUG", "TEXTUAL_LOG")
"""Textual's help for developers. It writes every paste and every field's text, with keys in clear, into a log that
others can read, into `keys.log` in the current folder, or to its console on whichever host."""


def start(*, demo: bool, tour: bool = False, hide_names: bool = False, speed: float = 0.0, leaves: bool = False) -> int:
    """Opens the screen, with the guided tour on and names hidden where asked for; the demo after it where that was
    chosen there. With a `speed` above 0 the tour plays by itself, and the screen `leaves` with it.
    Returns the exit status when it is left.
    """
    prepare()
    from meshtui.journal.history_store import History
    from meshtui.session import Session
    from meshtui.settings.loading import load
    from meshtui.tui.app import MeshtuiApp
    from meshtui.tui.screens.main_screen import Play

    loaded = load(os.environ)
    settings = replace(loaded.settings, hide_names=hide_names or loaded.settings.hide_names)
    if demo:
        settings = replace(settings, models={})  # the sandbox has models of its own
    history = History.of(settings, os.environ, demo=demo)
    session = Session.demo(settings, history) if demo else Session.live(settings=settings, history=history)
    app = MeshtuiApp(session, tour=tour, problems=loaded.problems, play=Play(speed, leaves))
    app.problems += find_theme_problems(app, loaded)
    app.run()
    if app.demo_wanted:
        return start(demo=True, hide_names=app.session.settings.hide_names)
    return app.return_code or 0


def start_program(options: RunOptions, hosts: SandboxHosts | None = None, *, hide_names: bool = False) -> ListenControl:
    """Opens the screen with a program in a pane of its own, and returns what listened to it once it is left; `hosts` is
    the sandbox that replaces the providers for the program, which `options` name too."""
    prepare()
    app = make_program_app(options, hosts, hide_names=hide_names)
    app.run()
    return app.main.listening


def make_program_app(options: RunOptions, hosts: SandboxHosts | None, *, hide_names: bool = False) -> MeshtuiApp:
    """The application for it. With `hosts` its session is the sandbox's: what is sent again, checked and broken on the
    screen is the sandbox that the program calls."""
    from meshtui.demo_sandbox import DemoSandbox
    from meshtui.journal.history_store import History
    from meshtui.session import Session
    from meshtui.settings.loading import load
    from meshtui.tui.app import MeshtuiApp

    loaded = load(os.environ)
    settings = replace(loaded.settings, hide_names=hide_names or loaded.settings.hide_names)
    if hosts is None:
        session = Session.live(settings=settings, history=History.of(settings, os.environ, demo=False))
    else:
        session = Session(sandboxed=True, settings=replace(settings, models={}))
        session.stage = DemoSandbox(hosts=hosts)
    app = MeshtuiApp(session, problems=loaded.problems, run=options)
    app.problems += find_theme_problems(app, loaded)
    return app


def prepare() -> None:
    """What has to be set before Textual is imported.

    While modules are imported nearly nothing becomes garbage, and looking for it took a tenth of the time to the
    first paint: the collector rests until then (`MeshtuiApp` wakes it).
    """
    gc.disable()
    # Textual paints at most so often a second, and only what has changed: a key that comes right after a paint waits
    # for the next one. At 240 a tenth of all keys took 13 ms while records poured in, now 8. At rest nothing is.
    os.environ.setdefault("TEXTUAL_FPS", "1000")
    for name in LOGGING:
        os.environ.pop(name, None)


def find_theme_problems(app: MeshtuiApp, loaded: Loaded) -> list[Problem]:
    """Whether the theme that was set is one: only the application knows all there are."""
    from difflib import get_close_matches

    from meshtui.settings.schema import Problem

    name = loaded.settings.theme
    if not name or name in app.available_themes:
        return []
    near = get_close_matches(name, app.available_themes, 1)
    fix = f"Did you mean {near[0]}?" if near else "The command palette lists all themes"
    return [Problem(loaded.origins["theme"], f"there is no theme {name!r}", fix, "theme")]
