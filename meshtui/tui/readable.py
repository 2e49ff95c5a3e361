"""Textual's own themes, and anybody's, made readable for what we write on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.color import Color

AA = 4.5
"""The contrast that WCAG 2.2 (1.4.3, level AA) asks of text."""


def readable(variables: Mapping[str, str], dark: bool) -> dict[str, str]:
    """What a theme that knows nothing of us needs besides: its own colours, moved towards white or black until each of
    our texts can be read on each of our grounds."""
    background, foreground = (Color.parse(variables[name]).rgb for name in ("background", "foreground"))
    surface = Color(*background).blend(Color(*foreground), 0.03)
    lit = Color.parse(variables["primary"])
    grounds = {
        "background": Color(*background),
        "surface": surface,
        "panel": surface.blend(Color(*foreground), 0.06),
        "row-cursor": surface.blend(lit, 0.22),
        "row-cursor-blurred": surface.blend(Color(*foreground), 0.1),
    }
    muted = Color(*foreground).blend(surface, 0.3)
    wanted = {"foreground": Color(*foreground), "text-muted": muted} | {
        f"text-{role}": Color.parse(variables[role]) for role in ("primary", "success", "warning", "error")
    }
    end = Color.parse("white" if dark else "black")
    texts = {name: _until_readable(colour, end, grounds.values()) for name, colour in wanted.items()}
    return {name: colour.hex for name, colour in (grounds | texts).items()}


def _until_readable(colour: Color, end: Color, grounds: Iterable[Color]) -> Color:
    steps = (colour.blend(end, step / 20) for step in range(20))
    return next((c for c in steps if all(contrast(c, ground) >= AA for ground in grounds)), end)


def contrast(one: Color, two: Color) -> float:
    """As WCAG 2.2 defines it: from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    parts = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in colour.normalized)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))
