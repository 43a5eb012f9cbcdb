"""How bright a lit place looks: the scope's own light on soft, wet tissue.

The light sits beside the lens and falls off as 1 / distance^2 from its own place; tissue lets light in beside the lit
side (most in red), light that bounced once between the walls fills shadows, and a film of fluid mirrors the light.
Units: a white card about 2.2 mm ahead, facing the tip, gives 1.
"""

from __future__ import annotations

import math

from ductoscope.simulate.light.kernel import kernel

POWER = 5.0
"""Irradiance at 1 mm straight before the light, in units of the card's."""

SOURCE_MM = 0.3
"""The light is a crescent of fibres, not a point: nearer than this its light grows no further (assumed)."""

BLOOD_RED, BLOOD_GREEN, BLOOD_BLUE = 0.48, 0.06, 0.045
"""Albedo of fresh blood on a wall (assumed, after haemoglobin's spectrum)."""

BOUNCED = 5.0
_BOUNCE_REACH = 10.2
_WRAP_RED, _WRAP_GREEN, _WRAP_BLUE = 0.20, 0.13, 0.09
_LOBE_WRAP_MORE = 0.4
_TOUCH_MM = 0.2
_TOUCH_RED, _TOUCH_GREEN, _TOUCH_BLUE = 2.6, 0.62, 0.22
_DULL, _GLOSSIEST = 30.0, 600.0
"""Exponents of the mirror's lobe for gloss 0 and 1 (assumed)."""
_BESIDE = 14.0


@kernel
def light_at(x, y, z, lx, ly, lz, ax, ay, az):  # type: ignore[no-untyped-def]
    """Irradiance on a surface that faces the light, and the direction to the light.

    lx, ly, lz: the light's place; ax, ay, az: where it looks. It shines like a Lambert lamp: by the cosine
    off its axis.
    """
    ux, uy, uz = lx - x, ly - y, lz - z
    square = ux * ux + uy * uy + uz * uz
    scale = 1.0 / math.sqrt(square + 1e-12)
    ux, uy, uz = ux * scale, uy * scale, uz * scale
    return POWER * max(-(ux * ax + uy * ay + uz * az), 0.0) / (square + SOURCE_MM * SOURCE_MM), ux, uy, uz


@kernel
def mirror_lobe(cosine, gloss):  # type: ignore[no-untyped-def]
    """How strongly a wet surface of this gloss (0..1) sends light towards the eye, by its mirrored share.

    cosine: between the normal and the middle of eye and light. Blinn-Phong, scaled so that all that is mirrored leaves
    (Akenine-Moller, Real-Time Rendering, energy-conserving form), in units of a white Lambert surface.
    """
    exponent = _DULL + (_GLOSSIEST - _DULL) * gloss * gloss
    if (1.0 - cosine) * exponent > _BESIDE:
        return 0.0
    return (exponent + 2.0) / 8.0 * math.exp(exponent * math.log(min(cosine, 1.0)))


@kernel
def shade(near, ux, uy, uz, nx, ny, nz, dx, dy, dz, red, green, blue, gloss, out, softer, radius, gone, mirrored):  # type: ignore[no-untyped-def]
    """Linear R, G, B of a lit place.

    near, u: from `light_at`. n: normal. d: direction of view. red, green, blue: albedo. out: mm that the place
    stands out of the wall about it. softer: 0 wall, 1 a lesion's lobes. radius: of the lumen, mm. gone: distance, mm.
    mirrored: share that the film mirrors.
    """
    facing = nx * ux + ny * uy + nz * uz
    more = _LOBE_WRAP_MORE * softer
    open_ = min(max(1.0 + 2.5 * out, 0.7), 1.1)
    direct = near * open_
    wrap_red, wrap_green, wrap_blue = _WRAP_RED + more, _WRAP_GREEN + more, _WRAP_BLUE + more
    lit_red = direct * max(facing + wrap_red, 0.0) / (1.0 + wrap_red)
    lit_green = direct * max(facing + wrap_green, 0.0) / (1.0 + wrap_green)
    lit_blue = direct * max(facing + wrap_blue, 0.0) / (1.0 + wrap_blue)
    hollow = min(max(radius, 0.35), 2.5)
    reach = _BOUNCE_REACH * hollow * hollow
    # Falls off faster than 1 / distance^2: the far walls that send it on are lit ever more slantwise.
    fading = reach / (reach + gone * gone)
    bounced = BOUNCED / reach * min(max(1.0 + 5.0 * out, 0.45), 1.2) * fading * math.sqrt(fading)
    film = 0.0
    if facing > 0.0:
        hx, hy, hz = ux - dx, uy - dy, uz - dz
        size = math.sqrt(hx * hx + hy * hy + hz * hz) + 1e-9
        film = mirrored * near * mirror_lobe((nx * hx + ny * hy + nz * hz) / size, gloss)
    red, green, blue = (
        red * (lit_red + bounced * red) + film,
        green * (lit_green + bounced * green) + film,
        blue * (lit_blue + bounced * blue) + film,
    )
    # So near that the lit and the seen patch no longer overlap: what comes has gone through tissue (red-out).
    if gone < 4.0 * _TOUCH_MM:
        touch = math.exp(-((gone / _TOUCH_MM) ** 2))
        rest = 1.0 - touch
        red = rest * red + touch * _TOUCH_RED
        green = rest * green + touch * _TOUCH_GREEN
        blue = rest * blue + touch * _TOUCH_BLUE
    return red, green, blue
