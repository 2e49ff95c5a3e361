"""`eval "$(meshtui run --env)"`: listening in the background for everything that one shell starts."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from meshtui.base.files import leave_no_core
from meshtui.base.processes import fork_process
from meshtui.tap.environment import print_exports
from meshtui.tap.program_run import Changes, Recorder, RunOptions, listen_while

if TYPE_CHECKING:
    from meshtui.tap.run_report import Report

PID_VARIABLE = "MESHTUI_RUN_PID"
"""The variable with the id of the listening process: `kill $MESHTUI_RUN_PID` ends it."""
PAUSE = 1.0
"""Seconds between two looks whether the shell is still there."""


def listen_for_shell(options: RunOptions, make_report: Callable[[], Report]) -> int:
    """Starts to listen in the background until the calling shell ends, and prints the lines that it is to evaluate.
    Returns the exit status: 0, or 1 where listening could not begin, with the reason on standard error."""
    shell = os.getppid()
    reading, writing = os.pipe()
    sys.stdout.flush()
    if fork_process() == 0:
        os.close(reading)
        _listen_in_background(options, make_report, shell, writing)
    os.close(writing)
    with open(reading, encoding="utf-8") as pipe:
        lines = pipe.read()
    print(lines, end="")
    return 0 if lines else 1


def _listen_in_background(options: RunOptions, make_report: Callable[[], Report], shell: int, writing: int) -> None:
    """Never returns. In a session of its own, so that Ctrl-C in the shell does not end it."""
    os.setsid()
    leave_no_core()
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)  # the shell waits until nobody can write there any more

    async def wait(changes: Changes, _: Recorder) -> int:
        lines = print_exports({**changes.variables, PID_VARIABLE: str(os.getpid())}, changes.removed)
        os.write(writing, lines.encode())  # fewer bytes than any pipe holds
        os.close(writing)
        await _wait_for_end(shell)
        return 0

    status = 1
    try:
        status, _ = asyncio.run(listen_while(wait, options, make_report()))
    except (OSError, ValueError) as problem:
        print(f"meshtui run: {problem}", file=sys.stderr)
    finally:
        sys.stderr.flush()
        os._exit(status)


async def _wait_for_end(shell: int) -> None:
    """Waits until the shell has ended or this process is signalled."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    while _is_running(shell):
        try:
            await asyncio.wait_for(ended.wait(), PAUSE)
        except TimeoutError:
            continue
        return


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
