"""The motion of the tip against the simulator's truth: followed where there is texture, declared lost where not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from ductoscope.detect import begin_view, open_eye, step_view
from ductoscope.model import Bundle, Frame, Pixels, Scope
from ductoscope.navigate import Motion, NoMotion, begin_motion, plan_motion, step_motion
from ductoscope.restore import calibrate, make_raster, plan_raster, plan_restore, read_core_image
from ductoscope.simulate import SimulatedScope, Truth

FPS = 12.5
SMALL = f"cores=1600&height=480&width=560&paced=0&lesions=0&lookalikes=0&flakes=0&bubbles=0&fps={FPS}"


class Walk:
    """From camera pictures to motion, through the rooms that a monitor uses."""

    def __init__(self, bundle: Bundle) -> None:
        self._restore, self._raster = plan_restore(bundle), plan_raster(bundle)
        self._eye, self._view, self._state = open_eye("classical"), begin_view(FPS), begin_motion(plan_motion(Scope()))

    def step(self, frame: Frame) -> Motion | NoMotion:
        image = read_core_image(frame, self._restore)
        raster = make_raster(image, self._raster)
        outlook = self._eye.look_out(raster)
        self._view, judgement = step_view(self._view, outlook, raster, image.fit)
        self._state, answer = step_motion(self._state, raster, outlook, judgement)
        return answer


def follow(spec: str, frames: Sequence[int]) -> tuple[list[Motion | NoMotion], list[Truth]]:
    simulated = SimulatedScope(spec)
    walk = Walk(calibrate(simulated.white()))
    answers, truths = [], []
    for index in frames:
        answers.append(walk.step(simulated.frame_at(index, round(index * 1e9 / FPS))))
        truths.append(simulated.truth_at(index))
    return answers, truths


def measure_radius(truth: Truth) -> float:
    """Of the lumen that the scope looks at, 2 to 4 mm ahead, written anew from the tree and the pressure."""
    branch = truth.tree.branches[truth.state.tip.branch]
    rows = np.clip(int(truth.state.tip.arc_mm / 0.25) + np.arange(8, 16), 0, len(branch.radius_mm) - 1)
    grown = 1.0 + (1.0 - np.exp(-truth.state.stretch_pressure_mmhg / 25.0)) / branch.stiffness[rows]
    return float(np.median(branch.radius_mm[rows] * grown))


def test_travel_in_a_textured_duct_is_followed_in_radii() -> None:
    answers, truths = follow(f"sim:31?preset=easy&{SMALL}", range(110, 134))
    told, true, sigma = [], [], []
    for before, now, answer in zip(truths[:-1], truths[1:], answers[1:], strict=True):
        if isinstance(answer, Motion) and now.state.tip.branch == before.state.tip.branch:
            told.append(answer.along_radii * measure_radius(now))
            true.append(now.depth_mm - before.depth_mm)
            sigma.append(answer.along_sigma_radii * measure_radius(now))
    assert len(told) >= 16
    assert np.sum(np.abs(true)) > 1.0
    assert abs(np.sum(told) - np.sum(true)) < 0.12 * np.sum(np.abs(true))
    off = (np.array(told) - true) / sigma
    assert np.median(np.abs(off)) < 1.5


def test_a_smooth_duct_that_moves_is_lost() -> None:
    answers, truths = follow(f"sim:31?preset=smooth&{SMALL}", range(110, 126))
    assert abs(truths[-1].depth_mm - truths[0].depth_mm) > 0.3
    lost = [answer for answer in answers if isinstance(answer, NoMotion)]
    assert len(lost) >= len(answers) - 1


def test_a_still_camera_before_texture_settles_and_does_not_wander() -> None:
    answers, truths = follow(f"sim:21?preset=still&{SMALL}&turbidity_per_mm=0", range(24))
    told = [answer.along_radii * measure_radius(truths[0]) for answer in answers if isinstance(answer, Motion)]
    assert len(told) >= 16
    assert abs(sum(told)) < 0.06


def test_real_fibre_pictures_that_show_no_duct_give_no_motion(fibre_images: Path) -> None:
    def read(name: str) -> Pixels:
        return cv2.cvtColor(cv2.imread(str(fibre_images / name), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)

    picture = read("bundle_colour_1.tif")
    walk = Walk(calibrate(read("bundle_colour_1_background.tif")))
    for index in range(6):
        assert isinstance(walk.step(Frame(index, index * 80_000_000, np.roll(picture, 2 * index, 0))), NoMotion)
