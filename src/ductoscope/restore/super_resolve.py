"""Several frames of a slow or paused view, made into one sharper picture.

A hand is never still, so every frame sees the scene through the lattice at another place. Once it is known where
each core looked, all samples are pooled into one scene. What moved by itself is left out region by region, so it
shows as the newest frame saw it; when nothing can be pooled, the newest frame alone is drawn, and the lineage says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import scipy
from numpy.typing import NDArray

from ductoscope.model import BadInputError, BoolArray, CoreImage, DoubleArray, FloatArray, PictureArray, View
from ductoscope.restore.mmse import SceneModel
from ductoscope.restore.noise import measure_noise, shape_noise, start_noise
from ductoscope.restore.plan import Plan
from ductoscope.restore.pooled_scene import (
    Guess,
    SceneGrid,
    draw_core_light,
    draw_scene,
    guess_scene,
    place_samples,
    plan_scene_grid,
    read_grid,
)
from ductoscope.restore.register import STILL, Motion, coarse_picture, coarse_shift, register
from ductoscope.restore.restore import render, restore_view

_STEPS = 24

_FORETOLD = 0.35
"""Of the error of guessing a core from its own ring, in the median of the quarter of the cores where that is worst:
other frames that foretell the newest no better than this blur more than they resolve."""

_OWN_NOISE, _ALIKE = 0.5, 1.0
"""Misfit that is taken for noise, in noise variances, and how many times the rest counts against the other frames."""

_CALM_CAMERA_SD = 0.002
"""Noise at no light, in full scales, that is believed without further proof."""

_GAIN_ERROR = 0.01
"""What calibration leaves in a core's gain, as a share; it does not average out like noise."""

_PLACE_ERROR = 0.004
"""Of the mean square step between touching cores: what an error of a few hundredths of a pitch in place costs."""

_NOISES = 4.0
_INVISIBLE_LIN = 0.02
"""Light by which two frames may always differ: nobody sees a ghost this faint."""

_DISPUTED, _DEPARTED, _DOUBTFUL = 0.4, 1.2, 0.25
"""Mean square misfit over a ring, in units of its mean square step between touching cores (plus four noise variances).
Above the first, a frame contradicts the pooled scene: still scenes stay under it in 99 rings of 100. Above the second,
it departs from the newest frame: that much would cost looking a pitch aside. The third holds where the newest frame
itself is the one that the pooled scene contradicts: there the others must fit it well."""

_LEAST_SHARE = 0.3
"""Of its cores that must fit for a frame to be pooled at all."""


@dataclass(frozen=True, slots=True, eq=False)
class _Stack:
    """The frames, newest first, as the pooling needs them.

    light: (F, N, C), each channel of each frame brought to the newest's mean, as the camera's gain pumps.
    usable: (F, N) bool, where a core carries its own light.
    variance: (N, C) noise of the newest, and most_noise: how many times more there may be.
    detail: (N,) local mean square step between touching cores, the largest in the ring.
    """

    light: FloatArray
    usable: BoolArray
    variance: FloatArray
    most_noise: float
    detail: FloatArray
    xy_px: DoubleArray
    centre_xy_px: tuple[float, float]
    radius_px: float
    ring: NDArray[np.int32]

    @property
    def mean(self) -> FloatArray:
        """Mean light of each channel of the newest frame, (C,)."""
        return np.asarray(self.light[0].mean(axis=0))


