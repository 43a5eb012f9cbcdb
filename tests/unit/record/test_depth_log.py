"""The depth log comes back as it was written, whatever was pulled or killed, and says what is wrong with it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ductoscope.model import BadFileError, BadInputError, DepthReading, DiskFullError, ToolSeen
from ductoscope.record.depth_log import HEADER, DepthLogWriter, read_depth_log

READINGS = (
    DepthReading(0, 0.25, 0.15, "encoder"),
    DepthReading(50_000_000, -1.5, 0.15, "encoder"),
    DepthReading(60_000_000, 20.0, 0.7, "graduation"),
    ToolSeen(70_000_000, 40_000_000, ((-0.1, 1 / 3), (0.25, 0.3)), 0.4, 0.02),
)


def write(path: Path, readings: tuple[DepthReading | ToolSeen, ...] = READINGS) -> bytes:
    log = DepthLogWriter(path)
    log.write(readings)
    log.close()
    return path.read_bytes()


def test_comes_back_as_it_was_written_and_says_its_units(tmp_path: Path) -> None:
    content = write(tmp_path / "depth.csv")
    assert content.startswith(b"t_ns,depth_mm,sigma_mm,origin\n")
    assert read_depth_log(tmp_path / "depth.csv") == READINGS


def test_goes_on_where_it_ended(tmp_path: Path) -> None:
    write(tmp_path / "depth.csv", READINGS[:1])
    write(tmp_path / "depth.csv", READINGS[1:])
    assert read_depth_log(tmp_path / "depth.csv") == READINGS


def test_cut_anywhere_it_holds_every_whole_line(tmp_path: Path) -> None:
    path, content = tmp_path / "depth.csv", write(tmp_path / "whole.csv")
    for size in range(len(content) + 1):
        path.write_bytes(content[:size])
        whole = max(content[:size].count(b"\n") - 1, 0)
        assert read_depth_log(path)[:whole] == READINGS[:whole]
        assert len(read_depth_log(path)) <= whole + 1
        assert set(read_depth_log(path)) <= set(READINGS), "half a line is never taken for another number"


def test_a_torn_line_is_cut_off_before_the_log_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "depth.csv"
    path.write_bytes(write(tmp_path / "whole.csv")[:-9])
    write(path, READINGS[-1:])
    assert read_depth_log(path) == READINGS


@pytest.mark.parametrize(
    ("line", "number"),
    [
        (b"1,2,3", 3),
        (b"x,1,1,encoder", 3),
        (b"1,nan,1,encoder", 3),
        (b"1,1,0,encoder", 3),
        (b"1,1,1,guess", 3),
        (b"1,1,1,tool", 3),
        (b"1,1,1,tool(1 0 0 0 1 0.4)", 3),
        (b"1,,1,tool(1 0 0 0 1)", 3),
        (b"1,,1,tool(1 0 0 0 1 0.4", 3),
        (b"1,,0,tool(1 0 0 0 1 0.4)", 3),
        (b"1,,1,tool(1 0 0 0 nan 0.4)", 3),
        (b"1,,1,tool(1 0 0 0 1 -0.4)", 3),
        (b"1,,1,encoder", 3),
    ],
)
def test_what_is_wrong_inside_is_told_with_its_line(tmp_path: Path, line: bytes, number: int) -> None:
    path = tmp_path / "depth.csv"
    lines = write(path).splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], line + b"\n", *lines[2:]]))
    with pytest.raises(BadFileError, match=rf"depth\.csv, line {number}: "):
        read_depth_log(path)


@pytest.mark.parametrize("content", [b"time,depth\n1,2\n", b"\xff\xd8\xff\n", b"{}\n"])
def test_another_kind_of_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "depth.csv").write_bytes(content)
    with pytest.raises(BadFileError, match=f"first line must be {HEADER}"):
        read_depth_log(tmp_path / "depth.csv")


def test_one_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="cannot be read"):
        read_depth_log(tmp_path / "depth.csv")
    with pytest.raises(BadFileError, match="could not be written"):
        DepthLogWriter(tmp_path / "none" / "depth.csv")


def test_readings_out_of_order_and_windows_line_ends_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "depth.csv"
    write(path, READINGS[::-1])
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_depth_log(path) == READINGS


@given(st.binary(max_size=200))
def test_any_bytes_are_readings_or_an_error_in_words(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("log") / "depth.csv"
    path.write_bytes(HEADER.encode() + b"\n" + content)
    with contextlib.suppress(BadFileError):
        assert all(reading.sigma_mm > 0 for reading in read_depth_log(path))


def test_what_is_no_number_is_not_written(tmp_path: Path) -> None:
    log = DepthLogWriter(tmp_path / "depth.csv")
    with pytest.raises(BadInputError, match="is no reading"):
        log.write([DepthReading(1, float("nan"), 0.1, "encoder")])
    with pytest.raises(BadInputError, match="is none"):
        log.write([replace(READINGS[3], width_mm=float("inf"))])
    log.close()
    with pytest.raises(BadFileError, match="closed"):
        log.write(READINGS)


def test_is_synced_once_a_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now_s, synced = [0.0], []
    monkeypatch.setattr(os, "fsync", lambda _handle: synced.append(now_s[0]))
    log = DepthLogWriter(tmp_path / "depth.csv", clock=lambda: now_s[0])
    for tick in range(60):
        now_s[0] = tick / 20
        log.write([DepthReading(tick, 1.0, 0.1, "encoder")])
    log.close()
    assert synced == pytest.approx([1.0, 2.0, 2.95], abs=0.06)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_told() -> None:
    with pytest.raises(DiskFullError, match="full"):
        DepthLogWriter(Path("/dev/full"))


def test_a_kill_loses_at_most_the_last_line(tmp_path: Path) -> None:
    path = tmp_path / "depth.csv"
    program = (
        "import sys; from pathlib import Path\n"
        "from ductoscope.model import DepthReading\n"
        "from ductoscope.record import DepthLogWriter\n"
        "log = DepthLogWriter(Path(sys.argv[1]))\n"
        "for at in range(10**9):\n"
        "    log.write([DepthReading(at, at / 100, 0.1, 'encoder')])\n"
        "    if at % 100 == 0: print(at, flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        said = [int(writer.stdout.readline()) for _ in range(5)][-1]
        writer.send_signal(signal.SIGKILL)
    readings = read_depth_log(path)
    assert len(readings) > said
    assert [reading.t_ns for reading in readings] == list(range(len(readings)))
