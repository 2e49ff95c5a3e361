"""The settings in force, for commands that only use them."""

from __future__ import annotations

import os
import sys

from meshtui.settings.loading import Loaded, load


def loaded() -> Loaded:
    """What the file and the environment set. What of it cannot hold is told in a line each on standard error."""
    found = load(os.environ)
    for problem in found.problems:
        print(f"meshtui: {problem}", file=sys.stderr)
    return found
