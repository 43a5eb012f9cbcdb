"""How a still scene moved past the fibre between two frames, told from the core tables alone.

A coarse shift by phase correlation of softly gridded tables, then Gauss-Newton on the light itself (Lucas and Kanade,
IJCAI 1981) for an affine motion and one gain, with weights that let a part that moves by itself have no say
(Geman and McClure, Bull. ISI 52:5, 1987). Fixed pattern, such as what calibration left over, pulls a coarse shift
towards zero; the place where the light fits best decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import scipy

from ductoscope.model import BoolArray, DoubleArray, FloatArray, freeze
from ductoscope.restore.pooled_scene import Places, SceneGrid, Spectrum, place_samples, read_grid, spread_samples

_COARSE_BLUR_POINTS = 3.0
"""One pitch: takes the lattice's own detail away."""

_STEPS = 6
_ENOUGH_PX = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """Where a frame's cores lie in another frame's scene: `xy + shift + matrix @ (xy - centre)`, and how bright.

    matrix: (2, 2), 0 for a pure shift. gain: light of the frame over light of the scene.
    misfit: robust rms of what the motion leaves unexplained, in light.
    """

    shift_xy_px: tuple[float, float]
    matrix: DoubleArray
    gain: float
    misfit: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "matrix", freeze(self.matrix))

    def move(self, xy_px: DoubleArray, centre_xy_px: tuple[float, float]) -> DoubleArray:
        """Places of cores `xy_px`, (N, 2), in the scene."""
        return np.asarray(xy_px + np.asarray(self.shift_xy_px) + (xy_px - np.asarray(centre_xy_px)) @ self.matrix.T)


STILL = Motion((0.0, 0.0), np.zeros((2, 2)), 1.0, np.inf)


def coarse_picture(grid: SceneGrid, places: Places, light: FloatArray) -> Spectrum:
    """Spectrum of one table, (N,) with its mean removed, smoothed onto the grid and faded out towards the rim."""
    blur = (0, 0), _COARSE_BLUR_POINTS
    top = cv2.GaussianBlur(spread_samples(grid, places, light[:, np.newaxis])[0], *blur)
    under = cv2.GaussianBlur(spread_samples(grid, places, np.ones_like(light)[:, np.newaxis])[0], *blur)
    window = cv2.createHanningWindow((grid.side, grid.side), cv2.CV_32F)
    return np.asarray(scipy.fft.rfft2(window * top / (under + 0.02 * under.max())), dtype=np.complex64)


def coarse_shift(grid: SceneGrid, scene: Spectrum, moved: Spectrum) -> tuple[float, float]:
    """Whole-picture shift, px, between two coarse pictures; good to about a third of a pitch.

    Phase correlation (Kuglin and Hines, IEEE Cybern. Soc. 1975), kept to waves longer than a few pitches: shorter ones
    carry the lattice's fixed pattern, which never moves.
    """
    side = grid.side
    cross = np.conj(scene) * moved
    waves = np.hypot(scipy.fft.fftfreq(side)[:, np.newaxis], scipy.fft.rfftfreq(side)[np.newaxis, :])
    band = np.exp(-2.0 * (np.pi * _COARSE_BLUR_POINTS * waves) ** 2)
    peak = scipy.fft.irfft2(band * cross / (np.abs(cross) + 1e-6 * np.abs(cross).max()), s=(side, side))
    row, column = np.unravel_index(int(np.argmax(peak)), peak.shape)
    y = row + _vertex(peak[row - 1, column], peak[row, column], peak[(row + 1) % side, column])
    x = column + _vertex(peak[row, column - 1], peak[row, column], peak[row, (column + 1) % side])
    half = 0.5 * side
    # The moved picture shows the scene shifted by minus what its cores moved.
    return -((x + half) % side - half) * grid.step_px, -((y + half) % side - half) * grid.step_px


def _vertex(before: float, at: float, after: float) -> float:
    """Place of a parabola's top through three even samples, from the middle one."""
    bend = 2.0 * at - before - after
    return float(0.5 * (after - before) / bend) if bend > 0.0 else 0.0


def register(
    grid: SceneGrid,
    scene: FloatArray,
    xy_px: DoubleArray,
    light: FloatArray,
    usable: BoolArray,
    centre_xy_px: tuple[float, float],
    radius_px: float,
    starts: list[Motion],
) -> Motion:
    """Find the motion that lays a table onto a scene.

    scene: (1, G, G), what a core would report at each grid point, mean removed. light: (N,), mean removed.
    usable: (N,) whether each core carries its own light.
    starts: motions to begin from; the one that fits best is followed.
    """
    slopes = np.stack([scene[0], *np.gradient(scene[0])[::-1]]).astype(np.float32)
    slopes[1:] /= grid.step_px
    across = (xy_px - np.asarray(centre_xy_px)) / radius_px
    basis = np.concatenate([np.ones((len(across), 1)), across], axis=1)
    inside = np.hypot(across[:, 0], across[:, 1])
    limit = float(np.mean(light * light))

    def fit(motion: Motion) -> tuple[FloatArray, FloatArray, DoubleArray, float]:
        at = motion.move(xy_px, centre_xy_px)
        read = read_grid(slopes, place_samples(grid, at))
        left = light - motion.gain * read[:, 0]
        # Cores that look past the rim of the scene have nothing to compare with.
        away = np.hypot(*(at - np.asarray(centre_xy_px)).T) / radius_px
        weight = usable * (away < 0.97) * (inside < 0.97)
        # Detail is often rare: a median would see only the smooth parts, and find every motion equally good.
        typical = float(np.sqrt(np.sum(weight * np.minimum(left * left, limit)) / max(float(np.sum(weight)), 1.0)))
        trust = weight / (1.0 + (left / (2.0 * typical + 1e-9)) ** 2) ** 2
        return read, left, trust, typical

    best = min(starts, key=lambda motion: fit(motion)[3])
    for _ in range(_STEPS):
        read, left, trust, _ = fit(best)
        slope = best.gain * read[:, 1:]
        columns = np.concatenate([basis * slope[:, :1], basis * slope[:, 1:], read[:, :1]], axis=1)
        weighted = columns * trust[:, np.newaxis]
        square = weighted.T @ columns
        # A whisper of stiffness keeps directions that the scene does not show (a smooth wall) where they are.
        stiff = 1e-6 * np.trace(square) / 7.0 * np.eye(7)
        step = np.linalg.solve(square + stiff, weighted.T @ left)
        turn = np.array([[step[1], step[2]], [step[4], step[5]]]) / radius_px
        shift = (best.shift_xy_px[0] + step[0], best.shift_xy_px[1] + step[3])
        best = Motion((float(shift[0]), float(shift[1])), best.matrix + turn, best.gain + float(step[6]), np.inf)
        if np.abs(step[:6]).max() < _ENOUGH_PX:
            break
    return Motion(best.shift_xy_px, best.matrix, best.gain, fit(best)[3])
