"""The one table of commands: bindings, footer, command palette, help, `meshtui keys` and the README are made from it.

It knows no widget, so the command line can read it as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

EVERYWHERE, MAIN, SHEET, EXPLANATION, CREDENTIAL = "everywhere", "main", "sheet", "explanation", "credential"
TOUR = "tour"


@dataclass(frozen=True, slots=True)
class Command:
    """`where` and `id` together never change: they name the command in a keymap. `keys` are Textual's names, the first
    is the one that is shown. Letters work where no text is being typed, function keys always."""

    where: str
    id: str
    does: str
    """The function in `meshtui.tui.actions`: `request.fire`. Empty: Textual's own action of that id."""
    keys: str
    title: str
    """For the footer: one or two words."""
    help: str
    foot: bool = False
    """Whether the footer has it."""
    demo: bool = False
    """Whether it needs the sandbox."""
    priority: bool = False
    """Whether it comes before the focused widget's own keys."""

    @property
    def ident(self) -> str:
        """`main.fire`"""
        return f"{self.where}.{self.id}"


COMMANDS = (
    Command(MAIN, "fire", "request.fire", "f,f5", "fire", "Send the test prompt along the chosen path", foot=True),
    Command(MAIN, "stop", "request.stop", "escape", "stop", "Stop what is running, at once; leave a text field"),
    Command(MAIN, "open", "panes.open_chosen", "enter", "open",
            "Explain the log line, or show what is known of the credential", foot=True),
    Command(MAIN, "check", "credentials.check", "c,f6", "check",
            "Check the credential rung by rung; costs nothing", foot=True),
    Command(MAIN, "check_all", "credentials.check_all", "C", "check all",
            "The same with a test prompt, which costs a few tokens"),
    Command(MAIN, "fault", "credentials.choose_fault", "b,f7", "break",
            "Give the sandbox's credential a fault, or mend it", foot=True, demo=True),
    Command(MAIN, "scenario", "staging.choose", "g", "scenario",
            "Set the sandbox up to a scenario; f plays it", foot=True, demo=True),
    Command(MAIN, "policy", "credentials.switch_policy", "x,f8", "exclusive",
            "Switch the credential between fallback and exclusive use", foot=True),
    Command(MAIN, "path", "request.next_path", "p,f3", "path", "Next path: byok, mesh, platform, compare", foot=True),
    Command(MAIN, "stream", "request.switch_stream", "s,f4", "stream", "Ask for a streamed answer, or not"),
    Command(MAIN, "edit", "request.edit", "e", "edit", "Edit the prompt"),
    Command(MAIN, "add", "credentials.add", "a,f2", "add",
            "Add a credential by paste or file; explain a pasted error", foot=True),
    Command(MAIN, "remove", "credentials.remove", "delete", "remove",
            "Take the credential off the list; nothing is deleted elsewhere"),
    Command(MAIN, "copy", "log.copy", "y,f9", "copy",
            "Copy the explanation of the chosen log line, redacted", foot=True),
    Command(MAIN, "credentials", "panes.to_credentials", "1", "credentials", "Go to Credentials"),
    Command(MAIN, "request", "panes.to_request", "2", "request", "Go to Request"),
    Command(MAIN, "log", "panes.to_log", "3", "log", "Go to Log"),
    Command(TOUR, "fire", "tour.fire", "enter", "fire", "Fire this step of the tour", demo=True),
    Command(TOUR, "next", "tour.onward", "n", "next", "The next step of the tour", demo=True),
    Command(TOUR, "end", "tour.end", "escape", "skip", "Skip the tour; from a pane, go back to it", demo=True),
    Command(SHEET, "back", "sheets.back", "escape,q,backspace", "back", "Close this and go back", foot=True),
    Command(EXPLANATION, "before", "sheets.before", "left,comma", "previous", "The line before", foot=True),
    Command(EXPLANATION, "after", "sheets.after", "right,full_stop", "next", "The line after", foot=True),
    Command(EXPLANATION, "copy", "sheets.copy", "y,f9", "copy", "Copy the explanation, redacted", foot=True),
    Command(EXPLANATION, "copy_all", "sheets.copy_all", "Y", "copy all",
            "Copy explanation and raw exchange, redacted", foot=True),
    Command(CREDENTIAL, "check", "sheets.check", "c,f6", "check",
            "Check this credential rung by rung; costs nothing", foot=True),
    Command(CREDENTIAL, "copy", "sheets.copy", "y,f9", "copy",
            "Copy what is known of the credential, redacted", foot=True),
    Command(EVERYWHERE, "help", "application.show_help", "f1,question_mark", "help", "Show all keys", foot=True),
    Command(EVERYWHERE, "command_palette", "", "ctrl+p", "palette", "Search all commands"),
    Command(EVERYWHERE, "theme", "application.switch_theme", "t", "theme", "Switch between dark and light"),
    Command(MAIN, "quit", "application.leave", "q", "quit", "Leave", foot=True),
    Command(EVERYWHERE, "leave", "application.leave_when_sure", "ctrl+c", "leave",
            "Twice: leave; where text is selected: copy it", priority=True),
)  # fmt: skip

_SHOWN = {"question_mark": "?", "escape": "esc", "full_stop": ".", "comma": ",", "left": "←", "right": "→"}


def of(*where: str, demo: bool = True) -> Iterator[Command]:
    """The commands of these screens, in the table's order."""
    return (c for c in COMMANDS if c.where in where and (demo or not c.demo))


def keys(command: Command) -> list[str]:
    """The keys as people read them: `f`, `F5`, `esc`."""
    return [_SHOWN.get(k, k.upper() if k[0] == "f" and k[1:].isdigit() else k) for k in command.keys.split(",")]
