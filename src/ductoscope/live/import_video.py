"""Import a video from another maker's tower: make it one of our recordings, restored and replayable.

    look through (disc, fields) -> calibrate on the calm pictures -> cut, watch, read every picture -> recording

The video is decoded three times, which costs little beside reading it, and keeps memory the same for a minute and for
two hours. Only the disc of the fibre bundle goes on: what is burnt in beside it, the file's name and what its
header says of people and dates stay behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from ductoscope.live.calibrate_video import calibrate_video
from ductoscope.live.cut_disc import DiscCut
from ductoscope.live.import_page import write_import_page
from ductoscope.live.import_report import ImportReport
from ductoscope.live.read_video import VideoReader, VideoReading
from ductoscope.live.survey_video import survey_video
from ductoscope.live.whole_frames import judge_weave
from ductoscope.model import BadFileError, CalibrationError, Rim, SourceInfo
from ductoscope.record import RecordingSummary, RecordingWriter, make_whole_folder, refuse_existing
from ductoscope.restore import plan_restore, render, start_denoise, step_denoise

Progress = Callable[[float, str], None]
"""Told the share that is done, 0 to 1, and a word or two."""

_MOVES_TOLD = 5
_LARGEST_VIEW_PX, _SMALLEST_VIEW_PX = 1024, 512


def import_video(
    video: Path,
    out_folder: Path,
    *,
    progress: Progress = lambda _share, _words: None,
    imported_utc: datetime | None = None,
) -> ImportReport:
    """Make a recording in `out_folder` of a video file; the folder appears only when it is complete.

    imported_utc: what the recording states as its start, now when None; the file's own date is not taken over.
    Raises BadFileError when the video cannot be read or the folder exists, CalibrationError when no round picture
    of a fibre bundle is in it, DiskFullError when there is no room.
    """
    refuse_existing(out_folder)
    survey = survey_video(video, lambda share: progress(0.2 * share, "looking through it"))
    if survey.frames == 0:
        raise BadFileError(f"No picture of {video} could be decoded; copy it again from where it was recorded.")
    if survey.rim is None:
        raise CalibrationError(
            f"No round picture of a fibre bundle was found in {video}; import takes videos of a ductoscope's tower."
        )
    weave = judge_weave(survey)
    disc_cut = DiscCut(survey.rim)
    calibration = calibrate_video(
        video, survey, weave, disc_cut, lambda share: progress(0.2 + 0.15 * share, "calibrating")
    )
    with make_whole_folder(out_folder, "importing") as whole:
        reading = VideoReading(survey, weave, disc_cut, calibration)
        reader, summary = _record(
            video,
            whole,
            reading,
            imported_utc or datetime.now(UTC),
            lambda share: progress(0.35 + 0.65 * share, "reading the cores"),
        )
        report = _make_report(reading, reader, summary)
        write_import_page(whole, video, survey, report)
    progress(1.0, "")
    return report


def _record(
    video: Path, folder: Path, reading: VideoReading, started_utc: datetime, progress: Callable[[float], None]
) -> tuple[VideoReader, RecordingSummary]:
    """Read the whole video into a recording."""
    bundle, facts = reading.calibration.bundle, reading.survey.facts
    plan = plan_restore(bundle, _choose_view_px(bundle.rim))
    reader = VideoReader(video, plan, reading)
    fields = 1 if reading.weave.first_field is None else 2
    source = SourceInfo(
        name=f"Imported video ({facts.codec}, {facts.stored_shape[1]} x {facts.stored_shape[0]})",
        frame_shape=bundle.frame_shape,
        channels=bundle.channels,
        fps=fields * facts.fps,
        is_live=False,
        is_simulated=False,
    )
    writer = RecordingWriter(folder, bundle, source, started_utc=started_utc)
    denoise = start_denoise(plan)
    try:
        for number, core_image in enumerate(reader.core_images()):
            writer.write(core_image)
            denoise, light_lin = step_denoise(denoise, core_image)
            writer.write_picture(render(light_lin, plan), core_image.t_ns)
            progress(min((number + 1) / (fields * reading.survey.frames), 1.0))
    finally:
        summary = writer.close()
    return reader, summary


def _choose_view_px(rim: Rim) -> int:
    """Side of the picture video: the disc's own size, in steps that encoders like."""
    return min(max(round(2 * rim.radius_px / 16) * 16, _SMALLEST_VIEW_PX), _LARGEST_VIEW_PX)


def _make_report(reading: VideoReading, reader: VideoReader, summary: RecordingSummary) -> ImportReport:
    survey, calibration = reading.survey, reading.calibration
    assert survey.rim is not None
    return ImportReport(
        frames=summary.frames,
        seconds=summary.seconds,
        interlaced=reading.weave.words,
        pixel_aspect=float(survey.pixel_aspect),
        rim=survey.rim,
        cores=calibration.bundle.cores,
        quality=calibration.bundle.quality,
        lost=reader.lost,
        flawed=reader.flawed,
        left_out=reader.left_out,
        notes=tuple(_tell(reading, reader, summary)),
    )


def _tell(reading: VideoReading, reader: VideoReader, summary: RecordingSummary) -> Iterator[str]:
    """What a person should know, in plain sentences, the gravest first."""
    survey = reading.survey
    yield from reading.calibration.bundle.quality.notes
    if reader.lost:
        whole = survey.frames + reader.lost
        yield f"{reader.lost} of {whole} pictures could not be read: the file is damaged or cut short."
    elif reader.is_cut_short:
        yield "The file breaks off; everything before that was imported."
    if reader.flawed:
        yield f"Damaged in places, and patched by the decoder: {_count(reader.flawed)}."
    if reader.left_out:
        yield f"{_count(reader.left_out)} showed something else than the fibre (a menu or a title): left out."
    if reader.black:
        yield f"Black, at the beginning or the end, and left out: {_count(reader.black)}."
    yield from (_tell_move(t_ns, rim, survey.rim) for t_ns, rim in reader.moves[:_MOVES_TOLD])
    if len(reader.moves) > _MOVES_TOLD:
        yield f"The disc moved on the screen {len(reader.moves) - _MOVES_TOLD} more times."
    if reader.unsure:
        yield (
            f"In {_count(reader.unsure)} the cores do not lie where they were calibrated (out of focus, or the "
            "camera head was turned): kept, but less true."
        )
    if reading.weave.note:
        yield reading.weave.note
    if survey.pixel_aspect != survey.facts.pixel_aspect:
        yield (
            f"The file gives its pixels the shape {float(survey.facts.pixel_aspect):.3f}, but the disc is only round "
            f"with {float(survey.pixel_aspect):.3f}, which was used."
        )
    if reader.advice is not None:
        yield "The camera moved against the fibre bundle in the video; the later part may be less sharp."
    if summary.message:
        yield summary.message


def _count(pictures: int) -> str:
    return "1 picture" if pictures == 1 else f"{pictures} pictures"


def _tell_move(t_ns: int, rim: Rim, first: Rim | None) -> str:
    assert first is not None
    size = rim.radius_px / first.radius_px
    sized = "" if abs(size - 1) < 0.01 else f", and is {size:.2f} times as large as most of the time"
    return f"At {t_ns / 1e9:.1f} s the disc moved to {rim.x_px:.0f}, {rim.y_px:.0f} px{sized}; it was followed."
