"""From the table of commands to Textual's bindings, and from a binding to the function that does it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module

from textual.binding import Binding

from meshtui.settings.commands import CHOICE, COMMANDS, EVERYWHERE, FILTER, LIST, Command, of


def bindings(*where: str) -> list[Binding]:
    """Textual's bindings of these screens. Their ids are the commands', for a keymap."""
    return [Binding(c.keys, action(c), c.title, show=False, priority=c.priority, id=c.ident) for c in of(*where)]


def action(command: Command) -> str:
    """The action that Textual runs for it."""
    if not command.does:
        return f"app.{command.id}"
    if command.where in (LIST, CHOICE, FILTER):
        return command.does
    return f"{'app' if command.where == EVERYWHERE else 'screen'}.do({command.ident!r})"


def in_force(wanted: Mapping[str, str]) -> tuple[Command, ...]:
    """The table with a person's keys (`Settings.keys`) laid over it."""
    if not wanted:
        return COMMANDS
    from meshtui.settings.keymap import resolve

    return resolve(wanted).commands


def keymap(table: Iterable[Command]) -> dict[str, str]:
    """What differs from the table's own keys, as `App.set_keymap` takes it. Clashes are settled before
    (`meshtui.settings.keymap`), so Textual never meets one: its own way with them depends on the order of the
    bindings."""
    own = {command.ident: command.keys for command in COMMANDS}
    # Textual passes over an empty text. No key has such a name, so the command has none.
    return {c.ident: c.keys or f"none-{c.ident}" for c in table if c.keys != own[c.ident]}


def do(target: object, ident: str) -> None:
    """Does what the table says of this command, with the screen or the application that was asked. The module is
    imported now: the first paint waits for nothing that it does not show."""
    command = next(c for c in COMMANDS if c.ident == ident)
    module, _, function = command.does.partition(".")
    getattr(import_module(f"meshtui.tui.actions.{module}"), function)(target)
