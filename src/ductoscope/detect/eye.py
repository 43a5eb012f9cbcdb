"""Eye: whatever tells, pixel by pixel, what a raster shows. Two can: a small network, and plain rules beside it."""

from __future__ import annotations

from typing import Literal, Protocol, get_args

from ductoscope.model import BadInputError, Outlook, Raster

EyeKind = Literal["learned", "classical"]


class Eye(Protocol):
    """Tells what a raster shows. Keeps nothing between pictures; used from one thread at a time.

    name: the kind and its version or file, as it stands in what was made with it.
    """

    @property
    def name(self) -> str:
        """Who looks."""

    def look_out(self, raster: Raster) -> Outlook:
        """Tell what one raster shows."""


def open_eye(kind: EyeKind = "learned", threads: int = 1) -> Eye:
    """Open an eye. threads: that the learned one may use.

    Raises BadFileError, in words, when the learned eye's model file is missing, damaged or does not fit this version;
    BadInputError for an unknown kind.
    """
    if kind == "classical":
        from ductoscope.detect.classical_eye import ClassicalEye

        return ClassicalEye()
    if kind == "learned":
        # onnxruntime is heavy, and who looks with the classical eye does not need it.
        from ductoscope.detect.learned_eye import open_learned_eye

        return open_learned_eye(threads=threads)
    raise BadInputError(f'An eye is {" or ".join(get_args(EyeKind))}, got "{kind}".')
