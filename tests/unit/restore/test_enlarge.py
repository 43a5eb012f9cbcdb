"""Cubic enlargement against the plain formula."""

from __future__ import annotations

import numpy as np
import pytest

from ductoscope.restore.enlarge import blend_rows, cubic_taps, lay_taps, to_bytes, widen_row


def test_cubic_is_exact_for_parabolas():
    place = np.linspace(2.0, 7.0, 41)
    base, weight = cubic_taps(place)
    values = 0.3 * np.arange(12.0) ** 2 - np.arange(12.0)
    found = (values[base[:, None] + np.arange(4)] * weight).sum(axis=1)
    np.testing.assert_allclose(found, 0.3 * place**2 - place, atol=1e-5)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size_px", [10, 64, 300])
def test_widened_row_is_the_weighted_sum(channels, size_px):
    rng = np.random.default_rng(0)
    samples = rng.random((20, channels)).astype(np.float32)
    base, weight = cubic_taps(np.linspace(1.0, 16.9, size_px))
    first_pixel = np.searchsorted(base, np.arange(21)).astype(np.int32)
    taps = lay_taps(weight, channels)
    wide = np.zeros(taps.shape[1], dtype=np.float32)
    room = np.append(samples.ravel(), np.float32(np.nan))
    widen_row(room, first_pixel, taps, 3, 12, channels, wide)
    drawn = slice(first_pixel[3], first_pixel[12])
    plain = np.einsum("xkc,xk->xc", samples[base[drawn, None] + np.arange(4)], weight[drawn])
    found = wide[: size_px * channels].reshape(size_px, channels)
    np.testing.assert_allclose(found[drawn], plain, atol=1e-6)
    assert not found[: drawn.start].any()


@pytest.mark.parametrize("repeat", [1, 10])
def test_bytes_are_rounded_and_clipped_never_wrapped(repeat):
    light = np.array([-3.0, -0.001, 0.0, 0.5, 127.6 / 255, 1.0, 1.004, 1.3, 40.0, 1e6, 1e12, -1e12] * repeat)
    row = np.full(12 * repeat, 99, dtype=np.uint8)
    to_bytes(light.astype(np.float32), 0, len(row), row)
    assert row.tolist() == [0, 0, 0, 128, 128, 255, 255, 255, 255, 255, 255, 0] * repeat


@pytest.mark.parametrize(("size", "begin", "end"), [(20, 3, 17), (32, 0, 32), (100, 33, 99), (100, 1, 2), (70, 40, 70)])
def test_blend_mixes_four_rows_and_blackens_the_rest(size, begin, end):
    rows = np.random.default_rng(2).random((4, size + 5)).astype(np.float32)
    weight = np.array([-0.1, 0.7, 0.5, -0.1], dtype=np.float32)
    out, single = np.full((2, size), 99, dtype=np.uint8)
    blend_rows(*rows, weight, begin, end, out)
    to_bytes(rows[0], begin, end, single)
    for found, light in ((out, weight @ rows), (single, rows[0])):
        plain = np.clip(np.floor(255.0 * light[:size] + 0.5), 0, 255)
        plain[:begin], plain[end:] = 0, 0
        assert np.abs(found.astype(int) - plain).max() <= 1
        assert (found == plain).mean() > 0.9
