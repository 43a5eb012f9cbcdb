"""The simulated fibre bundle: where its cores lie, how each passes light, and what it makes of a scene.

Lengths are in unit-disc coordinates: the rim of the bundle is the circle of radius 1, x right, y down.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.ndimage import map_coordinates
from scipy.spatial import Delaunay

from ductoscope.model import BadInputError, BoolArray, DoubleArray, FloatArray, freeze

_TOUCHING_PITCHES = 1.5
"""Two cores nearer than this are neighbours; the next ring of a hexagonal lattice lies at 1.73."""

_CROSSTALK_RGB = np.array([1.2, 1.0, 0.8])
"""Cross-talk rises with wavelength (Optics Express 25:1985, 2017); these factors leave green as set."""


@dataclass(frozen=True, slots=True)
class FibreSettings:
    """What kind of fibre bundle to draw.

    cores: 100 to 60,000; ductoscopes have 1,600 to 30,000.
    jitter: standard deviation of a core's place about its lattice point, in pitches (0 to 0.15).
    dead: share of cores that carry nothing (0 to 0.3); 0 to 0.03 in used scopes.
    transmission_sd: relative spread of transmission between cores (0 to 0.4).
    tint_sd: relative spread of each colour's transmission about the core's own (0 to 0.2).
    crosstalk: share of a core's green light that its neighbours receive (0 to 0.5); 0.1 to 0.3 in real bundles.
    acceptance: standard deviation of the Gaussian patch of scene that one core averages, in pitches (0.05 to 1).
    spot: standard deviation of the light spot at the far face, in pitches (0.1 to 0.6).
    spot_sd: relative spread of the spot between cores (0 to 0.3).
    cladding: share of the light that leaves between the cores instead of from them (0 to 0.5).
    """

    cores: int = 6000
    jitter: float = 0.05
    dead: float = 0.005
    transmission_sd: float = 0.15
    tint_sd: float = 0.03
    crosstalk: float = 0.15
    acceptance: float = 0.25
    spot: float = 0.28
    spot_sd: float = 0.05
    cladding: float = 0.1

    def __post_init__(self) -> None:
        for name, low, high in (
            ("cores", 100, 60_000),
            ("jitter", 0.0, 0.15),
            ("dead", 0.0, 0.3),
            ("transmission_sd", 0.0, 0.4),
            ("tint_sd", 0.0, 0.2),
            ("crosstalk", 0.0, 0.5),
            ("acceptance", 0.05, 1.0),
            ("spot", 0.1, 0.6),
            ("spot_sd", 0.0, 0.3),
            ("cladding", 0.0, 0.5),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise BadInputError(f"A simulated fibre's {name} must lie between {low} and {high}, got {value}.")


@dataclass(frozen=True, slots=True, eq=False)
class FibreBundle:
    """One drawn bundle: the truth that a calibration is judged against.

    xy: (N, 2) float64, true core centres, unit disc.
    pitch: lattice constant, unit disc.
    transmission: (N, 3) float32, share of light that each core passes in R, G, B; mean near 1, dead cores 0.
    dead: (N,) bool.
    spot: (N,) float64, standard deviation of each core's light spot, unit disc.
    exchange: (N, N) sparse float32, symmetric, rows sum to 0; cross-talk takes `crosstalk * exchange @ light`
        from the light, so that none is made or lost and an even scene stays even.
    settings: what was asked for.
    """

    xy: DoubleArray
    pitch: float
    transmission: FloatArray
    dead: BoolArray
    spot: DoubleArray
    exchange: sparse.csr_array
    settings: FibreSettings

    def __post_init__(self) -> None:
        for name in ("xy", "transmission", "dead", "spot"):
            object.__setattr__(self, name, freeze(getattr(self, name)))

    @property
    def cores(self) -> int:
        """Number of cores, dead ones included."""
        return len(self.xy)


@dataclass(frozen=True, slots=True)
class SceneWindow:
    """Which part of a scene the fibre looks at: a core at `u` sees the scene at `scale * R(rotation) @ u + shift`.

    shift_xy: unit-disc lengths; `fibre.pitch / 3` is a third of a core, for super-resolution tests.
    rotation_deg: turns the fibre from x towards y.
    scale: above 1 sees more of the scene than its inscribed disc.
    """

    shift_xy: tuple[float, float] = (0.0, 0.0)
    rotation_deg: float = 0.0
    scale: float = 1.0

    def scene_of(self, xy: DoubleArray) -> DoubleArray:
        """Scene places, (N, 2) in unit-disc lengths, of fibre places (N, 2)."""
        angle = np.deg2rad(self.rotation_deg)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        return np.asarray(self.scale * xy @ turn.T + np.asarray(self.shift_xy), dtype=np.float64)


WHOLE_SCENE = SceneWindow()


def make_fibre(rng: np.random.Generator, settings: FibreSettings | None = None) -> FibreBundle:
    """Draw a jittered hexagonal bundle with exactly the cores that were asked for."""
    settings = settings or FibreSettings()
    count = settings.cores
    xy, pitch = _draw_lattice(rng, count, settings.jitter)
    common = 1.0 + settings.transmission_sd * _clipped_normal(rng, (count, 1))
    tint = 1.0 + settings.tint_sd * _clipped_normal(rng, (count, 3))
    dead = np.zeros(count, dtype=np.bool_)
    dead[rng.choice(count, size=round(settings.dead * count), replace=False)] = True
    transmission = np.where(dead[:, None], 0.0, common * tint).astype(np.float32)
    spot = settings.spot * pitch * (1.0 + settings.spot_sd * _clipped_normal(rng, (count,)))
    return FibreBundle(xy, pitch, transmission, dead, spot, _draw_exchange(rng, xy, pitch), settings)


def see_scene(fibre: FibreBundle, scene_rgb: NDArray[np.floating], *, window: SceneWindow = WHOLE_SCENE) -> FloatArray:
    """Light that enters each core, (N, 3) float32: the true core light, before the fibre spoils it.

    scene_rgb: (H, W, 3) linear light 0..1; its square covers the unit disc's bounding square, edge pixels go on.
    A core averages the scene over a Gaussian patch (`settings.acceptance`).
    """
    if scene_rgb.ndim != 3 or scene_rgb.shape[2] != 3:
        raise BadInputError(f"A scene is an (H, W, 3) array of linear RGB light, got shape {scene_rgb.shape}.")
    height, width = scene_rgb.shape[:2]
    sigma = 0.5 * fibre.settings.acceptance * fibre.pitch * window.scale
    soft = cv2.GaussianBlur(
        np.ascontiguousarray(scene_rgb, dtype=np.float32),
        (0, 0),
        sigmaX=sigma * width,
        sigmaY=sigma * height,
        borderType=cv2.BORDER_REPLICATE,
    )
    at = window.scene_of(fibre.xy)
    rows = (at[:, 1] + 1.0) * height / 2.0 - 0.5
    columns = (at[:, 0] + 1.0) * width / 2.0 - 0.5
    seen = [map_coordinates(soft[:, :, c], (rows, columns), order=3, mode="nearest") for c in range(3)]
    return np.stack(seen, axis=1).astype(np.float32)


def carry_light(fibre: FibreBundle, entered: FloatArray) -> FloatArray:
    """Light that leaves each core, (N, 3), of the light that entered it: cross-talk, transmission, tint, dead cores."""
    loss = (fibre.settings.crosstalk * _CROSSTALK_RGB).astype(np.float32)
    mixed = entered - loss * (fibre.exchange @ entered)
    return np.asarray(mixed * fibre.transmission, dtype=np.float32)


def _draw_lattice(rng: np.random.Generator, count: int, jitter: float) -> tuple[DoubleArray, float]:
    """The `count` points of a turned, shifted hexagonal lattice nearest its middle, jittered, in the unit disc."""
    reach = int(np.sqrt(count)) + 4
    column, row = np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1))
    lattice = np.stack([column + 0.5 * (row % 2), row * np.sqrt(0.75)], axis=-1).reshape(-1, 2)
    lattice = lattice + rng.uniform(-0.5, 0.5, 2)
    angle = rng.uniform(0.0, np.pi / 3.0)
    lattice = lattice @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    distance = np.hypot(lattice[:, 0], lattice[:, 1])
    nearest = np.argsort(distance, kind="stable")[:count]
    radius = distance[nearest[-1]] + 0.5
    xy = (lattice[nearest] + jitter * _clipped_normal(rng, (count, 2))) / radius
    # Row order keeps cores that are near each other on the camera near each other in memory.
    order = np.lexsort((xy[:, 0], np.round(xy[:, 1] * radius)))
    return xy[order], 1.0 / radius


def _draw_exchange(rng: np.random.Generator, xy: DoubleArray, pitch: float) -> sparse.csr_array:
    """Weighted graph Laplacian of touching cores: about a sixth to each neighbour, uneven as real coupling is."""
    corners = Delaunay(xy).simplices
    sides = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    pairs = np.unique(np.sort(sides, axis=1), axis=0)
    first, second = pairs.T
    near = np.hypot(*(xy[first] - xy[second]).T) < _TOUCHING_PITCHES * pitch
    first, second = first[near], second[near]
    weight = rng.uniform(0.5, 1.5, len(first)) / 6.0
    count = len(xy)
    both_ways = (np.concatenate([first, second]), np.concatenate([second, first]))
    links = sparse.csr_array((np.concatenate([weight, weight]), both_ways), shape=(count, count))
    return sparse.csr_array((sparse.diags_array(links.sum(axis=1)) - links).astype(np.float32))


def _clipped_normal(rng: np.random.Generator, shape: tuple[int, ...]) -> DoubleArray:
    """Normal deviates without the tail beyond 2.5, so that no drawn core is absurd."""
    return np.clip(rng.standard_normal(shape), -2.5, 2.5)
