"""A surgeon brings an old video from another maker's tower, and gets a recording."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from ductoscope.live.import_video import ImportReport, import_video
from ductoscope.live.interlace import measure_combing
from ductoscope.live.survey_video import to_gray
from ductoscope.live.video_file import open_video
from ductoscope.model import BadFileError, CalibrationError
from ductoscope.record import list_recordings, open_recording, recover_recordings, verify_recording
from ductoscope.restore import plan_restore, render
from tests.tower import MPEG2, PAL, Tower, judge_import

pytestmark = pytest.mark.peer

SMALL = Tower(height_px=480, width_px=640, cores=1600, offset_px=(50.3, -8.6), seconds=1.2, speed=2.0)
SMALL_PAL = replace(PAL, cores=1600, seconds=0.8, speed=2.0)
INTERLACED = ("-flags", "+ilme+ildct", "-aspect", "4:3")


def bring(tower: Tower, folder: Path, name: str) -> tuple[ImportReport, Path, Path]:
    """Record a tower's video, import it: (report, video, recording)."""
    video = tower.record(folder / name)
    report = import_video(video, folder / "recordings" / "one")
    return report, video, folder / "recordings" / "one"


@dataclass(frozen=True)
class Brought:
    """A video, what was told of its import, and where the recording lies."""

    video: Path
    report: ImportReport
    told: list[float]
    folder: Path


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Brought:
    """A clean video, imported, with a patient's name wherever one may stand."""
    home = tmp_path_factory.mktemp("clean")
    tower = replace(SMALL, encoder=(*SMALL.encoder, "-metadata", "title=LONGNAME, JANINA"))
    video, folder = tower.record(home / "Longname Janina 1960.mp4"), home / "recordings" / "one"
    told: list[float] = []
    report = import_video(video, folder, progress=lambda share, _words: told.append(share))
    return Brought(video, report, told, folder)


def test_a_clean_video_becomes_a_recording_that_is_clearer_than_the_video(clean: Brought) -> None:
    report = clean.report
    judged = judge_import(SMALL, clean.video, clean.folder, report.rim)
    assert (report.frames, report.lost, report.left_out) == (30, 0, 0)
    assert report.interlaced.startswith("progressive")
    assert judged.recall >= 0.99
    assert judged.false <= 0.005
    assert judged.centre_px < 1.5
    assert judged.radius_px < 2.0
    assert judged.restored_db > judged.raw_db + 4
    assert verify_recording(clean.folder).is_whole
    assert [entry.state for entry in list_recordings(clean.folder.parent)] == ["complete"]
    assert clean.told == sorted(clean.told)
    assert clean.told[-1] == 1.0


def test_nothing_personal_is_kept(clean: Brought) -> None:
    page = (clean.folder / "import.json").read_text(encoding="utf-8")
    assert json.loads(page)["source"]["sha256"] == sha256(clean.video.read_bytes()).hexdigest()
    for path in clean.folder.rglob("*"):
        # A shorter name would stand in a compressed video by chance.
        assert path.is_dir() or not any(word in path.read_bytes().lower() for word in (b"longname", b"janina"))
    # The burnt-in text lies left of the disc; a square around the disc would show some of it.
    with open_video(clean.folder / "picture.mp4") as picture:
        assert next(picture.pictures()).pixels[:60, :60].max() < 30


@pytest.mark.parametrize("first_field", ["top", "bottom"])
def test_an_interlaced_anamorphic_video_is_woven_apart_and_made_round(tmp_path: Path, first_field: str) -> None:
    tower = replace(
        SMALL_PAL, first_field=first_field, encoder=(*MPEG2, *INTERLACED, "-top", str(int(first_field == "top")))
    )
    report, video, folder = bring(tower, tmp_path, "old.mpg")
    judged = judge_import(tower, video, folder, report.rim)
    assert report.interlaced.startswith(f"interlaced, {first_field} field first")
    assert report.frames == 40
    assert report.seconds == pytest.approx(39 / 50, abs=0.001)
    assert report.pixel_aspect == pytest.approx(16 / 15)
    assert judged.recall >= 0.99
    assert judged.centre_px < 1.5
    assert judged.restored_db > judged.raw_db + 3
    with open_video(video) as stored:
        woven = measure_combing([to_gray(picture.pixels) for picture in stored.pictures()])
    with open_video(folder / "picture.mp4") as pictures:
        whole = measure_combing([to_gray(picture.pixels) for picture in pictures.pictures()][::2])
    assert whole < woven / 3


