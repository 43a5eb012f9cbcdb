"""One examination, step by step: what the hands ask for, and what the duct makes of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ductoscope.model import Controls
from ductoscope.simulate.breast.distension import Distension
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.advance import START_MM, move_tip
from ductoscope.simulate.drive.blood import bleed, loosen, paint_spots, scrape
from ductoscope.simulate.drive.comfort import START_PAIN, step_pain
from ductoscope.simulate.drive.contact import press_wall, touch_lesions
from ductoscope.simulate.drive.fluid import step_fluid
from ductoscope.simulate.drive.happen import tell_happenings
from ductoscope.simulate.drive.lumen import shape_lumen
from ductoscope.simulate.drive.particles import scatter, step_particles
from ductoscope.simulate.drive.pressure import find_flow_ml_min, follow_pressure, is_torn, step_pressure, tear
from ductoscope.simulate.drive.shaft import hold_open
from ductoscope.simulate.drive.state import NO_SPOTS, ExamState, FluidState, TipState
from ductoscope.simulate.drive.sway import number_tree
from ductoscope.simulate.settings import WorldSettings

_NO_PARTICLES = np.zeros((0, 8))


def begin_exam(tree: DuctTree, settings: WorldSettings, *, seconds: float = 0.0) -> ExamState:
    """The state just after the scope was put in: tip in the neck, the duct collapsed and not yet flushed.

    seconds: since the examination began, when other ducts were looked at before. A still world's scope stands in the
    middle of the main duct instead, distended and flushed, since nobody can move it there.
    """
    distension, main = settings.distension, tree.branches[0]
    pressure_mmhg = settings.working_mmhg if settings.is_still else 0.0
    tip = TipState(0, main.length_mm / 2.0 if settings.is_still else min(START_MM, main.length_mm))
    is_air = settings.starts_in == "air" and not settings.is_still
    begun = ExamState(
        t_s=seconds,
        tip=tip,
        fluid=FluidState(
            is_air, pressure_mmhg, 0.0, settings.turbidity_per_mm, settings.blood_per_mm, 0.0, 0.0, _NO_PARTICLES
        ),
        contact=None,
        roundness=distension.roundness(pressure_mmhg),
        fold_share=distension.fold_share(pressure_mmhg),
        stretch_pressure_mmhg=pressure_mmhg,
        bleeding=(),
        gone=frozenset(),
        spots=NO_SPOTS,
        opened_mm=hold_open(tree, tip),
        burst=frozenset(),
        pain=START_PAIN,
    )
    if is_air:
        return begun
    lumen = shape_lumen(tree, settings, distension, begun)
    particles = scatter(lumen, settings, tip, np.random.default_rng(number_tree(tree)))
    return replace(begun, fluid=replace(begun.fluid, particles=particles))


def step_exam(
    tree: DuctTree,
    settings: WorldSettings,
    distension: Distension,
    state: ExamState,
    controls: Controls,
    dt_s: float,
    rng: np.random.Generator,
) -> ExamState:
    """The state `dt_s` later (0 or more, best below 0.1), with the hands as `controls` say.

    Pure: the same state, controls and generator give the same next state. It makes room (lumen), moves the tip, feels
    the wall, sets pressure, lets things bleed, washes, and asks the patient.
    """
    t_s = state.t_s + dt_s
    lumen = shape_lumen(tree, settings, distension, state)
    passage = move_tip(lumen, settings, state.tip, controls, state.t_s, dt_s)
    tip = passage.tip
    contact = press_wall(lumen, state.contact, passage, controls, dt_s)
    flow_ml_min = find_flow_ml_min(controls)
    pressure_mmhg = step_pressure(tree, settings, state, flow_ml_min, dt_s)
    burst = tear(settings, state, pressure_mmhg)
    roundness, fold_share, stretch_mmhg = follow_pressure(distension, state, pressure_mmhg, dt_s)
    bleeding = bleed(tree, state, touch_lesions(lumen, tip, state.gone), contact, dt_s)
    gone = loosen(tree, state, tip, flow_ml_min, dt_s, rng)
    spots = paint_spots(tree, state, bleeding, scrape(tip, contact, dt_s, rng))
    particles = step_particles(lumen, settings, state.fluid.particles, tip, flow_ml_min, dt_s, rng)
    is_tearing = is_torn(tree, burst, tip.branch)
    fluid = step_fluid(
        lumen,
        settings,
        state,
        tip,
        pressure_mmhg=pressure_mmhg,
        flow_ml_min=flow_ml_min,
        bleeding=bleeding,
        contact=contact,
        is_torn=is_tearing,
        particles=particles,
        dt_s=dt_s,
    )
    pain = step_pain(lumen, state, tip, contact, pressure_mmhg, is_torn_now=burst != state.burst, t_s=t_s, dt_s=dt_s)
    after = ExamState(
        t_s=t_s,
        tip=tip,
        fluid=fluid,
        contact=contact,
        roundness=roundness,
        fold_share=fold_share,
        stretch_pressure_mmhg=stretch_mmhg,
        bleeding=bleeding,
        gone=gone,
        spots=spots,
        opened_mm=hold_open(tree, tip),
        burst=burst,
        pain=pain,
    )
    return replace(after, happenings=tell_happenings(tree, state, after))
