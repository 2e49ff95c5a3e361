"""The one table of commands: bindings, footer, command palette, help, `meshtui keys` and the README are made from it.

It knows no widget, so the command line can read it as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

EVERYWHERE, MAIN, SHEET, EXPLANATION, CREDENTIAL = "everywhere", "main", "sheet", "explanation", "credential"
TOUR, LIST, CHOICE, FILTER, HELP, CODE = "tour", "list", "choice", "filter", "help", "code"
HISTORY, CHANGES, PROGRAM = "history", "changes", "program"
MATRIX, FIELDS = "matrix", "fields"

PLACES = {
    MAIN: "On the main screen",
    TOUR: "On the guided tour (meshtui demo --tour)",
    LIST: "In a list",
    CHOICE: "On a choice such as ‹ byok ›",
    FILTER: "In the filter of a list",
    PROGRAM: "In your program's pane (meshtui run --screen)",
    EXPLANATION: "On an explanation",
    CODE: "On a page of code",
    HISTORY: "In the history",
    CHANGES: 'In "What changed since it worked"',
    MATRIX: "On the matrix of credentials, models and regions",
    FIELDS: "In the matrix's fields of models and regions",
    CREDENTIAL: "On a credential",
    SHEET: "On any page",
    EVERYWHERE: "Everywhere",
}
"""Every `where`, as a heading."""
SCREENS = {
    MAIN: (MAIN, EVERYWHERE),
    EXPLANATION: (EXPLANATION, SHEET, EVERYWHERE),
    CODE: (CODE, SHEET, EVERYWHERE),
    HISTORY: (HISTORY, SHEET, EVERYWHERE),
    CHANGES: (CHANGES, SHEET, EVERYWHERE),
    MATRIX: (MATRIX, SHEET, EVERYWHERE),
    CREDENTIAL: (CREDENTIAL, SHEET, EVERYWHERE),
    HELP: (SHEET, EVERYWHERE),
}
"""Screen → the places that are shown on it together, the nearest first: among these a key must not have two
meanings."""
WITHIN = {MAIN: (TOUR, LIST, CHOICE, FILTER, PROGRAM), HISTORY: (LIST, FILTER), MATRIX: (LIST, FIELDS)}
"""Screen → what a focused widget on it adds. Its keys come before the screen's, while it has the focus."""


@dataclass(frozen=True, slots=True)
class Command:
    """`where` and `id` together never change: they name the command in a keymap. `keys` are Textual's names, the first
    is the one that is shown. Letters work where no text is being typed, function keys always."""

    where: str
    id: str
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
    action: str = ""
    """An action of Textual's or of the focused widget: `move(-1)`. Empty: the function of `meshtui.tui.actions` that is
    marked with the command's ident does it."""

    @property
    def ident(self) -> str:
        """`main.fire`"""
        return f"{self.where}.{self.id}"


