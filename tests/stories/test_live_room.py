"""The live room, from the first picture to the last, with everything that may go wrong between them."""

from __future__ import annotations

import shutil
from collections import namedtuple
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest

from ductoscope.live import pipeline as pipeline_module
from ductoscope.live.camera import open_camera
from ductoscope.live.file import open_file
from ductoscope.live.room import Room
from ductoscope.model import BadInputError, Bundle, CalibrationError, DiskFullError, round_light
from ductoscope.record import open_recording
from ductoscope.restore import calibrate, plan_restore, read_cores
from tests.stream_camera import StreamCamera
from tests.toy_scope import ToyFibre, ToyScope
from tests.waiting import no_thread_stays as no_thread_stays  # a fixture
from tests.waiting import wait_for

SIZE_PX = 128
Usage = namedtuple("Usage", "total used free")


@pytest.fixture(scope="module")
def fibre() -> ToyFibre:
    return ToyFibre((300, 330))


@pytest.fixture(scope="module")
def bundle(fibre: ToyFibre) -> Bundle:
    return calibrate(fibre.white())


def make_room(scope: ToyScope, folder: Path, bundle: Bundle | None = None) -> Room:
    return Room(
        lambda _spec: scope, spec="toy", data_folder=folder / "data", bundle=bundle, plan_size_px=SIZE_PX, retry_s=0.05
    )


def is_restored(room: Room) -> bool:
    newest = room.shown.newest()
    return newest is not None and newest[1].is_restored


def shows_frame(room: Room, index: int) -> bool:
    newest = room.shown.newest()
    return newest is not None and newest[1].index == index


def test_a_scope_with_a_white_picture_calibrates_itself(fibre: ToyFibre, tmp_path: Path) -> None:
    with make_room(ToyScope(fibre), tmp_path) as room:
        number, first = wait_for(room.shown.newest)
        assert first.view.pixels.shape == (SIZE_PX, SIZE_PX, 3)
        assert first.is_simulated
        wait_for(lambda: room.status().state == "live" and is_restored(room))
        status = room.status()
        assert abs(status.cores - len(fibre.xy_px)) < 0.02 * len(fibre.xy_px)
        assert status.quality is not None
        assert status.quality.calibrated_from == "white"
        assert status.message is None
        assert status.source is not None
        assert status.fps_in > 0
        assert status.fps_shown > 0
        assert status.frames_in >= number
        assert status.age_ms is not None
        assert 0 <= status.age_ms < 10_000
        _, shown = room.shown.newest() or pytest.fail("no picture")
        assert shown.raw is not None
        assert shown.raw.lineage[0] == "raw"
        assert shown.raw.pixels.shape == shown.view.pixels.shape
        blurred = cv2.GaussianBlur(shown.raw.pixels, (0, 0), 2.0)
        alike = np.corrcoef(blurred[shown.view.seen].ravel(), shown.view.pixels[shown.view.seen].ravel())[0, 1]
        assert alike > 0.8, "the raw picture lies exactly below the restored one"


def test_every_frame_is_recorded_exactly_as_the_pipeline_used_it(
    fibre: ToyFibre, bundle: Bundle, tmp_path: Path
) -> None:
    scope = ToyScope(fibre, interval_s=0.005)
    with make_room(scope, tmp_path, bundle) as room:
        wait_for(lambda: is_restored(room))
        name = room.start_recording()
        with pytest.raises(BadInputError, match="already"):
            room.start_recording()
        recording_now = room.status().recording
        assert recording_now is not None
        assert recording_now.name == name
        wait_for(lambda: (now := room.status().recording) is not None and now.frames >= 20)
        still = room.take_still()
        summary = room.stop_recording()
        status = room.status()
        assert status.recording is None
        with pytest.raises(BadInputError, match="No recording"):
            room.stop_recording()
    assert status.recorder_lost == 0
    assert status.frames_lost == 0
    assert still.picture.parent == tmp_path / "data" / name / "stills"
    recording = open_recording(tmp_path / "data" / name)
    images = list(recording.core_images())
    recording.close()
    assert len(images) == summary.frames >= 20
    assert np.diff([image.index for image in images]).tolist() == [1] * (len(images) - 1), "not one is missing"
    plan = plan_restore(bundle, SIZE_PX)
    for image in images[:3]:
        pixels = scope._pictures[image.index % len(scope._pictures)]
        seen = read_cores(pixels, plan)
        assert np.abs(image.light_lin - seen).max() < 0.02, "the watch may follow a hundredth of a pixel"
        assert np.array_equal(image.light_lin, round_light(image.light_lin))


