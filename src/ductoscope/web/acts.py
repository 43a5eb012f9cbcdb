"""What a person can do from the page: freeze, take a still, record, recalibrate. Each is a POST."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, ConfigDict

from ductoscope.live import Room, Shown
from ductoscope.model import PictureArray
from ductoscope.web.encode import encode_jpeg, encode_png, pick_picture, read_png
from ductoscope.web.shelf import Shelf
from ductoscope.web.wire import PictureKind

THUMBNAIL_PX = 192

T = TypeVar("T")


class StillWish(BaseModel):
    """Which picture to keep: the newest, or the one that the viewer looked at."""

    model_config = ConfigDict(extra="forbid")
    sequence: int | None = None


class RecalibrationWish(BaseModel):
    """How to recalibrate, as in `Room.recalibrate`."""

    model_config = ConfigDict(extra="forbid")
    how: Literal["auto", "white", "frames"] = "auto"


@dataclass(frozen=True, slots=True)
class ShelvedStill:
    """A still that can be looked at again: its file, and a small JPEG for the strip of thumbnails."""

    picture: Path
    thumbnail: bytes


def act_routes(
    room: Room,
    stills: Shelf[ShelvedStill],
    frozen: Shelf[Shown],
    holding_empty: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> APIRouter:
    """Make the routes of the acts, and of the pictures that they leave; all run beside the live picture's loop.

    holding_empty: entered around every act; raises when a patient is in the room, whose acts go another way.
    """
    routes = APIRouter(prefix="/api")
    # Numbers are never used twice, so that an old one cannot lead to somebody else's picture.
    still_numbers = itertools.count(1)

    @routes.post("/freeze")
    def freeze() -> dict[str, Any]:
        with holding_empty():
            return freeze_for_page(room, frozen)

    @routes.get("/frozen/{sequence}")
    def frozen_picture(sequence: int, picture: PictureKind = "restored") -> Response:
        _, pixels = pick_picture(_find(frozen, sequence), picture)
        return Response(encode_png(pixels), media_type="image/png")

    @routes.post("/still")
    def take_still(wish: StillWish) -> dict[str, Any]:
        with holding_empty():
            still = room.take_still(wish.sequence)
            number = next(still_numbers)
            stills.put(number, ShelvedStill(still.picture, make_thumbnail(read_png(still.picture))))
            return {"number": number, "name": still.name}

    @routes.get("/stills/{number}")
    def still_picture(number: int, is_small: bool = False) -> Response:
        still = _find(stills, number)
        if is_small:
            return Response(still.thumbnail, media_type="image/jpeg")
        return FileResponse(still.picture, media_type="image/png")

    @routes.post("/record/start")
    def start_recording() -> dict[str, Any]:
        with holding_empty():
            return {"name": room.start_recording()}

    @routes.post("/record/stop")
    def stop_recording() -> dict[str, Any]:
        with holding_empty():
            return asdict(room.stop_recording())

    @routes.post("/recalibrate")
    def recalibrate(wish: RecalibrationWish) -> dict[str, Any]:
        room.recalibrate(wish.how)
        return {}

    return routes


def freeze_for_page(room: Room, frozen: Shelf[Shown]) -> dict[str, Any]:
    """Freeze, keep the picture for the page to fetch, and say what it is."""
    shown = room.freeze()
    frozen.put(shown.sequence, shown)
    return {
        "sequence": shown.sequence,
        "has_raw": shown.raw is not None,
        "is_restored": shown.is_restored,
        "lineage": list(shown.view.lineage),
    }


def make_thumbnail(pixels: PictureArray) -> bytes:
    """Make the small JPEG that stands in a strip of thumbnails."""
    return encode_jpeg(pixels, THUMBNAIL_PX)


def _find(shelf: Shelf[T], number: int) -> T:
    thing = shelf.get(number)
    if thing is None:
        raise HTTPException(404)
    return thing
