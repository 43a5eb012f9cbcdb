"""Write an examination: pages for people, tables for programs (docs/reference/examination.md)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ductoscope import __version__
from ductoscope.live.examination_page import draw_examination_page
from ductoscope.live.examination_words import load_words
from ductoscope.live.examine import Examination
from ductoscope.live.find import Found
from ductoscope.model import (
    Branch,
    DuctMap,
    Lost,
    PictureArray,
    Pose,
    Suggestion,
)
from ductoscope.model.clinical import Measurement, Unmeasurable
from ductoscope.navigate import draw_map, draw_wall, share_seen
from ductoscope.record import make_whole_folder, open_recording
from ductoscope.restore import plan_restore, render

FORMAT = "ductoscope examination"
VERSION = 1
STILL_PX = 768
_OUTLINE_RGB = (255, 214, 64)


@dataclass(frozen=True, slots=True)
class Written:
    """Files of a written examination that its page shows. walls, stills: name in words to file name."""

    walls: Mapping[str, str]
    stills: Mapping[int, str]


def write_examination(examination: Examination, folder: Path) -> dict[str, Any]:
    """Write the folder, which appears only when it is whole; returns what stands in its examination.json.

    Raises BadFileError when it exists or cannot be written, or when the recording cannot be read any more,
    DiskFullError when there is no room.
    """
    with make_whole_folder(folder, "examining") as whole:
        whole.mkdir()
        return _write_all(examination, whole)


def _write_all(examination: Examination, folder: Path) -> dict[str, Any]:
    words = load_words()
    suggestions = examination.found[-1].suggestions
    drawn = draw_map(examination.duct_map, words["map"], findings=suggestions)
    (folder / "map.svg").write_text(drawn, encoding="utf-8")
    files = Written(_write_walls(examination.duct_map, folder), _write_stills(examination, suggestions, folder))
    page = describe_examination(examination, files)
    (folder / "examination.json").write_text(
        json.dumps(page, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8"
    )
    write_frames(examination.found, folder / "frames.parquet")
    html = draw_examination_page(examination, page, drawn, files.walls, words)
    (folder / "index.html").write_text(html, encoding="utf-8")
    return page


def describe_examination(examination: Examination, files: Written) -> dict[str, Any]:
    """The page examination.json, of plain numbers, words, lists and dicts."""
    found, info = examination.found, examination.info
    counted = Counter(one.view.word for one in found)
    return {
        "format": FORMAT,
        "format_version": VERSION,
        "version": __version__,
        "simulated": info.source.is_simulated,
        "source": info.source.name,
        "recording": examination.folder.name,
        "started_utc": info.started_utc.isoformat(),
        "bundle": examination.bundle,
        "eye": examination.eye,
        "depth_source": examination.depth_source,
        "frames": examination.frames,
        "looked_at": len(found),
        "seconds": round(examination.seconds, 3),
        "view": {
            "clear_share": _round(counted["clear"] / len(found)),
            "shares": {word: _round(count / len(found)) for word, count in counted.most_common()},
        },
        "map": describe_map(examination.duct_map),
        "findings": [_describe_suggestion(one, files.stills) for one in found[-1].suggestions],
    }


def describe_map(duct_map: DuctMap) -> dict[str, Any]:
    """A duct map in plain numbers."""
    return {
        "unit": duct_map.unit,
        "scale": duct_map.scale,
        "branches": [_describe_branch(branch, duct_map) for branch in duct_map.branches],
    }


def _describe_branch(branch: Branch, duct_map: DuctMap) -> dict[str, Any]:
    wall = duct_map.walls.get(branch.name)
    well = badly = 0.0
    if wall is not None and branch.seen_to is not None:
        well, badly = share_seen(wall, branch.start, branch.seen_to)
    numbers = ("start", "start_sigma", "clock", "reached", "seen_to", "radius", "radius_sigma")
    return {
        "name": branch.name,
        "parent": branch.parent,
        **{name: _round(getattr(branch, name)) for name in numbers},
        "seen_share": _round(well),
        "badly_share": _round(badly),
    }


def _describe_suggestion(one: Suggestion, stills: Mapping[int, str]) -> dict[str, Any]:
    measured = one.size if isinstance(one.size, Measurement) else None
    return {
        "id": one.id,
        "shows": one.shows,
        "chance": _round(one.chance),
        "branch": one.branch,
        "depth_mm": None if one.depth is None else _round(one.depth.mm),
        "sigma_mm": None if one.depth is None else _round(one.depth.sigma_mm),
        "origin": None if one.depth is None else one.depth.origin,
        "wall_angle_deg": _round(one.wall_angle_deg),
        "size_mm": _round(None if measured is None else measured.value_mm),
        "size_sigma_mm": _round(None if measured is None else measured.sigma_mm),
        "unmeasurable": one.size.reason if isinstance(one.size, Unmeasurable) else None,
        "method": measured and measured.method,
        "scale": measured and measured.scale,
        "outline": [[_round(along), _round(angle)] for along, angle in one.outline],
        "outline_xy": [[_round(x), _round(y)] for x, y in one.outline_xy],
        "first_t_ns": one.first_t_ns,
        "last_t_ns": one.last_t_ns,
        "frame": one.frame,
        "terms": {name: {"word": term.word, "confidence": _round(term.confidence)} for name, term in one.terms.items()},
        "still": stills.get(one.id),
    }


def write_frames(found: Sequence[Found], path: Path) -> None:
    """Write frames.parquet: one row for every frame that was looked at."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    places = [one.where for one in found]
    depths = [where.depth for where in places]
    poses = [where if isinstance(where, Pose) else None for where in places]
    columns = {
        "index": pa.array([one.index for one in found], pa.int64()),
        "t_ns": pa.array([one.t_ns for one in found], pa.int64()),
        "state": pa.array([one.view.word for one in found], pa.string()),
        "clear": pa.array([one.view.clear for one in found], pa.float64()),
        "advice": pa.array([one.view.advice for one in found], pa.string()),
        "branch": pa.array([pose and pose.branch for pose in poses], pa.string()),
        "depth_mm": pa.array([depth and depth.mm for depth in depths], pa.float64()),
        "sigma_mm": pa.array([depth and depth.sigma_mm for depth in depths], pa.float64()),
        "origin": pa.array([depth and depth.origin for depth in depths], pa.string()),
        "travel_radii": pa.array([pose and pose.travel_radii for pose in poses], pa.float64()),
        "roll_deg": pa.array([pose and pose.roll_deg for pose in poses], pa.float64()),
        "lost": pa.array([where.reason if isinstance(where, Lost) else None for where in places], pa.string()),
    }
    notes = {"format": FORMAT, "version": __version__}
    pq.write_table(pa.table(columns).replace_schema_metadata(notes), path, compression="zstd")


