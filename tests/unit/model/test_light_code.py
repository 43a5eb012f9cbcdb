"""Light codes: exact for recordings, finer than any camera's noise."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ductoscope.model import decode_light, encode_light, round_light


def test_every_code_comes_back_as_itself() -> None:
    codes = np.arange(-28000, 28001, dtype=np.int16)
    assert np.array_equal(encode_light(decode_light(codes)), codes)


@given(st.lists(st.floats(-4, 4, width=32), min_size=1, max_size=50))
def test_rounding_is_finer_than_an_8_bit_camera_by_far(values: list[float]) -> None:
    light = np.array(values, dtype=np.float32)
    half_step = 0.5 * (2 * np.sqrt(np.abs(light) + 1 / 256) / 2048 + 1 / 2048**2)
    assert np.all(np.abs(round_light(light) - light) <= half_step * 1.01 + 1e-6)


def test_one_step_at_white_is_a_quarter_of_an_8_bit_camera_step() -> None:
    code = encode_light(np.ones(1, np.float32))
    step = decode_light(code + 1) - decode_light(code)
    assert step[0] < 1 / 255 / 3.9


def test_black_and_white_are_held_within_a_thousandth() -> None:
    assert round_light(np.zeros(1, np.float32))[0] == 0
    assert abs(round_light(np.ones(1, np.float32))[0] - 1) < 5e-4


def test_rounding_twice_changes_nothing() -> None:
    light = np.linspace(-1, 3, 999, dtype=np.float32)
    once = round_light(light)
    assert np.array_equal(round_light(once), once)
