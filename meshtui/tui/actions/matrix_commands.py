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
def move_left(sheet: MatrixScreen) -> None:
    sheet.table.column -= 1


@command("matrix.after")
def move_right(sheet: MatrixScreen) -> None:
    sheet.table.column += 1


@command("matrix.open")
def open_cell(sheet: MatrixScreen) -> None:
    """The checks of the cell under the cursor."""
    from meshtui.tui.screens.matrix_screen import CellScreen

    cell = sheet.table.chosen
    if cell is None or cell.check_report is None:
        sheet.say("Nothing was asked for this cell." if cell is None or cell.status else "This cell is not filled yet.")
    else:
        sheet.app.push_screen(CellScreen(cell, cell.check_report))


@command("matrix.again")
def fill_again(sheet: MatrixScreen) -> None:
    sheet.say("")
    sheet.fill(prompt=sheet.session.sandboxed)


@command("matrix.prompt")
def fill_with_prompts(sheet: MatrixScreen) -> None:
    """Asks once more where it costs something."""
    count = len(sheet.plan())
    if sheet.session.sandboxed or sheet.armed:
        sheet.say("")
        sheet.fill(prompt=True)
        return
    sheet.armed = True
    key = sheet.app.key("matrix.prompt")
    sheet.say(f"{count} cells would each send two test prompts, of a few tokens each: {key} once more does it.", "warn")


@command("matrix.stop")
def stop_filling(sheet: MatrixScreen) -> None:
    if sheet.stop():
        sheet.say(sheet.app.spell("Stopped. {matrix.again} fills it again."))
    else:
        sheet.say("Nothing is running.")


@command("matrix.models")
def focus_models(sheet: MatrixScreen) -> None:
    sheet.fields.models.focus()


@command("matrix.regions")
def focus_regions(sheet: MatrixScreen) -> None:
    sheet.fields.regions.focus()


@command("matrix.copy")
def copy_markdown(sheet: MatrixScreen) -> None:
    _copy(sheet, matrix.as_markdown, "The table, as Markdown,")


@command("matrix.copy_csv")
def copy_csv(sheet: MatrixScreen) -> None:
    _copy(sheet, matrix.as_csv, "The table, as CSV,")


@command("matrix.copy_json")
def copy_json(sheet: MatrixScreen) -> None:
    from meshtui.presentation.json_answers import format_matrix_json

    _copy(sheet, format_matrix_json, "The table, as JSON,")


def _copy(sheet: MatrixScreen, render: Callable[[matrix.Matrix], str], what: str) -> None:
    if sheet.cells:
        sheet.app.copy(render(sheet.cells), what)
    else:
        sheet.say("There is no cell to copy.")
