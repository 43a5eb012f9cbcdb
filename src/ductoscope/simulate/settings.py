"""WorldSettings: every parameter of the simulated world, with its unit, default, range and source.

A breast, a scope, the fluid and the hand that drives: what the seed leaves open is drawn around these values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from ductoscope.model import BadInputError
from ductoscope.simulate.breast.distension import Distension
from ductoscope.simulate.impossible import (
    refuse_blurred_scope,
    refuse_large_lesion,
    refuse_narrow_ducts,
    refuse_tearing,
    refuse_thick_bundle,
    refuse_wide_shaft,
)
from ductoscope.simulate.parameter import Parameter, Value, number, read_parameters, word

LESION_TYPES = ("mixed", "polypoid solitary", "polypoid multiple", "superficial", "combined")
_JAPAN = "Breast Cancer 9:220, 2002"
_PETERS = "Peters et al. (mastalgia and duct width)"
_DOOLEY = "Dooley, Springer 978-1-4419-6076-4, chapter 23"
_OPTICS = "Optics Express 25:1985, 2017"


@dataclass(frozen=True, slots=True)
class WorldSettings:
    """One simulated world. Every field says in its metadata what it means; `list_parameters` lists them.

    Raises BadInputError, in one sentence, for a value out of range or for values that contradict one another.
    """

    outer_diameter_mm: float = field(
        default=0.9, metadata=number("scope", "mm", 0.35, 1.2, "BMC Cancer 17:288, 2017", "outer diameter of the shaft")
    )
    cores: int = field(
        default=6000, metadata=number("scope", "", 100, 60_000, "thoracickey.com (angioscopes)", "fibre cores")
    )
    pitch_um: float = field(
        default=4.5, metadata=number("scope", "µm", 3.0, 8.0, "Fujikura, by arithmetic", "distance between cores")
    )
    jitter: float = field(
        default=0.05, metadata=number("scope", "", 0.0, 0.15, "assumed", "scatter of cores off their lattice, pitches")
    )
    dead: float = field(default=0.005, metadata=number("scope", "", 0.0, 0.3, "assumed", "share of dead cores"))
    crosstalk: float = field(
        default=0.15, metadata=number("scope", "", 0.0, 0.5, _OPTICS, "share of light that strays to neighbours")
    )
    field_of_view_air_deg: float = field(
        default=70.0, metadata=number("scope", "°", 30.0, 120.0, "assumed", "full field in air; refraction narrows it")
    )
    near_mm: float = field(
        default=1.0, metadata=number("scope", "mm", 0.2, 10.0, "assumed", "nearest distance that is sharp")
    )
    focus_mm: float = field(default=3.0, metadata=number("scope", "mm", 0.5, 20.0, "assumed", "sharpest distance"))
    far_mm: float = field(
        default=10.0, metadata=number("scope", "mm", 1.0, 100.0, "assumed", "farthest distance that is sharp")
    )
    fps: float = field(default=30.0, metadata=number("scope", "1/s", 1.0, 240.0, "assumed", "pictures a second"))
    shutter_s: float = field(
        default=0.012,
        metadata=number("scope", "s", 0.0, 0.1, "assumed", "exposure, at most as long as a picture lasts"),
    )
    light_offset_mm: float = field(
        default=0.28, metadata=number("scope", "mm", 0.0, 1.0, "assumed", "from the lens to the middle of the light")
    )
    head_roll_deg: float = field(
        default=180.0, metadata=number("scope", "°", 0.0, 180.0, "assumed", "the camera head is turned by at most this")
    )

    orifices: int = field(
        default=7, metadata=number("tree", "", 5, 9, "Love & Barsky 2004", "usual number of usable orifices")
    )
    orifice_mm: float = field(
        default=0.66, metadata=number("tree", "mm", 0.3, 1.2, "Chinese ductoscopy textbook", "diameter at the orifice")
    )
    neck_mm: float = field(
        default=0.4, metadata=number("tree", "mm", 0.1, 0.7, "Rusby 2007 (trend)", "diameter of the neck at rest")
    )
    neck_length_mm: float = field(
        default=2.5, metadata=number("tree", "mm", 2.0, 3.0, "Rusby 2007 (trend)", "length of the neck")
    )
    main_mm: float = field(default=1.8, metadata=number("tree", "mm", 0.6, 4.0, _PETERS, "main duct's mean diameter"))
    main_sd_mm: float = field(
        default=0.6, metadata=number("tree", "mm", 0.0, 1.2, "Ramsay 2005", "its spread between ducts")
    )
    first_fork_mm: float = field(
        default=8.0, metadata=number("tree", "mm", 2.0, 25.0, "Ramsay 2005", "mean depth of the first fork")
    )
    first_fork_sd_mm: float = field(
        default=5.5, metadata=number("tree", "mm", 0.0, 10.0, "Ramsay 2005", "its spread between ducts")
    )
    orders: int = field(
        default=5,
        metadata=number("tree", "", 3, 7, "Chinese ductoscopy textbook", "usual number of orders of branches"),
    )
    child_ratio: float = field(
        default=0.7, metadata=number("tree", "", 0.6, 0.9, "Geddes 2009", "mean child's by parent's diameter")
    )
    fork_angle_deg: float = field(
        default=40.0, metadata=number("tree", "°", 25.0, 70.0, "assumed", "mean angle between children")
    )
    bend_radius_mm: float = field(
        default=10.0, metadata=number("tree", "mm", 10.0, 100.0, "VICTRE phantom", "tightest bend between forks")
    )
    reach_mm: float = field(
        default=75.0, metadata=number("tree", "mm", 60.0, 90.0, "Dooley 2002", "deepest end of a duct from the nipple")
    )
    ectasia_share: float = field(
        default=0.15, metadata=number("tree", "", 0.0, 1.0, "assumed", "share of trees with an ectatic stretch")
    )
    ectatic_mm: float = field(
        default=4.5, metadata=number("tree", "mm", 3.0, 6.0, _PETERS, "diameter of an ectatic stretch")
    )
    ampulla_share: float = field(
        default=0.3,
        metadata=number("tree", "", 0.0, 1.0, "assumed (disputed: Ramsay 2005)", "share of trees with an ampulla"),
    )

    gain: float = field(
        default=1.0, metadata=number("distension", "", 0.5, 2.0, "assumed", "most growth of a diameter by pressure")
    )
    yield_mmhg: float = field(
        default=25.0, metadata=number("distension", "mmHg", 5.0, 100.0, "assumed", "pressure that brings 63 % of it")
    )
    round_mmhg: float = field(
        default=30.0, metadata=number("distension", "mmHg", 5.0, 60.0, "assumed", "pressure that makes a lumen round")
    )
    collapsed_ratio: float = field(
        default=0.2, metadata=number("distension", "", 0.1, 1.0, "assumed", "short by long axis without pressure")
    )
    leak_s: float = field(
        default=3.0, metadata=number("distension", "s", 1.0, 10.0, "assumed", "time in which pressure leaks to 37 %")
    )
    burst_mmhg: float = field(
        default=150.0, metadata=number("distension", "mmHg", 80.0, 300.0, "assumed", "pressure that tears a duct")
    )
    working_mmhg: float = field(
        default=60.0, metadata=number("distension", "mmHg", 10.0, 140.0, "assumed", "pressure while irrigating")
    )

    turbidity_per_mm: float = field(
        default=0.08, metadata=number("fluid", "1/mm", 0.0, 0.8, "assumed", "extinction of milky fluid at the start")
    )
    blood_per_mm: float = field(
        default=0.0, metadata=number("fluid", "1/mm", 0.0, 5.0, "assumed", "extinction by blood in green at the start")
    )
    flakes: int = field(default=6, metadata=number("fluid", "", 0, 40, "assumed", "floating flakes and threads"))
    flake_mm: float = field(default=0.15, metadata=number("fluid", "mm", 0.05, 0.5, "assumed", "their mean size"))
    bubbles: int = field(default=1, metadata=number("fluid", "", 0, 5, "assumed", "air bubbles"))
    bubble_mm: float = field(default=0.4, metadata=number("fluid", "mm", 0.2, 1.0, "assumed", "their mean diameter"))
    starts_in: str = field(
        default="saline", metadata=word("fluid", ("saline", "air"), _DOOLEY, "what fills the duct at the start")
    )

    texture: float = field(default=1.0, metadata=number("wall", "", 0.0, 2.0, "assumed", "strength of fine texture"))
    folds: float = field(default=1.0, metadata=number("wall", "", 0.0, 2.0, "assumed", "height of folds"))
    vessels: float = field(default=1.0, metadata=number("wall", "", 0.0, 2.0, "assumed", "strength of vessels"))
    inflammation: float = field(
        default=0.0, metadata=number("wall", "", 0.0, 1.0, "Chinese consensus 2022", "red, rough and lustreless wall")
    )

    lesions: int = field(default=2, metadata=number("lesions", "", 0, 4, "Dooley 2002", "lesions in the duct"))
    lesion_mm: float = field(
        default=3.0, metadata=number("lesions", "mm", 0.5, 12.0, "Witkamp (often a few mm)", "median longest extent")
    )
    lesion_sd: float = field(
        default=0.5, metadata=number("lesions", "", 0.0, 1.0, "assumed", "spread of the extent's logarithm")
    )
    lesion_type: str = field(default="mixed", metadata=word("lesions", LESION_TYPES, _JAPAN, "which type grows"))
    lookalikes: int = field(
        default=2, metadata=number("lesions", "", 0, 6, "Chinese consensus 2022", "things that look like lesions")
    )

    speed_mm_s: float = field(
        default=4.0, metadata=number("motion", "mm/s", 0.5, 10.0, "assumed", "of a scope that is pushed fully")
    )
    unsteadiness: float = field(
        default=1.0, metadata=number("motion", "", 0.0, 3.0, "assumed", "breathing, sway and tremor; 1 is usual")
    )
    breathing_hz: float = field(default=0.25, metadata=number("motion", "Hz", 0.2, 0.3, "assumed", "breaths a second"))
    reversals: float = field(
        default=1.0, metadata=number("motion", "", 0.0, 3.0, "assumed", "how often the hand goes back; 1 is usual")
    )
    is_still: bool = field(default=False, metadata=number("motion", "", 0, 1, "a null case", "nothing moves at all"))

    def __post_init__(self) -> None:
        for parameter in list_parameters():
            value = getattr(self, parameter.name)
            if parameter.name == "outer_diameter_mm" and isinstance(value, (int, float)):
                refuse_wide_shaft(value)  # says more than the range does
            if not parameter.allows(value):
                raise BadInputError(f"{parameter.name} must be {parameter.allowed}, got {value!r}.")
        stretch = float(self.distension.stretch(self.working_mmhg, np.ones(1))[0])
        refuse_narrow_ducts(self.outer_diameter_mm, self.main_mm + self.main_sd_mm, stretch, self.working_mmhg)
        refuse_thick_bundle(self.cores, self.pitch_um, self.outer_diameter_mm)
        if self.lesions > 0 and self.lesion_type != "superficial":
            refuse_large_lesion(self.lesion_mm, self.main_mm, stretch)
        refuse_blurred_scope(self.near_mm, self.focus_mm, self.far_mm)
        refuse_tearing(self.working_mmhg, self.burst_mmhg)

    @property
    def distension(self) -> Distension:
        """How this world's ducts yield to pressure."""
        return Distension(self.gain, self.yield_mmhg, self.round_mmhg, self.collapsed_ratio)


