"""Read the care protocol: strictly, since a rule that is misread is worse than none."""

from __future__ import annotations

import hashlib
import json
import re
import string
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from ductoscope.care.allowed import Spec
from ductoscope.care.every_rule import EVERY_RULE, OPEN_AREAS
from ductoscope.care.rule import CareProtocol, Rule, Value
from ductoscope.model.errors import ConfigError

LONGEST_FILE = 200_000
LONGEST_SENTENCE = 600
_OWN_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")
_HEAD = re.compile(r"\s*\[\s*([\w.]+)\s*\]")
_RESERVED = ("says", "source", "signed")


def shipped_text() -> str:
    """Return the care protocol that comes with Ductoscope, as TOML: what a clinic begins to edit."""
    return (resources.files("ductoscope.care") / "protocol.toml").read_text(encoding="utf-8")


def load_protocol(text: str | None = None, *, fills_gaps: bool = False) -> CareProtocol:
    """Return the care protocol that `text` writes down, or without it the one that comes with Ductoscope.

    fills_gaps: for a file that an older Ductoscope took: rules that it does not have yet are those that come with this
    one, unsigned, so that nobody is locked out by an update. Its id stays that of what the clinic wrote.
    Raises ConfigError as read_protocol does.
    """
    return _read_shipped() if text is None else _read(text, fills_gaps=fills_gaps)


@lru_cache(maxsize=1)
def _read_shipped() -> CareProtocol:
    return read_protocol(shipped_text())


def read_protocol(text: str) -> CareProtocol:
    """Read a care protocol from TOML; every rule must be there, whole and within its safe limits.

    Raises ConfigError that names the line and the rule, and says what is allowed: for anything unknown, missing, of the
    wrong kind or out of range, and for a sentence with a place that nothing fills.
    """
    return _read(text, fills_gaps=False)


def _read(text: str, *, fills_gaps: bool) -> CareProtocol:
    if len(text) > LONGEST_FILE:
        raise ConfigError(f"The care protocol is {len(text)} letters long; at most {LONGEST_FILE} can be read.")
    try:
        content = tomllib.loads(text)
    # A TOMLDecodeError is a ValueError, and so is a number with thousands of digits.
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"The care protocol is not valid TOML: {error}. Mend that line.") from error
    version = content.pop("version", None)
    if not isinstance(version, str) or not 0 < len(version.strip()) <= 60 or not version.isprintable():
        raise ConfigError('The care protocol needs a version at its top, such as version = "2026.1".')
    where = _find_lines(text)
    rules: dict[str, Rule] = {}
    for area, tables in content.items():
        if not isinstance(tables, dict):
            raise ConfigError(f'"{area}" is no part of a care protocol; beside the version there are rules only.')
        for short, table in tables.items():
            name = f"{area}.{short}"
            rules[name] = _read_rule(name, table, _spec_of(name, area, short, where.get(name, "")), where.get(name, ""))
    written = _name_content(version, rules)
    missing = [name for name in EVERY_RULE if name not in rules]
    if fills_gaps:
        rules |= {name: _read_shipped().rules[name] for name in missing}
    elif missing:
        raise ConfigError(
            f"The care protocol lacks the rule [{missing[0]}]"
            + (f" and {len(missing) - 1} more" if len(missing) > 1 else "")
            + "; every rule must be there. Copy it from the protocol that comes with Ductoscope."
        )
    return CareProtocol(written, version, MappingProxyType(rules))


def _spec_of(name: str, area: str, short: str, where: str) -> Spec:
    known = EVERY_RULE.get(name)
    if known is not None:
        return known
    if area in OPEN_AREAS:
        if _OWN_NAME.match(short):
            return OPEN_AREAS[area]
        raise ConfigError(f'Rule [{name}]{where}: "{short}" is no name; use small letters, digits and underscores.')
    areas = sorted({known.split(".")[0] for known in EVERY_RULE})
    near = [one for one in EVERY_RULE if one.startswith(f"{area}.")]
    allowed = f"[{area}] has {', '.join(near)}" if near else f"the areas are {', '.join(areas)}"
    raise ConfigError(f"Rule [{name}]{where} is unknown; {allowed}.")


def _read_rule(name: str, table: object, spec: Spec, where: str) -> Rule:
    begin = f"Rule [{name}]{where}"
    if not isinstance(table, dict):
        raise ConfigError(f"{begin} must be a table with says, source and signed, not {table!r}.")
    says = _read_sentence(f"{begin}: says", table.get("says"))
    source = _read_sentence(f"{begin}: source", table.get("source"))
    is_signed = table.get("signed")
    if not isinstance(is_signed, bool):
        raise ConfigError(f"{begin}: signed is {_shown(is_signed)}; it must be true or false.")
    unknown = sorted(set(table) - set(spec.values) - set(_RESERVED))
    if unknown:
        allowed = ", ".join([*_RESERVED, *spec.values])
        raise ConfigError(f'{begin} has the unknown value "{unknown[0]}"; it may have {allowed}.')
    values: dict[str, Value] = {}
    for key, allowed_value in spec.values.items():
        taken = allowed_value.take(table.get(key))
        if taken is None:
            raise ConfigError(f"{begin}: {key} is {_shown(table.get(key))}; it must be {allowed_value.words()}.")
        values[key] = taken
    numbers = [value for key in spec.growing if isinstance(value := values[key], float)]
    if any(after <= before for before, after in pairwise(numbers)):
        raise ConfigError(f"{begin}: {', '.join(spec.growing)} must each be larger than the one before.")
    _check_places(begin, says, {*values, *spec.facts})
    for word in spec.never:
        if re.search(rf"\b{word}", says, re.IGNORECASE):
            raise ConfigError(
                f'{begin} says "{word}"; this program never tells anybody to leave out a drug. The prescriber decides: '
                "write a question instead."
            )
    return Rule(name, says, source, is_signed, MappingProxyType(values))


def _read_sentence(begin: str, found: object) -> str:
    if not isinstance(found, str) or not found.strip() or not found.isprintable() or len(found) > LONGEST_SENTENCE:
        raise ConfigError(
            f"{begin} is {_shown(found)}; it must be a sentence on one line, in quotes, of at most {LONGEST_SENTENCE} "
            "letters."
        )
    return found


def _check_places(begin: str, says: str, allowed: set[str]) -> None:
    try:
        parts = list(string.Formatter().parse(says))
    except ValueError as error:
        raise ConfigError(f"{begin}: a brace in its sentence stands alone; write {{{{ for a plain brace.") from error
    for _, place, form, conversion in parts:
        if place is None:
            continue
        if place not in allowed or form or conversion:
            may = ", ".join(f"{{{one}}}" for one in sorted(allowed)) or "none"
            raise ConfigError(f"{begin}: nothing fills {{{place}}} in its sentence; the places it may have: {may}.")


def _find_lines(text: str) -> dict[str, str]:
    """Return for every rule the words that tell where it begins."""
    heads = ((_HEAD.match(line), number) for number, line in enumerate(text.split("\n"), start=1))
    return {head[1]: f" (line {number})" for head, number in heads if head is not None}


def _shown(found: object) -> str:
    if isinstance(found, int) and abs(found) > 10**12:
        return "far too large a number"
    return "missing" if found is None else repr(found)[:80]


def _name_content(version: str, rules: Mapping[str, Rule]) -> str:
    content: dict[str, Any] = {name: [rule.says, rule.source, dict(rule.values)] for name, rule in rules.items()}
    canonical = json.dumps([version, content], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]
