"""What an examination says of what gave its depths."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ductoscope.detect import open_eye
from ductoscope.live.examination_words import load_words
from ductoscope.live.examine import Examination, examine_recording
from ductoscope.live.write_examination import describe_map
from ductoscope.model import WALL_COLUMNS, WELL, Branch, DepthReading, DuctMap, Told, ToolSeen, Wall
from ductoscope.navigate import Known
from ductoscope.record import DepthLogWriter
from tests.live_files import write_recording

TOOL = ToolSeen(7_040_000_000, 7_000_000_000, ((0.5, -0.1), (0.5, 0.1)), 0.4, 0.02)


def examine(folder: Path, *told: Told, known: Known | None = None) -> Examination:
    write_recording(folder, frames=3)
    log = DepthLogWriter(folder / "depth.csv")
    log.write(told)
    log.close()
    return examine_recording(folder, open_eye("classical"), known=known)


def test_a_tool_in_the_log_from_which_nothing_is_learnt_gives_no_depth(tmp_path: Path) -> None:
    alone = examine(tmp_path / "alone", TOOL)
    assert (alone.depth_source, alone.found[-1].depth.scale) == ("", "")
    radius = examine(tmp_path / "radius", TOOL, known=Known(radius_mm=0.8))
    assert radius.depth_source == "radius"
    read = DepthReading(7_000_000_001, 3.0, 0.2, "encoder")
    assert examine(tmp_path / "read", TOOL, read).depth_source == "encoder"


def test_every_source_of_depth_has_words() -> None:
    assert {"encoder", "graduation", "tool", "radius"} == {
        name.removeprefix("depth_origin_") for name in load_words()["page"] if name.startswith("depth_origin_")
    }


def test_wall_that_was_never_painted_counts_as_not_seen() -> None:
    shape = (10, WALL_COLUMNS)
    seen = np.full(shape, WELL, dtype=np.uint8)
    wall = Wall(5.0, 0.5, np.zeros((*shape, 3), np.float32), seen, np.zeros(shape, np.int32))
    main = Branch("", None, 0.0, 0.0, reached=4.0, seen_to=10.0)
    page = describe_map(DuctMap("mm", "encoder", (main,), {"": wall}))
    assert page["branches"][0]["seen_share"] == pytest.approx(0.5)
