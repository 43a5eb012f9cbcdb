"""Site: the clinic whose name stands on its documents."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ductoscope.model.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Site:
    """A clinic as its patients know it.

    phone: of the clinic, for questions; emergency_phone: for danger of life, as "112". laboratory: where specimens go.
    time_zone: a name of the IANA list, as "Europe/Berlin"; every time on a document is shown in it.
    Raises ConfigError for a time zone that nobody knows.
    """

    name: str
    address: str = ""
    phone: str = ""
    emergency_phone: str = "112"
    language: str = "en"
    laboratory: str = ""
    time_zone: str = "UTC"

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.time_zone)
        except (LookupError, ValueError, OSError) as error:
            raise ConfigError(
                f'The time zone "{self.time_zone}" is unknown here. Write it as in the IANA list, as "Europe/Berlin".'
            ) from error