def test_a_file_that_lies_about_fields_and_pixels_is_seen_through(tmp_path: Path) -> None:
    encoder = ("-c:v", "mjpeg", "-q:v", "2", "-pix_fmt", "yuvj420p")
    tower = replace(SMALL_PAL, first_field="top", encoder=encoder)
    report, video, folder = bring(tower, tmp_path, "lie.avi")
    assert report.interlaced.startswith("interlaced, top field first")
    assert report.pixel_aspect == pytest.approx(16 / 15)
    assert any("does not say that it is interlaced" in note for note in report.notes)
    assert any("only round" in note for note in report.notes)
    assert judge_import(tower, video, folder, report.rim).recall >= 0.99


def test_a_white_balance_is_used_and_lead_in_and_title_are_left_out(tmp_path: Path) -> None:
    tower = replace(SMALL, seconds=2.4, black_s=0.4, card_s=0.4, white_s=0.6)
    report, video, folder = bring(tower, tmp_path, "lead.mov")
    assert report.quality.calibrated_from == "white"
    assert report.left_out == 10
    assert report.frames == 60 - 20
    assert any(note.startswith("Black") and "10 pictures" in note for note in report.notes)
    judged = judge_import(tower, video, folder, report.rim)
    assert judged.recall >= 0.99
    assert judged.restored_db > judged.raw_db + 6


def test_eaten_cores_are_told_and_what_is_left_is_kept(tmp_path: Path) -> None:
    tower = replace(SMALL, cores=6000, seconds=0.8, encoder=("-c:v", "libx264", "-crf", "44", "-pix_fmt", "yuv420p"))
    report, video, folder = bring(tower, tmp_path, "eaten.mp4")
    assert report.quality.grade == "poor"
    assert any("Compression has eaten the fibre cores" in note for note in report.notes)
    assert report.frames == 20
    judged = judge_import(tower, video, folder, report.rim)
    assert judged.restored_db > judged.raw_db - 1


def test_a_disc_that_jumps_is_followed_and_told(tmp_path: Path) -> None:
    tower = replace(SMALL, jump_px=(31.0, 14.0))
    report, _, folder = bring(tower, tmp_path, "jump.mp4")
    assert any("the disc moved to" in note for note in report.notes)
    recording = open_recording(folder)
    plan = plan_restore(recording.bundle, 256)
    images = list(recording.core_images())
    recording.close()
    shown = [render(images[k].light_lin, plan).astype(float) for k in (13, 14, 15, 16)]
    steady, jump, after = (float(np.abs(two - one).mean()) for one, two in pairwise(shown))
    # The scene moves on evenly; a jump that is not followed changes nearly every pixel.
    assert jump < 1.5 * max(steady, after)


def test_a_file_cut_short_gives_what_is_left(tmp_path: Path) -> None:
    whole = replace(SMALL, encoder=(*SMALL.encoder, "-movflags", "+faststart", "-g", "10", "-bf", "0")).record(
        tmp_path / "whole.mp4"
    )
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole.read_bytes()[: round(0.7 * whole.stat().st_size)])
    report = import_video(cut, tmp_path / "out")
    assert 8 < report.frames < 30
    assert report.frames + report.lost == 30
    assert any(f"{report.lost} of 30 pictures could not be read" in note for note in report.notes)
    assert verify_recording(tmp_path / "out").frames == report.frames


def test_an_interrupted_import_leaves_nothing_that_looks_finished(tmp_path: Path) -> None:
    video = replace(SMALL, seconds=0.8).record(tmp_path / "a.mp4")

    def interrupt(share: float, _words: str) -> None:
        if share > 0.7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_video(video, tmp_path / "data" / "one", progress=interrupt)
    assert list((tmp_path / "data").iterdir()) == []
    assert recover_recordings(tmp_path / "data") == []


def _text(folder: Path) -> Path:
    (folder / "letter.mp4").write_text("Dear colleague,\n" * 100)
    return folder / "letter.mp4"


def _no_disc(folder: Path) -> Path:
    return replace(SMALL, seconds=0.4, black_s=1.0).record(folder / "menu.mp4")


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [(_text, BadFileError, "not a video"), (_no_disc, CalibrationError, "No round picture")],
)
def test_what_cannot_be_imported_is_told_in_a_sentence(
    tmp_path: Path, make: Callable[[Path], Path], kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words):
        import_video(make(tmp_path), tmp_path / "data" / "one")
    assert not (tmp_path / "data").exists()


def test_a_recording_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    with pytest.raises(BadFileError, match="already"):
        import_video(_text(tmp_path), tmp_path / "one")
