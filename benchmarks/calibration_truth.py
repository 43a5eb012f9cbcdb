"""Simulated white pictures whose cores are known, and how a calibration is scored against them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from ductoscope.model import BoolArray, DoubleArray, Pixels
from ductoscope.simulate.instrument.camera import CameraSettings, camera_picture, true_centres_px
from ductoscope.simulate.instrument.fibre import FibreBundle, FibreSettings, make_fibre


@dataclass(frozen=True)
class WhitePicture:
    """A simulated white picture and the truth behind it."""

    pixels: Pixels
    fibre: FibreBundle
    camera: CameraSettings
    true_xy_px: DoubleArray

    @property
    def is_visible(self) -> BoolArray:
        """Cores whose centre lies inside the picture."""
        height, width = self.pixels.shape[:2]
        x, y = self.true_xy_px.T
        return (x > 1) & (y > 1) & (x < width - 2) & (y < height - 2)


@dataclass(frozen=True)
class Score:
    """How a calibration compares with the truth.

    recall: share of the cores in the picture, dead ones included, that were found within half a pitch.
    false: share of the found cores that are none, or one core found twice.
    rms_px: root mean square distance from the truth of the live cores found.
    dead_found, dead_wrongly: share of dead cores flagged dead, and of live ones.
    """

    recall: float
    false: float
    rms_px: float
    dead_found: float
    dead_wrongly: float


def show_white(
    seed: int,
    *,
    cores: int,
    pitch_px: float,
    fibre: FibreSettings | None = None,
    frame_shape: tuple[int, int] | None = None,
    **camera: object,
) -> WhitePicture:
    """Simulate a white picture in which cores lie `pitch_px` apart; the frame is just larger than the bundle."""
    rng = np.random.default_rng(seed)
    drawn = make_fibre(rng, fibre or FibreSettings(cores=cores))
    radius_px = pitch_px / drawn.pitch
    if frame_shape is None:
        frame_shape = (_even(2 * radius_px + 8 * pitch_px), _even(2 * radius_px + 12 * pitch_px))
    height, width = frame_shape
    settings = CameraSettings(height_px=height, width_px=width, disc_fraction=2 * radius_px / height, **camera)  # type: ignore[arg-type]
    pixels = camera_picture(np.ones((drawn.cores, 3), dtype=np.float32), drawn, settings, rng)
    return WhitePicture(pixels, drawn, settings, true_centres_px(drawn, settings))


def score_cores(white: WhitePicture, xy_px: DoubleArray, dead: NDArray[np.bool_] | None = None) -> Score:
    """Score found centres (N, 2), and their dead flags, against the truth."""
    dead = np.zeros(len(xy_px), dtype=np.bool_) if dead is None else dead
    truth = white.true_xy_px
    pitch_px = float(np.median(cKDTree(truth).query(truth, k=7)[0][:, 1:]))
    distance, nearest = cKDTree(truth).query(xy_px)
    order = np.argsort(distance)
    first = order[np.unique(nearest[order], return_index=True)[1]]
    hit = first[distance[first] < 0.5 * pitch_px]
    found = np.zeros(len(truth), dtype=np.bool_)
    found[nearest[hit]] = True
    called_dead = np.zeros(len(truth), dtype=np.bool_)
    called_dead[nearest[hit]] = dead[hit]
    visible = white.is_visible
    live_hit = hit[~dead[hit] & ~white.fibre.dead[nearest[hit]]]
    truly_dead = visible & white.fibre.dead
    return Score(
        recall=float(found[visible].mean()),
        false=1.0 - len(hit) / max(len(xy_px), 1),
        rms_px=float(np.sqrt(np.mean(distance[live_hit] ** 2))) if len(live_hit) else float("inf"),
        dead_found=float(called_dead[truly_dead].mean()) if truly_dead.any() else 1.0,
        dead_wrongly=float(called_dead[visible & ~white.fibre.dead].mean()),
    )


def _even(size: float) -> int:
    return 2 * round(size / 2.0)