def list_parameters() -> tuple[Parameter, ...]:
    """Every parameter of the world, in the order of the reference."""
    return _PARAMETERS


def read_settings(preset: str, assignments: Iterable[str]) -> WorldSettings:
    """The world of a preset, changed by "name=value" assignments.

    Raises BadInputError with one sentence that says what is allowed, for an unknown preset, name or value.
    """
    if preset not in PRESETS:
        raise BadInputError(f'There is no preset "{preset}"; take one of {", ".join(PRESETS)}.')
    changes: dict[str, Any] = {}
    for assignment in assignments:
        name, sign, text = (part.strip() for part in assignment.partition("="))
        if not sign:
            raise BadInputError(f'Write a setting like lesion_mm=2, got "{assignment}".')
        changes[name] = _read_value(name, text)
    return replace(PRESETS[preset], **changes)


def _read_value(name: str, text: str) -> Value:
    parameter = {each.name: each for each in list_parameters()}.get(name)
    if parameter is None:
        raise BadInputError(
            f'The simulated world has no parameter "{name}"; it has '
            f"{', '.join(each.name for each in list_parameters())}."
        )
    value: Value | None
    if isinstance(parameter.default, bool):
        value = {"true": True, "1": True, "false": False, "0": False}.get(text.lower())
    elif parameter.choices:
        value = text
    else:
        try:
            value = int(text) if parameter.is_whole else float(text)
        except ValueError:
            value = None
    if value is None:
        raise BadInputError(f"{name} must be {parameter.allowed}, got {text!r}.")
    return value


