"""WallGrid: how one branch's wall is cut into samples, and fields of noise on it that close around the duct."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from scipy import fft

from ductoscope.model import DoubleArray, FloatArray
from ductoscope.simulate.breast.branch_shape import LINE_MM

SAMPLE_MM = 0.012
"""Wanted length of a colour sample; half of what one of 6,000 cores covers at 2 mm."""

RELIEF_SAMPLES = 4
"""Colour samples in one sample of relief, along and around."""

LEVELS = 5
"""Of the colour pyramid."""

_FEWEST_COLUMNS = 64
_MOST_COLUMNS = 1024


@dataclass(frozen=True, slots=True)
class WallGrid:
    """Samples of one wall; about square where the branch has its mean radius.

    rows, columns: of the finest colour level; rows are a multiple of 16, columns a power of two. sample_mm: of both.
    """

    rows: int
    columns: int
    sample_mm: float

    @property
    def relief_shape(self) -> tuple[int, int]:
        """Rows and columns of relief and gloss."""
        return self.rows // RELIEF_SAMPLES, self.columns // RELIEF_SAMPLES

    @property
    def relief_mm(self) -> float:
        """Length of one relief row."""
        return self.sample_mm * RELIEF_SAMPLES

    @property
    def area_mm2(self) -> float:
        """Of the whole wall at rest."""
        return self.rows * self.columns * self.sample_mm**2


def lay_grid(length_mm: float, mean_radius_mm: float) -> WallGrid:
    """Cut a wall of this length and mean radius into samples of about SAMPLE_MM."""
    around_mm = 2.0 * np.pi * mean_radius_mm
    wanted = 2 ** round(float(np.log2(around_mm / SAMPLE_MM)))
    columns = int(np.clip(wanted, _FEWEST_COLUMNS, _MOST_COLUMNS))
    sample_mm = around_mm / columns
    step = 1 << (LEVELS - 1)
    rows = max(step * int(np.ceil(length_mm / sample_mm / step)), 2 * step)
    return WallGrid(rows, columns, sample_mm)


def draw_clouds(
    rng: np.random.Generator,
    shape: tuple[int, int],
    sample_mm: float,
    power: float,
    finest_mm: float,
    coarsest_mm: float,
) -> FloatArray:
    """Noise of unit spread whose amplitude falls as 1 / frequency^power, closed around the duct, (rows, columns).

    Wavelengths outside finest_mm..coarsest_mm are left out. What has no fine detail is drawn on fewer samples.
    """
    coarseness = 1
    while coarseness < 16 and finest_mm > 5.0 * coarseness * sample_mm and min(shape) >= 16 * coarseness:
        coarseness *= 2
    # Some rows more than wanted, so that the far end does not continue at the near end.
    rows = fft.next_fast_len(shape[0] // coarseness + 2 + int(1.0 / (coarseness * sample_mm)), real=False)
    columns = shape[1] // coarseness
    sample_mm *= coarseness
    frequency = np.hypot(
        np.fft.fftfreq(rows, sample_mm).astype(np.float32)[:, None],
        np.fft.rfftfreq(columns, sample_mm).astype(np.float32)[None, :],
    )
    kept = (frequency >= 1.0 / coarsest_mm) & (frequency <= 1.0 / finest_mm)
    amplitude = np.zeros_like(frequency)
    amplitude[kept] = frequency[kept] ** -power
    spectrum = fft.rfft2(rng.standard_normal((rows, columns), dtype=np.float32)) * amplitude
    noise = np.asarray(fft.irfft2(spectrum, s=(rows, columns)), dtype=np.float32)
    noise /= max(float(noise.std()), 1e-9)
    return enlarge(noise, coarseness)[: shape[0]]


def enlarge(coarse: FloatArray, times: int) -> FloatArray:
    """The same field on `times` as many rows and columns, smoothly, closed around the duct."""
    if times == 1:
        return coarse
    margin = 4
    wide = np.concatenate([coarse[:, -margin:], coarse, coarse[:, :margin]], axis=1)
    size = (wide.shape[1] * times, wide.shape[0] * times)
    large = cv2.resize(wide, size, interpolation=cv2.INTER_CUBIC if times <= 4 else cv2.INTER_LINEAR)
    return np.ascontiguousarray(large[:, margin * times : -margin * times], dtype=np.float32)


def blur_around(field: FloatArray, sigma_samples: float) -> FloatArray:
    """Gaussian blur, closed around the duct."""
    margin = min(int(4.0 * sigma_samples) + 1, field.shape[1])
    wide = np.concatenate([field[:, -margin:], field, field[:, :margin]], axis=1)
    return np.ascontiguousarray(cv2.GaussianBlur(wide, (0, 0), sigma_samples)[:, margin:-margin])


def spread_along(by_line: DoubleArray, rows: int, row_mm: float) -> DoubleArray:
    """A branch's value every LINE_MM, as (rows, 1) on rows of a wall."""
    along = np.arange(rows) * row_mm
    return np.asarray(np.interp(along, np.arange(len(by_line)) * LINE_MM, by_line))[:, None]
