"""What each command of `meshtui.settings.commands` does: a function marked with its ident, in a module for each part of
the screen. Importing this package loads them all."""

from meshtui.tui.actions import (  # noqa: F401 - each registers its functions
    application_commands,
    credential_commands,
    export_commands,
    history_commands,
    listening_commands,
    matrix_commands,
    navigation_commands,
    page_commands,
    request_commands,
    scenario_commands,
)
from meshtui.tui.bindings import HANDLERS

__all__ = ["HANDLERS"]
