"""Decide how a video was woven, and give its whole pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from av.video.frame import VideoFrame

from ductoscope.live.deinterlace import deinterlace
from ductoscope.live.survey_video import Survey
from ductoscope.live.video_file import VideoFile


@dataclass(frozen=True, slots=True)
class Weave:
    """How a video's pictures were woven.

    first_field: the earlier field of each picture, None when pictures are whole (progressive).
    words: the same for people, with how it is known.
    note: a sentence when file and pictures disagree, else empty.
    """

    first_field: Literal["top", "bottom"] | None
    words: str
    note: str = ""


def judge_weave(survey: Survey) -> Weave:
    """Decide from the pictures where they tell, else from what the file says of itself."""
    stated = survey.facts.field_order
    measured = survey.field_order
    if measured == "progressive":
        note = "The file calls its pictures interlaced, but they are whole, and were taken as they are."
        return Weave(None, "progressive, as its pictures show", note if survey.is_flagged else "")
    if measured in ("top", "bottom"):
        note = ""
        if not survey.is_flagged:
            note = (
                f"The file does not say that it is interlaced, but its pictures are, with the {measured} field first."
            )
        elif stated in ("top", "bottom") and stated != measured:
            note = (
                f"The file says that the {stated} field comes first, but its pictures show the {measured} field first."
            )
        return Weave(
            "top" if measured == "top" else "bottom", f"interlaced, {measured} field first, as its pictures show", note
        )
    if survey.is_flagged or stated in ("top", "bottom"):
        # Where nothing moves the order does not matter; DV is always bottom field first (IEC 61834).
        first: Literal["top", "bottom"] = "bottom" if stated == "bottom" or survey.facts.container == "dv" else "top"
        return Weave(first, f"interlaced, {first} field first, as the file says (too little moves to see it)")
    return Weave(None, "progressive, as the file says (too little moves to see it)")


def whole_frames(video: VideoFile, weave: Weave) -> Iterator[tuple[int, VideoFrame]]:
    """Give (t_ns, frame) of a video, one for every picture, or one for every field when it is interlaced."""
    return video.frames() if weave.first_field is None else deinterlace(video.frames(), weave.first_field)
