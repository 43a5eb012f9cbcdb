"""Average still light over time, and let moving light through at once.

Every core keeps a running mean and how far that mean can be trusted, as a scalar Kalman filter does (Kalman,
Trans. ASME D 82:35, 1960). What is special is the process noise: it is measured, core by core and frame by frame,
as the excess of the new frame's difference from the mean over what the camera's noise explains. Three tests look
for an excess, and the largest counts: the core's own difference (a thin edge), the mean square over the core and
its ring (texture on the move), and the square of their mean (a faint but common drift). With an excess of `e`
noise variances the blend weight is `(q + e) / (q + e + 1)`, the weight of least expected error, so a moving edge
(e >> 1) shows as the camera saw it: without lag and without smear.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ductoscope.model import CoreImage, FloatArray, freeze
from ductoscope.restore.noise import NoiseModel, measure_noise, shape_noise, start_noise
from ductoscope.restore.plan import Plan

MEMORY_FRAMES = 12
"""Frames that a still core averages over in the long run; the noise then falls by about the root of twice this."""

# A test's mean is 1 without motion; it speaks beyond this many of its own standard deviations, sqrt(2 / freedom).
_OWN_SD, _RING_SD, _DRIFT_SD = 3.0, 2.0, 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Denoise:
    """What the denoiser remembers between frames.

    ring: (N, 6) rows of the nearest live cores of every core.
    gain: (N, C), the calibration's; noise is made on the camera, before the gain was divided out.
    noise: how noisy this camera has shown itself to be.
    mean_lin: (N, C) running mean, None before the first frame.
    last_lin, older_lin: (N, C) the frame before, and the one before that; None before there were any.
    trust: (N,) variance of the running mean over that of one frame, 1 after a change, down to 1 / memory.
    """

    ring: NDArray[np.int32]
    gain: FloatArray
    noise: NoiseModel
    mean_lin: FloatArray | None = None
    last_lin: FloatArray | None = None
    older_lin: FloatArray | None = None
    trust: FloatArray | None = None


def start_denoise(plan: Plan) -> Denoise:
    """Make the state that `step_denoise` carries from frame to frame."""
    bundle = plan.bundle
    # A dead core holds its neighbours' light, so it is as noisy as a usual core and not as its own faint gain says.
    gain = np.where(bundle.dead[:, np.newaxis], np.median(bundle.gain[~bundle.dead], axis=0), bundle.gain)
    return Denoise(plan.reading.near, freeze(gain.astype(np.float32)), start_noise(bundle.channels))


def step_denoise(state: Denoise, core_image: CoreImage) -> tuple[Denoise, FloatArray]:
    """Denoise one more frame: returns the next state and (N, C) float32 linear light, read-only.

    Frames are taken in the order of the stream. A gap, a cut or a sudden change needs no telling: the light that
    changed is taken as it is.
    """
    light = core_image.light_lin
    if state.mean_lin is None or state.last_lin is None or state.trust is None:
        first = replace(state, mean_lin=light, last_lin=light, trust=freeze(np.ones(len(light), dtype=np.float32)))
        return first, light
    noise = measure_noise(state.noise, light, state.last_lin, state.older_lin, state.gain, state.ring)
    variance = shape_noise(noise, light, state.gain)
    mean, trust = _blend(light, state.mean_lin, state.trust, variance, state.ring, 1.0 / MEMORY_FRAMES)
    state = replace(
        state, noise=noise, mean_lin=freeze(mean), last_lin=light, older_lin=state.last_lin, trust=freeze(trust)
    )
    return state, freeze(mean)


@njit(cache=True, nogil=True, fastmath=True)
def _blend(
    light: FloatArray,
    mean: FloatArray,
    trust: FloatArray,
    variance: FloatArray,
    ring: NDArray[np.int32],
    least: float,
) -> tuple[FloatArray, FloatArray]:
    """One step of the filter over the whole table; see the module's text."""
    cores, channels = light.shape
    excess = np.empty_like(light)
    own = np.empty(cores, dtype=np.float32)
    for i in range(cores):
        total = np.float32(0.0)
        for c in range(channels):
            z = (light[i, c] - mean[i, c]) / np.sqrt(variance[i, c] * (np.float32(1.0) + trust[i]))
            excess[i, c] = z
            total += z * z
        own[i] = total / channels
    new_mean = np.empty_like(mean)
    new_trust = np.empty_like(trust)
    own_limit = np.float32(1.0 + _OWN_SD * np.sqrt(2.0 / channels))
    ring_limit = np.float32(1.0 + _RING_SD * np.sqrt(2.0 / (7 * channels)))
    drift_limit = np.float32(1.0 + _DRIFT_SD * np.sqrt(2.0 / channels))
    seventh = np.float32(1.0 / 7.0)
    for i in range(cores):
        square = own[i]
        for k in range(6):
            square += own[ring[i, k]]
        drift = np.float32(0.0)
        for c in range(channels):
            common = excess[i, c]
            for k in range(6):
                common += excess[ring[i, k], c]
            drift += common * common
        drift *= seventh / channels
        e = max(own[i] - own_limit, square * seventh - ring_limit)
        e = max(e, (drift - drift_limit) * seventh)
        e = max(e, np.float32(0.0)) * (np.float32(1.0) + trust[i])
        gain = (trust[i] + e) / (trust[i] + e + np.float32(1.0))
        gain = max(gain, np.float32(least))
        new_trust[i] = gain
        for c in range(channels):
            new_mean[i, c] = mean[i, c] + gain * (light[i, c] - mean[i, c])
    return new_mean, new_trust
