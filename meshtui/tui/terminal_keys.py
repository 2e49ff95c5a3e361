"""The bytes that a terminal sends for a key, as xterm does ("Control Sequences": "PC-Style Function Keys")."""

from __future__ import annotations

_LETTERS = {"up": "A", "down": "B", "right": "C", "left": "D", "end": "F", "home": "H"}
_FUNCTIONS = {"f1": "P", "f2": "Q", "f3": "R", "f4": "S"}
_NUMBERS = {
    "insert": 2, "delete": 3, "pageup": 5, "pagedown": 6, "f5": 15, "f6": 17, "f7": 18, "f8": 19, "f9": 20, "f10": 21,
    "f11": 23, "f12": 24,
}  # fmt: skip
_PLAIN = {
    "enter": "\r", "tab": "\t", "escape": "\x1b", "backspace": "\x7f", "space": " ", "shift+tab": "\x1b[Z",
    "ctrl+space": "\0", "ctrl+@": "\0", "ctrl+backslash": "\x1c", "ctrl+right_square_bracket": "\x1d",
    "ctrl+circumflex_accent": "\x1e", "ctrl+underscore": "\x1f", "ctrl+backspace": "\x08",
}  # fmt: skip
_MODIFIERS = {"shift": 1, "alt": 2, "ctrl": 4}


def encode_key(key: str, character: str | None, *, application: bool = False) -> bytes:
    """The bytes for Textual's name of a key and the character it has, if any; empty for a key that terminals have
    none for. `application`: the program asked for cursor keys of its own (DECCKM)."""
    if key in _PLAIN:
        return _PLAIN[key].encode()
    *names, last = key.split("+")
    modifiers = sum(_MODIFIERS.get(name, 0) for name in names)
    if found := _encode_special(last, modifiers, application):
        return found.encode()
    if names == ["ctrl"] and len(last) == 1 and "a" <= last <= "z":
        return bytes((ord(last) & 0x1F,))
    if "alt" in names and (rest := key.replace("alt+", "", 1)) != key:
        inner = encode_key(rest, character or (rest if len(rest) == 1 else None))
        return b"\x1b" + inner if inner else b""
    return character.encode() if character else b""


def _encode_special(name: str, modifiers: int, application: bool) -> str:
    letter = _LETTERS.get(name) or _FUNCTIONS.get(name)
    if letter:
        if modifiers:
            return f"\x1b[1;{modifiers + 1}{letter}"
        return f"\x1bO{letter}" if application or name in _FUNCTIONS else f"\x1b[{letter}"
    if name in _NUMBERS:
        return f"\x1b[{_NUMBERS[name]};{modifiers + 1}~" if modifiers else f"\x1b[{_NUMBERS[name]}~"
    return ""
