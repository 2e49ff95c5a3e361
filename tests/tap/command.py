"""`meshtui run` without its command line: `python -m tests.tap.command [quiet|all|jsonl] COMMAND…`."""

from __future__ import annotations

import asyncio
import os
import sys

from meshtui.tap.child import StartError
from meshtui.tap.program_run import RunOptions, listen
from meshtui.tap.run_report import JsonReport, TextReport, find_status
from meshtui.tap.shell import listen_for_shell

how, *command = sys.argv[1:]
text = TextReport(sys.stderr, quiet=how == "quiet", everything=how == "all")
report = JsonReport(sys.stderr) if how == "jsonl" else text
fail_on = tuple(filter(None, os.environ.pop("FAIL_ON", "").split(",")))
if how == "env":
    sys.exit(listen_for_shell(RunOptions((), dict(os.environ), os.getcwd(), base_urls=True), lambda: report))
try:
    status, summary = asyncio.run(listen(RunOptions(command, dict(os.environ), os.getcwd()), report))
except StartError as problem:
    print(problem, file=sys.stderr)
    sys.exit(problem.status)
sys.exit(find_status(fail_on, status, summary))
