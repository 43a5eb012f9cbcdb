"""Bundle: checked when made, read-only, named by its content."""

import numpy as np
import pytest

from ductoscope.model import BadInputError, Bundle, BundleQuality, Rim


def make_bundle(*, shift_px: float = 0.0, channels: int = 3, cores: int = 4) -> Bundle:
    return Bundle(
        frame_shape=(20, 30),
        xy_px=np.arange(2 * cores, dtype=np.float64).reshape(cores, 2) + shift_px,
        pitch_px=3.0,
        sigma_px=0.9,
        rim=Rim(10.0, 10.0, 8.0),
        gain=np.full((cores, channels), 0.5, np.float32),
        dark=np.zeros((cores, channels), np.float32),
        dead=np.zeros(cores, np.bool_),
        quality=BundleQuality("white", 0.4, 0.0, "good"),
    )


def test_id_names_the_content() -> None:
    assert make_bundle().id == make_bundle().id
    assert make_bundle().id != make_bundle(shift_px=0.01).id
    assert make_bundle().id != make_bundle(channels=1).id


def test_arrays_cannot_be_written() -> None:
    bundle = make_bundle()
    with pytest.raises(ValueError, match="read-only"):
        bundle.gain[0] = 1


def test_counts() -> None:
    assert (make_bundle().cores, make_bundle().channels, make_bundle(channels=1).channels) == (4, 3, 1)


def test_shapes_that_do_not_fit_are_refused() -> None:
    good = make_bundle()
    with pytest.raises(BadInputError, match="dead flags"):
        Bundle(**{**_fields(good), "dead": np.zeros(3, np.bool_)})
    with pytest.raises(BadInputError, match="gain and dark"):
        Bundle(**{**_fields(good), "gain": np.ones((4, 2), np.float32)})


def _fields(bundle: Bundle) -> dict[str, object]:
    names = ("frame_shape", "xy_px", "pitch_px", "sigma_px", "rim", "gain", "dark", "dead", "quality")
    return {name: getattr(bundle, name) for name in names}
