"""Three themes of our own, and Textual's made readable for what is written on them. Four colours have a meaning (good,
look here, bad, where you are); the rest is grey.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.color import Color
from textual.theme import Theme

DARK = Theme(
    name="meshtui-dark",
    dark=True,
    primary="#82aaff",
    secondary="#8f9bb3",
    accent="#82aaff",
    success="#8fce8f",
    warning="#e6b450",
    error="#f28b82",
    foreground="#d5d9e0",
    background="#14171c",
    surface="#1a1e24",
    panel="#262c35",
    variables={
        "text-primary": "#82aaff",
        "text-success": "#8fce8f",
        "text-warning": "#e6b450",
        "text-error": "#f28b82",
        "text-muted": "#a0aab9",
        "border": "#82aaff",
        "border-blurred": "#3a4350",
        "row-cursor": "#2b3a55",
        "row-cursor-blurred": "#252b34",
        "scrollbar": "#3a4350",
        "scrollbar-background": "#1a1e24",
        "input-selection-background": "#82aaff 35%",
        "screen-selection-background": "#82aaff 35%",
        "screen-selection-foreground": "#d5d9e0",
    },
)
LIGHT = Theme(
    name="meshtui-light",
    dark=False,
    primary="#1f4fb0",
    secondary="#5b6677",
    accent="#1f4fb0",
    success="#1d6b2c",
    warning="#7a4d00",
    error="#a8201a",
    foreground="#1f252e",
    background="#f4f5f7",
    surface="#fbfcfd",
    panel="#e6e9ee",
    variables={
        "text-primary": "#1f4fb0",
        "text-success": "#1d6b2c",
        "text-warning": "#7a4d00",
        "text-error": "#a8201a",
        "text-muted": "#586273",
        "border": "#1f4fb0",
        "border-blurred": "#b9c1cc",
        "row-cursor": "#d5e1f8",
        "row-cursor-blurred": "#e9ecf1",
        "scrollbar": "#b9c1cc",
        "scrollbar-background": "#fbfcfd",
        "input-selection-background": "#1f4fb0 25%",
        "screen-selection-background": "#1f4fb0 25%",
        "screen-selection-foreground": "#1f252e",
    },
)
TERMINAL = Theme(
    name="meshtui-terminal",
    ansi=True,
    primary="ansi_cyan",
    secondary="ansi_default",
    accent="ansi_cyan",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    variables={
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "border": "ansi_cyan",
        "border-blurred": "ansi_bright_black",
        "text-muted": "ansi_default",
        "row-cursor": "ansi_default",
        "row-cursor-blurred": "ansi_default",
        "scrollbar": "ansi_bright_black",
        "scrollbar-hover": "ansi_cyan",
        "scrollbar-active": "ansi_cyan",
        "scrollbar-background": "ansi_default",
        "scrollbar-background-hover": "ansi_default",
        "scrollbar-background-active": "ansi_default",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
    },
)
"""The sixteen colours that the terminal's owner has chosen. Nobody knows them here, so no text stands on one: cursor
and alarm are reversed, which any terminal can show (see app.tcss)."""
OWN = (DARK, LIGHT, TERMINAL)
"""In the order in which the key goes through them."""
FALLBACKS = {"row-cursor": "ansi_default", "row-cursor-blurred": "ansi_default"}
"""What the variables of our own are in Textual's themes of sixteen colours."""


AA = 4.5
"""The contrast that WCAG 2.2 (1.4.3, level AA) asks of text."""


def make_readable(variables: Mapping[str, str], dark: bool) -> dict[str, str]:
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
    texts = {name: _make_readable(colour, end, grounds.values()) for name, colour in wanted.items()}
    return {name: colour.hex for name, colour in (grounds | texts).items()}


def _make_readable(colour: Color, end: Color, grounds: Iterable[Color]) -> Color:
    steps = (colour.blend(end, step / 20) for step in range(20))
    return next((c for c in steps if all(measure_contrast(c, ground) >= AA for ground in grounds)), end)


def measure_contrast(one: Color, two: Color) -> float:
    """As WCAG 2.2 defines it: from 1 to 21."""
    light, dark = sorted((_compute_luminance(one), _compute_luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _compute_luminance(colour: Color) -> float:
    parts = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in colour.normalized)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))
