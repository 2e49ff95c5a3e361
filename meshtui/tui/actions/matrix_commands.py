"""The matrix: opening it, filling it, its cells, and copying it in three forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from meshtui.checks import matrix
from meshtui.tui.bindings import command

if TYPE_CHECKING:
    from meshtui.tui.screens.main_screen import MainScreen
    from meshtui.tui.screens.matrix_screen import MatrixScreen


@command("main.matrix")
def show_matrix(screen: MainScreen) -> None:
    """Of all credentials on the list; it is filled at once, as that costs nothing."""
    from meshtui.tui.screens.matrix_screen import MatrixScreen

    if screen.find_target():
        credentials = [screen.session.credentials[name] for name in screen.credentials.names]
        screen.app.push_screen(MatrixScreen(screen.session, credentials))


@command("matrix.before")
def move_left(screen: MatrixScreen) -> None:
    screen.table.column -= 1


@command("matrix.after")
def move_right(screen: MatrixScreen) -> None:
    screen.table.column += 1


@command("matrix.open")
def open_cell(screen: MatrixScreen) -> None:
    """The checks of the cell under the cursor."""
    from meshtui.tui.screens.matrix_screen import CellScreen

    cell = screen.table.chosen
    if cell is None or cell.check_report is None:
        screen.say(
            "Nothing was asked for this cell." if cell is None or cell.status else "This cell is not filled yet."
        )
    else:
        screen.app.push_screen(CellScreen(cell, cell.check_report))


@command("matrix.again")
def fill_again(screen: MatrixScreen) -> None:
    screen.say("")
    screen.fill(prompt=screen.session.sandboxed)


@command("matrix.prompt")
def fill_with_prompts(screen: MatrixScreen) -> None:
    """Asks once more where it costs something."""
    count = len(screen.plan())
    if screen.session.sandboxed or screen.armed:
        screen.say("")
        screen.fill(prompt=True)
        return
    screen.armed = True
    key = screen.app.key("matrix.prompt")
    screen.say(
        f"{count} cells would each send two test prompts, of a few tokens each: {key} once more does it.", "warn"
    )


@command("matrix.stop")
def stop_filling(screen: MatrixScreen) -> None:
    if screen.stop():
        screen.say(screen.app.spell("Stopped. {matrix.again} fills it again."))
    else:
        screen.say("Nothing is running.")


@command("matrix.models")
def focus_models(screen: MatrixScreen) -> None:
    screen.fields.models.focus()


@command("matrix.regions")
def focus_regions(screen: MatrixScreen) -> None:
    screen.fields.regions.focus()


@command("matrix.copy")
def copy_markdown(screen: MatrixScreen) -> None:
    _copy(screen, matrix.as_markdown, "The table, as Markdown,")


@command("matrix.copy_csv")
def copy_csv(screen: MatrixScreen) -> None:
    _copy(screen, matrix.as_csv, "The table, as CSV,")


@command("matrix.copy_json")
def copy_json(screen: MatrixScreen) -> None:
    from meshtui.presentation.json_answers import format_matrix_json

    _copy(screen, format_matrix_json, "The table, as JSON,")


def _copy(screen: MatrixScreen, render: Callable[[matrix.Matrix], str], what: str) -> None:
    if screen.cells:
        screen.app.copy(render(screen.cells), what)
    else:
        screen.say("There is no cell to copy.")
