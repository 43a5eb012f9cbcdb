"""Every setting there is: one TOML file, one frozen Config, checked once."""

from __future__ import annotations

import dataclasses
import math
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

from ductoscope.model import ConfigError


def _in_range(low: float, high: float) -> dict[str, Any]:
    return {"range": (low, high)}


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """Where pictures come from.

    spec: "camera:0", "camera:rtsp://...", "file:PATH", "sim:SEED"; see the page on sources.
    bundle: calibration file to use; empty to calibrate from the source itself.
    """

    spec: str = "sim:7"
    bundle: str = ""


@dataclass(frozen=True, slots=True)
class DataConfig:
    """Where recordings and stills are kept.

    folder: data folder; `~` is the user's home.
    picture_video: also write an H.264 picture video beside each core recording.
    """

    folder: str = "~/ductoscope"
    picture_video: bool = True


@dataclass(frozen=True, slots=True)
class WebConfig:
    """Where the monitor page is served.

    host: address to listen on; 127.0.0.1 keeps it on this machine.
    port: 1 to 65535; 0 takes any that is free.
    certificate, key: PEM files to serve by https; both or none.
    """

    host: str = "127.0.0.1"
    port: int = field(default=8400, metadata=_in_range(0, 65535))
    certificate: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class MonitorConfig:
    """The screen that people look at, for true magnification.

    width_mm: width of the screen's lit area; 0 when nobody has measured it, then no magnification is shown.
    distance_mm: distance from the scope's tip to the wall that magnification and the mm bar are stated for;
        0 when unknown, then no mm bar is shown.
    medium: what fills the duct, "saline" or "air"; it bends the field of view.
    size_px: side of the restored picture.
    """

    width_mm: float = field(default=0.0, metadata=_in_range(0, 5000))
    distance_mm: float = field(default=0.0, metadata=_in_range(0, 100))
    medium: Literal["saline", "air"] = "saline"
    size_px: int = field(default=1024, metadata=_in_range(128, 4096))


@dataclass(frozen=True, slots=True)
class ScopeConfig:
    """The scope's geometry, as its maker states it.

    outer_diameter_mm: 0.2 to 2.
    field_of_view_air_deg: full angle across the round picture in air.
    field_of_view_saline_deg: the same in saline.
    """

    outer_diameter_mm: float = field(default=0.9, metadata=_in_range(0.2, 2))
    field_of_view_air_deg: float = field(default=70.0, metadata=_in_range(10, 170))
    field_of_view_saline_deg: float = field(default=51.0, metadata=_in_range(10, 170))


@dataclass(frozen=True, slots=True)
class DepthConfig:
    """What tells how deep the scope is.

    sensor: "serial:PORT?...", "file:depth.csv", "sim", or "none"; empty: the simulated scope's own where pictures come
        from one, else none. A recording's own depth log always counts.
    start_mm: depth where the stream begins.
    radius_mm: of the duct where the stream begins, when somebody knows it; 0: unknown. radius_sigma_mm: its own.
    """

    sensor: str = ""
    start_mm: float = field(default=0.0, metadata=_in_range(0, 200))
    radius_mm: float = field(default=0.0, metadata=_in_range(0, 5))
    radius_sigma_mm: float = field(default=0.15, metadata=_in_range(0.01, 2))


@dataclass(frozen=True, slots=True)
class JournalConfig:
    """Where the journal of the patient's path is kept.

    url: "postgresql://user@host/database" for a hospital with several rooms; empty: a file in the data folder.
    """

    url: str = ""


LOCAL_TIME = Path("/etc/localtime")


@dataclass(frozen=True, slots=True)
class SiteConfig:
    """The clinic, as it stands on reports and letters.

    room: this workstation's own name, another one for every room. phone: for questions; emergency_phone: for danger of
        life. laboratory: where specimens go. time_zone: of the times on pages and documents, as "Europe/Berlin"; empty:
        this machine's own.
    """

    name: str = "Clinic without a name"
    address: str = ""
    phone: str = ""
    emergency_phone: str = "112"
    laboratory: str = ""
    time_zone: str = ""
    language: str = "en"
    room: str = "Room 1"

    @property
    def on_documents(self) -> dict[str, str]:
        """What documents say of the clinic, by the fields of a Site; without a time zone, the machine's own."""
        facts = {name: str(value) for name, value in dataclasses.asdict(self).items() if name != "room"}
        return facts | {"time_zone": self.time_zone or _find_time_zone()}


@dataclass(frozen=True, slots=True)
class SigningConfig:
    """What signs the reports.

    certificate: PKCS#12 file (.p12, .pfx) of the site, or a PEM file with its `key`; a password stands in the
        environment, in DUCTOSCOPE_SIGNING_PASSWORD. Empty: this workstation makes one of its own, and every report says
        so.
    key: PEM file of the key; empty for PKCS#12, which holds it.
    """

    certificate: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class SessionConfig:
    """How long somebody stays signed in.

    idle_minutes: without doing anything; end_hours: at most, whatever is done.
    """

    idle_minutes: int = field(default=15, metadata=_in_range(1, 240))
    end_hours: int = field(default=12, metadata=_in_range(1, 24))


