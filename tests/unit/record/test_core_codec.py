"""A packed frame is exactly the frame, and hostile bytes are refused without harm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ductoscope.model import BadFileError, BadInputError, CoreImage, decode_light
from ductoscope.record.core_codec import _HEAD, CodecState, decode_frame, encode_frame

MakeImages = Callable[..., list[CoreImage]]
_ANY_CODES = hnp.arrays(np.int16, (7, 3), elements=st.integers(-28_000, 28_000))


@pytest.mark.parametrize("channels", [1, 3])
def test_frames_come_back_exactly(make_images: MakeImages, assert_same, channels: int) -> None:
    writing = reading = None
    for image in make_images(30, channels=channels):
        payload, writing = encode_frame(image, writing)
        back, reading = decode_frame(payload, reading, 40, channels)
        assert_same(back, image)


@settings(max_examples=60, deadline=None)
@given(before=_ANY_CODES, codes=_ANY_CODES)
def test_any_codes_come_back_exactly(before: np.ndarray, codes: np.ndarray) -> None:
    """Even jumps that overflow 16 bits on the way."""
    valid = np.ones(7, dtype=bool)
    image = CoreImage(0, 0, decode_light(codes), valid)
    for previous in (None, CodecState(before, valid)):
        payload, _ = encode_frame(image, previous)
        back, state = decode_frame(payload, previous, 7, 3)
        np.testing.assert_array_equal(back.light_lin, image.light_lin)
        np.testing.assert_array_equal(state.codes, codes)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 201.0, -300.0])
def test_light_outside_the_codes_is_refused(make_images: MakeImages, bad: float) -> None:
    (image,) = make_images(1)
    light = image.light_lin.copy()
    light[3, 1] = bad
    with pytest.raises(BadInputError, match="Recalibrate"):
        encode_frame(replace(image, light_lin=light), None)


def test_frames_that_change_little_take_few_bytes(make_images: MakeImages) -> None:
    """Prediction works: a frame of 20 codes of noise fits in under 9 bits a value, where codes need 16."""
    images = make_images(2, cores=4000)
    _, state = encode_frame(images[0], None)
    payload, _ = encode_frame(images[1], state)
    assert len(payload) < 4000 * 3 * 9 / 8


def test_plane_that_claims_gigabytes_is_refused_unopened(make_images: MakeImages) -> None:
    """A few bytes of zstandard may say that they hold any size; it is compared before anything is unpacked."""
    payload, _ = encode_frame(make_images(1)[0], None)
    *fields, low_size, high_size = _HEAD.unpack_from(payload)
    bomb = zstandard.ZstdCompressor().compress(bytes(50_000_000))
    parts = payload[_HEAD.size : len(payload) - low_size - high_size] + bomb + payload[-high_size:]
    with pytest.raises(BadFileError, match="another size"):
        decode_frame(_HEAD.pack(*fields, len(bomb), high_size) + parts, None, 40, 3)


def test_keyless_frame_needs_its_past(make_images: MakeImages) -> None:
    images = make_images(2)
    _, state = encode_frame(images[0], None)
    payload, _ = encode_frame(images[1], state)
    with pytest.raises(BadFileError, match="valid"):
        decode_frame(payload, None, 40, 3)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_hostile_bytes_are_refused_or_a_frame(make_images: MakeImages, data: st.DataObject) -> None:
    """Without the block's checksum, which stands before: nothing but BadFileError may come out of it."""
    payload = bytearray(encode_frame(make_images(1)[0], None)[0])
    if data.draw(st.booleans()):
        payload = bytearray(data.draw(st.binary(max_size=200)))
    else:
        for _ in range(data.draw(st.integers(1, 5))):
            payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    try:
        image, _ = decode_frame(bytes(payload), None, 40, 3)
    except BadFileError:
        return
    assert image.light_lin.shape == (40, 3)
