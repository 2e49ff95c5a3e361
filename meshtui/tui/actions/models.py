"""The models that a provider lists: completed while one types, and chosen from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from meshtui.base.names import PROVIDER_NAMES
from meshtui.runs.model import Path

if TYPE_CHECKING:
    from meshtui.tui.main_screen import MainScreen


def choose(screen: MainScreen) -> None:
    """Opens the list; it is asked for now, unless it was had before."""
    pane = screen.request
    if not pane.credential:
        screen.say("There is no provider credential whose models could be listed.", "warn")
        return
    if screen.credentials.starting:
        return
    from meshtui.tui.dialogs.model import ModelDialog

    def chosen(model: str | None) -> None:
        if model is not None:
            pane.take_model(model)

    ask = partial(screen.session.models, pane.credential, pane.path)
    at_mesh = pane.path in (Path.MESH, Path.PLATFORM)
    who = PROVIDER_NAMES["mesh"] if at_mesh else PROVIDER_NAMES[pane.provider]
    screen.app.push_screen(ModelDialog(who, ask, pane.model, pane.usual_model), chosen)


async def complete(screen: MainScreen) -> None:
    """Lets the Model field complete what is typed. A list that cannot be had is no reason to interrupt: `choose` tells
    why."""
    pane = screen.request
    if pane.credential and not screen.credentials.starting:
        name, path = pane.credential, pane.path
        models = await screen.session.models(name, path)
        if (name, path) == (pane.credential, pane.path):
            pane.complete(models.names)
