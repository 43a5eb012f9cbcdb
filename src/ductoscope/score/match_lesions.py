"""Which suggestion points at which true lesion: by the ray through its outline, and by its depth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ductoscope.model import DoubleArray, Scope
from ductoscope.score.examined import Examined
from ductoscope.score.truth import LINE_MM, TrueExamination

SMALLEST_MM = 1.0
"""Lesions from here on are counted (the aim's own limit)."""
SEEN_SHARE, SEEN_CORES = 0.25, 8.0
"""A frame shows a lesion clearly that shows a quarter of its outline, 8 cores across (docs/reference/truth.md)."""
_HIDES_ALL = ("white-out", "red-out", "collapsed")
WITHIN_DEG = 6.0
"""A suggestion's middle may miss a small lesion's by so much; of a larger one, by its own half angle."""
WITHIN_MM = 3.0
"""And its depth by so much, where it says one, beyond half of the lesion's size."""


@dataclass(frozen=True, slots=True)
class LesionMatch:
    """What became of the lesions and of the suggestions.

    counted: ids of lesions of 1 mm and more that came into clear view. found: lesion id to the number of the first
    suggestion that points at it. false: numbers of suggestions that point at no lesion. delays_s: by lesion id.
    """

    counted: tuple[str, ...]
    found: Mapping[str, int]
    false: tuple[int, ...]
    delays_s: Mapping[str, float]


def match_lesions(examined: Examined, truth: TrueExamination) -> LesionMatch:
    """Match every suggestion with the lesion that it points at; several may point at one."""
    row_of = truth.list_rows()
    lesions = {str(lesion["id"]): lesion for lesion in truth.true_lesions}
    found: dict[str, int] = {}
    false: list[int] = []
    for number, finding in enumerate(examined.findings):
        row = row_of.get(int(finding["frame"]))
        ids = [] if row is None else [lesion for lesion in lesions if points_at(finding, lesions[lesion], truth, row)]
        if not ids:
            false.append(number)
        for lesion in ids:
            earlier = found.get(lesion)
            if earlier is None or finding["first_t_ns"] < examined.findings[earlier]["first_t_ns"]:
                found[lesion] = number
    clear = {lesion: first_clear_row(lesion, truth) for lesion in lesions if lesions[lesion]["size_mm"] >= SMALLEST_MM}
    counted = tuple(lesion for lesion, row in clear.items() if row is not None)
    delays = {
        lesion: (int(examined.findings[found[lesion]]["first_t_ns"]) - int(truth.t_ns[clear[lesion]])) / 1e9
        for lesion in counted
        if lesion in found
    }
    return LesionMatch(counted, found, tuple(false), delays)


def first_clear_row(lesion: str, truth: TrueExamination) -> int | None:
    """Row of the first frame in which a lesion is in clear view."""
    for row, (state, shown) in enumerate(zip(truth.state, truth.lesions, strict=True)):
        for id_, share, cores in shown:
            if id_ == lesion and share >= SEEN_SHARE and cores >= SEEN_CORES and state not in _HIDES_ALL:
                return row
    return None


def points_at(finding: Mapping[str, Any], lesion: Mapping[str, Any], truth: TrueExamination, row: int) -> bool:
    """Whether a suggestion's outline lies on a lesion in its best frame, and its depth, if it says one, is near."""
    if lesion["id"] not in (id_ for id_, _, _ in truth.lesions[row]):
        return False
    half_mm = 0.5 * float(lesion["size_mm"])
    if finding["depth_mm"] is not None and abs(finding["depth_mm"] - lesion["depth_mm"]) > WITHIN_MM + half_mm:
        return False
    outline: Sequence[Sequence[float]] = finding["outline_xy"]
    if not outline:
        return finding["depth_mm"] is not None
    spec = truth.page["scope"]
    scope = Scope(
        field_of_view_air_deg=spec["field_of_view_air_deg"], field_of_view_saline_deg=spec["field_of_view_saline_deg"]
    )
    middle_xy = 2.0 * np.asarray(outline, dtype=np.float64).mean(axis=0) - 1.0
    ray = scope.look_along(middle_xy, is_air=bool(truth.is_air[row]))
    place = _turn(_place_before_tip(lesion, truth, row), np.deg2rad(spec["head_turned_deg"]))
    distance = float(np.linalg.norm(place))
    away_deg = np.rad2deg(np.arccos(np.clip(ray @ place / distance, -1.0, 1.0)))
    half_deg = np.rad2deg(np.arctan2(half_mm, distance))
    return bool(away_deg <= max(WITHIN_DEG, half_deg))


def _place_before_tip(lesion: Mapping[str, Any], truth: TrueExamination, row: int) -> DoubleArray:
    """The lesion's middle (3,) in the tip's frame, mm, on the wall as the pressure of that moment widens it."""
    branch = truth.branches[int(lesion["branch"])]
    at = min(round(lesion["arc_mm"] / LINE_MM), len(branch["polyline_mm"]) - 1)
    line = np.asarray(branch["polyline_mm"], dtype=np.float64)
    along = line[min(at + 1, len(line) - 1)] - line[max(at - 1, 0)]
    along = along / np.linalg.norm(along)
    right = np.asarray(branch["right_mm"][at], dtype=np.float64)
    angle = np.deg2rad(lesion["wall_angle_deg"])
    outward = np.cos(angle) * right + np.sin(angle) * np.cross(along, right)
    reach = max(truth.find_radius_mm(int(lesion["branch"]), at, row) - 0.5 * lesion["height_mm"], 0.0)
    tip = truth.duct_from_tip[row]
    return np.asarray((line[at] + reach * outward - tip[:3, 3]) @ tip[:3, :3], dtype=np.float64)


def _turn(place: DoubleArray, angle_rad: float) -> DoubleArray:
    """A place (3,) turned as the camera's head is, from x towards y."""
    cos, sin = np.cos(angle_rad), np.sin(angle_rad)
    return np.array([cos * place[0] - sin * place[1], sin * place[0] + cos * place[1], place[2]])