def test_unplugged_and_back(fibre: ToyFibre, bundle: Bundle, tmp_path: Path) -> None:
    scope = ToyScope(fibre)
    with make_room(scope, tmp_path, bundle) as room:
        wait_for(lambda: is_restored(room))
        scope.unplug()
        wait_for(lambda: room.status().state == "lost")
        last = room.shown.newest()
        assert last is not None
        wait_for(lambda: (room.status().age_ms or 0) > 200)
        status = room.status()
        assert "plug" in (status.message or "")
        assert room.shown.newest() == last, "the last picture stays, and its age grows"
        scope.plug_in()
        wait_for(lambda: room.status().state == "live")
        assert room.status().message is None
        assert room.shown.wait_newer(last[0], 20) is not None


def test_a_real_stream_that_is_cut_comes_back(tmp_path: Path) -> None:
    stream = StreamCamera()
    with Room(open_camera, spec=f"camera:{stream.address}", data_folder=tmp_path, plan_size_px=64, retry_s=0.1) as room:
        wait_for(room.shown.newest)
        stream.unplug()
        wait_for(lambda: room.status().state == "lost")
        assert room.status().message is not None
        number, last = room.shown.newest() or pytest.fail("the last picture stays")
        assert last.view.pixels[32, 16, 0] > 200, "the stream is red on its left, and raw pictures stay RGB"
        stream.plug_in()
        wait_for(lambda: room.status().state in ("live", "calibrating"))
        assert room.shown.wait_newer(number, 20) is not None
        assert "No picture comes" not in (room.status().message or "")
    stream.unplug()


def test_a_wrong_bundle_shows_the_raw_picture_and_says_so(fibre: ToyFibre, tmp_path: Path) -> None:
    other = calibrate(ToyFibre((260, 280)).white())
    with make_room(ToyScope(fibre), tmp_path, other) as room:
        wait_for(lambda: "calibrated on" in (room.status().message or ""))
        number, _ = room.shown.newest() or (0, None)
        _, shown = room.shown.wait_newer(number, 20) or pytest.fail("the picture must go on")
        assert shown.view.lineage[0] == "raw"
        assert shown.core_image is None
        with pytest.raises(CalibrationError, match="Nothing can be recorded"):
            room.start_recording()
        room.recalibrate()
        wait_for(lambda: is_restored(room))
        assert room.status().message is None


@pytest.mark.parametrize("stage", ["step_watch", "read_core_image", "step_denoise", "draw_restored"])
def test_when_a_stage_fails_the_raw_picture_stays_and_comes_right_again(
    stage: str, fibre: ToyFibre, bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a bug")

    with make_room(ToyScope(fibre), tmp_path, bundle) as room:
        wait_for(lambda: is_restored(room))
        with monkeypatch.context() as broken:
            broken.setattr(pipeline_module, stage, fail)
            wait_for(lambda: not is_restored(room))
            wait_for(lambda: "RuntimeError: a bug" in (room.status().message or ""))
            number, _ = room.shown.newest() or (0, None)
            assert room.shown.wait_newer(number, 20) is not None, "the picture goes on"
            assert room.status().state == "live"
        wait_for(lambda: is_restored(room) and room.status().message is None)


def test_a_full_disk_stops_the_recording_and_keeps_the_picture(
    fibre: ToyFibre, bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with make_room(ToyScope(fibre, interval_s=0.005), tmp_path, bundle) as room:
        wait_for(lambda: is_restored(room))
        name = room.start_recording()
        wait_for(lambda: (now := room.status().recording) is not None and now.frames >= 5)
        monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 1000))
        wait_for(lambda: room.status().recording is None)
        message = room.status().message or ""
        assert "Recording has stopped" in message
        assert "kept" in message
        with pytest.raises(DiskFullError):
            room.start_recording()
        number, _ = room.shown.newest() or (0, None)
        assert room.shown.wait_newer(number, 20) is not None, "the live picture goes on"
    recording = open_recording(tmp_path / "data" / name)
    assert len(recording.cores) >= 5
    recording.close()


def test_a_new_calibration_while_recording_begins_a_new_part(fibre: ToyFibre, bundle: Bundle, tmp_path: Path) -> None:
    scope = ToyScope(fibre, interval_s=0.01)
    with make_room(scope, tmp_path, bundle) as room:
        wait_for(lambda: is_restored(room))
        scope.fibre = ToyFibre((300, 330), seed=9)  # another bundle behind the same camera
        name = room.start_recording()
        wait_for(lambda: (now := room.status().recording) is not None and now.frames >= 5)
        room.recalibrate()
        wait_for(lambda: (now := room.status().recording) is not None and now.part == 2 and now.frames >= 10)
        room.stop_recording()
    first, second = open_recording(tmp_path / "data" / name), open_recording(tmp_path / "data" / f"{name}-part2")
    indices = [image.index for part in (first, second) for image in part.core_images()]
    assert first.bundle.id == bundle.id != second.bundle.id
    first.close()
    second.close()
    assert np.diff(indices).tolist() == [1] * (len(indices) - 1), "nothing is lost between the parts"


