"""What every test runs under: no credential from the environment, no network beyond loopback."""

from __future__ import annotations

import gc
import ipaddress
import itertools
import os
import signal
import socket
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

# Textual reads these when it is imported. The plugin that compares pictures tells its workers where to put them.
for name in [n for n in os.environ if n.startswith(("AWS_", "GOOGLE_", "OPENAI_", "MESH", "TEXTUAL"))]:
    if name != "TEXTUAL_SNAPSHOT_TEMPDIR":
        del os.environ[name]
# LINES and COLUMNS: readline, which pytest loads, tells every child by them how large the terminal of the tests is.
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
for name in ("LINES", "COLUMNS", "NO_COLOR", *PROXIES, *map(str.lower, PROXIES)):
    os.environ.pop(name, None)
os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ["XDG_CONFIG_HOME"] = "/nonexistent/of-the-tests"  # nobody's settings
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
# Under nohup, and in the background of a script, interrupts are ignored, by all children too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# Many tests start a Python of their own, and each run reads all tests four times: none has to compile everything anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

# No deadline: how long one example takes says more of the machine than of the code. The examples are the same in each
# run: what failed fails again, and no change is stopped by what it did not touch.
settings.register_profile("meshtui", deadline=None, derandomize=True)
# New examples in each run, and more of them: `.ci/run` looks with these for what the others never meet.
settings.register_profile("search", deadline=None, max_examples=150, print_blob=True)
settings.load_profile("meshtui")

# Every application of the screen leaves cycles behind. At Python's own pace the collector looks for them through all
# that is loaded, which took a fifth of the processor time of the tests of the screen.
gc.set_threshold(50_000, 20, 20)

from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: E402

from meshtui.base import secret  # noqa: E402
from meshtui.base.provider_names import PROVIDER_ROWS, add_provider  # noqa: E402
from meshtui.sandbox import keys  # noqa: E402

# Which model is the default depends on the day, and the pictures and records were made with these.
for provider, model, at_mesh in (
    ("openai", "gpt-4o-mini", "openai/gpt-4o-mini"),
    ("bedrock", "amazon.nova-micro-v1:0", "amazon/nova-micro-v1"),
    ("vertex", "gemini-3.1-flash-lite", "google/gemini-3.1-flash-lite"),
    ("mesh", "", "openai/gpt-4o-mini"),
):
    add_provider(PROVIDER_ROWS[provider]._replace(model=model, model_at_mesh=at_mesh))


@cache
def _make_rsa_key(number: int, key_size: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=key_size)


class _SomeRsaKeys:
    """Makes four RSA keys, and gives them in turn: a new one takes a sandbox longer than all else of its start."""

    _turns = itertools.count()

    def generate_private_key(self, *, public_exponent: int, key_size: int) -> rsa.RSAPrivateKey:
        return _make_rsa_key(next(self._turns) % 4, key_size)


keys.rsa = _SomeRsaKeys()


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector need not look through it."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """At the end pytest collects five times, for warnings that are ignored here: over all that the tests have left."""
    gc.freeze()


class BeyondLoopbackError(AssertionError):
    """A test tried to leave this machine."""


def _check(host: object) -> None:
    text = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if text in ("localhost", ""):
        return
    try:
        local = ipaddress.ip_address(text.split("%")[0]).is_loopback
    except ValueError:
        local = False
    if not local:
        raise BeyondLoopbackError(f"a test looked up or connected to {text!r}")


@pytest.fixture(autouse=True, scope="session")
def a_state_folder_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The history of whoever runs the tests stays as it is."""
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any name look-up or connection beyond loopback fails the test that made it."""
    look_up, connect, connect_ex = socket.getaddrinfo, socket.socket.connect, socket.socket.connect_ex

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        _check(host)
        return look_up(host, *args, **kwargs)

    def guard(original: Any) -> Any:
        def connecting(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                _check(address[0])
            return original(self, address)

        return connecting

    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)
    monkeypatch.setattr(socket.socket, "connect", guard(connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guard(connect_ex))


@pytest.fixture(autouse=True)
def only_living_secrets() -> Iterator[None]:
    """Ends the Secrets of each test with it. The collector runs seldom here, so one in a cycle would live on, and the
    redactor would hide its value in what later tests show: a key of filler is part of many texts."""
    living = secret._living
    before = set(living)
    yield
    for number in set(living).difference(before):
        living.pop(number, None)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A long text is no name for a test: keys made at run time would differ between workers, and be printed."""
    return argname if isinstance(val, (str, bytes)) and len(val) > 60 else None


@pytest.fixture
def faulty_masks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every mask shows all of a key but its last two characters: a search for leaks has to find that."""
    from tests.canaries import mask_too_little

    for module in ("base.secret", "base.redaction", "providers.bedrock.credentials"):
        monkeypatch.setattr(f"meshtui.{module}.mask", mask_too_little)


@pytest.fixture
def ends() -> Iterator[None]:
    """Ends a test that takes 60 seconds of processor time: a guard against what never ends, and no measurement."""

    def give_up(*_: object) -> None:
        raise AssertionError("60 seconds of processor time were not enough: this takes more than linear time")

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, 60)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)
