"""From the command line to the screen, and back to an exit status."""

from __future__ import annotations

import gc
import os


def start(*, demo: bool, tour: bool = False) -> int:
    """Opens the screen, with the guided tour on where asked for; returns its exit status when it is left.

    While modules are imported nearly nothing becomes garbage, and looking for it took a tenth of the time to the
    first paint: the collector rests until then (`MeshtuiApp` wakes it).
    """
    gc.disable()
    from meshtui.journal.history import History
    from meshtui.session import Session
    from meshtui.settings import Settings
    from meshtui.tui.app import MeshtuiApp

    settings = Settings()
    history = History.of(settings, os.environ, demo=demo)
    session = Session.demo(settings, history) if demo else Session.live(settings=settings, history=history)
    app = MeshtuiApp(session, tour=tour)
    app.run()
    return app.return_code or 0
