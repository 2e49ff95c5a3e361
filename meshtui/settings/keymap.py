"""A person's keys laid over the table of commands: what is in force, and what of it cannot be or collides."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import NamedTuple

from meshtui.settings.commands import COMMANDS, SCREENS, WITHIN, Command, format_key

SWALLOWED = frozenset(f"ctrl+{letter}" for letter in "absqjmhiz")
"""Keys that terminals, tmux and screen keep for themselves, or that are other keys in disguise."""
WAY_OUT, WAY_OUT_KEY = "everywhere.leave", "ctrl+c"
"""Cannot be unbound, so that there is always a way to quit."""
UNBOUND = ("", "none")

_MODIFIERS = ("alt", "ctrl", "hyper", "meta", "shift", "super")
_NAMED = (
    *(f"f{number}" for number in range(1, 25)), "escape", "enter", "tab", "space", "backspace", "delete", "insert",
    "home", "end", "pageup", "pagedown", "up", "down", "left", "right",
)  # fmt: skip
_ALIASES = {
    "esc": "escape", "return": "enter", "del": "delete", "ins": "insert", "pgup": "pageup", "pgdn": "pagedown",
    "←": "left", "→": "right", "↑": "up", "↓": "down", " ": "space",
    # Textual's own names for what Unicode calls otherwise.
    "solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "hyphen_minus": "minus",
    "plus_sign": "plus", "low_line": "underscore",
}  # fmt: skip
_SIGNS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


class Trouble(NamedTuple):
    """Something about the keys that a person wants for a command. Texts are for people."""

    ident: str
    wrong: str
    fix: str
    other: str = ""
    """The ident of the command that wants the same key, where the person set that one too."""
    warning: bool = False
    """The wish is fulfilled all the same."""


class Keymap(NamedTuple):
    commands: tuple[Command, ...]
    """The whole table, with the keys in force."""
    troubles: tuple[Trouble, ...] = ()
    given: frozenset[str] = frozenset()
    """Idents of the commands whose keys are a person's now; where no key was named that there is, the default holds."""


def resolve(wanted: Mapping[str, str]) -> Keymap:
    """The table in force when these keys (ident → names separated by commas; empty or `none`: no key) are laid over
    it. A key that a person gave to a command is taken from the others on the same screen; of two commands that were
    both given it, the one that was given it first keeps it."""
    troubles: list[Trouble] = []
    known = {command.ident: command for command in COMMANDS}
    given: dict[str, list[str]] = {}
    for ident, text in wanted.items():
        if ident not in known:
            troubles.append(Trouble(ident, "there is no such command", _guess(ident, known)))
        elif (keys := _read_keys(ident, text, troubles)) is not None:
            given[ident] = keys
    in_force = {ident: given.get(ident, [k for k in c.keys.split(",") if k]) for ident, c in known.items()}
    for number, ident in enumerate(given):
        troubles += _resolve_clashes(known[ident], known, in_force, list(given)[:number], given)
    return Keymap(
        tuple(replace(c, keys=",".join(in_force[c.ident])) for c in COMMANDS), tuple(troubles), frozenset(given)
    )


def split_names(text: str) -> list[str]:
    """The names in a text that separates them by commas; a comma alone is the key of that sign."""
    return ["comma"] if text.strip() == "," else [name.strip() for name in text.split(",") if name.strip()]


def find_key_name(name: str) -> str:
    """Textual's name of a key that a person wrote: `F5` is `f5`, `?` is `question_mark`, `shift+ctrl+up` is
    `ctrl+shift+up`. Empty where no key has that name."""
    *modifiers, last = name.split("+") if not name.endswith("+") else [*name[:-1].rstrip("+").split("+"), "plus"]
    modifiers = sorted({modifier.lower() for modifier in modifiers if modifier})
    if not set(modifiers) <= set(_MODIFIERS):
        return ""
    last = last if len(last) == 1 else last.lower()
    last = _ALIASES.get(last, last)
    if len(last) == 1:
        last = _name_character(last.lower() if "ctrl" in modifiers else last)
    elif last not in _NAMED and last not in map(_name_character, _SIGNS):
        last = ""
    return "+".join([*modifiers, last]) if last else ""


