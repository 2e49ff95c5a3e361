"""`meshtui` and `python -m meshtui`: hands the arguments to the command line."""

import os
import site
import sys


def main() -> int:
    """Runs the command line. Returns the exit status."""
    # Before anything else is imported: even the standard library would be looked for in the working directory first.
    sys.path[:] = without_working_directory(sys.path)
    from meshtui.cli.main import run

    return run(sys.argv[1:])


def without_working_directory(entries: list[str]) -> list[str]:
    """The import path without the entries that lead into the working directory: `python -m` puts it first, an empty or
    relative entry of PYTHONPATH means it too.

    A working directory that this very code, Python or its packages were loaded from (a checkout, most of all) comes
    last instead: whoever writes there has written what is already running, and what meshtui needs may lie there, but
    nothing in it stands for a module of Python's or of an installed package.
    """
    try:
        here = os.getcwd()
    except OSError:  # it was removed: only what is relative could lead there
        return [entry for entry in entries if os.path.isabs(entry)]
    # Python has made the relative entries absolute by now, so they are recognised by what they were made to.
    given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    relative = {os.path.normpath(os.path.join(here, entry)) for entry in given if not os.path.isabs(entry)}
    leading_here = [
        entry
        for entry in entries
        if not os.path.isabs(entry) or os.path.normpath(entry) in relative or _same(entry, here)
    ]
    last = [entry for entry in dict.fromkeys(leading_here) if os.path.isabs(entry) and _is_running_code(entry)]
    return [entry for entry in entries if entry not in leading_here] + last


def _is_running_code(folder: str) -> bool:
    package = os.path.dirname(os.path.abspath(__file__))
    return any(
        _same(folder, trusted)
        for trusted in (os.path.dirname(package), os.path.dirname(os.__file__), *site.getsitepackages(), site.USER_SITE)
        if trusted
    )


def _same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:  # one of them does not exist: nothing can be imported from it
        return False


if __name__ == "__main__":
    sys.exit(main())
