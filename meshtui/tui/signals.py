"""Signals that end the application in order, so that the terminal is given back."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from textual.app import App

ENDING = ("SIGTERM", "SIGHUP")
"""By name: Windows has no SIGHUP."""


def leave_on_signals(app: App[Any]) -> None:
    """The exit status is then 128 and the signal's number, as shells have it."""
    loop = asyncio.get_running_loop()
    for name in ENDING:
        if (number := getattr(signal, name, None)) is None:
            continue
        try:
            loop.add_signal_handler(number, app.exit, None, 128 + number)
        except (NotImplementedError, RuntimeError, ValueError):
            return  # Windows has no such handlers, and only the main thread may set them
