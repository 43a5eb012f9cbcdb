"""What a simulated scope is asked for: `sim:SEED?key=value&...`."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from ductoscope.model import BadInputError

_HELP = "Write it like sim:7 or sim:7?cores=10000&fps=60; the keys are cores, fps, height, width, paced and seconds."


@dataclass(frozen=True, slots=True)
class ScopeSpec:
    """A simulated scope.

    seed: 0 or more; the same seed gives the same duct, fibre and motion.
    cores: 100 to 60,000. fps: 1 to 240. height, width: of the camera, px, even, 32 to 8192.
    paced: True gives frames at true speed like a camera, False as fast as they are asked for.
    seconds: length of the stream, None for one that does not end.
    """

    seed: int
    cores: int = 6000
    fps: float = 30.0
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
    seed = _read_number(seed_text, "seed", 0, 2**63 - 1, is_whole=True)
    values: dict[str, float] = {}
    for key, text in parse_qsl(query, keep_blank_values=True):
        if key not in _RANGES:
            raise BadInputError(f"A simulated scope has no setting {key!r}. {_HELP}")
        values[key] = _read_number(text, key, *_RANGES[key])
    for key in ("height", "width"):
        if values.get(key, 0.0) % 2:
            raise BadInputError(f"A simulated scope's {key} must be an even number of pixels, got {values[key]:g}.")
    whole = {key: int(values[key]) for key in ("cores", "height", "width") if key in values}
    return ScopeSpec(
        int(seed),
        **whole,
        fps=values.get("fps", 30.0),
        paced=bool(values.get("paced", 1)),
        seconds=values.get("seconds"),
    )


_RANGES: dict[str, tuple[float, float, bool]] = {
    "cores": (100, 60_000, True),
    "fps": (1, 240, False),
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
