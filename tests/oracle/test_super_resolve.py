"""Super-resolution against scenes that are known: sharper when still, honest when not."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from ductoscope.model import BadInputError, CoreImage, Frame
from ductoscope.restore import Plan, calibrate, plan_restore, read_core_image, restore_view, super_resolve
from ductoscope.simulate import (
    CameraSettings,
    FibreBundle,
    FibreSettings,
    SceneWindow,
    SimulatedScope,
    camera_picture,
    dark_picture,
    ideal_view,
    make_fibre,
    make_scene,
    see_scene,
    white_picture,
)

SIZE_PX = 256
CAMERA = CameraSettings(height_px=400, width_px=400, disc_fraction=0.95)


@dataclass(frozen=True)
class Scope:
    """A calibrated scope of 1,600 cores."""

    fibre: FibreBundle
    plan: Plan

    def look(self, scene: np.ndarray, windows: list[SceneWindow], gains: list[float] | None = None) -> list[CoreImage]:
        rng = np.random.default_rng(9)
        images = []
        for index, window in enumerate(windows):
            entered = see_scene(self.fibre, scene, window=window)
            pixels = camera_picture(entered, self.fibre, CAMERA, rng, gain=gains[index] if gains else 1.0)
            images.append(read_core_image(Frame(index, index * 33_000_000, pixels), self.plan))
        return images

    def psnr_db(self, picture: np.ndarray, scene: np.ndarray, where: np.ndarray | None = None) -> float:
        truth = ideal_view(scene, SIZE_PX, camera=CAMERA, frame_from_view=self.plan.frame_from_view)
        seen = self.plan.seen if where is None else self.plan.seen & where
        return float(10.0 * np.log10(255.0**2 / np.mean((picture[seen].astype(float) - truth[seen]) ** 2)))


@pytest.fixture(scope="module")
def scope() -> Scope:
    rng = np.random.default_rng(12)
    fibre = make_fibre(rng, FibreSettings(cores=1600))
    bundle = calibrate(white_picture(fibre, CAMERA, rng), dark_picture(fibre, CAMERA, rng))
    return Scope(fibre, plan_restore(bundle, SIZE_PX))


def hand_held(scope: Scope, frames: int = 8) -> list[SceneWindow]:
    """Tremor of up to two cores, a slight turn; the newest frame looks straight."""
    rng = np.random.default_rng(2)
    windows = [
        SceneWindow(tuple(rng.uniform(-2.0, 2.0, 2) * scope.fibre.pitch), float(rng.uniform(-0.4, 0.4)))
        for _ in range(frames - 1)
    ]
    return [*windows, SceneWindow()]


@pytest.mark.parametrize("family", ["vessels", "texture", "edges"])
def test_eight_frames_show_more_than_one(scope: Scope, family: str) -> None:
    scene = make_scene(family, 4, 512)
    images = scope.look(scene, hand_held(scope))
    view = super_resolve(images, scope.plan)
    single = restore_view(images[-1], scope.plan)
    assert view.lineage == ("read", "super-resolve 8 frames", f"resize {SIZE_PX}")
    assert (view.index, view.t_ns) == (images[-1].index, images[-1].t_ns)
    assert scope.psnr_db(view.pixels, scene) > scope.psnr_db(single.pixels, scene) + 1.0


def test_a_camera_whose_gain_pumps_still_pools(scope: Scope) -> None:
    scene = make_scene("vessels", 4, 512) * np.float32(0.6)
    images = scope.look(scene, hand_held(scope), gains=[1.3, 0.8, 1.1, 0.9, 1.2, 1.0, 0.85, 1.0])
    view = super_resolve(images, scope.plan)
    single = restore_view(images[-1], scope.plan)
    assert scope.psnr_db(view.pixels, scene) > scope.psnr_db(single.pixels, scene) + 1.0


def test_something_that_moves_by_itself_leaves_no_ghost(scope: Scope) -> None:
    """A pale fleck drifts across a still wall: its way is as clean as in one frame, the rest is sharper."""
    scene = make_scene("texture", 5, 512)
    colour = np.array([0.95, 0.9, 0.6], dtype=np.float32)
    row, column = np.mgrid[0:512, 0:512]

    def with_fleck(step: int) -> np.ndarray:
        is_fleck = np.hypot(column - (130 + 36 * step), row - 256) < 34
        return np.where(is_fleck[:, :, None], colour, scene)

    images = []
    for step, window in enumerate(hand_held(scope)):
        images += scope.look(with_fleck(step), [window])
    view, single = super_resolve(images, scope.plan), restore_view(images[-1], scope.plan)
    newest = with_fleck(7)
    away = np.zeros((SIZE_PX, SIZE_PX), dtype=np.bool_)
    away[: SIZE_PX // 2 - 30] = away[SIZE_PX // 2 + 30 :] = True
    assert scope.psnr_db(view.pixels, newest, ~away) > scope.psnr_db(single.pixels, newest, ~away) - 1.0
    assert scope.psnr_db(view.pixels, newest, away) > scope.psnr_db(single.pixels, newest, away) + 0.8


def test_frames_of_other_places_are_not_pooled(scope: Scope) -> None:
    images = [scope.look(make_scene("edges", seed, 512), [SceneWindow()])[0] for seed in range(4)]
    view = super_resolve(images, scope.plan)
    assert view.lineage == ("read", "single", "mmse", f"resize {SIZE_PX}")
    assert np.array_equal(view.pixels, restore_view(images[-1], scope.plan).pixels)


def test_one_frame_is_drawn_as_it_is(scope: Scope) -> None:
    images = scope.look(make_scene("vessels", 4, 512), [SceneWindow()])
    assert super_resolve(images, scope.plan).lineage[1] == "single"


def test_nothing_and_foreign_frames_are_refused(scope: Scope) -> None:
    with pytest.raises(BadInputError, match="at least one frame"):
        super_resolve([], scope.plan)
    image = scope.look(make_scene("vessels", 4, 512), [SceneWindow()])[0]
    foreign = replace(image, light_lin=image.light_lin[:-1], valid=image.valid[:-1])
    with pytest.raises(BadInputError, match="one bundle only"):
        super_resolve([image, foreign], scope.plan)


def test_a_zoomed_view_shows_the_same_scene(scope: Scope) -> None:
    images = scope.look(make_scene("vessels", 4, 512), hand_held(scope))
    close = plan_restore(scope.plan.bundle, SIZE_PX, zoom=2.0, at=(0.4, 0.6))
    whole, zoomed = super_resolve(images, scope.plan).pixels, super_resolve(images, close).pixels
    # Pixel centres: zoomed pixel 128 lies at (0.4, 0.6) of the whole picture.
    inner = zoomed[64:192:2, 64:192:2].astype(float)
    top, left = round(0.6 * SIZE_PX) - 32, round(0.4 * SIZE_PX) - 32
    assert np.abs(inner - whole[top : top + 64, left : left + 64]).mean() < 6.0


def test_a_hand_in_a_duct_never_makes_the_frozen_picture_worse() -> None:
    """Looking from elsewhere into a tube is no plain shift, and dead cores leave holes: both once spoiled freezes."""
    source = SimulatedScope("sim:7?paced=0&cores=3000&height=600&width=600")
    source.open()
    white = source.white()
    assert white is not None
    plan = plan_restore(calibrate(white), SIZE_PX)
    assert plan.bundle.dead.any()
    gained_db = []
    for start in (60, 330, 500, 900):
        images = [read_core_image(source.frame_at(i, i * 33_333_333), plan) for i in range(start, start + 8)]
        truth = source.ideal_view_at(start + 7, plan.frame_from_view, SIZE_PX)[plan.seen].astype(float)
        single = restore_view(images[-1], plan).pixels[plan.seen].astype(float)
        frozen = super_resolve(images, plan).pixels[plan.seen].astype(float)
        # The camera's gain is not part of the truth: bring it to the picture's own.
        truth *= (truth * single).sum() / (truth * truth).sum()
        gained_db.append(10.0 * np.log10(np.mean((single - truth) ** 2) / np.mean((frozen - truth) ** 2)))
    assert min(gained_db) > -0.5
    assert np.mean(gained_db) > 0.0
