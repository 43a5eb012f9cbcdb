"""Every way that pixels can lie in memory is read in place."""

from __future__ import annotations

import numpy as np
import pytest

from ductoscope.restore.strided import flatten_in_place

WAYS = {
    "whole": lambda a: a,
    "crop": lambda a: a[3:-2, 5:-1],
    "flipped colours": lambda a: a[:, :, ::-1],
    "upside down": lambda a: a[::-1],
    "every second": lambda a: a[::2, ::3],
    "turned": lambda a: a.transpose(1, 0, 2),
    "planar": lambda a: np.ascontiguousarray(a.transpose(2, 0, 1)).transpose(1, 2, 0),
    "one channel of three": lambda a: a[:, :, 1:2],
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_every_pixel_is_where_the_steps_say(way, dtype):
    base = np.random.default_rng(0).integers(0, 255, (20, 30, 3)).astype(dtype)
    pixels = WAYS[way](base)
    memory = flatten_in_place(pixels)
    row, column, channel = np.indices(pixels.shape)
    place = memory.origin + row * memory.steps[0] + column * memory.steps[1] + channel * memory.steps[2]
    np.testing.assert_array_equal(memory.flat[place], pixels)
    assert np.shares_memory(memory.flat, pixels)


def test_fields_between_items_are_copied_rightly():
    records = np.zeros((4, 5), dtype=np.dtype([("flag", np.uint8), ("value", np.uint16)]))
    records["value"] = np.arange(20).reshape(4, 5)
    memory = flatten_in_place(records["value"][:, :, np.newaxis])
    np.testing.assert_array_equal(memory.flat, np.arange(20))
