"""The one table of keys: foot pedals are keyboards, so they are set here too.

A key is named as browsers name it (`KeyboardEvent.key`, https://www.w3.org/TR/uievents-key/), letters in lower case.
Most foot pedals send Space, Enter, Page Up, Page Down or a function key out of the box.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Action = Literal[
    "freeze",
    "still",
    "record",
    "picture",
    "zoom_in",
    "zoom_out",
    "fit",
    "sixty",
    "left",
    "right",
    "up",
    "down",
    "brighter",
    "darker",
    "neutral",
    "full_screen",
    "scale",
    "recalibrate",
    "next",
    "confirm",
    "dismiss",
    "correct",
    "hints",
    "graduation",
    "zero",
    "help",
]

FIND_ACTIONS: frozenset[Action] = frozenset(("next", "confirm", "dismiss", "correct", "hints", "graduation", "zero"))
"""Acts that are there only where somebody looks for the way and for findings."""

KEYS: Mapping[Action, tuple[str, ...]] = MappingProxyType(
    {
        "freeze": ("Space", "F7"),
        "still": ("Enter", "s", "F8"),
        "record": ("r", "F9"),
        "picture": ("t", "F10"),
        "zoom_in": ("+", "=", "PageUp"),
        "zoom_out": ("-", "PageDown"),
        "fit": ("0",),
        "sixty": ("6",),
        "left": ("ArrowLeft",),
        "right": ("ArrowRight",),
        "up": ("ArrowUp",),
        "down": ("ArrowDown",),
        "brighter": ("]",),
        "darker": ("[",),
        "neutral": ("b",),
        "full_screen": ("f",),
        "scale": ("d",),
        "recalibrate": ("c",),
        "next": ("e",),
        "confirm": (".",),
        "dismiss": (",",),
        "correct": ("5",),
        "hints": ("u",),
        "graduation": ("g",),
        "zero": ("z",),
        "help": ("?", "h"),
    }
)

RoomAction = Literal[
    "clocks",
    "dose",
    "opening",
    "saline",
    "pain",
    "finding",
    "specimen",
    "deed",
    "complication",
    "view",
    "note",
    "choose",
    "ending",
    "panel",
]

ROOM_KEYS: Mapping[RoomAction, tuple[str, ...]] = MappingProxyType(
    {
        "clocks": ("w",),
        "dose": ("a",),
        "opening": ("o",),
        "saline": ("i",),
        "pain": ("p",),
        "finding": ("m",),
        "specimen": ("l",),
        "deed": ("j",),
        "complication": ("q",),
        "view": ("v",),
        "note": ("n",),
        "choose": ("k",),
        "ending": ("x",),
        "panel": ("y",),
    }
)
"""Keys of the room with a patient in it, beside the monitor's own. A key that the settings give to the monitor is the
monitor's; what it did here is still there by touch."""

DriveAction = Literal[
    "push",
    "pull",
    "bend_left",
    "bend_right",
    "bend_up",
    "bend_down",
    "roll_left",
    "roll_right",
    "flush",
    "suction",
    "hold",
    "note",
    "press",
    "leave",
    "finish",
]

DRIVE_KEYS: Mapping[DriveAction, tuple[str, ...]] = MappingProxyType(
    {
        "push": ("w",),
        "pull": ("s",),
        "bend_left": ("ArrowLeft", "a"),
        "bend_right": ("ArrowRight", "d"),
        "bend_up": ("ArrowUp",),
        "bend_down": ("ArrowDown",),
        "roll_left": ("q",),
        "roll_right": ("e",),
        "flush": ("Space",),
        "suction": ("x",),
        "hold": ("h",),
        "note": ("n", "Enter"),
        "press": ("p",),
        "leave": ("l",),
        "finish": ("End",),
    }
)
"""Keys of practise mode; the first eleven are held down, as a hand holds a scope or a syringe."""
