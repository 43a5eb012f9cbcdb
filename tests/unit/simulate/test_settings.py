"""The world's parameters: their ranges, what cannot be together, the presets, and that the reference tells them all."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import pytest

from ductoscope.model import BadInputError
from ductoscope.simulate.parameter import Parameter
from ductoscope.simulate.settings import PRESETS, WorldSettings, list_parameters, read_settings

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "simulator.md"
NUMBERS = [each for each in list_parameters() if each.low is not None and not isinstance(each.default, bool)]

UNITS = {
    "_per_mm": "1/mm",
    "_mm_s": "mm/s",
    "_mm": "mm",
    "_um": "µm",
    "_deg": "°",
    "_mmhg": "mmHg",
    "_hz": "Hz",
    "_s": "s",
}


def test_every_field_is_a_parameter_with_a_unit_range_source_and_meaning() -> None:
    listed = {each.name: each for each in list_parameters()}
    assert list(listed) == [item.name for item in dataclasses.fields(WorldSettings)]
    for each in listed.values():
        assert each.source, each.name
        assert each.meaning, each.name
        assert each.allows(each.default), each.name
        for suffix, unit in UNITS.items():
            if each.name.endswith(suffix):
                assert each.unit == unit, each.name
                break


@pytest.mark.parametrize("each", NUMBERS, ids=[each.name for each in NUMBERS])
def test_a_value_out_of_range_is_refused_in_one_sentence(each: Parameter) -> None:
    assert each.low is not None
    assert each.high is not None
    for value in (each.low - 1, each.high + 1, math.nan):
        with pytest.raises(BadInputError, match=r"^[^\n]+\.$") as refusal:
            dataclasses.replace(WorldSettings(), **{each.name: value})
        assert each.name in str(refusal.value) or "wider than every orifice" in str(refusal.value)


@pytest.mark.parametrize(
    ("assignments", "words"),
    [
        (["outer_diameter_mm=1.3"], "1.3 mm is wider than every orifice"),
        (["outer_diameter_mm=1.2", "main_mm=0.6", "main_sd_mm=0"], "1.2 mm is wider than every duct"),
        (["lesion_mm=12"], "12 mm is larger than its duct can hold"),
        (["cores=60000"], "bundle of 1.16 mm"),
        (["near_mm=4"], "4, 3 and 10 mm"),
        (["far_mm=2"], "1, 3 and 2 mm"),
        (["working_mmhg=140", "burst_mmhg=100"], "140 mmHg would tear"),
    ],
)
def test_an_impossible_world_is_refused_with_its_values(assignments: list[str], words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        read_settings("typical", assignments)


@pytest.mark.parametrize(
    "assignments",
    [
        ["outer_diameter_mm=1.2", "cores=60000"],
        ["lesion_mm=12", "main_mm=4"],
        ["lesion_mm=12", "lesion_type=superficial"],
        ["lesion_mm=12", "lesions=0"],
        ["near_mm=0.5", "focus_mm=0.6", "far_mm=1"],
    ],
)
def test_what_is_merely_unusual_is_allowed(assignments: list[str]) -> None:
    settings = read_settings("typical", assignments)
    for assignment in assignments:
        name, value = assignment.split("=")
        assert str(getattr(settings, name)).startswith(value.rstrip("0") or "0")


def test_assignments_change_a_preset_and_nothing_else() -> None:
    settings = read_settings("hard", ["flakes=3", " lesion_type = superficial ", "is_still=true", "fps=25"])
    expected = dataclasses.replace(PRESETS["hard"], flakes=3, lesion_type="superficial", is_still=True, fps=25.0)
    assert settings == expected


@pytest.mark.parametrize(
    ("preset", "assignment", "words"),
    [
        ("harder", "flakes=3", "no preset .harder.; take one of easy, typical, hard, smooth, still, empty"),
        ("typical", "flake=3", 'no parameter "flake"; it has outer_diameter_mm, cores'),
        ("typical", "flakes", "like lesion_mm=2, got .flakes."),
        ("typical", "flakes=many", "flakes must be a whole number from 0 to 40, got 'many'"),
        ("typical", "flakes=2.5", "flakes must be a whole number from 0 to 40, got '2.5'"),
        ("typical", "lesion_mm=", "lesion_mm must be a number from 0.5 to 12 mm, got ''"),
        ("typical", "lesion_mm=inf", "lesion_mm must be a number from 0.5 to 12 mm, got inf"),
        ("typical", "is_still=perhaps", "is_still must be true or false, got 'perhaps'"),
        ("typical", "lesion_type=round", "lesion_type must be one of mixed, polypoid solitary"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(preset: str, assignment: str, words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        read_settings(preset, [assignment])


def test_the_null_cases_lack_what_they_are_named_for() -> None:
    smooth, still, empty = PRESETS["smooth"], PRESETS["still"], PRESETS["empty"]
    assert (smooth.texture, smooth.folds, smooth.vessels, smooth.lesions, smooth.flakes) == (0, 0, 0, 0, 0)
    assert still.is_still
    assert (still.unsteadiness, still.flakes, still.bubbles) == (0, 0, 0)
    assert empty.lesions == 0
    assert dataclasses.replace(empty, lesions=PRESETS["typical"].lesions) == PRESETS["typical"]


def test_presets_grow_harder() -> None:
    easy, typical, hard = PRESETS["easy"], PRESETS["typical"], PRESETS["hard"]
    for name in ("turbidity_per_mm", "flakes", "bubbles", "lookalikes", "unsteadiness", "reversals"):
        assert getattr(easy, name) < getattr(typical, name) < getattr(hard, name), name
    assert easy.lesion_mm > typical.lesion_mm > hard.lesion_mm
    assert typical == WorldSettings()


def test_the_reference_tells_every_parameter_and_every_preset() -> None:
    told = [line for line in REFERENCE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert told == [*map(_tell, list_parameters()), *_tell_presets()]


def _tell(each: Parameter) -> str:
    """One row of the reference's table; paste it there when a parameter changes."""
    if each.choices:
        span = ", ".join(each.choices)
    elif isinstance(each.default, bool):
        span = "false, true"
    else:
        span = f"{each.low:g} to {each.high:g}"
    default = str(each.default).lower() if isinstance(each.default, bool | str) else f"{each.default:g}"
    return f"| `{each.name}` | {each.unit or '-'} | {default} | {span} | {each.source} | {each.meaning} |"


def _tell_presets() -> list[str]:
    """Rows of the preset table: only what differs from `typical`."""
    rows = []
    for name, settings in PRESETS.items():
        changes = [
            f"{item.name} {getattr(settings, item.name)!s}".replace("True", "true")
            for item in dataclasses.fields(settings)
            if getattr(settings, item.name) != item.default
        ]
        rows.append(f"| `{name}` | {', '.join(changes) or 'every default'} |")
    return rows
