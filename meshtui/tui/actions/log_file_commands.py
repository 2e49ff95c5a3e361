"""A log file is followed, or not any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meshtui.tui.bindings import command

if TYPE_CHECKING:
    from meshtui.tui.screens.main_screen import MainScreen


@command("main.follow")
def follow_log_file(screen: MainScreen) -> None:
    """Asks for the file; where one is followed, that ends."""
    if stop_following(screen):
        return
    from meshtui.tui.dialogs.log_file_dialog import LogFileDialog

    def given(path: str | None) -> None:
        if path is not None:
            screen.log_file.start(path)
            screen.say(f"Following {screen.log_file.name}: what fails in it comes into the Log. "
                       f"{screen.app.key('main.follow')} ends it.")  # fmt: skip

    screen.app.push_screen(LogFileDialog(), given)


def stop_following(screen: MainScreen) -> bool:
    """Ends it, and says so. Returns whether a file was followed."""
    said = screen.log_file.stop() if screen.follows_log_file else ""
    if said:
        screen.say(said)
    return bool(said)
