"""Help: what the pane in focus is and its keys, then every other key there is. From the table of commands in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from meshtui.settings import commands
from meshtui.settings.commands import (
    CHANGES,
    CHOICE,
    CODE,
    CREDENTIAL,
    EXPLANATION,
    FIELDS,
    FILTER,
    HELP,
    HISTORY,
    LIST,
    MAIN,
    MATRIX,
    PLACES,
    SHEET,
    TOUR,
    Command,
)
from meshtui.tui.screens.page_screen import PageScreen
from meshtui.tui.styled_text import BLANK, Lines, render_heading, render_labelled, render_paragraph

if TYPE_CHECKING:
    from textual.screen import Screen


IN_FIELDS = (
    ("tab", "The next field or pane; shift+tab the one before"),
    ("letters", "Are text in a text field. Function keys work there too, and esc leaves it"),
)


@dataclass(frozen=True, slots=True)
class Place:
    title: str
    what: str
    """What the place shows and what can be done there."""
    on_main: tuple[str, ...] = ()
    """Ids of the main screen's commands that are this pane's own."""
    where: tuple[str, ...] = ()
    """Places of the table whose commands all are."""
    fields: bool = False
    """Whether there are fields to fill in."""

    def owns(self, command: Command) -> bool:
        return command.where in self.where or (command.where == MAIN and command.id in self.on_main)


PLACES_BY_ID = {
    "credentials": Place(
        "Credentials",
        "Every key that was found or added, good or bad: its kind, whether Mesh falls back when it fails, and its "
        "state. The one under the cursor is the one that is checked, broken or used to send.",
        ("open", "fire", "check", "check_all", "watch", "fault", "policy", "add", "explain_error", "remove", "restore",
         "credentials"), (LIST,),
    ),
    "request": Place(
        "Request",
        "One small test prompt is put together here and watched: the path it takes, the credential, the model, the "
        "text. Nothing is sent before you ask for it, and nothing is tried twice.",
        ("fire", "repeat", "stop", "path", "stream", "model", "edit", "editor", "request"), (CHOICE,), fields=True,
    ),
    "log": Place(
        "Log",
        "What happened, newest last: a line for each run, for each call in it, and for the verdict who served. The "
        "last line follows what comes; further up, new lines are counted. Enter explains a line. A filter shows the "
        "runs of which all its terms are true, whole: words, provider: status: cause: verdict: path: credential: "
        "program: slow:, and a minus before what must not be. Where there is room, a bar shows when in its run a call "
        "was made: thin until the first byte came, thick from then on. A drag selects text.",
        ("open", "times", "copy", "copy_line", "copy_field", "code", "export", "filter", "fold", "fold_all", "log"),
        (LIST, FILTER),
    ),
    "explained": Place(
        "Explanation",
        "What the log line under the cursor means: the cause, what to do and who can do it, the proof from the answer "
        "itself. Enter opens it with the raw exchange beside it.",
        ("explanation", "copy"), (LIST,),
    ),
    "tour": Place(
        "The tour",
        "The steps show how keys fail behind Mesh, each with what you can see beside what happened. These keys work "
        "while the strip has the focus; the panes below it are live.",
        where=(TOUR,),
    ),
    EXPLANATION: Place(
        "Explanation",
        "What the answer means: the cause, the proof from the answer itself, what to do and who can do it. The raw "
        "exchange is in tabs beside it, or in its place where the terminal is narrow. Keys are masked everywhere.",
        where=(EXPLANATION, SHEET),
    ),
    MATRIX: Place(
        "The matrix",
        "Which credential may call which model in which region: a row a model and region, a column a credential. It is "
        "filled while you look, by the free checks, at most four cells at once and one of each credential, and a "
        "credential that is limited is asked no further. Without models in the field each is asked for its provider's "
        "test model. Enter shows the checks of a cell.",
        where=(MATRIX, LIST, FIELDS, SHEET), fields=True,
    ),
    CODE: Place(
        "Code",
        "The request again, as a command and as programs to run elsewhere. They name the variable that your key is in, "
        "never the key.",
        where=(CODE, SHEET),
    ),
    CREDENTIAL: Place(
        "Credential",
        "What is known of the key without asking anybody: facts, findings, and how to fix what is wrong.",
        where=(CREDENTIAL, SHEET),
    ),
    HISTORY: Place(
        "History",
        "Runs and checks of this session and of earlier ones, kept on this machine without any key. One that failed "
        "can be compared with when it last worked.",
        where=(HISTORY, LIST, SHEET),
    ),
    CHANGES: Place(
        "What changed",
        "A run that failed beside the newest one that worked on the same path with the same credential: what was "
        "sent differently first, how it came out last.",
        where=(CHANGES, SHEET),
    ),
    HELP: Place("Help", "This page.", where=(SHEET,)),
}  # fmt: skip
"""By the id of a pane; for whole pages by their place in the table."""


def find_place(screen: Screen[object]) -> Place:
    """The pane that has the focus; on a page without panes, the page."""
    for node in screen.focused.ancestors_with_self if screen.focused else ():
        if node.id in PLACES_BY_ID:
            return PLACES_BY_ID[node.id]
    where = next(iter(getattr(screen, "WHERE", ())), HELP)
    return PLACES_BY_ID.get(where) or Place(where.capitalize(), f"{PLACES[where]}.", where=(where,))


def list_own_commands(place: Place, table: Iterable[Command]) -> tuple[Command, ...]:
    """The commands of this pane, in the table's order; keys of lists and fields last."""
    mine = [command for command in table if place.owns(command)]
    return tuple(sorted(mine, key=lambda command: command.where in (LIST, CHOICE)))


