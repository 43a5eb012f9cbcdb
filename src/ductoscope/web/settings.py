"""MonitorSettings: what the monitor page must be told about the room it stands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import get_args

from ductoscope.model import ConfigError, Scope
from ductoscope.restore.magnify import Medium
from ductoscope.web.keys import KEYS, Action

MEDIA: tuple[Medium, ...] = get_args(Medium)
"""What may lie between the tip and the wall; it bends light and so sets the field of view."""


@dataclass(frozen=True, slots=True)
class MonitorSettings:
    """What the page needs to state a true magnification, and which keys and pedals do what.

    width_mm: width of the monitor's visible area; None when nobody measured it (no magnification is stated then).
    distance_mm: assumed distance from the tip to the wall; None when unknown (no mm bar is drawn then).
    medium: "saline" or "air".
    scope: its field of view turns the distance into millimetres.
    keys: actions to the keys that do them; an action that is left out keeps its usual keys.
    has_find: somebody looks for the way and for findings beside the picture.
    Raises ConfigError for a length that is not above zero, an unknown medium, or a key given to two actions.
    """

    width_mm: float | None = None
    distance_mm: float | None = None
    medium: Medium = "saline"
    scope: Scope = field(default_factory=Scope)
    keys: Mapping[Action, tuple[str, ...]] = field(default_factory=lambda: KEYS)
    has_find: bool = False

    def __post_init__(self) -> None:
        for name in ("width_mm", "distance_mm"):
            value = getattr(self, name)
            if value is not None and not 0 < value < 10_000:
                raise ConfigError(f"The monitor's {name} must be between 0 and 10000, or left out; it is {value}.")
        if self.medium not in MEDIA:
            raise ConfigError(f'The medium must be "saline" or "air"; it is "{self.medium}".')
        object.__setattr__(self, "keys", MappingProxyType({**KEYS, **self.keys}))
        _refuse_shared_keys(self.keys)


def _refuse_shared_keys(keys: Mapping[Action, tuple[str, ...]]) -> None:
    owner: dict[str, str] = {}
    for action, names in keys.items():
        if action not in KEYS:
            raise ConfigError(f'There is no action "{action}" to give a key to; choose from {", ".join(KEYS)}.')
        for name in names:
            if owner.setdefault(name, action) != action:
                raise ConfigError(f'The key "{name}" is given to both {owner[name]} and {action}; give it to one.')
