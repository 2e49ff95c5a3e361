"""Copying, over SSH and inside tmux too, and saying truthfully what was done.

The order: tmux's own buffer, which it also passes on; the desktop's clipboard, where there is a desktop and the text
can be read back from it; OSC 52, which a terminal never confirms, and so with a file beside it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec

from meshtui.base.files import shorten_path, state_folder, write_private
from meshtui.base.processes import make_python_command, run_isolated

LIMIT = 2.0
"""Seconds that a tool may take."""
_PYPERCLIP = """
import sys
sys.path.append(sys.argv[1])
import pyperclip
text = sys.stdin.read()
pyperclip.copy(text)
sys.exit(0 if pyperclip.paste().replace("\\r\\n", "\\n") == text else 3)
"""
"""Runs in a process of its own: a clipboard tool on a dead display writes onto the terminal, and may hang. Its argument
is the folder that holds pyperclip, which an isolated Python may not know: it leaves out the user's own packages."""


async def copy_text(
    text: str, osc52: Callable[[str], None], environ: Mapping[str, str] | None = None, *, served: bool = False
) -> str:
    """Copies the text one way or another. Returns a sentence that says which. Raises OSError where even the file
    cannot be written. `served`: to a browser, so that this machine's clipboards are not the person's."""
    environ = os.environ if environ is None else environ
    if served:
        osc52(text)
        return "copied by the browser, if it lets pages do so: it does not confirm"
    if environ.get("TMUX") and await _give(text, environ, ("tmux", "load-buffer", "-w", "-")):
        return "copied to tmux's buffer, which passes it on to the terminal"
    if has_desktop(environ) and await _give(text, environ, _find_desktop_command()):
        return "copied to the desktop's clipboard"
    osc52(text)
    path = write_private(state_folder(environ) / "copied.txt", text)
    return f"copied through the terminal, which does not confirm; also saved as {shorten_path(path, environ)}"


def has_desktop(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a clipboard of the person's own desktop can be expected here."""
    if environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"):
        return True
    remote = environ.get("SSH_CONNECTION") or environ.get("SSH_TTY")
    return platform in ("darwin", "win32", "cygwin") and not remote


def _find_desktop_command() -> tuple[str, ...]:
    """The command that takes a text for the desktop's clipboard; none without pyperclip."""
    spec = find_spec("pyperclip")
    if spec is None or spec.origin is None:
        return ()
    return make_python_command(_PYPERCLIP, os.path.dirname(os.path.dirname(spec.origin)))


async def _give(text: str, environ: Mapping[str, str], command: tuple[str, ...]) -> bool:
    """Whether the command took the text on standard input and ended well in time."""
    return bool(command) and await run_isolated(command, text.encode(), environ, seconds=LIMIT) == 0