def _write_walls(duct_map: DuctMap, folder: Path) -> dict[str, str]:
    names = {}
    (folder / "wall").mkdir()
    for branch in duct_map.branches:
        wall = duct_map.walls.get(branch.name)
        if wall is not None:
            name = f"wall/{branch.name or 'main'}.png"
            _write_png(folder / name, draw_wall(branch, wall, duct_map.unit))
            names[branch.name] = name
    return names


def _write_stills(examination: Examination, suggestions: Sequence[Suggestion], folder: Path) -> dict[int, str]:
    """The frame that shows each suggestion best, restored, with its outline."""
    names: dict[int, str] = {}
    if not suggestions:
        return names
    (folder / "stills").mkdir()
    with closing(open_recording(examination.folder)) as recording:
        plan = plan_restore(recording.bundle, STILL_PX)
        for one in suggestions:
            place = examination.place_of.get(one.frame)
            if place is None:
                continue
            picture = render(recording.cores[place].light_lin, plan)
            names[one.id] = f"stills/{one.id}.png"
            _write_png(folder / names[one.id], _draw_outline(picture, one))
    return names


def _draw_outline(picture: PictureArray, one: Suggestion) -> PictureArray:
    coloured = picture if picture.ndim == 3 else np.repeat(picture[:, :, None], 3, axis=2)
    if len(one.outline_xy) < 2:
        return coloured
    points = np.rint(np.asarray(one.outline_xy) * coloured.shape[0] * 16).astype(np.int32)
    return np.asarray(cv2.polylines(coloured.copy(), [points], True, _OUTLINE_RGB, 2, cv2.LINE_AA, 4), dtype=np.uint8)


def _write_png(path: Path, picture: PictureArray) -> None:
    is_fine, content = cv2.imencode(".png", picture[:, :, ::-1])
    assert is_fine
    path.write_bytes(content.tobytes())


def _round(value: float | None) -> float | None:
    """Rounded to a ten thousandth: finer than any of them means."""
    return None if value is None else round(float(value), 4)