def super_resolve(core_images: Sequence[CoreImage], plan: Plan) -> View:
    """Pool frames of one still view, oldest first, into the view that the newest shows.

    core_images: as read (not denoised) by this plan's bundle; 4 to 16 make sense. The view's index, time and geometry
    are the newest frame's. lineage: ("read", "super-resolve n frames", ...), or ("read", "single", ...) when no other
    frame could be pooled with the newest. Raises BadInputError without any frame, or with one of another bundle.
    """
    if not core_images:
        raise BadInputError("Super-resolution needs at least one frame, got none.")
    for image in core_images:
        if image.light_lin.shape != plan.bundle.gain.shape:
            raise BadInputError(
                f"A frame's core table has the shape {image.light_lin.shape}, but this bundle's is "
                f"{plan.bundle.gain.shape}; give frames of one bundle only."
            )
    newest, count = core_images[-1], len(core_images)
    while count > 1:
        stack = _stack_frames(core_images[-count:], plan)
        grid = plan_scene_grid(stack.centre_xy_px, stack.radius_px, plan.bundle.pitch_px, SceneModel())
        gained, pooled = _pool(stack, grid)
        if pooled > 1:
            picture = _add_to(render(newest.light_lin, plan), gained, grid, plan)
            lineage = ("read", f"super-resolve {pooled} frames", f"resize {plan.size_px}")
            return View(newest.index, newest.t_ns, picture, plan.seen, lineage)
        count //= 2  # The latest frames moved least.
    view = restore_view(newest, plan)
    return replace(view, lineage=("read", "single", *view.lineage[1:]))


def _stack_frames(core_images: Sequence[CoreImage], plan: Plan) -> _Stack:
    bundle, ring = plan.bundle, plan.reading.near
    light = np.stack([image.light_lin for image in reversed(core_images)])
    level = light.mean(axis=1, keepdims=True)
    light = (light * (level[:1] / np.maximum(level, 1e-4))).astype(np.float32)
    # Motion and detail can only make a camera look noisier, so begin with a calm one; `_settle_noise` raises it.
    noise = measure_noise(start_noise(bundle.channels), light[0], light[1], None, bundle.gain, ring)
    floor = np.array(noise.floor)
    calm = np.minimum(floor, _CALM_CAMERA_SD**2)
    noise = replace(noise, floor=tuple(calm.tolist()))
    step = (light[0][:, np.newaxis] - light[0][ring]) ** 2
    detail = _over_ring(step.mean(axis=(1, 2)), ring)
    return _Stack(
        light=light,
        usable=np.stack([image.valid for image in reversed(core_images)]),
        variance=shape_noise(noise, light[0], bundle.gain),
        most_noise=float((floor / calm).mean()),
        # One ring further out: near an edge, both pictures that are compared ring a little.
        detail=np.maximum(detail, detail[ring].max(axis=1)),
        xy_px=bundle.xy_px,
        centre_xy_px=(bundle.rim.x_px, bundle.rim.y_px),
        radius_px=bundle.rim.radius_px,
        ring=ring,
    )


def _pool(stack: _Stack, grid: SceneGrid) -> tuple[FloatArray, int]:
    """What all frames show beyond the newest alone, (C, G, G) linear light, and how many frames could be used.

    The other frames are first asked to foretell the newest. Where they cannot, they are weighed down: looking from
    elsewhere into a tube is no affine motion. Where most cores are foretold wrongly, nothing is pooled.
    """
    guessed_alone = _guess_alone(stack, grid)
    alone = draw_core_light(grid, guessed_alone)
    motions = _register_all(stack, grid, alone.mean(axis=0, keepdims=True))
    at_xy = np.stack([motion.move(stack.xy_px, stack.centre_xy_px) for motion in motions])
    places = [place_samples(grid, at) for at in at_xy]
    values = (stack.light - stack.mean).astype(np.float32)
    weight = _weigh(stack, grid) * stack.usable[:, :, np.newaxis]
    others = place_samples(grid, at_xy[1:].reshape(-1, 2))
    foretold = draw_core_light(grid, guess_scene(grid, others, _in_one(values[1:]), _in_one(weight[1:]), _STEPS))

    inside = np.hypot(*np.moveaxis(at_xy - np.asarray(stack.centre_xy_px), -1, 0)) < stack.radius_px
    from_others = np.stack([_misfit(stack, v, read_grid(foretold, p)) for v, p in zip(values, places, strict=True)])
    newest_shows = np.stack([read_grid(alone, p) for p in places])
    from_newest = np.stack([_misfit(stack, v, n) for v, n in zip(values, newest_shows, strict=True)])
    stack = _settle_noise(stack, from_others, stack.usable & inside)
    if not _is_foretold(stack, from_others[0]):
        return np.zeros_like(alone), 1
    fits = inside & ~_find_departed(stack, at_xy, from_others, from_newest)
    enough = fits.mean(axis=1) >= _LEAST_SHARE
    fits &= enough[:, np.newaxis]
    # Where a frame is left out, the newest frame's own picture stands in for it: the region then looks as that frame
    # alone would be drawn, and the samples stay even enough to be solved in a few steps.
    values = np.where(fits[:, :, np.newaxis], values, newest_shows)
    contradiction = _find_contradiction(stack, at_xy, from_others[0], fits)
    weight = _weigh(stack, grid, contradiction) * (stack.usable | ~fits)[:, :, np.newaxis]
    everywhere = place_samples(grid, at_xy.reshape(-1, 2))
    together = guess_scene(grid, everywhere, _in_one(values), _in_one(weight), _STEPS)
    return draw_scene(grid, together) - draw_scene(grid, guessed_alone), int(enough.sum())