def are_heard_together(one: str, other: str) -> bool:
    """Whether the keys of these two places work on the same screen."""
    return any({one, other} <= {*places, *WITHIN.get(screen, ())} for screen, places in SCREENS.items())


def _name_character(character: str) -> str:
    if character.isalnum():
        return character
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return _ALIASES.get(name, name)


def _read_keys(ident: str, text: str, troubles: list[Trouble]) -> list[str] | None:
    """The keys that the text names, each once; None where it names none that there is, so that the default holds."""
    if text.strip().lower() in UNBOUND:
        keys = []
    else:
        keys = list(dict.fromkeys(_list_valid_keys(ident, text, troubles)))
        if not keys:
            return None
    if ident == WAY_OUT and WAY_OUT_KEY not in keys:
        keys.append(WAY_OUT_KEY)
        troubles.append(Trouble(ident, "ctrl+c stays: it is the way out when all else fails",
                                f'Write "{",".join(keys)}"', warning=True))  # fmt: skip
    return keys


def _list_valid_keys(ident: str, text: str, troubles: list[Trouble]) -> Iterator[str]:
    for name in split_names(text):
        key = find_key_name(name)
        if not key:
            near = get_close_matches(name.lower(), [*_NAMED, *_ALIASES], 1)
            hint = f"did you mean {near[0]}? " if near else ""
            troubles.append(Trouble(ident, f"no key is called {name!r}",
                                    f"{hint}Keys are letters, digits and signs, f1 to f12, escape, enter, space, tab, "
                                    "up and so on, with ctrl+, alt+ or shift+ before them"))  # fmt: skip
        elif key == WAY_OUT_KEY and ident != WAY_OUT:
            troubles.append(Trouble(ident, "ctrl+c stays the way out when all else fails", "Choose another key"))
        else:
            if key in SWALLOWED:
                troubles.append(Trouble(ident, f"{key} may never arrive: terminals, tmux and screen keep it, or send "
                                        "it for another key", "Choose another key if it does nothing",
                                        warning=True))  # fmt: skip
            yield key


def _resolve_clashes(
    winner: Command,
    known: Mapping[str, Command],
    in_force: dict[str, list[str]],
    earlier: Sequence[str],
    given: Mapping[str, list[str]],
) -> Iterator[Trouble]:
    """Takes the keys given to this command from the others, or leaves them to one that was given them earlier."""
    for key in list(in_force[winner.ident]):
        rivals = [c for c in known.values() if key in in_force[c.ident] and _is_clash(winner, c, key)]
        if first := next((c.ident for c in rivals if c.ident in earlier), ""):
            in_force[winner.ident].remove(key)
            yield Trouble(
                winner.ident, f"{format_key(key)} is {first}'s already", "Give one of them another key", first
            )
            continue
        for loser in rivals:
            if loser.ident not in given:  # those have their own turn, and lose the key then
                in_force[loser.ident].remove(key)
                yield _make_taken_problem(winner, loser, key, in_force[loser.ident])


def _is_clash(one: Command, other: Command, key: str) -> bool:
    """Whether this key must not mean both. By the table's own design some do share one: enter opens a list's line,
    and elsewhere what the screen says."""
    shared = key in one.keys.split(",") and key in other.keys.split(",")
    return one.ident != other.ident and not shared and are_heard_together(one.where, other.where)


def _make_taken_problem(winner: Command, loser: Command, key: str, left: Sequence[str]) -> Trouble:
    keeps = f"which keeps {', '.join(map(format_key, left))}" if left else "which has no key now"
    return Trouble(
        winner.ident,
        f"{format_key(key)} was {loser.ident}'s ({loser.help}), {keeps}",
        f'If that is meant, say so: "{loser.ident}" = "{",".join(left)}"',
    )


def _guess(ident: str, known: Mapping[str, Command]) -> str:
    near = [i for i in known if i.partition(".")[2] == ident] or get_close_matches(ident, known, 1)
    return f"Did you mean {near[0]}?" if near else "`meshtui keys` lists them all"
