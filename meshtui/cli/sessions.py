"""The session of a command that sends something: on the real hosts, or on a sandbox of its own."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from meshtui.base.redaction import redact
from meshtui.cli.arguments import UsageError, mask_text
from meshtui.cli.output import load_settings
from meshtui.cli.scenario_text import read_faults
from meshtui.journal.history_store import History
from meshtui.session import Session

if TYPE_CHECKING:
    from meshtui.base.credential import Credential
    from meshtui.sandbox.scenario import Scenario

UNREADABLE = ("file.missing", "file.not-a-file", "file.unreadable")
"""Findings that say why a file could not be read."""


def open_session(args: argparse.Namespace, scenario: Scenario | None = None) -> Session:
    """The sandbox's session, or one on the real hosts, of which a history is kept. Raises UsageError where a fault is
    set without a sandbox."""
    if args.fault and not args.sandbox:
        raise UsageError("--fault breaks a sandbox credential: add --sandbox")
    if scenario and not args.sandbox:
        raise UsageError("--scenario sets up a sandbox: add --sandbox")
    settings = load_settings().settings
    if not args.sandbox:
        history = History.of(settings, os.environ, demo=False)
        return Session.live(settings=settings, history=history, dotenv=not args.no_dotenv, env_file=args.env_file)
    # The sandbox has models of its own.
    settings = replace(settings, models={})
    return Session(sandboxed=True, faults=read_faults(args.fault), scenario=scenario, settings=settings)


def refuse_unreadable(credential: Credential, path: str) -> Credential:
    """The credential of a file. Raises UsageError where there is no such file, or it cannot be read: what a file holds
    is judged, a wrong path is a mistake in the arguments."""
    for finding in credential.findings:
        if finding.id in UNREADABLE:
            raise UsageError(f"--file {path}: {finding.title}. {finding.fix}")
    return credential


def report_warnings(session: Session) -> None:
    """On standard error, what the session had to warn of, as on the screen its log shows."""
    for warning in session.warnings:
        print(f"meshtui: {mask_text(warning)}", file=sys.stderr)


def refuse_keys(*options: tuple[str, str | None]) -> None:
    """Raises UsageError where a key is in what would be sent: options and their values. The session has started, so
    keys in use are recognised by their values."""
    for option, text in options:
        if text and redact(text) != text:
            raise UsageError(
                f"{option}: there is a key in it, or what looks like one, so nothing was sent: take it out. Whoever "
                "uses this machine can read arguments, and your shell keeps them, so exchange the key as well"
            )