GLOSSARY = (
    ("BYOK", "Bring your own key: Mesh calls the provider with a key of yours, and the provider bills you."),
    ("platform", "Mesh's own credentials at a provider. What they serve is paid from your Mesh balance."),
    (
        "fallback",
        "Where your key is refused or limited, Mesh serves with the platform; most answers do not say so.",
    ),
    ("exclusive", "A setting of the key in Mesh: no fallback, its failures reach your program."),
    (
        "path byok",
        "What Mesh documents, done from here so that each step is seen: your key, then the platform.",
    ),
    ("path mesh", "One request to Mesh, as your program sends it."),
    (
        "path platform",
        "Through Mesh with a key whose team has no provider keys: only the platform can serve.",
    ),
    ("path compare", "All three at once, side by side, with one conclusion."),
    ("check", "Calls that prove one thing each about a key, the free ones first."),
    ("verdict", "Who served a run, whether it fell back, who paid, and how that is known."),
    ("observed", "An answer says it."),
    ("inferred", "It follows from a setting; no answer says it."),
    ("likely", "The cost points to it."),
    ("not reported", "The answers do not say."),
    ("sandbox", "Mesh and the providers as a server on this machine, with keys that are made up."),
)
"""Term → what it means."""
KEYS_WIDTH = 12
"""At least; keys with long names make the column of their block wider."""
GLOSSARY_WIDTH = 15
CHANGE = "Any of these keys can be changed: `meshtui keys` names the commands, `meshtui config --init` begins the file."


class HelpScreen(PageScreen):
    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place

    def heading(self) -> tuple[str, str]:
        return f"Help: {self._place.title}", "letters work outside text fields, function keys everywhere"

    def card(self, width: int) -> Lines:
        table = self.app.commands
        first = list_own_commands(self._place, table)

        fields = IN_FIELDS if self._place.fields else ()
        lines = [*render_heading(self._place.title, width), *render_paragraph(self._place.what, width), BLANK]
        lines += _render_rows([*_list_rows(first), *fields], width)
        for where, title in commands.PLACES.items():
            rest = [command for command in commands.list_commands(where, table=table) if command not in first]
            lines += [*render_heading(title, width), *_render_rows(_list_rows(rest), width)] if rest else []
        if not fields:
            lines += [*render_heading("In fields", width), *_render_rows(IN_FIELDS, width)]
        lines += [*render_heading("Words", width), *render_labelled(GLOSSARY, width, GLOSSARY_WIDTH, "accent")]
        return [*lines, BLANK, *render_paragraph(CHANGE, width, "dim")][1:]


def _list_rows(table: Iterable[Command]) -> list[tuple[str, str]]:
    return [(" ".join(commands.list_keys(command)) or "no key", command.help) for command in table]


def _render_rows(rows: Sequence[tuple[str, str]], width: int) -> Lines:
    return render_labelled(rows, width, max(KEYS_WIDTH, *(len(keys) + 2 for keys, _ in rows)), "accent")
