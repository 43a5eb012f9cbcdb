"""Cubic enlargement against the plain formula."""

from __future__ import annotations

import numpy as np
import pytest

from ductoscope.restore.enlarge import blend_rows, cubic_taps, to_bytes, weave_bytes, widen_row


def test_cubic_is_exact_for_parabolas():
    place = np.linspace(2.0, 7.0, 41)
    base, weight = cubic_taps(place)
    values = 0.3 * np.arange(12.0) ** 2 - np.arange(12.0)
    found = (values[base[:, None] + np.arange(4)] * weight).sum(axis=1)
    np.testing.assert_allclose(found, 0.3 * place**2 - place, atol=1e-5)


@pytest.mark.parametrize("channels", [1, 3])
def test_widened_row_is_the_weighted_sum(channels):
    rng = np.random.default_rng(0)
    samples = rng.random((20, channels)).astype(np.float32)
    base, weight = cubic_taps(np.linspace(1.0, 17.0, 64))
    wide = np.zeros(64 * channels, dtype=np.float32)
    widen_row(samples.ravel(), base.astype(np.uint32), weight, 5, 60, channels, wide)
    plain = np.einsum("xkc,xk->xc", samples[base[:, None] + np.arange(4)], weight)
    plain[:5] = plain[60:] = 0.0
    np.testing.assert_allclose(wide.reshape(64, channels), plain, atol=1e-6)


def test_bytes_are_rounded_and_clipped_never_wrapped():
    light = np.array([-3.0, -0.001, 0.0, 0.5, 127.6 / 255, 1.0, 1.004, 1.3, 40.0, 1e6], dtype=np.float32)
    row = np.zeros(10, dtype=np.uint8)
    to_bytes(light, row)
    assert row.tolist() == [0, 0, 0, 128, 128, 255, 255, 255, 255, 255]
    woven = np.zeros(30, dtype=np.uint8)
    weave_bytes(light, light[::-1].copy(), light, woven)
    np.testing.assert_array_equal(woven.reshape(10, 3), np.stack([row, row[::-1], row], axis=1))


def test_blend_mixes_four_rows():
    rows = np.random.default_rng(2).random((4, 32)).astype(np.float32)
    weight = np.array([-0.1, 0.7, 0.5, -0.1], dtype=np.float32)
    out = np.zeros(32, dtype=np.uint8)
    blend_rows(*rows, weight, out)
    plain = np.clip(np.floor(255.0 * (weight @ rows) + 0.5), 0, 255)
    assert np.abs(out.astype(int) - plain).max() <= 1
    assert (out == plain).mean() > 0.9