def _is_foretold(stack: _Stack, cross: FloatArray) -> bool:
    """Whether the others know the newest's detail better than its own cores around it do; `cross` is their misfit."""
    newest, usable = stack.light[0], stack.usable[0]
    from_ring = _misfit(stack, newest, newest[stack.ring].mean(axis=1))
    detailed = usable & (from_ring >= np.quantile(from_ring[usable], 0.75))
    return bool(np.median(cross[detailed] / from_ring[detailed]) <= _FORETOLD)


def _find_contradiction(stack: _Stack, at_xy: DoubleArray, cross: FloatArray, fits: BoolArray) -> FloatArray:
    """Error variance (F, N) of the other frames where they did not foretell the newest; `cross` is that misfit.

    Frames that are wrong there are wrong alike, so all of them together count as one.
    """
    seen_by = scipy.spatial.cKDTree(stack.xy_px).query(at_xy)[1]
    excess = np.maximum(cross - _OWN_NOISE * stack.variance.mean(axis=1), 0.0)[seen_by]
    contradiction = np.where(fits, _ALIKE * (len(at_xy) - 1) * excess, 0.0)
    contradiction[0] = 0.0
    return np.asarray(contradiction, dtype=np.float32)


def _guess_alone(stack: _Stack, grid: SceneGrid) -> Guess:
    """The scene as the newest frame alone shows it, mean removed."""
    weight = _weigh(stack, grid) * stack.usable[0][:, np.newaxis]
    return guess_scene(grid, place_samples(grid, stack.xy_px), stack.light[0] - stack.mean, weight, _STEPS)


def _register_all(stack: _Stack, grid: SceneGrid, scene: FloatArray) -> list[Motion]:
    """Motion of every frame onto the newest's `scene`, (1, G, G) luma."""
    places = place_samples(grid, stack.xy_px)
    luma = (stack.light - stack.mean).mean(axis=2)
    coarse = [coarse_picture(grid, places, table) for table in luma]
    motions = [STILL]
    for frame in range(1, len(luma)):
        shifted = replace(STILL, shift_xy_px=coarse_shift(grid, coarse[0], coarse[frame]))
        motions.append(
            register(
                grid,
                scene,
                stack.xy_px,
                luma[frame],
                stack.usable[frame],
                stack.centre_xy_px,
                stack.radius_px,
                [shifted, STILL, motions[-1]],
            )
        )
    return motions


