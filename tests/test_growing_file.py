"""A file that somebody else writes is read to its last byte: also when it is moved away, cut or made later."""

from __future__ import annotations

import os
from pathlib import Path

from meshtui.base.growing_file import GrowingFile


def read_all(file: GrowingFile) -> tuple[bytes, int]:
    """What is new, and the number of the part that it stands in."""
    data, part = b"", 0
    while (piece := file.read()).data:
        data, part = data + piece.data, piece.part
    return data, part


def test_what_is_there_and_what_is_added_is_read_once(tmp_path: Path):
    log = tmp_path / "app.log"
    log.write_bytes(b"one\n")
    file = GrowingFile(str(log))
    assert read_all(file) == (b"one\n", 0)
    assert read_all(file) == (b"", 0)
    with log.open("ab") as writer:
        writer.write(b"two\xff\0\n")
    assert read_all(file) == (b"two\xff\0\n", 0)


def test_from_the_end_only_what_comes_is_read(tmp_path: Path):
    log = tmp_path / "app.log"
    log.write_bytes(b"old\n" * 50)
    file = GrowingFile(str(log), from_end=True)
    assert read_all(file)[0] == b""
    with log.open("ab") as writer:
        writer.write(b"new\n")
    assert read_all(file)[0] == b"new\n"


def test_a_file_that_is_made_later_is_read_from_its_beginning(tmp_path: Path):
    log = tmp_path / "app.log"
    file = GrowingFile(str(log), from_end=True)
    assert read_all(file)[0] == b""
    assert "No such file" in file.problem
    log.write_bytes(b"first\n")
    assert read_all(file)[0] == b"first\n"
    assert file.problem == ""


def test_a_file_that_was_moved_away_is_read_on_beside_the_new_one(tmp_path: Path):
    log = tmp_path / "app.log"
    log.write_bytes(b"one\n")
    file = GrowingFile(str(log))
    read_all(file)
    with log.open("ab") as writer:
        writer.write(b"before\n")
        writer.flush()
        log.rename(tmp_path / "app.log.1")
        writer.write(b"still to the old one\n")
        writer.flush()
        assert read_all(file)[0] == b"before\nstill to the old one\n", "while no new file is there"
        log.write_bytes(b"new\n")
        writer.write(b"late\n")
    parts = []
    while (piece := file.read()).data:
        parts.append((piece.data, piece.part))
    assert parts == [(b"late\n", 0), (b"new\n", 1)]


def test_a_file_that_was_copied_and_cut_is_read_from_its_beginning(tmp_path: Path):
    log = tmp_path / "app.log"
    log.write_bytes(b"a long first line\n")
    file = GrowingFile(str(log))
    read_all(file)
    log.write_bytes(b"short\n")
    assert read_all(file) == (b"short\n", 1)


def test_a_file_that_was_cut_and_written_beyond_where_it_was_is_seen_to_be_another(tmp_path: Path):
    log = tmp_path / "app.log"
    log.write_bytes(b"first\n")
    file = GrowingFile(str(log))
    read_all(file)
    log.write_bytes(b"other, and longer than before\n")
    assert read_all(file) == (b"other, and longer than before\n", 1)
    same_size = b"OTHER, and longer than before\n"
    log.write_bytes(same_size)
    os.utime(log, (1, 1))
    assert read_all(file) == (same_size, 2)


def test_whoever_writes_on_where_it_was_leaves_no_hole_in_what_is_read(tmp_path: Path):
    log = tmp_path / "app.log"
    with log.open("wb", buffering=0) as writer:
        writer.write(b"x" * 100_000 + b"\n")
        file = GrowingFile(str(log))
        assert len(read_all(file)[0]) == 100_001
        os.truncate(log, 0)
        assert read_all(file)[0] == b""
        writer.write(b"after the cut\n")
        assert read_all(file) == (b"after the cut\n", 1)


def test_a_pipe_with_a_name_is_read_without_waiting(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    file = GrowingFile(str(pipe))
    assert read_all(file)[0] == b""
    descriptor = os.open(pipe, os.O_WRONLY)
    os.write(descriptor, b"said\n")
    assert read_all(file)[0] == b"said\n"
    os.close(descriptor)
    assert read_all(file)[0] == b""


def test_a_folder_is_no_log(tmp_path: Path):
    file = GrowingFile(str(tmp_path))
    assert read_all(file)[0] == b""
    assert file.problem == "Is a directory"