_PARAMETERS = read_parameters(WorldSettings)

_CALM = replace(
    WorldSettings(),
    turbidity_per_mm=0.02,
    flakes=2,
    bubbles=0,
    lesions=1,
    lesion_mm=4.0,
    lesion_sd=0.1,
    lookalikes=1,
    speed_mm_s=3.0,
    unsteadiness=0.4,
    reversals=0.5,
)

PRESETS: Mapping[str, WorldSettings] = MappingProxyType(
    {
        "easy": _CALM,
        "typical": WorldSettings(),
        "hard": replace(
            WorldSettings(),
            turbidity_per_mm=0.3,
            blood_per_mm=0.6,
            flakes=20,
            bubbles=3,
            inflammation=0.4,
            lesions=3,
            lesion_mm=1.5,
            lookalikes=4,
            unsteadiness=1.8,
            reversals=1.8,
        ),
        "smooth": replace(
            WorldSettings(), texture=0.0, folds=0.0, vessels=0.0, flakes=0, bubbles=0, lesions=0, lookalikes=0
        ),
        "still": replace(WorldSettings(), is_still=True, unsteadiness=0.0, reversals=0.0, flakes=0, bubbles=0),
        "empty": replace(WorldSettings(), lesions=0),
    }
)
"""Worlds by name: clear fluid and a calm hand; the usual; turbid, bloody and unsteady; then the null cases: a tube
without texture, a scope that does not move, a duct without a lesion."""
