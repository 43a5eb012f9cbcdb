"""Short runs of numbers at once: the inner steps of reading and drawing, written out as vectors.

The compiler makes vectors of long loops only. These steps handle five to sixteen pixels each and are done hundreds of
thousands of times a frame, so each is put together from vectors by hand here; LLVM splits them into what the processor
has. They read and write whole runs, needed or not: callers leave room, and draw from left to right, so that the next
run covers what was too much.
"""

# Numba matches the arguments of an intrinsic by name; the code behind it gets their values.
# ruff: noqa: ARG001

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

RUN = 16
"""Pixels that `draw_line` writes."""
STEP = 8
"""Pixels that `widen_step` writes."""
SIDE = 5
"""Side of the read windows that `sum_window` knows, the usual one."""
GREY_REACH, COLOUR_REACH = 8, 16
"""Numbers that `sum_window` and `sum_colour_window` read of each row of a window."""

BLOCK = 32
"""Numbers that `blend_block` and `to_bytes_block` make bytes of."""
SETS, TOGETHER = 4, 4
"""Cores that a sample is mixed from: this many sets of so many that lie next to each other."""

_FLOAT, _INT, _BYTE, _SHORT = ir.FloatType(), ir.IntType(32), ir.IntType(8), ir.IntType(16)
_FAST = ("fast",)


def _by_hand(tell_types: Callable[..., Any]) -> Any:
    # Kernels call these without the context; type checkers would have them give it.
    return intrinsic(tell_types)


@_by_hand
def draw_line(_context: Any, row: Any, place: Any, planes: Any, first: Any, x: Any, y: Any) -> Any:
    """Write the light of RUN mono pixels from (x, y) on, in one tilted plane, into `row[place]` and on.

    The plane is three numbers from the flat `planes[first]` on: level, slope along x, slope along y.
    """
    return types.void(row, types.uintp, planes, types.uintp, types.float32, types.float32), partial(_draw_line, 1)


@_by_hand
def draw_colour_line(_context: Any, row: Any, place: Any, planes: Any, first: Any, x: Any, y: Any) -> Any:
    """Write RUN colour pixels as `draw_line` does; the level and each slope are red, green, blue and an idle number."""
    return types.void(row, types.uintp, planes, types.uintp, types.float32, types.float32), partial(_draw_line, 3)


@_by_hand
def widen_step(_context: Any, wide: Any, place: Any, samples: Any, first: Any, taps: Any) -> Any:
    """Mix the four mono samples from `samples[first]` on into STEP pixels, `wide[place]` and on.

    taps: (4, S) weights; the pixel at `wide[p]` takes `taps[:, p]`.
    """
    return types.void(wide, types.uintp, samples, types.uintp, taps), partial(_widen_step, 1)


@_by_hand
def widen_colour_step(_context: Any, wide: Any, place: Any, samples: Any, first: Any, taps: Any) -> Any:
    """Mix colour samples as `widen_step` does; `taps` (4, 3 S) holds each weight three times, and one more is read."""
    return types.void(wide, types.uintp, samples, types.uintp, taps), partial(_widen_step, 3)


@_by_hand
def sum_window(_context: Any, flat: Any, place: Any, row: Any, weight_x: Any, weight_y: Any, core: Any) -> Any:
    """Weighted sum of a mono window of SIDE x SIDE pixels, its rows `row` apart, from `flat[place]` on.

    weight_x, weight_y: (N, SIDE), of which `core` is taken.
    """
    signature = types.float32(flat, types.uintp, types.uintp, weight_x, weight_y, types.uintp)
    return signature, partial(_sum_window, 1)


@_by_hand
def sum_colour_window(_context: Any, flat: Any, place: Any, row: Any, weight_x: Any, weight_y: Any, core: Any) -> Any:
    """Weighted sums of an RGB window as `sum_window`'s: red, green, blue."""
    colours = types.UniTuple(types.float32, 3)  # type: ignore[no-untyped-call]
    return colours(flat, types.uintp, types.uintp, weight_x, weight_y, types.uintp), partial(_sum_window, 3)


@_by_hand
def blend_block(
    _context: Any, row: Any, place: Any, a: Any, wa: Any, b: Any, wb: Any, c: Any, wc: Any, d: Any, wd: Any
) -> Any:
    """Write BLOCK bytes, `row[place]` and on: the rows a to d there, times wa to wd, rounded and clipped."""
    one = types.float32
    return types.void(row, types.uintp, a, one, b, one, c, one, d, one), _blend_block


@_by_hand
def to_bytes_block(_context: Any, row: Any, place: Any, light: Any, scale: Any) -> Any:
    """Write BLOCK bytes, `row[place]` and on: `light` there, times `scale`, rounded and clipped."""
    return types.void(row, types.uintp, light, types.float32), _blend_block


@_by_hand
def mix_sets(_context: Any, samples: Any, place: Any, light: Any, first: Any, weight: Any, m: Any, scale: Any) -> Any:
    """Mix TOGETHER mono samples, from the `m`-th on, into `samples[place]` and on.

    light: (P,). first: (M, SETS) where each set of TOGETHER cores begins. weight: (M, SETS TOGETHER) int16 weights, to
    be multiplied by `scale`.
    """
    return types.void(samples, types.uintp, light, first, weight, types.uintp, types.float32), partial(_mix_sets, 1)


