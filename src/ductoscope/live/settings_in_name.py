"""Settings behind a source's name: "camera:0?fps=50&size=1920x1080"."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from ductoscope.model import BadInputError


def split_settings(text: str, known: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Split "NAME?key=value&..." into NAME and its settings, filled up from the defaults in `known`.

    A "?" without key=value behind it belongs to the name, and so does an address's own query. Raises BadInputError
    for a setting that is not known.
    """
    name, mark, query = text.rpartition("?")
    if not mark or not all("=" in pair for pair in query.split("&")):
        return text, dict(known)
    pairs = parse_qsl(query, keep_blank_values=True)
    unknown = [key for key, _ in pairs if key not in known]
    if unknown and "://" in name:
        return text, dict(known)
    if unknown:
        raise BadInputError(f'"{text}" has no setting "{unknown[0]}". It knows {", ".join(sorted(known))}.')
    return name, {**known, **dict(pairs)}
