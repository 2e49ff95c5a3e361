"""From the table of commands to Textual's bindings, and from a command to the function that does it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from textual.binding import Binding

from meshtui.settings.commands import COMMANDS, EVERYWHERE, Command, list_commands

Handler = Callable[[Any], None]
"""Is given the screen that the command was called on; of a command that works everywhere, the application."""
HANDLERS: dict[str, Handler] = {}
"""Ident of a command → the function that does it. Complete once `meshtui.tui.actions` is loaded."""
_Function = TypeVar("_Function", bound=Handler)


def command(*idents: str) -> Callable[[_Function], _Function]:
    """Marks the function that does these commands of the table."""

    def register(function: _Function) -> _Function:
        HANDLERS.update(dict.fromkeys(idents, function))
        return function

    return register


def make_bindings(*where: str) -> list[Binding]:
    """Textual's bindings of these screens. Their ids are the commands', for a keymap."""
    return [
        Binding(c.keys, name_action(c), c.title, show=False, priority=c.priority, id=c.ident)
        for c in list_commands(*where)
    ]


def name_action(command: Command) -> str:
    """The action that Textual runs for it."""
    return command.action or f"{'app' if command.where == EVERYWHERE else 'screen'}.do({command.ident!r})"


def merge_keys(wanted: Mapping[str, str]) -> tuple[Command, ...]:
    """The table with a person's keys (`Settings.keys`) laid over it."""
    if not wanted:
        return COMMANDS
    from meshtui.settings.keymap import resolve

    return resolve(wanted).commands


def make_keymap(table: Iterable[Command]) -> dict[str, str]:
    """What differs from the table's own keys, as `App.set_keymap` takes it. Clashes are settled before
    (`meshtui.settings.keymap`), so Textual never meets one: its own way with them depends on the order of the
    bindings."""
    own = {command.ident: command.keys for command in COMMANDS}
    # Textual passes over an empty text. No key has such a name, so the command has none.
    return {c.ident: c.keys or f"none-{c.ident}" for c in table if c.keys != own[c.ident]}
