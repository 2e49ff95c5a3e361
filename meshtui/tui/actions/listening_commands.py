"""Listening to programs and following log files: going to the program in the pane, opening the tap to another
terminal, and choosing the log file whose failures come into the Log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meshtui.tui.bindings import command

if TYPE_CHECKING:
    from meshtui.tui.listen_control import ListenControl
    from meshtui.tui.screens.main_screen import MainScreen


NO_PROGRAM = "There is no program here: `meshtui run --screen -- COMMAND` shows one beside the Log."
DEMO = "The demo has a sandbox of its own: `meshtui run --screen --sandbox -- COMMAND` tests a program against one."


@command("main.program")
def go_to_program(screen: MainScreen) -> None:
    if (pane := screen.program) is None:
        screen.say(NO_PROGRAM)
    else:
        pane.focus()


@command("program.leave")
def leave_program(screen: MainScreen) -> None:
    """To the log, whose keys are then those of the table again."""
    screen.log_lines.focus()


@command("main.listen")
def listen(screen: MainScreen) -> None:
    """Begins to listen and shows what another terminal needs; once more, and it can be ended there."""
    if screen.session.sandboxed and not screen.listening.has_program:
        screen.say(DEMO)
    else:
        screen.run_worker(_open(screen, screen.listening), group="listen", exclusive=True)


async def _open(screen: MainScreen, control: ListenControl) -> None:
    from meshtui.tui.dialogs.listen_dialog import ListenDialog

    try:
        other = await control.open_to_other()
    except (OSError, ValueError) as problem:
        screen.say(f"Listening could not begin: {problem}", "bad")
        return

    def done(answer: str | None) -> None:
        if answer == "end":
            screen.run_worker(_end(screen, control), group="listen", exclusive=True)

    ends = not control.has_program
    if ends:
        screen.say(f"Listening to what another terminal starts: {screen.app.key('main.listen')} shows how, or ends it.")
    screen.app.push_screen(ListenDialog(other, can_end=ends), done)


async def _end(screen: MainScreen, control: ListenControl) -> None:
    await control.stop()
    screen.say("Nobody is listened to any more. The other terminal still has the variables: close it.")


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