@dataclass(frozen=True, slots=True)
class FindConfig:
    """What looks for the way and for findings beside the picture.

    is_on: without it there is the picture alone. hints: suggestions are shown, until somebody switches them off.
    first_look_unassisted: they are shown only when somebody asks for them, anew for every patient. eye: what looks,
        "learned" or "classical".
    """

    is_on: bool = True
    hints: bool = True
    first_look_unassisted: bool = False
    eye: Literal["learned", "classical"] = "learned"


@dataclass(frozen=True, slots=True)
class Config:
    """All settings, by section.

    keys: acts on the monitor page to the keys (or pedals) that do them; what is left out keeps its usual keys.
    """

    source: SourceConfig = SourceConfig()
    data: DataConfig = DataConfig()
    web: WebConfig = WebConfig()
    monitor: MonitorConfig = MonitorConfig()
    scope: ScopeConfig = ScopeConfig()
    depth: DepthConfig = DepthConfig()
    find: FindConfig = FindConfig()
    journal: JournalConfig = JournalConfig()
    site: SiteConfig = SiteConfig()
    signing: SigningConfig = SigningConfig()
    session: SessionConfig = SessionConfig()
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def load_config(path: Path | None = None) -> Config:
    """Read settings from a TOML file; without one, every setting has its default.

    Raises ConfigError for a missing or unreadable file, an unknown section or setting, a value of the wrong kind or
    out of range, naming it and saying what is allowed.
    """
    if path is None:
        return Config()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"There is no settings file {path}. Check the name, or leave --config away.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The settings file {path} cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"The settings file {path} is not valid TOML: {error}.") from error
    return _read_sections(content)


def replace_settings(config: Config, **changes: object) -> Config:
    """Return `config` with settings named "section__name" changed; None leaves a setting as it is.

    The values pass the same checks as those from a file.
    """
    for dotted, value in changes.items():
        if value is not None:
            section, name = dotted.split("__")
            old = getattr(config, section)
            checked = _check(type(old), section, name, value)
            config = dataclasses.replace(config, **{section: dataclasses.replace(old, **{name: checked})})
    return config


def _read_sections(content: dict[str, Any]) -> Config:
    kinds = get_type_hints(Config)
    sections: dict[str, Any] = {}
    for section, settings in content.items():
        if section not in kinds:
            raise ConfigError(f"Unknown section [{section}] in the settings; there are {', '.join(kinds)}.")
        if not isinstance(settings, dict):
            raise ConfigError(f"[{section}] must be a section with settings in it, not {settings!r}.")
        if section == "keys":
            sections[section] = {act: _check_keys(act, keys) for act, keys in settings.items()}
            continue
        kind = kinds[section]
        sections[section] = kind(**{name: _check(kind, section, name, value) for name, value in settings.items()})
    return Config(**sections)


def _check(kind: type, section: str, name: str, value: object) -> object:
    known = {spec.name: spec for spec in dataclasses.fields(kind)}
    if name not in known:
        raise ConfigError(f"Unknown setting {section}.{name}; [{section}] has {', '.join(known)}.")
    wanted = get_type_hints(kind)[name]
    choices = get_args(wanted)
    if choices:
        if value not in choices:
            raise ConfigError(f"{section}.{name} is {value!r}; it must be one of {', '.join(choices)}.")
        return value
    is_right, words = _KINDS[wanted]
    if not is_right(value):
        raise ConfigError(f"{section}.{name} is {value!r}; it must be {words}.")
    if "range" in known[name].metadata:
        low, high = known[name].metadata["range"]
        if not low <= float(str(value)) <= high:
            raise ConfigError(f"{section}.{name} is {value}; it must lie between {low} and {high}.")
    return float(str(value)) if wanted is float else value


def _check_keys(act: str, keys: object) -> tuple[str, ...]:
    if not isinstance(keys, list) or not all(isinstance(key, str) and key for key in keys):
        raise ConfigError(f'keys.{act} is {keys!r}; it must be a list of key names such as ["Space", "F7"].')
    return tuple(keys)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


_KINDS: dict[type, tuple[Callable[[object], bool], str]] = {
    str: (lambda value: isinstance(value, str), "text in quotes"),
    bool: (lambda value: isinstance(value, bool), "true or false"),
    int: (lambda value: isinstance(value, int) and not isinstance(value, bool), "a whole number"),
    float: (_is_number, "a number"),
}


def _find_time_zone() -> str:
    """Name this machine's time zone as the IANA list does; "UTC" where it cannot be told."""
    _, found, name = str(LOCAL_TIME.resolve()).partition("/zoneinfo/")
    return os.environ.get("TZ") or (name if found else "UTC")
