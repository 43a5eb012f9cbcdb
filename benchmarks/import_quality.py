"""Importing videos of other makers' towers: what is found, against the simulator's truth.

Every case is a real video, encoded by ffmpeg from the simulated tower of `tests/tower.py`.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.table import Figure, Table
from ductoscope.live.compression import EATEN_SENTENCE
from ductoscope.live.import_video import import_video
from ductoscope.live.interlace import measure_combing
from ductoscope.live.survey_video import to_gray
from ductoscope.live.video_file import open_video
from tests.tower import MPEG2, PAL, Judgement, Tower, judge_import

_HD = Tower(speed=2.0, cores=6000)
_SD = replace(PAL, speed=2.0)
_WOVEN = ("-flags", "+ilme+ildct", "-aspect", "4:3")


def _h264(crf: int) -> tuple[str, ...]:
    return ("-c:v", "libx264", "-crf", str(crf), "-pix_fmt", "yuv420p")


_CASES: dict[str, tuple[str, Tower]] = {
    "H.264 720p": ("a.mp4", _HD),
    "H.264 720p with a white balance": ("b.mov", replace(_HD, white_s=0.6, seconds=2.6)),
    "Motion JPEG AVI, PAL, interlaced, header silent": (
        "c.avi",
        replace(_SD, first_field="top", encoder=("-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p")),
    ),
    "MPEG-2 PAL 16:15, top field first": (
        "d.mpg",
        replace(_SD, first_field="top", encoder=(*MPEG2, *_WOVEN, "-top", "1")),
    ),
    "MPEG-2 PAL 16:15, bottom field first": (
        "e.vob",
        replace(_SD, first_field="bottom", encoder=(*MPEG2, *_WOVEN, "-top", "0")),
    ),
    "H.264 720p, disc jumps half-way": ("f.mp4", replace(_HD, jump_px=(31.0, 14.0))),
    "H.264 720p, crf 28": ("g.mp4", replace(_HD, encoder=_h264(28))),
    "H.264 720p, crf 34": ("h.mp4", replace(_HD, encoder=_h264(34))),
    "H.264 720p, crf 42": ("i.mp4", replace(_HD, encoder=_h264(42))),
}
_DEMANDED = ("H.264 720p", "H.264 720p with a white balance")


def measure(quick: bool) -> Table:
    """Import every case and judge it; `quick` takes three of them."""
    names = list(_CASES)[1:8:3] if quick else list(_CASES)
    figures: list[Figure] = []
    notes: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        for name in names:
            file_name, tower = _CASES[name]
            video = tower.record(Path(scratch) / file_name)
            folder = Path(scratch) / Path(file_name).stem
            report = import_video(video, folder)
            judged = judge_import(tower, video, folder, report.rim)
            figures += _figures(name, judged, _combing(tower, video, folder), EATEN_SENTENCE in report.notes)
            notes.append(f"{name}: {report.quality.grade}. {' '.join(report.notes)}".strip())
    return Table(
        name="import_quality",
        title="Importing videos from other makers' towers",
        how=(
            "Videos of a simulated duct with a tower's text and logo, encoded by ffmpeg, imported without settings and "
            "compared with what the simulator truly showed. PSNR inside 0.9 of the radius after the best gain per "
            "colour, against the video's own picture in the column of the peer."
        ),
        figures=tuple(figures),
        notes=tuple(notes),
    )


def _figures(name: str, judged: Judgement, combing: tuple[float, float] | None, is_eaten: bool) -> list[Figure]:
    clean = name in _DEMANDED
    lines = [
        Figure(
            f"{name}: true cores found",
            judged.recall,
            "",
            result=judged.recall,
            result_unit="",
            demand=0.99 if clean else None,
        ),
        Figure(
            f"{name}: centre of the disc off by",
            judged.centre_px,
            "px",
            result=judged.centre_px,
            result_unit="px",
            demand=1.5,
            at_most=True,
        ),
        Figure(
            f"{name}: restored picture",
            judged.restored_db,
            "dB",
            peer=judged.raw_db,
            result=judged.restored_db - judged.raw_db,
            result_unit="dB",
            # Where the cores are eaten, nothing better than the video itself is promised.
            demand=None if is_eaten else 3.0,
        ),
    ]
    if is_eaten:  # points of a regular grid are no cores
        lines = lines[1:]
    if combing is not None:
        woven, whole = combing
        lines.append(
            Figure(f"{name}: combing left", whole, "", peer=woven, result=woven / max(whole, 1e-3), demand=3.0)
        )
    return lines


def _combing(tower: Tower, video: Path, folder: Path) -> tuple[float, float] | None:
    """Combing of the video's pictures and of the restored ones at the same moments; None when progressive."""
    if tower.first_field is None:
        return None
    with open_video(video) as stored, open_video(folder / "picture.mp4") as restored:
        woven = measure_combing([to_gray(picture.pixels) for picture in stored.pictures()])
        whole = measure_combing([to_gray(picture.pixels) for picture in restored.pictures()][::2])
    return woven, whole
