"""Compare single cores with the ring around them: cores gone dark, and the colour of highlights."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ductoscope.model import DoubleArray, FloatArray, Pixels
from ductoscope.restore.honeycomb import read_point

_DARK_SHARE = 0.35
"""Of the second darkest of the ring; below it a core looks dead. No scene is that sharp: cores see overlapping
patches, and some light of each leaks to the next. Only one of the ring may be darker, so an edge of a dark lumen
does not count."""

_LIT_SHARE = 0.5
"""Above this share a core is plainly alive."""

_HIGHLIGHT = 2.0
"""A core this many times brighter than the middle of its ring may hold a highlight."""

_CLIPPED = 0.95
_UNLIKE = 0.2
"""A highlight's own colour must differ from the tissue under it by this much (natural log), else it is just texture."""


@njit(cache=True, nogil=True)
def check_rings(
    planes: Pixels,
    xy_px: DoubleArray,
    gain: FloatArray,
    dark: FloatArray,
    ring: NDArray[np.int32],
    cores: NDArray[np.int32],
    shift_x_px: float,
    shift_y_px: float,
    scale: float,
    least_lit: float,
    verdict: NDArray[np.int8],
    tint: DoubleArray,
) -> int:
    """Look at `cores` and the ring of each.

    verdict: (len(cores),) out: 1 looks dead, -1 is plainly alive, 0 cannot be told.
    tint: (len(cores), 2) out: log of R / G and B / G of the highlights' own light, first rows only.
    Returns how many highlights were written to `tint`.
    """
    channels = planes.shape[2]
    around = np.empty((6, channels))
    level = np.empty(6)
    order = np.empty(6, dtype=np.intp)
    own = np.empty(channels)
    highlights = 0
    for n in range(cores.shape[0]):
        core = cores[n]
        highest = _read_light(planes, xy_px, gain, dark, core, shift_x_px, shift_y_px, scale, own)
        ring_signal = 0.0
        for k in range(6):
            near = ring[core, k]
            _read_light(planes, xy_px, gain, dark, near, shift_x_px, shift_y_px, scale, around[k])
            level[k] = around[k].sum()
            for c in range(channels):
                ring_signal += around[k, c] * gain[near, c]
        _sort_rows(level, order)
        second = level[order[1]]
        verdict[n] = 0
        # The ring's signal is judged on the camera, where noise is, its level in light.
        if ring_signal > 6.0 * least_lit and second > 0.0:
            if own.sum() < _DARK_SHARE * second:
                verdict[n] = 1
            elif own.sum() > _LIT_SHARE * second:
                verdict[n] = -1
        middle = order[3]
        is_bright = channels == 3 and own.sum() > _HIGHLIGHT * level[middle] and highest < _CLIPPED
        if is_bright and _tint_of_excess(own, around[middle], tint[highlights]):
            highlights += 1
    return highlights


@njit(cache=True, nogil=True)
def _sort_rows(level: DoubleArray, order: NDArray[np.intp]) -> None:
    """Rows of a few levels, darkest first; a library sort would allocate for every core."""
    for n in range(len(level)):
        place = n
        while place > 0 and level[order[place - 1]] > level[n]:
            order[place] = order[place - 1]
            place -= 1
        order[place] = n


@njit(cache=True, nogil=True)
def _read_light(
    planes: Pixels,
    xy_px: DoubleArray,
    gain: FloatArray,
    dark: FloatArray,
    core: int,
    shift_x_px: float,
    shift_y_px: float,
    scale: float,
    out: DoubleArray,
) -> float:
    """Linear light of one core into `out`; returns its highest channel in full scales."""
    highest = 0.0
    for c in range(out.shape[0]):
        value = read_point(planes, xy_px[core, 0] + shift_x_px, xy_px[core, 1] + shift_y_px, c) * scale
        highest = max(highest, value)
        out[c] = max(value - dark[core, c], 0.0) / gain[core, c]
    return highest


@njit(cache=True, nogil=True)
def _tint_of_excess(own: DoubleArray, body: DoubleArray, tint: DoubleArray) -> bool:
    """Colour of what a highlight adds to the tissue under it: the lamp's own colour.

    The dichromatic model (Shafer, Color Res. Appl. 10:210, 1985): mirrored light keeps the lamp's colour, only light
    from inside takes the tissue's. Texture and shading add light of the tissue's own colour, and are refused.
    """
    excess = own - body
    if excess.min() <= 0.02 or body.min() <= 0.001:
        return False
    tint[0] = np.log(excess[0] / excess[1])
    tint[1] = np.log(excess[2] / excess[1])
    body_red, body_blue = np.log(body[0] / body[1]), np.log(body[2] / body[1])
    unlike = max(abs(tint[0] - body_red), abs(tint[1] - body_blue))
    # Mirrored light is paler than the tissue; flecks of a stronger colour are no lamp.
    paler = max(abs(tint[0]), abs(tint[1])) < max(abs(body_red), abs(body_blue))
    return bool(unlike > _UNLIKE and paler)
