"""Marking a finding by hand, in the room and in review: one form, one way to a size, one finding."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ductoscope.clinic import Desk
from ductoscope.detect import measure_outline, scale_from_tool
from ductoscope.model import BadInputError, Scope
from ductoscope.model.clinical import (
    Depth,
    Finding,
    Measurement,
    Person,
    Place,
    Still,
    Unmeasurable,
)
from ductoscope.restore.magnify import Medium, field_mm

CLICK_SIGMA_SHARE = 0.004
"""How well a hand points on the picture, as a share of its side: about 4 px of 1,024."""

WIDTH_SIGMA_SHARE = 0.05
"""How well a tool's width as stated is kept by the tool, as a share of it: an assumption, no maker states it."""

ReadOff = Literal["1", "5", "10", "estimate"]
"""What a depth was read off: rings on the shaft every so many mm, or nothing, by eye."""
ESTIMATE_SHARE = 0.2
"""How far an estimate by eye is taken to be off, as a share of it; at least 3 mm. An assumption, stated with the depth
as its sigma."""

Share = Annotated[float, Field(ge=0, le=1)]
Point = tuple[Share, Share]


class ScaleWish(BaseModel):
    """What gives the scale, as a person says it.

    none: nothing does; reason says why. tool: a tool of known width lies in the same picture, its two edges at `ends`.
    distance: the wall is so far from the tip, give or take sigma_mm. keep: the size stands as it was.
    """

    model_config = ConfigDict(extra="forbid")
    kind: Literal["none", "tool", "distance", "keep"] = "none"
    reason: str = ""
    width_mm: float | None = Field(default=None, gt=0, le=20)
    ends: tuple[Point, Point] | None = None
    distance_mm: float | None = Field(default=None, gt=0, le=100)
    sigma_mm: float | None = Field(default=None, gt=0, le=50)
    medium: Medium = "saline"


class PlaceWish(BaseModel):
    """Where something is, as a person reads it off."""

    model_config = ConfigDict(extra="forbid")
    orifice: int | None = None
    branch: str = Field(default="", max_length=12)
    depth_mm: float | None = None
    read: ReadOff = "5"
    image_clock: float | None = None

    def to_place(self) -> Place:
        """Make the noun."""
        return Place(self.orifice, self.branch.upper(), tell_depth(self.depth_mm, self.read), self.image_clock)


class MeasureWish(BaseModel):
    """An outline (points as shares of the picture's side) and what gives the scale."""

    model_config = ConfigDict(extra="forbid")
    outline: list[Point] = Field(default_factory=list, max_length=200)
    scale: ScaleWish = ScaleWish()


class FindingWish(MeasureWish):
    """A finding as it was marked; letter: None for a new one."""

    letter: str | None = None
    terms: dict[str, str | None] = Field(default_factory=dict)
    place: PlaceWish = PlaceWish()
    count: int = 1
    obstruction_percent: float | None = None
    discharge_behind: bool | None = None
    words: str = ""
    state: Literal["confirmed", "dismissed"] = "confirmed"


def tell_depth(mm: float | None, read: ReadOff) -> Depth | None:
    """Say a depth with how well it is known; None when nobody read one.

    Between two rings a reading may be anywhere, so its sigma is the rings' distance over the root of 12 (uniform).
    """
    if mm is None:
        return None
    if read == "estimate":
        return Depth(mm, max(3.0, ESTIMATE_SHARE * mm), "manual")
    return Depth(mm, round(float(read) / math.sqrt(12), 2), "graduation")


def measure_mark(wish: MeasureWish, side_px: int, scope: Scope) -> Measurement | Unmeasurable:
    """Say how large an outline is, or why that cannot be told. side_px: of the picture that it was drawn on."""
    scale = wish.scale
    if len(wish.outline) < 3:
        return Unmeasurable(scale.reason or "not measured: no outline was drawn")
    if scale.kind in ("none", "keep"):
        return Unmeasurable(scale.reason or "not measured: nothing in the picture gives a scale")
    outline_px = [(x * side_px, y * side_px) for x, y in wish.outline]
    click_px = CLICK_SIGMA_SHARE * side_px
    if scale.kind == "distance":
        if scale.distance_mm is None or scale.sigma_mm is None:
            raise BadInputError("Give the distance from the tip to the wall and how well it is known, both in mm.")
        mm_per_px = field_mm(scope, scale.distance_mm, scale.medium) / side_px
        sigma = mm_per_px * scale.sigma_mm / scale.distance_mm
        said = f"stated distance {scale.distance_mm:g} ± {scale.sigma_mm:g} mm in {scale.medium}, flat wall assumed"
        return measure_outline(outline_px, mm_per_px, sigma, click_px, said)
    if scale.width_mm is None or scale.ends is None:
        raise BadInputError("Give the tool's width in mm, and draw it on the picture from edge to edge.")
    (x0, y0), (x1, y1) = scale.ends
    found = scale_from_tool(
        ((x0 * side_px, y0 * side_px), (x1 * side_px, y1 * side_px)),
        scale.width_mm,
        click_sigma_px=click_px,
        sigma_width_mm=WIDTH_SIGMA_SHARE * scale.width_mm,
    )
    if isinstance(found, Unmeasurable):
        return found
    return measure_outline(outline_px, found.mm_per_px, found.sigma_mm_per_px, click_px, found.says)


def mark_finding(
    desk: Desk, who: Person, procedure_id: str, wish: FindingWish, still: Still | None, scope: Scope
) -> Finding:
    """Write a marked finding into the record. still: the picture that it was marked on, None for none.

    Raises BadInputError, NotThereError for a letter that nobody marked, and what the desk raises.
    """
    procedure = desk.journal.procedure(procedure_id)
    before = None if wish.letter is None else procedure.findings.get(wish.letter)
    if wish.letter is not None and before is None:
        raise BadInputError(f"There is no finding {wish.letter} to change. Mark a new one.")
    outline: Sequence[Point] = wish.outline
    picture = None if still is None else still.sha256
    if before is not None and not outline and still is None:
        outline, picture = before.outline, before.still
    if before is not None and wish.scale.kind == "keep":
        size = before.size
    else:
        size = measure_mark(wish, 1024 if still is None else still.width_px, scope)
    finding = Finding(
        letter=wish.letter or desk.next_letter(procedure),
        place=wish.place.to_place(),
        size=size,
        terms={name: word for name, word in wish.terms.items() if word},
        count=wish.count,
        obstruction_percent=wish.obstruction_percent,
        discharge_behind=wish.discharge_behind,
        words=wish.words,
        still=picture,
        outline=tuple(outline),
        state=wish.state,
    )
    desk.mark_finding(who, procedure_id, finding)
    return finding
