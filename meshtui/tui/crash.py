"""What is printed when meshtui itself fails: where and why, and nothing that any variable held."""

from __future__ import annotations

import traceback

from textual.worker import WorkerFailed

from meshtui.base.redaction import redact
from meshtui.base.text import make_one_line, make_plain
from meshtui.tui.hidden_names import hide_in_text


def format_crash(error: BaseException) -> str:
    """The traceback without local variables, redacted and plain; without names too where they are hidden."""
    if isinstance(error, WorkerFailed):
        error = error.error
    trace = traceback.TracebackException.from_exception(error, capture_locals=False)
    text = hide_in_text(redact(make_plain("".join(trace.format()))))
    return f"{text}\nThis is an error of meshtui's own. Keys are masked in this text.\n"


def format_own_error(error: Exception) -> str:
    """`an error in meshtui: KeyError: 'x' (fire.py:17)`, redacted."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    where = f" ({last[0].filename.rpartition('/')[2]}:{last[0].lineno})" if last else ""
    return make_one_line(redact(f"an error in meshtui: {type(error).__name__}: {error}{where}"), 300)
