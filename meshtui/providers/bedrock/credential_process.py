"""The `credential_process` of an AWS profile: a program of the person's own that prints keys (AWS documentation,
"Sourcing credentials with an external process"). It runs only for who asked for it."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Mapping

from meshtui.base.secret import Secret
from meshtui.providers.bedrock.provider import AwsKeys

TIMEOUT = 30.0
"""Seconds: such a program may itself ask a server, but no person, as it gets no input."""
LIMIT = 1 << 20
"""Characters of its output that are read as keys."""

# What such a program may need: where things are, how to reach the network, and AWS's own settings that are no keys.
_PASSED = frozenset({
    "HOME", "USER", "LOGNAME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "SYSTEMROOT", "PATHEXT", "COMSPEC", "TMPDIR",
    "TEMP", "TMP", "LANG", "LC_ALL", "TZ", "DBUS_SESSION_BUS_ADDRESS", "GNUPGHOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME",
    "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY",
    "ALL_PROXY", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CA_BUNDLE",
})  # fmt: skip


class ProgramError(Exception):
    """It gave no keys; the text says why, and holds nothing that it printed."""


def run_credential_process(command: str, environ: Mapping[str, str], region: str, timeout: float = TIMEOUT) -> AwsKeys:
    """The keys that the program prints within `timeout` seconds. It gets no key of the environment, no input, no
    terminal, and the root folder to work in, so that nothing of the present folder is run. Raises ProgramError."""
    path = os.pathsep.join(each for each in environ.get("PATH", os.defpath).split(os.pathsep) if os.path.isabs(each))
    try:
        words = shlex.split(command, posix=os.name == "posix")
    except ValueError:
        raise ProgramError("its quotes are not closed") from None
    program = shutil.which(words[0], path=path) if words else None
    if program is None or not os.path.isabs(program):
        raise ProgramError("the program is not found: give its whole path")
    passed = {name: value for name, value in environ.items() if name.upper() in _PASSED}
    return _keys(_output([program, *words[1:]], {**passed, "PATH": path}, timeout), region)


def _output(command: list[str], environ: Mapping[str, str], timeout: float) -> str:
    try:
        process = subprocess.Popen(  # noqa: S603 - the person's own program, asked for, without a shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environ),
            cwd=os.path.abspath(os.sep),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise ProgramError(f"the program cannot be started: {type(error).__name__}") from None
    try:
        output, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        raise ProgramError(f"the program was ended: no answer within {timeout:g} s") from None
    finally:
        _end(process)
    if process.returncode:
        raise ProgramError(f"the program ended with status {process.returncode}")
    return output.decode("utf-8", "replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the program and what it has started, where it has not given its whole answer."""
    if process.stdout is None or process.stdout.closed:
        return  # `communicate` has read all of it
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    process.stdout.close()


def _keys(output: str, region: str) -> AwsKeys:
    try:
        answer = json.loads(output[:LIMIT])
    except ValueError:
        raise ProgramError("what it printed is not JSON") from None
    return read_keys(answer, region) or _fail("its JSON has no AccessKeyId and SecretAccessKey")


def read_keys(answer: object, region: str) -> AwsKeys | None:
    """The keys in an answer of the form that AWS uses for programs and for metadata; None where there are none."""
    if not isinstance(answer, dict):
        return None
    key_id, secret = answer.get("AccessKeyId"), answer.get("SecretAccessKey")
    token = answer.get("SessionToken") or answer.get("Token")
    if not (isinstance(key_id, str) and isinstance(secret, str) and key_id and secret):
        return None
    return AwsKeys(Secret(key_id), Secret(secret), region, Secret(token) if isinstance(token, str) else None)


def _fail(why: str) -> AwsKeys:
    raise ProgramError(why)
