"""The eye at the tip: from a moment in a duct to what every core sees."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from ductoscope.model import DoubleArray
from ductoscope.simulate.breast.draw import Breast
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.pose import tip_pose
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.light.optics import core_rays, core_spacing_rad
from ductoscope.simulate.light.see import see
from ductoscope.simulate.light.sight import Sight
from ductoscope.simulate.light.tables import Tables, lay_out
from ductoscope.simulate.settings import WorldSettings

_TREES_KEPT = 3
_FEW_CORES = 200
_FARTHEST_MM = 1.0
"""A tip that seems to have gone farther than this between two pictures was put there; it leaves no blur."""
_IDEAL_SHARPER = 4.0
_METERED = 4.0
"""The gain's meter tells brightness up to so many times what the sensor holds: a camera head that finds a part of its
picture clipped shortens the shutter until it knows (assumed)."""


@dataclass(frozen=True, slots=True, eq=False)
class Glance:
    """Where the scope is when the shutter is open.

    duct_from_tip: (4, 4) in the middle of it. poses: (T, 4, 4) all through it, that one in the middle.
    """

    breast: Breast
    tree: DuctTree
    state: ExamState
    poses: DoubleArray

    @property
    def duct_from_tip(self) -> DoubleArray:
        """(4, 4) in the middle of the exposure."""
        return np.asarray(self.poses[len(self.poses) // 2], dtype=np.float64)


class Eye:
    """Looks out of one fibre's cores. Keeps what it can prepare for a tree and a medium; used from any thread.

    xy: (N, 2) core places in the unit disc. settings: of the scope.
    """

    def __init__(self, xy: DoubleArray, settings: WorldSettings) -> None:
        self._xy = xy
        self._settings = settings
        self._rays = {is_air: core_rays(xy, settings, is_air) for is_air in (False, True)}
        self._trees: OrderedDict[int, Tables] = OrderedDict()
        self._lock = threading.Lock()

    def look(self, glance: Glance, rays_per_core: int = 4) -> Sight:
        """See with every core."""
        return self._see(glance, self._rays[glance.state.fluid.is_air], rays_per_core=rays_per_core)

    def measure_light(self, glance: Glance) -> float:
        """Mean light in the picture, 1 for a white card, as an automatic gain measures it: from a few cores."""
        rays = self._rays[glance.state.fluid.is_air][:: max(1, len(self._xy) // _FEW_CORES)]
        sight = self._see(glance, rays, rays_per_core=1)
        return float(np.minimum(sight.light, _METERED).mean())

    def look_between(self, glance: Glance, xy: DoubleArray) -> Sight:
        """See as finer cores at other places xy (n, 2) of the disc would, without motion blur: the ideal view."""
        still = Glance(glance.breast, glance.tree, glance.state, glance.duct_from_tip[None])
        is_air = glance.state.fluid.is_air
        spacing = core_spacing_rad(self._settings, is_air) / _IDEAL_SHARPER
        return self._see(still, core_rays(xy, self._settings, is_air), spacing_rad=spacing)

    def _see(
        self, glance: Glance, rays: DoubleArray, *, rays_per_core: int = 4, spacing_rad: float | None = None
    ) -> Sight:
        return see(
            self._lay_out(glance.tree),
            rays,
            glance.poses,
            glance.state,
            glance.breast.settings,
            glance.breast.distension,
            rays_per_core=rays_per_core,
            spacing_rad=spacing_rad,
        )

    def _lay_out(self, tree: DuctTree) -> Tables:
        with self._lock:
            tables = self._trees.get(id(tree))
            # Tables keep their tree alive, so that no other one can come to have its id.
            if tables is None:
                tables = self._trees[id(tree)] = lay_out(tree)
                while len(self._trees) > _TREES_KEPT:
                    self._trees.popitem(last=False)
            return tables


def open_shutter(
    breast: Breast, tree: DuctTree, state: ExamState, before: DoubleArray | None, dt_s: float, shutter_s: float
) -> Glance:
    """Where the scope is while one picture is exposed.

    before: (4, 4) the tip's pose `dt_s` ago in the same tree; None when there was none. The exposure lies around the
    moment of `state`, the tip moving on as it did since `before`.
    """
    pose = tip_pose(tree, state.tip)
    shares = 0.5 * min(shutter_s / dt_s, 1.0)
    if before is None or not shares or np.array_equal(before, pose):
        return Glance(breast, tree, state, pose[None])
    if np.linalg.norm(pose[:3, 3] - before[:3, 3]) > _FARTHEST_MM:
        return Glance(breast, tree, state, pose[None])
    return Glance(breast, tree, state, np.stack([_go(before, pose, share) for share in (-shares, 0.0, shares)]))


def _go(before: DoubleArray, pose: DoubleArray, share: float) -> DoubleArray:
    """The pose a share of the last step later (or earlier, below 0)."""
    if share == 0.0:
        return pose
    moved = pose + share * (pose - before)
    ahead = moved[:3, 2] / np.linalg.norm(moved[:3, 2])
    right = moved[:3, 0] - (moved[:3, 0] @ ahead) * ahead
    right /= np.linalg.norm(right)
    moved[:3, :3] = np.column_stack([right, np.cross(ahead, right), ahead])
    moved[3] = pose[3]
    return moved
