"""Write the truth of an examination: truth.json for people and programs, frames.parquet for tables.

Every field is described in docs/reference/truth.md.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from ductoscope import __version__
from ductoscope.simulate.breast.access import reachable
from ductoscope.simulate.breast.duct_tree import Branch
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.drive.state import Happening
from ductoscope.simulate.examination import Examination, FrameRow
from ductoscope.simulate.light.optics import field_of_view_rad
from ductoscope.simulate.scope import SimulatedScope

TRUTH_NAME = "truth.json"
FRAMES_NAME = "frames.parquet"
FORMAT = "ductoscope truth"
VERSION = 1

_DIGITS = 6
"""Figures are rounded to a millionth: finer than any of them means, and the same on every machine."""


def write_truth(folder: Path, scope: SimulatedScope, examination: Examination) -> None:
    """Write both files into `folder`, which must exist. Raises OSError when they cannot be written."""
    page = json.dumps(describe_examination(scope, examination), indent=1, ensure_ascii=False, allow_nan=False)
    (folder / TRUTH_NAME).write_text(page + "\n", encoding="utf-8", newline="\n")
    write_frames(folder / FRAMES_NAME, examination.rows)


def describe_examination(scope: SimulatedScope, examination: Examination) -> dict[str, Any]:
    """The page truth.json, of plain numbers, words, lists and dicts."""
    spec, breast, tree = scope.spec, scope.breast, scope.timeline.tree
    reach = dict(reachable(tree, spec.settings))
    page = {
        "format": FORMAT,
        "format_version": VERSION,
        "simulated": True,
        "version": __version__,
        "seed": spec.seed,
        "preset": spec.preset,
        "settings": asdict(spec.settings),
        "scope": _describe_scope(scope),
        "orifice": asdict(breast.nipple.orifices[tree.orifice]),
        "nipple": {
            "radius_mm": breast.nipple.radius_mm,
            "orifices": [asdict(orifice) for orifice in breast.nipple.orifices],
        },
        "branches": [_describe_branch(branch, reach, examination) for branch in tree.branches],
        "lesions": [_describe_lesion(lesion, reach, examination) for lesion in tree.lesions],
        "events": [_describe_event(index, happening) for index, happening in examination.events],
        "frames": len(examination.rows),
        "seconds": len(examination.rows) / spec.settings.fps,
        "seen_share": examination.share_seen,
        "seen_mm2": float(examination.grid.area_mm2[examination.seen].sum()),
        "reachable_mm2": float(examination.grid.area_mm2[examination.grid.is_reachable].sum()),
    }
    rounded = _round(page)
    assert isinstance(rounded, dict)
    return rounded


def write_frames(path: Path, rows: Sequence[FrameRow]) -> None:
    """Write frames.parquet: one row a frame, zstd."""
    # Only who writes truth needs pyarrow; a simulated scope in the monitor should not wait for it.
    import pyarrow as pa
    import pyarrow.parquet as pq

    lesion = pa.struct([("id", pa.string()), ("visible_share", pa.float32()), ("longest_cores", pa.float32())])
    columns = {
        "index": pa.array([row.index for row in rows], pa.int64()),
        "t_ns": pa.array([row.t_ns for row in rows], pa.int64()),
        "depth_mm": pa.array([row.depth_mm for row in rows], pa.float64()),
        "branch": pa.array([row.branch for row in rows], pa.int16()),
        "duct_from_tip": pa.array([row.duct_from_tip.ravel().tolist() for row in rows], pa.list_(pa.float64(), 16)),
        "roll_deg": pa.array([row.roll_deg for row in rows], pa.float64()),
        "pressure_mmhg": pa.array([row.pressure_mmhg for row in rows], pa.float64()),
        "is_air": pa.array([row.is_air for row in rows], pa.bool_()),
        "view_state": pa.array([row.view_state for row in rows], pa.string()),
        "lesions": pa.array([[asdict(each) for each in row.lesions] for row in rows], pa.list_(lesion)),
        "seen_wall_mm2": pa.array([row.seen_wall_mm2 for row in rows], pa.float64()),
    }
    notes = {"simulated": "true", "format": FORMAT, "version": __version__}
    table = pa.table(columns).replace_schema_metadata(notes)
    pq.write_table(table, path, compression="zstd")


def _describe_scope(scope: SimulatedScope) -> dict[str, Any]:
    settings = scope.spec.settings
    return {
        "outer_diameter_mm": settings.outer_diameter_mm,
        "cores": settings.cores,
        "dead_cores": int(np.count_nonzero(scope.fibre.dead)),
        "field_of_view_air_deg": settings.field_of_view_air_deg,
        "field_of_view_saline_deg": float(np.rad2deg(field_of_view_rad(settings, is_air=False))),
        "near_mm": settings.near_mm,
        "focus_mm": settings.focus_mm,
        "far_mm": settings.far_mm,
        "fps": settings.fps,
        "shutter_s": settings.shutter_s,
        "frame_shape": [scope.spec.height, scope.spec.width],
        "head_turned_deg": scope.camera.rotation_deg,
    }


def _describe_branch(branch: Branch, reach: dict[int, float], examination: Examination) -> dict[str, Any]:
    cells = examination.grid.branch_cells(branch.id)
    area, seen = examination.grid.area_mm2[cells], examination.seen[cells]
    return {
        "id": branch.id,
        "parent": branch.parent,
        "order": branch.order,
        "children": list(branch.children),
        "start_mm": branch.start_mm,
        "start_point_mm": branch.line[0, :3].tolist(),
        "length_mm": branch.length_mm,
        "polyline_mm": branch.line[:, :3].tolist(),
        "right_mm": branch.line[:, 6:9].tolist(),
        "radius_mm": branch.radius_mm.tolist(),
        "stiffness": branch.stiffness.tolist(),
        "reachable_mm": reach.get(branch.id, 0.0),
        "entered": branch.id in examination.entered,
        "seen_share": float(area[seen].sum() / area.sum()) if area.sum() else 0.0,
    }


def _describe_lesion(lesion: Lesion, reach: dict[int, float], examination: Examination) -> dict[str, Any]:
    best = examination.best.get(lesion.id)
    page = asdict(lesion)
    page["lobes"] = len(lesion.lobes)
    return page | {
        "is_reachable": lesion.arc_mm <= reach.get(lesion.branch, -1.0),
        "seen": best is not None and best.is_seen,
        "best_view": None
        if best is None
        else {"index": best.index, "visible_share": best.visible_share, "longest_cores": best.longest_cores},
    }


def _describe_event(index: int, happening: Happening) -> dict[str, Any]:
    return {"index": index, "t_s": happening.t_s, "kind": happening.kind, **dict(happening.what)}


def _round(value: object) -> object:
    """The same page with every figure rounded, and nothing left that JSON does not know."""
    if isinstance(value, dict):
        return {str(key): _round(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_round(item) for item in value]
    if isinstance(value, (float, np.floating)):
        return round(float(value), _DIGITS)
    return value.item() if isinstance(value, np.generic) else value