def _find_departed(stack: _Stack, at_xy: DoubleArray, from_pooled: FloatArray, from_newest: FloatArray) -> BoolArray:
    """(F, N): where a core and its ring saw something else than the newest frame: what moved or shone by itself.

    Two pictures were asked, and every frame's mean square misfit to each is given. The pooled scene tells where frames
    contradict each other, whatever detail there is; the newest frame alone tells which of them departs from it.
    """
    seen_by = scipy.spatial.cKDTree(stack.xy_px).query(at_xy)[1]
    noise = stack.variance.mean(axis=1)
    normal = _NOISES * noise + stack.detail + _INVISIBLE_LIN**2
    is_disputed = _widen(from_pooled[0] > _DISPUTED * normal, stack.ring)[seen_by]
    normal = normal[seen_by]
    departs = (from_pooled > _DISPUTED * normal) & (from_newest > _DEPARTED * normal)
    departs |= is_disputed & (from_newest > _DOUBTFUL * normal)
    departs[0] = False
    return np.stack([_widen(part, stack.ring) if part.any() else part for part in departs])


def _misfit(stack: _Stack, values: FloatArray, shown: FloatArray) -> FloatArray:
    """Mean square difference of a frame from a picture, over channels and over each core's ring."""
    left = values - shown
    return _over_ring((left * left).mean(axis=1), stack.ring)


def _settle_noise(stack: _Stack, misfit: FloatArray, counts: BoolArray) -> _Stack:
    """Raise the noise to what the calmest regions still differ from the pooled scene by."""
    # Half of each sample's own noise went into the scene that it is compared with.
    excess = 2.0 * float(np.quantile((misfit / stack.variance.mean(axis=1))[counts], 0.2)) / 0.546
    raised = np.float32(min(max(1.0, excess), stack.most_noise))
    return replace(stack, variance=stack.variance * raised)


def _weigh(stack: _Stack, grid: SceneGrid, contradiction: FloatArray | None = None) -> FloatArray:
    """Scene variance over error variance of every value of one frame, (N, C), or of all, (F, N, C).

    contradiction: (F, N) error variance to add. The scene's variance is what its steps between touching cores imply
    under the assumed covariance.
    """
    light, variance = stack.light[0], stack.variance
    step = ((light[:, np.newaxis] - light[stack.ring]) ** 2).mean(axis=(0, 1))
    at_zero, at_pitch = grid.pitch_likeness
    scene = np.maximum(step - 2.0 * variance.mean(axis=0), 0.1 * step + 1e-8) / (2.0 * (at_zero - at_pitch))
    error = variance + (_GAIN_ERROR * light) ** 2 + _PLACE_ERROR * step
    if contradiction is not None:
        error = error + contradiction[:, :, np.newaxis]
    return np.asarray(scene / error, dtype=np.float32)


def _in_one(frames: FloatArray) -> FloatArray:
    """(F, N, C) as one list of samples, (F * N, C)."""
    return np.ascontiguousarray(frames.reshape(-1, frames.shape[2]), dtype=np.float32)


def _widen(is_marked: BoolArray, ring: NDArray[np.int32]) -> BoolArray:
    """Mark the ring of every marked core too: its cores see part of the same thing."""
    return np.asarray(is_marked | is_marked[ring].any(axis=1))


def _over_ring(value: FloatArray, ring: NDArray[np.int32]) -> FloatArray:
    """Mean over each core and its ring."""
    return np.asarray((value + value[ring].sum(axis=1)) / 7.0, dtype=np.float32)


def _add_to(picture: PictureArray, gained: FloatArray, grid: SceneGrid, plan: Plan) -> PictureArray:
    """Add what was gained, enlarged into the plan's view, to the newest frame's own picture."""
    grid_from_view = plan.frame_from_view.copy()
    grid_from_view[:, 2] -= grid.origin_xy_px
    grid_from_view /= grid.step_px
    shown = np.ascontiguousarray(gained.transpose(1, 2, 0))
    side = (plan.size_px, plan.size_px)
    more = cv2.warpAffine(shown, grid_from_view, side, flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP)
    sharper = np.rint(np.clip(picture + 255.0 * more.reshape(picture.shape), 0.0, 255.0))
    sharper[~plan.seen] = 0.0
    return np.asarray(sharper, dtype=np.uint8)
