"""What a simulated scope is asked for: `sim:SEED?key=value&...`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from ductoscope.model import BadInputError
from ductoscope.simulate.settings import PRESETS, WorldSettings, read_settings

DEFAULT_PRESET = "typical"

_HELP = (
    "Write it like sim:7 or sim:7?preset=hard&cores=10000; the keys are preset, height, width, paced, seconds and "
    "every parameter of the simulated world."
)


@dataclass(frozen=True, slots=True)
class ScopeSpec:
    """A simulated scope.

    seed: 0 or more; the same seed gives the same breast, fibre and motion.
    settings: of the world. preset: the name of those that they began with.
    height, width: of the camera, px, even, 32 to 8192.
    paced: True gives frames at true speed like a camera, False as fast as they are asked for.
    seconds: length of the stream, None for one that does not end.
    """

    seed: int
    settings: WorldSettings = PRESETS[DEFAULT_PRESET]
    preset: str = DEFAULT_PRESET
    height: int = 1080
    width: int = 1920
    paced: bool = True
    seconds: float | None = None


def parse_scope_spec(spec: str) -> ScopeSpec:
    """Read a spec string; raises BadInputError with a sentence that says what is allowed."""
    scheme, _, rest = spec.partition(":")
    seed_text, _, query = rest.partition("?")
    if scheme != "sim":
        raise BadInputError(f"{spec!r} is not a simulated scope. {_HELP}")
    seed = int(_read_number(seed_text, "seed", 0, 2**63 - 1, is_whole=True))
    pairs = parse_qsl(query, keep_blank_values=True)
    presets = [value for key, value in pairs if key == "preset"]
    return make_scope_spec(
        seed,
        presets[-1] if presets else DEFAULT_PRESET,
        (f"{key}={value}" for key, value in pairs if key != "preset"),
    )


def make_scope_spec(seed: int, preset: str, assignments: Iterable[str]) -> ScopeSpec:
    """Make a spec of "name=value" assignments: height, width, paced, seconds, or a parameter of the world.

    Raises BadInputError with a sentence that says what is allowed.
    """
    if not 0 <= seed < 2**63:
        raise BadInputError(f"A simulated scope's seed must be a whole number from 0 to {2**63 - 1:g}, got {seed}.")
    own: dict[str, float] = {}
    world: list[str] = []
    for assignment in assignments:
        name, _, text = (part.strip() for part in assignment.partition("="))
        if name in _RANGES:
            own[name] = _read_number(text, name, *_RANGES[name])
        else:
            world.append(assignment)
    for name in ("height", "width"):
        if own.get(name, 0.0) % 2:
            raise BadInputError(f"A simulated scope's {name} must be an even number of pixels, got {own[name]:g}.")
    return ScopeSpec(
        seed,
        read_settings(preset, world),
        preset,
        height=int(own.get("height", 1080)),
        width=int(own.get("width", 1920)),
        paced=bool(own.get("paced", 1)),
        seconds=own.get("seconds"),
    )


_RANGES: dict[str, tuple[float, float, bool]] = {
    "height": (32, 8192, True),
    "width": (32, 8192, True),
    "paced": (0, 1, True),
    "seconds": (0.01, 1e6, False),
}


def _read_number(text: str, key: str, low: float, high: float, is_whole: bool) -> float:
    try:
        value = int(text) if is_whole else float(text)
    except ValueError:
        value = low - 1
    if not low <= value <= high:
        kind = "a whole number" if is_whole else "a number"
        raise BadInputError(f"A simulated scope's {key} must be {kind} from {low:g} to {high:g}, got {text!r}. {_HELP}")
    return value
