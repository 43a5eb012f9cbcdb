"""Draw a breast from a seed: its nipple at once, each orifice's duct tree when somebody asks for it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np

from ductoscope.model import BadInputError
from ductoscope.simulate.breast.access import reachable
from ductoscope.simulate.breast.branch_shape import BranchShape
from ductoscope.simulate.breast.distension import Distension
from ductoscope.simulate.breast.draw_wall import draw_wall
from ductoscope.simulate.breast.duct_tree import Branch, DuctTree
from ductoscope.simulate.breast.grow_lesions import grow_lesions
from ductoscope.simulate.breast.nipple import Nipple, draw_nipple
from ductoscope.simulate.breast.tree import draw_tree_shape
from ductoscope.simulate.settings import WorldSettings

_NIPPLE, _SHAPE, _WALL, _LESIONS = 11, 12, 13, 14
"""Streams of chance: what is asked of the walls leaves the anatomy as it is."""
_LESION_TRIES = 20


@dataclass(frozen=True, slots=True, eq=False)
class Breast:
    """One drawn breast. `discharging` is the number of the orifice whose duct is examined."""

    seed: int
    settings: WorldSettings
    nipple: Nipple
    discharging: int
    distension: Distension
    _trees: dict[int, DuctTree] = field(default_factory=dict, init=False, repr=False)

    def tree(self, orifice: int) -> DuctTree:
        """The ducts behind an orifice; the same for the same seed, settings and orifice, whoever asks first.

        Only the discharging duct has lesions. Raises BadInputError for an orifice that is not there.
        """
        if not 0 <= orifice < len(self.nipple.orifices):
            raise BadInputError(
                f"This nipple has orifices 0 to {len(self.nipple.orifices) - 1}, got orifice {orifice}."
            )
        if orifice not in self._trees:
            self._trees[orifice] = _draw_tree(self, orifice)
        return self._trees[orifice]


def draw_breast(seed: int, settings: WorldSettings) -> Breast:
    """Draw the breast of a seed (0 or more)."""
    if seed < 0:
        raise BadInputError(f"A breast's seed must be 0 or more, got {seed}.")
    nipple = draw_nipple(np.random.default_rng([seed, _NIPPLE]), settings)
    return Breast(seed, settings, nipple, nipple.discharging, settings.distension)


def _draw_tree(breast: Breast, orifice: int) -> DuctTree:
    shapes = draw_tree_shape(
        np.random.default_rng([breast.seed, _SHAPE, orifice]),
        breast.settings,
        orifice_mm=breast.nipple.orifices[orifice].diameter_mm,
        has_discharge=orifice == breast.discharging,
    )
    tree = DuctTree(orifice, tuple(_add_wall(breast, orifice, shape) for shape in shapes), ())
    return _add_lesions(breast, tree) if orifice == breast.discharging else tree


def _add_wall(breast: Breast, orifice: int, shape: BranchShape) -> Branch:
    rng = np.random.default_rng([breast.seed, _WALL, orifice, shape.id])
    wall = draw_wall(rng, shape.length_mm, shape.radius_mm, breast.settings)
    return Branch(**{item.name: getattr(shape, item.name) for item in fields(shape)}, wall=wall)


def _add_lesions(breast: Breast, tree: DuctTree) -> DuctTree:
    """Grow lesions, again where a stenosis or a plug would shut the scope out before the first fork."""
    settings, reach = breast.settings, reachable(tree, breast.settings)
    for attempt in range(_LESION_TRIES):
        rng = np.random.default_rng([breast.seed, _LESIONS, attempt])
        branches, lesions = grow_lesions(rng, tree.branches, reach, settings)
        grown = DuctTree(tree.orifice, branches, lesions)
        if any(tree.branches[branch].order > 0 for branch, _ in reachable(grown, settings)):
            return grown
    raise BadInputError(
        f"Seed {breast.seed} finds no place for {settings.lesions} lesions of about {settings.lesion_mm:g} mm that "
        "leaves the way to the first fork open; take fewer or smaller lesions."
    )
