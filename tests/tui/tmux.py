"""A real tmux with a plain shell in it, on a socket of its own."""

from __future__ import annotations

import re
import shlex
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

PATIENCE = 20.0
"""Seconds until what was waited for must have happened."""
_MODE = re.compile(rb"\x1b\[\?([\d;]+)([hl])")
MODES = ("alternate_on", "mouse_any_flag", "mouse_sgr_flag", "keypad_flag", "keypad_cursor_flag", "cursor_flag")
"""What tmux knows of the terminal's modes; the last is 1 while the cursor is shown."""
AT_REST = ["0", "0", "0", "0", "0", "1"]


class Tmux:
    """One session of one window with a shell. Everything the programs in it write is kept, byte for byte."""

    def __init__(self, folder: Path, environ: Mapping[str, str], size: tuple[int, int] = (120, 36)) -> None:
        self._socket = folder / "tmux"
        self._written = folder / "written"
        self._environ = {"HOME": str(folder), "LANG": "C.UTF-8", "TERM": "xterm-256color", **environ}
        self("new-session", "-d", "-x", str(size[0]), "-y", str(size[1]), "-c", str(folder), "sh")
        self("pipe-pane", "-o", f"cat > {shlex.quote(str(self._written))}")
        self.type("echo at $((6 * 7))")
        self.until("at 42")

    def __call__(self, *command: str) -> str:
        """Runs one of tmux's commands. Returns what it printed."""
        done = subprocess.run(
            ["tmux", "-S", str(self._socket), "-f", "/dev/null", *command],
            capture_output=True, text=True, check=True, env=self._environ, timeout=PATIENCE,
        )  # fmt: skip
        return done.stdout

    def type(self, line: str) -> None:
        """Types a line into the shell."""
        self("send-keys", "-l", line)
        self("send-keys", "Enter")

    def press(self, *keys: str) -> None:
        """By tmux's names: `f`, `Enter`, `Escape`, `C-c`."""
        for key in keys:
            self("send-keys", key)

    def shown(self) -> str:
        return self("capture-pane", "-p")

    def until(self, text: str) -> str:
        """Waits until the text is on the screen. Returns the screen."""
        end = time.monotonic() + PATIENCE
        while text not in (shown := self.shown()):
            assert time.monotonic() < end, f"{text!r} never came:\n{shown}"
            time.sleep(0.05)
        return shown

    def modes(self) -> list[str]:
        """The values of MODES."""
        return self("display-message", "-p", " ".join(f"#{{{mode}}}" for mode in MODES)).split()

    def left_behind(self) -> set[int]:
        """The private modes that what ran has left otherwise than they are at first: off, but for wrapping (7) and the
        cursor (25)."""
        state: dict[int, bool] = {}
        for numbers, switch in _MODE.findall(self._written.read_bytes()):
            state |= dict.fromkeys(map(int, numbers.split(b";")), switch == b"h")
        return {mode for mode, on in state.items() if on != (mode in (7, 25))}

    def buffer(self) -> str:
        """What was copied last."""
        return self("show-buffer")

    def close(self) -> None:
        subprocess.run(["tmux", "-S", str(self._socket), "kill-server"], capture_output=True, check=False)
