"""The most of a local anaesthetic that one person may be given, and what is left of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from ductoscope.care.allowed import Number, Spec
from ductoscope.care.rule import CareProtocol
from ductoscope.model.clinical import Agent, Anaesthetic, AnaestheticLimit


def _agent(most_mg_per_kg: float, most_mg: float) -> Spec:
    # The upper ends are what no clinic may write, not what may be given: above them a slip of the pen is certain.
    return Spec(
        {"mg_per_kg": Number(0.1, most_mg_per_kg), "max_mg": Number(1, most_mg), "percent": Number(0.1, 5)},
        ("limit_mg", "given_mg", "left_mg", "left_ml", "weight_kg"),
    )


RULES = {
    "anaesthetic.lidocaine": _agent(7, 400),
    "anaesthetic.lidocaine_with_adrenaline": _agent(10, 700),
    "anaesthetic.prilocaine": _agent(10, 600),
    "anaesthetic.bupivacaine": _agent(3, 225),
    "anaesthetic.ropivacaine": _agent(4, 300),
    "anaesthetic.cream": Spec({"share": Number(0, 1)}),
    "anaesthetic.too_much": Spec(facts=("agent", "over_mg", "limit_mg")),
    "anaesthetic.no_weight": Spec({"lightest_kg": Number(20, 40), "heaviest_kg": Number(150, 400)}, ("agent",)),
    "anaesthetic.unknown_agent": Spec(facts=("agent",)),
}


def limit_anaesthetic(
    given: Sequence[Anaesthetic], next_agent: Agent, weight_kg: float | None, protocol: CareProtocol
) -> AnaestheticLimit:
    """Say how much of `next_agent` may still be given to somebody of this weight after the doses `given`.

    Doses of other agents count by the share of their own limit that they used up; nothing is taken off for time gone
    by. Cream counts by the share that the protocol states. given_mg is in milligrams of `next_agent`; without a limit
    it is the plain sum of what was given.
    """
    used = [
        (dose, dose.mg * (protocol.number("anaesthetic.cream", "share") if dose.route == "cream" else 1.0))
        for dose in given
    ]
    total_mg = sum(mg for _, mg in used)
    unknown = next((one for one in (next_agent, *(dose.agent for dose in given)) if one not in get_args(Agent)), None)
    if unknown is not None:
        reason = protocol.say("anaesthetic.unknown_agent", agent=unknown)
        return AnaestheticLimit(None, total_mg, None, reason)
    rule = "anaesthetic.no_weight"
    lightest, heaviest = protocol.number(rule, "lightest_kg"), protocol.number(rule, "heaviest_kg")
    if weight_kg is None or not lightest <= weight_kg <= heaviest:
        return AnaestheticLimit(None, total_mg, None, protocol.say(rule, agent=next_agent))
    limit_mg = _limit_mg(next_agent, weight_kg, protocol)
    share = sum(mg / _limit_mg(dose.agent, weight_kg, protocol) for dose, mg in used)
    given_mg = limit_mg * share
    left_mg = limit_mg - given_mg
    if left_mg < 0:
        reason = protocol.say(
            "anaesthetic.too_much", agent=next_agent, over_mg=_round_up(-left_mg), limit_mg=f"{limit_mg:.0f}"
        )
        return AnaestheticLimit(limit_mg, given_mg, left_mg, reason)
    name = _rule_of(next_agent)
    reason = protocol.say(
        name,
        limit_mg=f"{limit_mg:.0f}",
        given_mg=f"{given_mg:.0f}",
        left_mg=_round_down(left_mg, 0),
        left_ml=_round_down(left_mg / (10 * protocol.number(name, "percent")), 1),
        weight_kg=float(weight_kg),
    )
    return AnaestheticLimit(limit_mg, given_mg, left_mg, reason)


def _rule_of(agent: Agent) -> str:
    return f"anaesthetic.{agent.replace(' ', '_')}"


def _limit_mg(agent: Agent, weight_kg: float, protocol: CareProtocol) -> float:
    rule = _rule_of(agent)
    return min(protocol.number(rule, "mg_per_kg") * weight_kg, protocol.number(rule, "max_mg"))


def _round_down(value: float, digits: int) -> str:
    # What is left is never rounded up: nobody should be told of a tenth of a millilitre that is not there.
    step = 10**digits
    return f"{int(value * step + 1e-9) / step:.{digits}f}"


def _round_up(value: float) -> str:
    return f"{int(value) + 1}"
