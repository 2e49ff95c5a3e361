"""The `credential_process` of an AWS profile: a program of the person's own that prints keys (AWS documentation,
"Sourcing credentials with an external process"). It runs only for who asked for it."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Mapping

from meshtui.base.processes import capture_output, find_executable, make_isolated_environment
from meshtui.base.secret import Secret
from meshtui.providers.bedrock.provider import AwsKeys

TIMEOUT = 30.0
"""Seconds: such a program may itself ask a server, but no person, as it gets no input."""
LIMIT = 1 << 20
"""Bytes of output; more than that are no keys, and the program is ended."""

# What such a program may need besides: where things are, how to reach the network, and AWS's settings that are no keys.
_PASSED = frozenset({
    "APPDATA", "LOCALAPPDATA", "COMSPEC", "TZ", "GNUPGHOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "ALL_PROXY", "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CA_BUNDLE",
})  # fmt: skip


class ProgramError(Exception):
    """It gave no keys; the text says why, and holds nothing that it printed."""


def run_credential_process(command: str, environ: Mapping[str, str], region: str, timeout: float = TIMEOUT) -> AwsKeys:
    """The keys that the program prints within `timeout` seconds. It gets no key of the environment, no input, no
    terminal, and the root folder to work in, so that nothing of the present folder is run. Raises ProgramError."""
    try:
        words = shlex.split(command, posix=os.name == "posix")
    except ValueError:
        raise ProgramError("its quotes are not closed") from None
    program = find_executable(words[0], environ) if words and words[0] else None
    if program is None or not os.path.isfile(program):
        raise ProgramError("the program is not found: give its whole path")
    try:
        ended = capture_output(
            program, words[1:], make_isolated_environment(environ, _PASSED), seconds=timeout, limit=LIMIT
        )
    except (OSError, ValueError) as error:
        raise ProgramError(f"the program cannot be started: {type(error).__name__}") from None
    if len(ended.output) > LIMIT:
        raise ProgramError(f"the program was ended: it printed more than {LIMIT >> 20} MiB")
    if ended.status is None:
        raise ProgramError(f"the program was ended: no answer within {timeout:g} s")
    if ended.status:
        raise ProgramError(f"the program ended with status {ended.status}")
    return _read_output(ended.output.decode("utf-8", "replace"), region)


def _read_output(output: str, region: str) -> AwsKeys:
    try:
        answer = json.loads(output)
    except (ValueError, RecursionError):
        raise ProgramError("what it printed is not JSON") from None
    return read_keys(answer, region) or _fail("its JSON has no AccessKeyId and SecretAccessKey")


def read_keys(answer: object, region: str) -> AwsKeys | None:
    """The keys in an answer of the form that AWS uses for programs and for metadata; None where it has none."""
    if not isinstance(answer, dict):
        return None
    key_id, secret = answer.get("AccessKeyId"), answer.get("SecretAccessKey")
    token = answer.get("SessionToken") or answer.get("Token")
    if not (isinstance(key_id, str) and isinstance(secret, str) and key_id and secret):
        return None
    return AwsKeys(Secret(key_id), Secret(secret), region, Secret(token) if isinstance(token, str) else None)


def _fail(why: str) -> AwsKeys:
    raise ProgramError(why)
