"""The screen with a full log into which records pour: `python -m tests.tui.busy RECORDS [A_SECOND]`."""

from __future__ import annotations

import sys

from meshtui.tui.start import prepare

prepare()

from meshtui.tui.app import MeshtuiApp  # noqa: E402
from tests.tui.programs import entries  # noqa: E402
from tests.tui.recorded import NOON, demo  # noqa: E402

AT_ONCE = 4
"""Records that come together, as those of a run do."""


class Busy(MeshtuiApp):
    """So many records more every second."""

    def pour(self, a_second: int) -> None:
        journal = self.session.journal
        self.set_interval(AT_ONCE / a_second, lambda: journal.extend(entries(AT_ONCE, journal.next)))


def main(records: int, a_second: int = 0) -> None:
    session = demo()
    session.journal.extend(entries(records))
    app = Busy(session, clock=lambda: NOON)
    if a_second:
        app.call_later(app.pour, a_second)
    app.run()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
