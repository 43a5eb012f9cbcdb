from __future__ import annotations

import pytest

from ductoscope.model import BadInputError
from ductoscope.simulate.scope_spec import ScopeSpec, parse_scope_spec


def test_only_the_seed_is_needed() -> None:
    assert parse_scope_spec("sim:7") == ScopeSpec(7, 6000, 30.0, 1080, 1920, paced=True, seconds=None)


def test_everything_can_be_said() -> None:
    spec = parse_scope_spec("sim:0?cores=10000&fps=59.94&height=720&width=1280&paced=0&seconds=2.5")
    assert spec == ScopeSpec(0, 10_000, 59.94, 720, 1280, paced=False, seconds=2.5)


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("camera:0", "'camera:0' is not a simulated scope. Write it like sim:7"),
        ("sim:", "seed must be a whole number from 0 to .*, got ''"),
        ("sim:-1", "seed must be"),
        ("sim:abc", "seed must be a whole number .*got 'abc'"),
        ("sim:7?colour=red", "no setting 'colour'.*the keys are cores, fps, height, width, paced and seconds"),
        ("sim:7?cores=5", "cores must be a whole number from 100 to 60000, got '5'"),
        ("sim:7?cores=6e3", "cores must be a whole number"),
        ("sim:7?fps=nan", "fps must be a number from 1 to 240, got 'nan'"),
        ("sim:7?fps=0", "fps must be a number"),
        ("sim:7?height=481", "height must be an even number of pixels, got 481"),
        ("sim:7?paced=yes", "paced must be a whole number from 0 to 1, got 'yes'"),
        ("sim:7?seconds=", "seconds must be a number"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(spec: str, sentence: str) -> None:
    with pytest.raises(BadInputError, match=sentence):
        parse_scope_spec(spec)
