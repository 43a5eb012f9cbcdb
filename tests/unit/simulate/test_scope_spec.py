from __future__ import annotations

import pytest

from ductoscope.model import BadInputError
from ductoscope.simulate.scope_spec import ScopeSpec, make_scope_spec, parse_scope_spec
from ductoscope.simulate.settings import PRESETS, WorldSettings, list_parameters


def test_only_the_seed_is_needed() -> None:
    spec = ScopeSpec(7, WorldSettings(), "typical", 1080, 1920, paced=True, seconds=None)
    assert parse_scope_spec("sim:7") == spec


def test_everything_can_be_said() -> None:
    spec = parse_scope_spec("sim:0?cores=10000&fps=59.94&height=720&width=1280&paced=0&seconds=2.5")
    assert spec == ScopeSpec(0, WorldSettings(cores=10_000, fps=59.94), "typical", 720, 1280, paced=False, seconds=2.5)
    # A preset stands first wherever it is written.
    hard = parse_scope_spec("sim:1?lesions=2&preset=hard&starts_in=air&is_still=1")
    assert (hard.preset, hard.settings.lesions, hard.settings.starts_in) == ("hard", 2, "air")
    assert hard.settings.is_still
    assert hard.settings.flakes == PRESETS["hard"].flakes


def test_every_parameter_of_the_world_is_a_key() -> None:
    for parameter in list_parameters():
        spec = parse_scope_spec(f"sim:1?{parameter.name}={parameter.default}")
        assert getattr(spec.settings, parameter.name) == parameter.default


def test_assignments_say_the_same_as_a_spec() -> None:
    assert make_scope_spec(5, "easy", ["height=400", "lesion_mm = 2", "paced=0"]) == parse_scope_spec(
        "sim:5?preset=easy&height=400&lesion_mm=2&paced=0"
    )


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("camera:0", "'camera:0' is not a simulated scope. Write it like sim:7"),
        ("sim:", "seed must be a whole number from 0 to .*, got ''"),
        ("sim:-1", "seed must be"),
        ("sim:abc", "seed must be a whole number .*got 'abc'"),
        ("sim:7?colour=red", 'no parameter "colour".*lesion_mm'),
        ("sim:7?preset=simple", 'no preset "simple"; take one of easy, typical'),
        ("sim:7?cores=5", "cores must be a whole number from 100 to 60000, got 5"),
        ("sim:7?cores=6e3", "cores must be a whole number"),
        ("sim:7?fps=nan", "fps must be a number from 1 to 240"),
        ("sim:7?fps=0", "fps must be a number"),
        ("sim:7?height=481", "height must be an even number of pixels, got 481"),
        ("sim:7?height=8", "height must be a whole number from 32 to 8192, got '8'"),
        ("sim:7?paced=yes", "paced must be a whole number from 0 to 1, got 'yes'"),
        ("sim:7?seconds=", "seconds must be a number"),
        ("sim:7?outer_diameter_mm=5", "5 mm is wider than every orifice"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(spec: str, sentence: str) -> None:
    with pytest.raises(BadInputError, match=sentence):
        parse_scope_spec(spec)


def test_a_seed_below_0_is_refused_in_every_way() -> None:
    with pytest.raises(BadInputError, match="seed must be a whole number from 0"):
        make_scope_spec(-3, "typical", [])
