"""What meshtui writes is its owner's alone, and lies where the XDG base directory specification says."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from meshtui.base.files import find_config_folder, shorten_path, state_folder, write_private


def test_a_file_is_never_readable_by_others_not_even_when_it_was(tmp_path: Path):
    file = write_private(tmp_path / "new" / "copied.txt", "one")
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    file.chmod(0o644)
    assert write_private(file, "two") == file
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == ("two", 0o600)


def test_the_folders_are_where_the_variables_say_and_a_relative_path_is_passed_over(tmp_path: Path):
    home = {"HOME": str(tmp_path)}
    assert find_config_folder(home) == tmp_path / ".config" / "meshtui"
    assert state_folder(home) == tmp_path / ".local" / "state" / "meshtui"
    assert state_folder({**home, "XDG_STATE_HOME": "/var/state"}) == Path("/var/state/meshtui")
    assert find_config_folder({**home, "XDG_CONFIG_HOME": "here"}) == tmp_path / ".config" / "meshtui"


def test_a_path_in_the_home_folder_is_shown_short(tmp_path: Path):
    assert shorten_path(tmp_path / "x", {"HOME": str(tmp_path)}) == "~/x"


def test_no_folder_on_the_way_is_one_that_others_may_write_in(tmp_path: Path):
    before = os.umask(0)
    try:
        write_private(tmp_path / ".local" / "state" / "meshtui" / "copied.txt", "one")
    finally:
        os.umask(before)
    for folder in (".local", ".local/state", ".local/state/meshtui"):
        assert stat.S_IMODE((tmp_path / folder).stat().st_mode) == 0o700
