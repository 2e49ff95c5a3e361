"""The one table of commands: bindings, footer, command palette, help and the README's key table are made from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textual.binding import Binding

EVERYWHERE, MAIN, SHEET, EXPLANATION, CREDENTIAL = "everywhere", "main", "sheet", "explanation", "credential"
TOUR = "tour"


@dataclass(frozen=True, slots=True)
class Command:
    """`id` is stable: it names the action (`action_ID`) and the binding in a keymap. `keys` are Textual's names, the
    first is the one that is shown. Letters work where no text is being typed, function keys always."""

    id: str
    where: str
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


COMMANDS = (
    Command("fire", MAIN, "f,f5", "fire", "Send the test prompt along the chosen path", foot=True),
    Command("stop", MAIN, "escape", "stop", "Stop what is running, at once; leave a text field"),
    Command("open", MAIN, "enter", "open", "Explain the log line, or show what is known of the credential", foot=True),
    Command("check", MAIN, "c,f6", "check", "Check the credential rung by rung; costs nothing", foot=True),
    Command("check_all", MAIN, "C", "check all", "The same with a test prompt, which costs a few tokens"),
    Command("fault", MAIN, "b,f7", "break", "Give the sandbox's credential a fault, or mend it", foot=True, demo=True),
    Command("scenario", MAIN, "g", "scenario", "Set the sandbox up to a scenario; f plays it", foot=True, demo=True),
    Command("policy", MAIN, "x,f8", "exclusive", "Switch the credential between fallback and exclusive use", foot=True),
    Command("path", MAIN, "p,f3", "path", "Next path: byok, mesh, platform, compare", foot=True),
    Command("stream", MAIN, "s,f4", "stream", "Ask for a streamed answer, or not"),
    Command("edit", MAIN, "e", "edit", "Edit the prompt"),
    Command("add", MAIN, "a,f2", "add", "Add a credential by paste or file; explain a pasted error", foot=True),
    Command("remove", MAIN, "delete", "remove", "Take the credential off the list; nothing is deleted elsewhere"),
    Command("copy", MAIN, "y,f9", "copy", "Copy the explanation of the chosen log line, redacted", foot=True),
    Command("pane(1)", MAIN, "1", "credentials", "Go to Credentials"),
    Command("pane(2)", MAIN, "2", "request", "Go to Request"),
    Command("pane(3)", MAIN, "3", "log", "Go to Log"),
    Command("tour('fire')", TOUR, "enter", "fire", "Fire this step of the tour", demo=True),
    Command("tour('next')", TOUR, "n", "next", "The next step of the tour", demo=True),
    Command("tour('end')", TOUR, "escape", "skip", "Skip the tour; from a pane, go back to it", demo=True),
    Command("back", SHEET, "escape,q,backspace", "back", "Close this and go back", foot=True),
    Command("step(-1)", EXPLANATION, "left,comma", "previous", "The line before", foot=True),
    Command("step(1)", EXPLANATION, "right,full_stop", "next", "The line after", foot=True),
    Command("copy", EXPLANATION, "y,f9", "copy", "Copy the explanation, redacted", foot=True),
    Command("copy_all", EXPLANATION, "Y", "copy all", "Copy explanation and raw exchange, redacted", foot=True),
    Command("check", CREDENTIAL, "c,f6", "check", "Check this credential rung by rung; costs nothing", foot=True),
    Command("copy", CREDENTIAL, "y,f9", "copy", "Copy what is known of the credential, redacted", foot=True),
    Command("help", EVERYWHERE, "f1,question_mark", "help", "Show all keys", foot=True),
    Command("command_palette", EVERYWHERE, "ctrl+p", "palette", "Search all commands"),
    Command("theme", EVERYWHERE, "t", "theme", "Switch between dark and light"),
    Command("quit", MAIN, "q", "quit", "Leave", foot=True),
    Command("leave", EVERYWHERE, "ctrl+c", "leave", "Twice: leave; where text is selected: copy it", priority=True),
)  # fmt: skip

_SHOWN = {"question_mark": "?", "escape": "esc", "full_stop": ".", "comma": ",", "left": "←", "right": "→"}


def of(*where: str, demo: bool = True) -> Iterator[Command]:
    """The commands of these screens, in the table's order."""
    return (c for c in COMMANDS if c.where in where and (demo or not c.demo))


def bindings(*where: str) -> list[Binding]:
    """Textual's bindings of these screens. Their ids are the commands', for a keymap."""
    return [
        Binding(c.keys, action(c), c.title, show=False, priority=c.priority, id=f"{c.where}.{c.id}") for c in of(*where)
    ]


def keys(command: Command) -> list[str]:
    """The keys as people read them: `f`, `F5`, `esc`."""
    return [_SHOWN.get(k, k.upper() if k[0] == "f" and k[1:].isdigit() else k) for k in command.keys.split(",")]


def action(command: Command) -> str:
    """The action that Textual runs for it."""
    return f"app.{command.id}" if command.where == EVERYWHERE else f"screen.{command.id}"
