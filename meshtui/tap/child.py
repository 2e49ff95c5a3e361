"""Runs the program: with our own terminal, signals and job control, so that it cannot tell that it is not alone."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Mapping, Sequence

from meshtui.base.files import leave_no_core
from meshtui.base.processes import UserProgram, start_user_program

NOT_FOUND, NOT_EXECUTABLE = 127, 126
"""Exit statuses of a command that could not be started, as shells give them (POSIX, "Exit Status for Commands")."""
_FORWARDED = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2")
_OF_THE_GROUP = ("SIGINT", "SIGQUIT")
"""A terminal sends these to the child as well."""


class StartError(Exception):
    """The command could not be started; `status` is what a shell would exit with."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


def explain_start_error(name: str, problem: OSError) -> StartError:
    """What a shell would say of a command that the system did not start, with its exit status."""
    if isinstance(problem, FileNotFoundError):
        return StartError(f"{name}: there is no such command", NOT_FOUND)
    return StartError(f"{name}: {problem.strerror or problem}", NOT_EXECUTABLE)


async def run_child(
    command: Sequence[str], environ: Mapping[str, str], on_start: Callable[[int], None] | None = None
) -> int:
    """Runs the command to its end. Returns its exit status, 128 + N where signal N ended it. Raises StartError.

    Standard input, output and errors are our own, and so is the process group: Ctrl-C and Ctrl-Z reach the child
    straight from the terminal, and a shell that it starts may take the terminal over.
    """
    loop = asyncio.get_running_loop()
    try:
        child = start_user_program(command, environ)
    except OSError as problem:
        raise explain_start_error(command[0], problem) from None
    # After its start: whether the program may leave a core is for its owner to say. We read its keys on their way.
    leave_no_core()
    _forward_signals(loop, child)
    if on_start is not None:
        on_start(child.pid)
    status = await _wait(loop, child)
    return status if status >= 0 else 128 - status


def _forward_signals(loop: asyncio.AbstractEventLoop, child: UserProgram) -> None:
    """Handlers, not "ignore": a child would inherit that."""
    for name in _FORWARDED:
        loop.add_signal_handler(getattr(signal, name), _send, child, getattr(signal, name))
    for name in _OF_THE_GROUP:
        loop.add_signal_handler(getattr(signal, name), _send_unless_terminal_did, child, getattr(signal, name))


def _send(child: UserProgram, number: signal.Signals) -> None:
    if child.poll() is None:
        child.send_signal(number)


def _send_unless_terminal_did(child: UserProgram, number: signal.Signals) -> None:
    if not is_in_foreground():
        _send(child, number)


def is_in_foreground() -> bool:
    """Whether our process group is the one to which the terminal sends its signals."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)


def _resolve(ended: asyncio.Future[None]) -> None:
    if not ended.done():
        ended.set_result(None)


async def _wait(loop: asyncio.AbstractEventLoop, child: UserProgram) -> int:
    if not hasattr(os, "pidfd_open"):
        return await loop.run_in_executor(None, child.wait)
    ended = loop.create_future()
    descriptor = os.pidfd_open(child.pid)
    try:
        loop.add_reader(descriptor, _resolve, ended)
        await ended
        return child.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