def test_a_file_without_a_calibration_calibrates_from_its_own_frames_and_begins_again(
    fibre: ToyFibre, bundle: Bundle, tmp_path: Path
) -> None:
    scope = ToyScope(fibre, length=250, is_live=False, has_white=False)
    with make_room(scope, tmp_path) as room:
        wait_for(lambda: room.status().state in ("ended", "failed"), 120)
        wait_for(lambda: is_restored(room))
        status = room.status()
    assert status.state == "ended"
    assert status.message is None
    assert status.quality is not None
    assert status.quality.calibrated_from == "frames"
    assert scope.opened == 2
    assert status.frames_in == 250, "those used for calibration are restored too"


def test_replay_is_the_same_pipeline(fibre: ToyFibre, bundle: Bundle, tmp_path: Path) -> None:
    with make_room(ToyScope(fibre, interval_s=0.005), tmp_path, bundle) as room:
        wait_for(lambda: is_restored(room))
        name = room.start_recording()
        wait_for(lambda: (now := room.status().recording) is not None and now.frames >= 10)
        summary = room.stop_recording()
    with closing(open_recording(tmp_path / "data" / name)) as recording:
        last_index = [image.index for image in recording.core_images()][-1]
    spec = f"file:{tmp_path / 'data' / name}"
    with Room(open_file, spec=spec, data_folder=tmp_path / "again", plan_size_px=SIZE_PX) as room:
        wait_for(lambda: room.status().state == "ended")
        wait_for(lambda: shows_frame(room, last_index))  # the source ends first, the screen a moment later
        status = room.status()
        number, shown = room.shown.newest() or pytest.fail("no picture")
        assert shown.is_restored
        with pytest.raises(BadInputError, match="keeps the calibration"):
            room.recalibrate()
    assert status.bundle_id == bundle.id
    assert status.frames_in == summary.frames
    assert shown.is_simulated
    assert shown.raw is None, "a core recording holds no camera picture"
    assert room.shown.newest() == (number, shown), "the last picture stays"


def test_a_file_that_cannot_be_used_fails_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "walk.mp4").write_bytes(b"nothing")
    with Room(open_file, spec=f"file:{tmp_path / 'walk.mp4'}", data_folder=tmp_path / "data") as room:
        wait_for(lambda: room.status().state == "failed")
        assert "walk.mp4" in (room.status().message or "")
        with pytest.raises(BadInputError):
            room.take_still()
        with pytest.raises(BadInputError):
            room.freeze()
        with pytest.raises(CalibrationError):
            room.start_recording()


def test_freeze_makes_more_of_a_still_scope_and_its_still_is_what_was_seen(
    fibre: ToyFibre, bundle: Bundle, tmp_path: Path
) -> None:
    with make_room(ToyScope(fibre, is_moving=False), tmp_path, bundle) as room:
        wait_for(lambda: is_restored(room))
        calibrated_at = room.status().frames_in
        wait_for(lambda: room.status().frames_in >= calibrated_at + 10)
        frozen = room.freeze()
        assert any("super-resolve" in step for step in frozen.view.lineage)
        still = room.take_still(frozen.sequence)
        assert np.array_equal(cv2.imread(str(still.picture))[..., ::-1], frozen.view.pixels)
        number, shown = room.shown.newest() or pytest.fail("no picture")
        wait_for(lambda: (room.shown.newest() or (0,))[0] > number + 3)
        earlier = room.take_still(shown.sequence)
        assert np.array_equal(cv2.imread(str(earlier.picture))[..., ::-1], shown.view.pixels), "made again, exactly"
        assert earlier.cores is not None
        with pytest.raises(BadInputError, match="no longer in memory"):
            room.take_still(10**9)
        assert earlier.picture.parent == tmp_path / "data" / "stills"


def test_stops_at_any_moment(fibre: ToyFibre, bundle: Bundle, tmp_path: Path) -> None:
    never_started = make_room(ToyScope(fibre), tmp_path, bundle)
    never_started.stop()
    room = make_room(ToyScope(fibre, has_white=False), tmp_path)
    room.start()
    wait_for(room.shown.newest)
    room.stop()
    room.stop()
    assert room.shown.is_closed, "readers are let go"
    recording = make_room(ToyScope(fibre, interval_s=0.005), tmp_path, bundle)
    recording.start()
    wait_for(lambda: is_restored(recording))
    name = recording.start_recording()
    wait_for(lambda: (now := recording.status().recording) is not None and now.frames >= 3)
    recording.stop()
    kept = open_recording(tmp_path / "data" / name)
    assert kept.info.state == "complete"
    kept.close()
