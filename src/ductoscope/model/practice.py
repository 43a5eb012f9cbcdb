"""Practice: driving a simulated scope, and being told afterwards how it went.

A person steers with Controls, sees a PracticeState some thirty times a second, and gets a Debrief at the end. Nothing
here is about a patient: everything that shows it says "simulated".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, Protocol

Task = Literal["orifice", "third-order", "every-branch", "two-lesions", "blood", "free"]
"""Goals: find the orifice; reach the third order; inspect every branch; find and describe two lesions; keep calm in
blood; drive freely."""


@dataclass(frozen=True, slots=True)
class Controls:
    """What the operator's hands ask for at one moment; everything at 0 is letting the scope rest.

    push: -1 (pull back as fast as is sensible) to 1 (push). bend_x, bend_y: -1..1, where the tip should look: right and
    down of the duct's course. roll: -1..1, turning anticlockwise or clockwise. flush: 0..1 of the syringe's strength.
    suction: 0..1. hold: True keeps the scope where it is whatever the other hand does.
    """

    push: float = 0.0
    bend_x: float = 0.0
    bend_y: float = 0.0
    roll: float = 0.0
    flush: float = 0.0
    suction: float = 0.0
    hold: bool = False


REST = Controls()


@dataclass(frozen=True, slots=True)
class OrificeSeen:
    """One duct opening on the nipple as the naked eye sees it.

    number: 0, 1, ...; clock_deg: 0 is twelve o'clock, growing clockwise as somebody who faces the nipple sees it;
    ring: "central" or "peripheral"; distance_mm: from the nipple's middle; discharge: None until the nipple was
    pressed, then "none" or the discharge's look in words; is_tried: a scope was put in, or could not be.
    """

    number: int
    clock_deg: float
    ring: str
    distance_mm: float
    discharge: str | None = None
    is_tried: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """One exercise. task: its goal; minutes: planned time; is_graded: False for driving freely."""

    task: Task
    minutes: float
    is_graded: bool = True


@dataclass(frozen=True, slots=True)
class PracticeState:
    """How an attempt stands now; everything a trainee may know, nothing of the truth beyond it.

    phase: "idle" (nobody practises, the hands drive), "nipple" (choosing an orifice), "duct" (the scope is in), "over".
    seconds: of the attempt. pain: 0..10. pressure_mmhg, flushed_ml, suctioned_ml. inserted_mm: shaft inside, as
    its rings show. contact: 0..1, how hard the tip presses on the wall. message: a key into the texts, or None.
    progress: 0..1 of the goal, None when it is judged only at the end. found: lesions noted so far.
    """

    phase: Literal["idle", "nipple", "duct", "over"]
    task: Task = "free"
    trainee: str = ""
    seconds: float = 0.0
    pain: float = 0.0
    pressure_mmhg: float = 0.0
    flushed_ml: float = 0.0
    suctioned_ml: float = 0.0
    inserted_mm: float = 0.0
    contact: float = 0.0
    orifices: tuple[OrificeSeen, ...] = ()
    message: str | None = None
    progress: float | None = None
    found: int = 0


NOTE_TERMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "type": (
            "polypoid solitary",
            "polypoid multiple",
            "superficial",
            "combined",
            "fold",
            "debris",
            "clot",
            "fork edge",
        ),
        "base": ("stalk", "broad", "none"),
        "surface": ("smooth", "granular", "lobulated", "villous", "rough"),
        "colour": ("yellow", "white", "red", "grey-white", "pale red", "brown"),
    }
)
"""The words that a note may use: the Japanese classification, what only looks like a lesion, the consensus terms."""


@dataclass(frozen=True, slots=True)
class LesionNote:
    """What a trainee says of something in view: its type, base, surface and colour, in the field's terms."""

    type: str
    base: str
    surface: str
    colour: str
    size_mm: float | None = None


@dataclass(frozen=True, slots=True)
class PressNipple:
    """Press around the nipple, so that the discharging orifice shows itself."""


@dataclass(frozen=True, slots=True)
class EnterOrifice:
    """Dilate this orifice and put the scope in."""

    number: int


@dataclass(frozen=True, slots=True)
class LeaveDuct:
    """Take the scope out, back to the nipple."""


Act = PressNipple | EnterOrifice | LeaveDuct | LesionNote


@dataclass(frozen=True, slots=True)
class Debrief:
    """What an attempt teaches; kept per trainee.

    is_reached: whether the goal was; True when there is none. figures: named numbers (see docs, "Practise"):
    seen_share, lesions_found, lesions_present, described_share, contacts, hardest_contact, flushed_ml, seconds,
    seconds_clear, worst_pain, path_mm, best_path_mm, score, ...; one that cannot be told is not there.
    remarks: keys into the texts, most useful first, each with its numbers. map_svg: the tree with what was seen, seen
    badly, missed, the path and the best path. path: [seconds, depth_mm, branch] rows, branch -1 on the nipple or in
    another duct; best_path: the same. lesions: those within reach, what they are and what was said of them.
    """

    attempt: str
    task: Task
    trainee: str
    seed: int
    preset: str
    finished_utc: str
    is_reached: bool
    figures: Mapping[str, float]
    remarks: tuple[tuple[str, Mapping[str, float | str]], ...] = ()
    map_svg: str = ""
    path: tuple[tuple[float, float, int], ...] = ()
    best_path: tuple[tuple[float, float, int], ...] = ()
    lesions: tuple[Mapping[str, str | float | bool], ...] = field(default=())


class Practice(Protocol):
    """A simulated scope that a person may drive. All verbs may be called from any thread."""

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The exercises that can be begun."""

    def begin(self, task: Task, trainee: str, *, seed: int, preset: str) -> PracticeState:
        """Take the scope over from the simulated hands, before a new breast. Raises BadInputError in words."""

    def act(self, act: Act) -> PracticeState:
        """Do one thing with the other hand; raises BadInputError in words when it cannot be done now."""

    def steer(self, controls: Controls) -> None:
        """Move so from now on, until told otherwise; without news for half a second the scope rests."""

    def state(self) -> PracticeState:
        """Say how the attempt stands."""

    def finish(self) -> Debrief:
        """End the attempt, give the scope back to the simulated hands, and tell what there is to learn."""