COMMANDS = (
    Command(MAIN, "fire", "f,f5", "send", "Send the test prompt along the chosen path", foot=True),
    Command(MAIN, "repeat", "r", "repeat",
            "Send the last request again, or your program's call in the Log"),
    Command(MAIN, "stop", "escape", "stop", "Stop what runs, at once; leave a field; clear the filter"),
    Command(MAIN, "open", "enter", "open",
            "Explain the log line, or why the credential failed", foot=True),
    Command(MAIN, "check", "c,f6", "check",
            "Run the checks of the credential; costs nothing", foot=True),
    Command(MAIN, "check_prompt", "P", "try prompt",
            "Run its checks with a test prompt, which costs a few tokens"),
    Command(MAIN, "check_all", "C", "check all",
            "Check every credential in turn; costs nothing"),
    Command(MAIN, "watch", "W", "watch",
            "Check the credential at intervals until its state changes"),
    Command(MAIN, "fault", "b,f7", "break",
            "Give the sandbox's credential a fault, or remove it", foot=True, demo=True),
    Command(MAIN, "scenario", "g", "scenario",
            "Set the sandbox up for a scenario; f sends its request", foot=True, demo=True),
    Command(MAIN, "policy", "x,f8", "exclusive",
            "Switch the credential between fallback and exclusive use", foot=True),
    Command(MAIN, "path", "p,f3", "path", "Next path: byok, mesh, platform, compare", foot=True),
    Command(MAIN, "stream", "s,f4", "stream", "Ask for a streamed answer, or not"),
    Command(MAIN, "model", "m", "model", "Choose among the models that the provider lists"),
    Command(MAIN, "edit", "e", "edit", "Edit the prompt"),
    Command(MAIN, "editor", "E", "editor", "Edit the prompt in many lines, or take a preset"),
    Command(MAIN, "add", "a,f2", "add",
            "Add a credential by paste or file", foot=True),
    Command(MAIN, "explain_error", "exclamation_mark", "an error",
            "Explain an error answer: paste it, or name a file"),
    Command(MAIN, "remove", "delete", "remove",
            "Take the credential off the list; nothing is deleted elsewhere"),
    Command(MAIN, "restore", "U", "restore", "Put back the credential removed last"),
    Command(MAIN, "times", "T", "times", "Show the time of day, or how long ago it was"),
    Command(MAIN, "copy", "y,f9", "copy",
            "Copy the explanation of the chosen log line, redacted", foot=True),
    Command(MAIN, "copy_line", "Y", "copy line", "Copy the chosen log line as text, with its date"),
    Command(MAIN, "copy_field", "u", "copy field",
            "Choose a field of the log line to copy: its request id, …"),
    Command(MAIN, "code", "v", "code",
            "The line's request, or the last one, as curl and Python", foot=True),
    Command(MAIN, "export", "w", "export",
            "Write the line's run as report, HAR, code or JSON", foot=True),
    Command(MAIN, "filter", "slash", "filter",
            "Filter the Log while typing: text, status:4xx, cause:rate", foot=True),
    Command(MAIN, "fold", "z", "fold", "Fold the run under the Log's cursor to one line, or unfold it"),
    Command(MAIN, "fold_all", "Z", "fold all", "Fold every run of the Log, or unfold them"),
    Command(MAIN, "history", "h", "history", "Past runs and checks, and what changed since it worked"),
    Command(MAIN, "matrix", "M", "matrix",
            "Which credential may call which model where; costs nothing"),
    Command(MAIN, "found", "A", "found here",
            "Add what else this machine has: AWS profiles, roles, files"),
    Command(MAIN, "credentials", "1", "credentials", "Go to Credentials"),
    Command(MAIN, "request", "2", "request", "Go to Request"),
    Command(MAIN, "log", "3", "log", "Go to Log"),
    Command(MAIN, "explanation", "4", "explanation",
            "Go to Explanation, which a wide and high window has"),
    Command(MAIN, "program", "5", "program", "Go to your program, where `meshtui run --screen` shows one"),
    Command(MAIN, "listen", "L", "listen", "Listen to what another terminal starts; or end that"),
    Command(MAIN, "follow", "F", "follow log",
            "Follow a log file: its failures come into the Log; or end it"),
    Command(PROGRAM, "leave", "ctrl+right_square_bracket,f12", "leave",
            "Leave the program's pane; other keys go to the program"),
    Command(TOUR, "fire", "enter", "go on", "Play this step of the tour; then go on to the next", demo=True),
    Command(TOUR, "next", "n,right", "next", "The next step of the tour", demo=True),
    Command(TOUR, "before", "b,left", "back", "The previous step of the tour", demo=True),
    Command(TOUR, "again", "r", "again", "Play this step of the tour once more", demo=True),
    Command(TOUR, "pause", "space", "pause", "Pause a tour that plays by itself, or go on", demo=True),
    Command(TOUR, "end", "escape", "skip", "End the tour; from a pane, go back to it", demo=True),
    Command(LIST, "up", "up,k", "up", "The line above", action="move(-1)"),
    Command(LIST, "down", "down,j", "down", "The line below", action="move(1)"),
    Command(LIST, "page_up", "pageup", "page up", "A page up", action="page(-1)"),
    Command(LIST, "page_down", "pagedown", "page down", "A page down", action="page(1)"),
    Command(LIST, "first", "home", "first", "The first line", action="move_to(0)"),
    Command(LIST, "last", "end", "last", "The last line; in the Log, follow what comes", action="move_to(-1)"),
    Command(LIST, "choose", "enter", "open", "In any list: open the line under the cursor", action="choose"),
    Command(CHOICE, "before", "left", "before", "The previous value", action="turn(-1)"),
    Command(CHOICE, "after", "right,space,enter", "next", "The next value; a click does the same", action="turn(1)"),
    Command(FILTER, "keep", "down", "lines", "Go to the lines that match, as enter does", action="keep"),
    Command(FILTER, "clear", "escape", "clear", "Clear the filter and show every run", action="clear"),
    Command(SHEET, "back", "escape,q,backspace", "back", "Close this and go back", foot=True),
    Command(EXPLANATION, "before", "left,comma", "previous", "The previous line", foot=True),
    Command(EXPLANATION, "after", "right,full_stop", "next", "The next line", foot=True),
    Command(EXPLANATION, "recheck", "r", "re-check",
            "After a fix: run the one check that failed again", foot=True),
    Command(EXPLANATION, "check", "c,f6", "check",
            "Check the key of this run; costs nothing"),
    Command(EXPLANATION, "key", "k", "whose key",
            "Go to the credential that failed", foot=True),
    Command(EXPLANATION, "copy", "y,f9", "copy", "Copy the explanation, redacted", foot=True),
    Command(EXPLANATION, "copy_all", "Y", "copy all",
            "Copy explanation and raw exchange, redacted", foot=True),
    Command(EXPLANATION, "copy_field", "u", "copy field",
            "Choose a field to copy: the request id, the proof, …"),
    Command(EXPLANATION, "card", "1", "card", "The explanation"),
    Command(EXPLANATION, "request", "2", "request", "The request as it was sent"),
    Command(EXPLANATION, "response", "3", "response", "The answer as it came"),
    Command(EXPLANATION, "headers", "4", "headers", "The headers of both"),
    Command(EXPLANATION, "timing", "5", "timing", "Where the time went"),
    Command(EXPLANATION, "signed", "6", "signed",
            "What was signed: AWS's canonical request, Google's token"),
    Command(EXPLANATION, "exchange", "n", "exchange",
            "The next exchange of this line or run"),
    Command(EXPLANATION, "code", "v", "code", "This request as curl and Python", foot=True),
    Command(EXPLANATION, "export", "w", "export",
            "Write this run as report, HAR, code or JSON", foot=True),
    Command(CODE, "before", "left,comma", "previous", "The previous code", foot=True),
    Command(CODE, "after", "right,full_stop", "next", "The next code", foot=True),
    Command(CODE, "copy", "y,f9", "copy", "Copy the code that is shown", foot=True),
    Command(CODE, "export", "w", "export", "Write the run of this code into a file", foot=True),
    Command(HISTORY, "open", "enter", "open", "Show this run as it was explained then", foot=True),
    Command(HISTORY, "compare", "c", "changes",
            "Compare this failed run with when it last worked", foot=True),
    Command(HISTORY, "filter", "slash", "filter",
            "Filter the runs while typing: text, status:4xx, cause:rate", foot=True),
    Command(HISTORY, "copy", "y,f9", "copy", "Copy the explanation of this run, redacted", foot=True),
    Command(HISTORY, "clear", "X", "delete all", "Delete all runs from the history, when pressed twice", foot=True),
    Command(CHANGES, "copy", "y,f9", "copy", "Copy what changed, redacted", foot=True),
    Command(MATRIX, "before", "left,comma", "left", "The credential to the left"),
    Command(MATRIX, "after", "right,full_stop", "right", "The credential to the right"),
    Command(MATRIX, "open", "enter", "open", "Show the checks of this cell", foot=True),
    Command(MATRIX, "again", "r", "again", "Fill the table again; costs nothing", foot=True),
    Command(MATRIX, "prompt", "P", "try prompts",
            "Fill it with a test prompt in each cell, which costs tokens", foot=True),
    Command(MATRIX, "stop", "s", "stop", "Stop filling it, at once", foot=True),
    Command(MATRIX, "models", "m", "models", "Type which models", foot=True),
    Command(MATRIX, "regions", "g", "regions", "Type which regions", foot=True),
    Command(MATRIX, "copy", "y,f9", "copy", "Copy the table as Markdown, redacted", foot=True),
    Command(MATRIX, "copy_csv", "Y", "copy CSV", "Copy the table as comma-separated values"),
    Command(MATRIX, "copy_json", "J", "copy JSON", "Copy the table as JSON"),
    Command(FIELDS, "keep", "down", "table", "Go to the table; enter fills it with what is typed", action="keep"),
    Command(FIELDS, "clear", "escape", "leave", "Leave the field", action="clear"),
    Command(CREDENTIAL, "check", "c,f6", "check",
            "Check this credential check by check; costs nothing", foot=True),
    Command(CREDENTIAL, "copy", "y,f9", "copy",
            "Copy what is known of the credential, redacted", foot=True),
    Command(EVERYWHERE, "help", "f1,question_mark", "help", "Explain this pane, all keys and the terms", foot=True),
    Command(EVERYWHERE, "jump", "o,ctrl+o", "jump",
            "Go to any pane or field by a letter shown on it"),
    Command(EVERYWHERE, "command_palette", "ctrl+p", "palette", "Search all commands", action="app.command_palette"),
    Command(EVERYWHERE, "theme", "t", "theme",
            "Switch to dark, light, or the colours of your terminal"),
    Command(EVERYWHERE, "hide_names", "D", "hide names",
            "Hide accounts, projects, users and e-mails; or show them"),
    Command(MAIN, "demo", "d", "demo",
            "Open the demo, which needs no key and costs nothing"),
    Command(MAIN, "quit", "q", "quit", "Quit meshtui", foot=True),
    Command(EVERYWHERE, "leave", "ctrl+c", "leave",
            "Pressed twice: quit; with text selected: copy it", priority=True),
)  # fmt: skip

