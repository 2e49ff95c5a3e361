"""Three themes of our own. Four colours have a meaning (good, look here, bad, where you are); the rest is grey."""

from __future__ import annotations

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
and alarm are reversed, which any terminal can show (see meshtui.tcss)."""
OWN = (DARK, LIGHT, TERMINAL)
"""In the order in which the key goes through them."""
FALLBACKS = {"row-cursor": "ansi_default", "row-cursor-blurred": "ansi_default"}
"""What the variables of our own are in Textual's themes of sixteen colours."""
