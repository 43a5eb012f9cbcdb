"""Cut the bundle's disc out of a tower's screen: a square around it, black outside.

Text, logos and whatever else is burnt in beside the disc stay behind, so they never reach a recording.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from ductoscope.model import BoolArray, Pixels, Rim, freeze

_MARGIN = 1.06  # of the radius: light fades half a core's pitch before the last cores end
_MARGIN_PX = 3.0


@dataclass(frozen=True)
class DiscCut:
    """How the disc is cut: always a square of the same size, with the disc in the same place.

    rim: where the disc lay on the screen when its place was decided.
    """

    rim: Rim

    @cached_property
    def side_px(self) -> int:
        """Side of the square, an even number."""
        return 2 * int(np.ceil(_MARGIN * self.rim.radius_px + _MARGIN_PX))

    @cached_property
    def corner_xy_px(self) -> tuple[int, int]:
        """Where the square's first pixel lies on the screen, x and y; it may lie outside."""
        return self._corner(self.rim)

    @cached_property
    def rim_inside(self) -> Rim:
        """The disc's circle in the cut square."""
        x, y = self.corner_xy_px
        return Rim(self.rim.x_px - x, self.rim.y_px - y, self.rim.radius_px)

    @cached_property
    def outside(self) -> BoolArray:
        """(side, side), True where nothing of the screen is kept."""
        rows, columns = np.ogrid[: self.side_px, : self.side_px]
        inside = self.rim_inside
        far = np.hypot(columns - inside.x_px, rows - inside.y_px) > _MARGIN * inside.radius_px + _MARGIN_PX / 2
        return freeze(far)

    def cut(self, screen: Pixels, rim: Rim) -> Pixels:
        """Cut the disc that lies at `rim` out of a screen, (side, side[, 3]), read-only.

        A moved disc is cut by whole pixels, which keeps every core as sharp as it was; one whose size has changed by
        more than a core's share is brought back to its first size.
        """
        if abs(rim.radius_px / self.rim.radius_px - 1) > 0.004:
            cut = self._rescale(screen, rim)
        else:
            cut = _cut_square(screen, self._corner(rim), self.side_px)
        cut[self.outside] = 0
        return freeze(cut)  # type: ignore[return-value]

    def _corner(self, rim: Rim) -> tuple[int, int]:
        # Relative to the first place, so that an unmoved disc has exactly the same corner.
        x = round(self.rim.x_px - self.side_px / 2) + round(rim.x_px - self.rim.x_px)
        return x, round(self.rim.y_px - self.side_px / 2) + round(rim.y_px - self.rim.y_px)

    def _rescale(self, screen: Pixels, rim: Rim) -> Pixels:
        scale, inside = rim.radius_px / self.rim.radius_px, self.rim_inside
        screen_from_cut = np.array(
            [
                [scale, 0, rim.x_px - scale * inside.x_px],
                [0, scale, rim.y_px - scale * inside.y_px],
            ]
        )
        size = (self.side_px, self.side_px)
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(screen, screen_from_cut, size, flags=flags)  # type: ignore[return-value]


def _cut_square(screen: Pixels, corner_xy: tuple[int, int], side_px: int) -> Pixels:
    """Copy a square of a screen; what lies beyond its edge is black."""
    square = np.zeros((side_px, side_px, *screen.shape[2:]), screen.dtype)
    x, y = corner_xy
    top, left = max(y, 0), max(x, 0)
    piece = screen[top : max(y + side_px, 0), left : max(x + side_px, 0)]
    square[top - y : top - y + piece.shape[0], left - x : left - x + piece.shape[1]] = piece
    return square
