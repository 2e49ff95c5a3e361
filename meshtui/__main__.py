"""`meshtui` and `python -m meshtui`: hands the arguments to the command line."""

import sys


def main() -> int:
    from meshtui.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
