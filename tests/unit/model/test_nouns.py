"""The small nouns: read-only without touching the caller's array."""

import numpy as np
import pytest

from ductoscope.model import CoreImage, DuctoscopeError, Frame, View, errors, freeze


def test_a_frame_cannot_be_written_but_the_camera_buffer_can() -> None:
    buffer = np.zeros((4, 4, 3), np.uint8)
    frame = Frame(0, 0, buffer)
    with pytest.raises(ValueError, match="read-only"):
        frame.pixels[0, 0] = 1
    buffer[0, 0] = 1


def test_core_images_and_views_are_read_only() -> None:
    core_image = CoreImage(0, 0, np.zeros((2, 3), np.float32), np.ones(2, np.bool_))
    view = View(0, 0, np.zeros((4, 4, 3), np.uint8), np.ones((4, 4), np.bool_), ("read",))
    for array in (core_image.light_lin, core_image.valid, view.pixels, view.seen):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_freeze_shares_memory() -> None:
    array = np.zeros(3)
    assert np.shares_memory(freeze(array), array)


def test_every_error_is_also_a_built_in_of_its_kind() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, DuctoscopeError)]
    assert len(kinds) >= 12
    for kind in kinds:
        assert kind is DuctoscopeError or issubclass(kind, ValueError | OSError | LookupError | RuntimeError)
