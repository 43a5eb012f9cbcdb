"""The learned eye: a small network that was trained on simulated ducts; docs/model-card.md says what it has seen.

What the whole picture is like it tells together with the classical eye's signs: each errs where the other does not, and
the geometric mean of their chances is better than either (measured on tuning seeds).

It runs in ONNX Runtime on as many threads as it is given, without waiting in circles for work and without telling
anybody about it. Its file carries its own description, and beside it lies the file's SHA-256: a file that was changed
by one bit is refused, since its answers could be wrong without anybody noticing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, get_args

import numpy as np
import onnxruntime

from ductoscope.detect.picture_signs import read_signs
from ductoscope.detect.weigh_signs import weigh_signs
from ductoscope.model import RASTER_SIZE, BadFileError, BadInputError, FloatArray, Outlook, Raster, ViewWord

CARD = "look_out.json"
_WORDS: tuple[ViewWord, ...] = get_args(ViewWord)
_INPUTS = {"light": [RASTER_SIZE, RASTER_SIZE, 3], "seen": [RASTER_SIZE, RASTER_SIZE]}
_MAPS = ("distance", "mouth", "edge", "spot", "clear")
_AGAIN = "Install Ductoscope again, or look with the classical eye."
_FATAL_ONLY = 4
_LEAST = 1e-4
"""No chance is so small that the other opinion could not outweigh it."""


@dataclass(frozen=True, slots=True, eq=False)
class LearnedEye:
    """A network in ONNX Runtime. words: what its chances are of, in their order."""

    name: str
    words: tuple[ViewWord, ...]
    session: Any

    def look_out(self, raster: Raster) -> Outlook:
        """Tell what one raster shows. Raises BadInputError for a raster of another size than it was trained on."""
        if raster.size != RASTER_SIZE:
            raise BadInputError(f"The learned eye looks at rasters of {RASTER_SIZE} pixels a side, got {raster.size}.")
        seen = raster.seen.astype(np.float32)
        fed = {"light": np.ascontiguousarray(raster.light_lin, dtype=np.float32), "seen": seen}
        maps, chances = self.session.run(["maps", "chances"], fed)
        distance, mouth, edge, spot, clear = (_lay(each, seen) for each in maps)
        by_signs = weigh_signs(read_signs(raster))
        logits = np.log(chances + _LEAST) + np.log(np.array([by_signs[word] for word in self.words]) + _LEAST)
        both = np.exp(0.5 * (logits - logits.max()))
        told = dict.fromkeys(_WORDS, 0.0) | dict(zip(self.words, (both / both.sum()).tolist(), strict=True))
        return Outlook(
            index=raster.index,
            t_ns=raster.t_ns,
            distance=distance,
            mouth=mouth,
            edge=edge,
            spot=spot,
            clear=clear,
            chances=told,
            eye=self.name,
        )


def open_learned_eye(threads: int = 1, folder: Traversable | None = None) -> LearnedEye:
    """Open the network in `folder`, by default the package's own, to run on so many threads.

    Raises BadFileError, in words, when the file is missing, was changed, or is not what this version looks with.
    """
    folder = folder or files("ductoscope.detect").joinpath("models")
    try:
        card = json.loads(folder.joinpath(CARD).read_text(encoding="utf-8"))
        name, words, digest = str(card["name"]), tuple(card["words"]), str(card["sha256"])
        model = folder.joinpath(str(card["file"])).read_bytes()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadFileError(f"The learned eye's model is missing or its description is damaged. {_AGAIN}") from error
    if hashlib.sha256(model).hexdigest() != digest:
        raise BadFileError(
            f"The learned eye's model ({card['file']}) is damaged: it was changed or cut short. {_AGAIN}"
        )
    if not set(words) <= set(_WORDS):
        raise BadFileError(f"The learned eye's model knows view words that this version does not have. {_AGAIN}")
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _FATAL_ONLY
    # A thread that spins while it waits takes the processor from the picture.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    try:
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    # ONNX Runtime's own errors share no base but Exception.
    except Exception as error:
        raise BadFileError(f"The learned eye's model ({card['file']}) cannot be run here: {error}. {_AGAIN}") from error
    inputs = {each.name: each.shape for each in session.get_inputs()}
    outputs = {each.name: each.shape for each in session.get_outputs()}
    if inputs != _INPUTS or outputs != {"maps": [len(_MAPS), RASTER_SIZE, RASTER_SIZE], "chances": [len(words)]}:
        raise BadFileError(
            f"The learned eye's model ({card['file']}) is of another version than this program. {_AGAIN}"
        )
    return LearnedEye(f"{name} ({digest[:8]})", words, session)


def _lay(values: FloatArray, seen: FloatArray) -> FloatArray:
    return np.asarray(values * seen, dtype=np.float32)
