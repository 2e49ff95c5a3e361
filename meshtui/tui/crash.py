"""What is printed when meshtui itself fails: where and why, and nothing that any variable held."""

from __future__ import annotations

import traceback

from textual.worker import WorkerFailed

from meshtui.redact import redact
from meshtui.sanitize import plain


def report(error: BaseException) -> str:
    """The traceback without local variables, redacted and plain."""
    if isinstance(error, WorkerFailed):
        error = error.error
    told = traceback.TracebackException.from_exception(error, capture_locals=False)
    return (
        redact(plain("".join(told.format()))) + "\nThis is an error of meshtui's own. Keys are masked in this text.\n"
    )
