"""Takes the picture of a scene. Run as a script it makes `screenshots/` of the pictures that were accepted:
`python -m tests.tui.pictures`."""

from __future__ import annotations

import os
import re
from pathlib import Path

from textual.pilot import Pilot

from meshtui.tui.app import MeshtuiApp
from meshtui.tui.themes import LIGHT
from tests.readme import README as PAGE
from tests.tui.recorded import NOON
from tests.tui.scenes import SCENES, Scene

FOLDER = Path(__file__).parent.parent.parent / "screenshots"
ACCEPTED = Path(__file__).parent / "__snapshots__" / "test_pictures"
README = tuple(name for name in re.findall(r"\(screenshots/([\w-]+)\.svg\)", PAGE.read_text("utf-8")) if name in SCENES)
"""The scenes that the README shows."""


def app_of(scene: Scene) -> MeshtuiApp:
    """The application in the scene's colours, with a clock that stands still."""
    os.environ.pop("NO_COLOR", None)
    if scene.no_color:
        os.environ["NO_COLOR"] = "1"
    try:
        app = MeshtuiApp(scene.session(), clock=lambda: NOON, tour=scene.tour, run=scene.run)
        app.main.starts_program = False
    finally:
        os.environ.pop("NO_COLOR", None)
    if scene.light:
        app.theme = LIGHT.name
    return app


async def play(scene: Scene, pilot: Pilot[None]) -> None:
    """Brings the application to where the picture is taken."""
    app = pilot.app
    assert isinstance(app, MeshtuiApp)
    await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause(0.08)
    await pilot.press(*scene.press)
    if scene.prepare:
        await scene.prepare(app, pilot)
    await pilot.pause(0.12)


async def picture(scene: Scene) -> str:
    """The scene as SVG, without the random id that Rich puts into it."""
    app = app_of(scene)
    async with app.run_test(size=scene.size) as pilot:
        await play(scene, pilot)
        svg = app.export_screenshot(title="meshtui")
    return re.sub(r"\bterminal-\d+-", "terminal-", svg)


def accepted(name: str) -> str:
    """The picture that the tests compare this scene with."""
    return (ACCEPTED / f"test_the_screen_looks_as_it_was_accepted[{name}].svg").read_text(encoding="utf-8")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in README:
        (FOLDER / f"{name}.svg").write_text(accepted(name), encoding="utf-8")


if __name__ == "__main__":
    main()