@_by_hand
def mix_colour_sets(
    _context: Any, samples: Any, place: Any, light: Any, first: Any, weight: Any, m: Any, scale: Any
) -> Any:
    """Mix the `m`-th colour sample as `mix_sets` does, from `light` (3, P); one number more is written."""
    return types.void(samples, types.uintp, light, first, weight, types.uintp, types.float32), partial(_mix_sets, 3)


@_by_hand
def fetch_window(_context: Any, flat: Any, place: Any, row: Any) -> Any:
    """Have the processor fetch SIDE rows of a window, `row` apart, from `flat[place]` on; any place will do."""
    return types.void(flat, types.uintp, types.uintp), _fetch_window


def _draw_line(channels: int, context: Any, builder: Any, signature: Any, values: Any) -> Any:
    row, place, planes, first, x, y = values
    lanes = 1 if channels == 1 else 4
    plane = builder.gep(_start(context, builder, signature.args[2], planes), [first])
    level, along, down = (_load(builder, builder.gep(plane, [_INT(lanes * n)]), _FLOAT, lanes) for n in range(3))
    level = _mix(builder, level, along, _repeat(builder, x, lanes))
    level = _mix(builder, level, down, _repeat(builder, y, lanes))
    # Pixel 0 red, green, blue, pixel 1 red ...
    colour = [n % channels for n in range(RUN * channels)]
    pixel = ir.Constant(ir.VectorType(_FLOAT, RUN * channels), [float(n // channels) for n in range(RUN * channels)])
    line = _mix(builder, _pick(builder, level, colour), _pick(builder, along, colour), pixel)
    _store(builder, line, builder.gep(_start(context, builder, signature.args[0], row), [place]))
    return context.get_dummy_value()


def _widen_step(channels: int, context: Any, builder: Any, signature: Any, values: Any) -> Any:
    wide, place, samples, first, taps = values
    wide_type, _, samples_type, _, taps_type = signature.args
    weights = context.make_array(taps_type)(context, builder, taps)
    length = builder.extract_value(weights.shape, 1)
    sample = builder.gep(_start(context, builder, samples_type, samples), [first])
    weight = builder.gep(weights.data, [place])
    total = ir.Constant(ir.VectorType(_FLOAT, STEP * channels), [0.0] * (STEP * channels))
    for _ in range(4):
        light = _load(builder, sample, _FLOAT, 1 if channels == 1 else 4)
        run = _pick(builder, light, [n % channels for n in range(STEP * channels)])
        total = _mix(builder, total, run, _load(builder, weight, _FLOAT, STEP * channels))
        sample, weight = builder.gep(sample, [_INT(channels)]), builder.gep(weight, [length])
    _store(builder, total, builder.gep(_start(context, builder, wide_type, wide), [place]))
    return context.get_dummy_value()


def _sum_window(channels: int, context: Any, builder: Any, signature: Any, values: Any) -> Any:
    flat, place, row, weight_x, weight_y, core = values
    reach = GREY_REACH if channels == 1 else COLOUR_REACH
    number = context.get_data_type(signature.args[0].dtype)
    first = builder.mul(core, core.type(SIDE))
    across = builder.gep(_start(context, builder, signature.args[3], weight_x), [first])
    down = builder.gep(_start(context, builder, signature.args[4], weight_y), [first])
    # Down first, which all columns and colours share, and then across.
    pixels = builder.gep(_start(context, builder, signature.args[0], flat), [place])
    total = ir.Constant(ir.VectorType(_FLOAT, reach), [0.0] * reach)
    for n in range(SIDE):
        line = builder.uitofp(_load(builder, pixels, number, reach), total.type)
        weight = builder.load(builder.gep(down, [_INT(n)]))
        total = _mix(builder, total, line, _repeat(builder, weight, reach))
        pixels = builder.gep(pixels, [row])
    sums = [builder.extract_element(total, _INT(n)) for n in range(SIDE * channels)]
    weights = [builder.load(builder.gep(across, [_INT(n)])) for n in range(SIDE)]
    colours = []
    for channel in range(channels):
        light = builder.fmul(sums[channel], weights[0], flags=_FAST)
        for n in range(1, SIDE):
            light = _mix(builder, light, sums[channels * n + channel], weights[n])
        colours.append(light)
    return colours[0] if channels == 1 else context.make_tuple(builder, signature.return_type, colours)


def _fetch_window(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    flat, place, row = values
    pixels = builder.gep(_start(context, builder, signature.args[0], flat), [place])
    byte = _BYTE.as_pointer()
    kind = ir.FunctionType(ir.VoidType(), [byte, _INT, _INT, _INT])
    fetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
    for _ in range(SIDE):
        # To be read, kept in every cache, data.
        builder.call(fetch, [builder.bitcast(pixels, byte), _INT(0), _INT(3), _INT(1)])
        pixels = builder.gep(pixels, [row])
    return context.get_dummy_value()


def _blend_block(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    row, place, *mixed = values
    total = ir.Constant(ir.VectorType(_FLOAT, BLOCK), [0.5] * BLOCK)
    for n in range(0, len(mixed), 2):
        light = builder.gep(_start(context, builder, signature.args[2 + n], mixed[n]), [place])
        total = _mix(builder, total, _load(builder, light, _FLOAT, BLOCK), _repeat(builder, mixed[n + 1], BLOCK))
    # Clipped above as real numbers: far too much light would wrap as whole ones, far too little wraps below zero.
    top = ir.Constant(total.type, [255.0] * BLOCK)
    whole = ir.VectorType(_INT, BLOCK)
    number = builder.fptosi(builder.select(builder.fcmp_ordered("<", total, top), total, top), whole)
    # Whole-number clips, of which the second never cuts: both together are one instruction with the narrowing.
    low, high = ir.Constant(whole, [0] * BLOCK), ir.Constant(whole, [255] * BLOCK)
    number = builder.select(builder.icmp_signed(">", number, low), number, low)
    number = builder.select(builder.icmp_signed("<", number, high), number, high)
    code = builder.trunc(number, ir.VectorType(_BYTE, BLOCK))
    start = builder.gep(_start(context, builder, signature.args[0], row), [place])
    builder.store(code, builder.bitcast(start, code.type.as_pointer())).align = 1
    return context.get_dummy_value()


def _mix_sets(channels: int, context: Any, builder: Any, signature: Any, values: Any) -> Any:
    samples, place, light, first, weight, m, scale = values
    samples_type, _, light_type, first_type, weight_type, _, _ = signature.args
    planes = context.make_array(light_type)(context, builder, light)
    firsts, weights = (_start(context, builder, *pair) for pair in ((first_type, first), (weight_type, weight)))
    count = SETS * TOGETHER
    sums = [ir.Constant(ir.VectorType(_FLOAT, TOGETHER), [0.0] * TOGETHER) for _ in range(4)]
    for n in range(TOGETHER if channels == 1 else 1):
        sample = builder.add(m, m.type(n))
        codes = _load(builder, builder.gep(weights, [builder.mul(sample, m.type(count))]), _SHORT, count)
        mixing = builder.sitofp(codes, ir.VectorType(_FLOAT, count))
        for k in range(SETS):
            begin = builder.load(builder.gep(firsts, [builder.add(builder.mul(sample, m.type(SETS)), m.type(k))]))
            begin = builder.zext(begin, m.type)
            share = _pick(builder, mixing, list(range(k * TOGETHER, (k + 1) * TOGETHER)))
            for channel in range(channels):
                here = planes.data
                if channels > 1:
                    here = builder.gep(here, [builder.mul(builder.extract_value(planes.shape, 1), m.type(channel))])
                set_light = _load(builder, builder.gep(here, [begin]), _FLOAT, TOGETHER)
                sums[n + channel] = _mix(builder, sums[n + channel], set_light, share)
    # Four sums of four numbers each, added up pairwise.
    halves = [_add_pairs(builder, sums[0], sums[1]), _add_pairs(builder, sums[2], sums[3])]
    total = _add_pairs(builder, *halves)
    total = builder.fmul(total, _repeat(builder, scale, 4), flags=_FAST)
    _store(builder, total, builder.gep(_start(context, builder, samples_type, samples), [place]))
    return context.get_dummy_value()


def _add_pairs(builder: Any, a: Any, b: Any) -> Any:
    even, odd = ir.Constant(ir.VectorType(_INT, 4), [0, 2, 4, 6]), ir.Constant(ir.VectorType(_INT, 4), [1, 3, 5, 7])
    return builder.fadd(builder.shuffle_vector(a, b, even), builder.shuffle_vector(a, b, odd), flags=_FAST)


def _start(context: Any, builder: Any, kind: Any, array: Any) -> Any:
    return context.make_array(kind)(context, builder, array).data


def _load(builder: Any, place: Any, kind: Any, count: int) -> Any:
    vector = builder.load(builder.bitcast(place, ir.VectorType(kind, count).as_pointer()))
    # Promises only what holds for single numbers; vectors would be taken to lie on their own size.
    vector.align = 4 if kind == _FLOAT else 1
    return vector


def _store(builder: Any, vector: Any, place: Any) -> None:
    builder.store(vector, builder.bitcast(place, vector.type.as_pointer())).align = 4


def _mix(builder: Any, total: Any, value: Any, weight: Any) -> Any:
    return builder.fadd(total, builder.fmul(value, weight, flags=_FAST), flags=_FAST)


def _pick(builder: Any, vector: Any, lanes: list[int]) -> Any:
    return builder.shuffle_vector(
        vector, ir.Constant(vector.type, ir.Undefined), ir.Constant(ir.VectorType(_INT, len(lanes)), lanes)
    )


def _repeat(builder: Any, value: Any, count: int) -> Any:
    alone = ir.VectorType(value.type, 1)
    return _pick(builder, builder.insert_element(ir.Constant(alone, ir.Undefined), value, _INT(0)), [0] * count)