GROUPS = {
    "Send": ("fire", "repeat", "stop", "path", "stream", "model", "edit", "editor", "code", "export"),
    "Keys": ("check", "check_prompt", "check_all", "watch", "policy", "add", "found", "remove", "restore", "matrix"),
    "Demo": ("fault", "scenario", "demo"),
    "Log": ("open", "times", "copy", "copy_line", "copy_field", "filter", "fold", "fold_all", "history"),
    "Explain": ("explain_error",),
    "Go to": ("credentials", "request", "log", "explanation", "program"),
    "Program": ("listen", "follow"),
}
"""Group in the command palette → ids of the main screen's commands."""
_GROUP_OF = {ident: group for group, idents in GROUPS.items() for ident in idents}
_SHOWN = {
    "question_mark": "?", "exclamation_mark": "!", "escape": "esc", "full_stop": ".", "comma": ",", "slash": "/",
    "minus": "-", "plus": "+", "right_square_bracket": "]", "left": "←", "right": "→", "up": "↑", "down": "↓",
}  # fmt: skip


def list_commands(*where: str, demo: bool = True, table: Sequence[Command] = COMMANDS) -> Iterator[Command]:
    """The commands of these places, in the table's order. The table in force is the application's, see
    `meshtui.settings.keymap`."""
    return (c for c in table if c.where in where and (demo or not c.demo))


def find_group(command: Command) -> str:
    """The command's group in the palette: `Send`; of other screens the screen's name."""
    if command.where == EVERYWHERE:
        return "meshtui"
    return _GROUP_OF.get(command.id, "meshtui") if command.where == MAIN else command.where.capitalize()


def list_keys(command: Command) -> list[str]:
    """The keys as people read them: `f`, `F5`, `esc`. Empty where the command was unbound."""
    return [format_key(key) for key in command.keys.split(",") if key]


def format_key(key: str) -> str:
    """One of Textual's names as people read it."""
    *modifiers, last = key.split("+")
    last = _SHOWN.get(last, last.upper() if last[0] == "f" and last[1:].isdigit() else last)
    return "+".join([*modifiers, last])
