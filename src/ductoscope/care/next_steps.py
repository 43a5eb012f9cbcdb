"""What comes next, from findings, results and imaging together: monitor, image, repeat, biopsy, excise, meeting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ductoscope.care.allowed import Number, Numbers, Spec
from ductoscope.care.concordance import LIMITS_ONLY, find_discordances, list_missing
from ductoscope.care.days import add_months
from ductoscope.care.evidence import CANCER, INADEQUATE, Evidence, Lesion, Sampled, gather_evidence
from ductoscope.care.prior_imaging import find_suspicious, find_unfinished, name_imaging
from ductoscope.care.rule import CareProtocol
from ductoscope.model.clinical import NextStep, NextStepAdvice, Procedure, StepKind

_DAYS = Number(1, 31, is_whole=True)
_SOON = Spec({"days": _DAYS}, ("sample",))
RULES = {
    "next.discordant": Spec({"days": _DAYS}),
    "next.cancer": _SOON,
    "next.suspicious_result": _SOON,
    "next.cells_need_tissue": _SOON,
    "next.atypia": _SOON,
    "next.uncertain_cells": _SOON,
    "next.papilloma_left": _SOON,
    "next.excise_after_meeting": Spec(facts=("sample",)),
    "next.inadequate": Spec({"days": _DAYS}, ("sample",)),
    "next.suspicious_not_sampled": Spec({"days": _DAYS}, ("finding", "grade")),
    "next.not_sampled": Spec({"days": _DAYS}, ("finding", "grade")),
    "next.benign_cells_only": Spec({"days": _DAYS}, ("finding", "grade")),
    "next.imaging_suspicious": Spec({"days": _DAYS}, ("imaging",)),
    "next.imaging_unfinished": Spec({"days": _DAYS}, ("imaging",)),
    "next.known_cancer": Spec({"days": _DAYS}, ("imaging",)),
    "next.no_imaging": Spec({"days": _DAYS}),
    "next.not_seen_well": Spec({"grade": Number(1, 3, is_whole=True), "days": _DAYS}, ("why",)),
    "next.negative": Spec(facts=("month",)),
    "next.benign": Spec(facts=("month",)),
    "next.removed": Spec({"months": Numbers(1, 60)}, ("month",)),
    "next.yearly_mammography": Spec({"months": Numbers(6, 60)}, ("month",)),
    "next.all_done": Spec({"months": Number(6, 120, is_whole=True)}),
}

_ORDER: tuple[StepKind, ...] = ("meeting", "biopsy", "excise", "repeat", "image", "monitor", "discharge from care")
_EXAMINED = ("examined", "reported", "final", "closed")


def advise_next_steps(procedure: Procedure, *, on: date, protocol: CareProtocol) -> NextStepAdvice:
    """Say what findings, results and imaging ask for together on a day; a doctor or the meeting decides.

    Every discordance brings a meeting. Monitoring alone is said only when nothing is awaited and nothing else is to be
    done. When there is no step, `missing` says what is waited for.
    """
    if procedure.stage not in _EXAMINED:
        return NextStepAdvice((), None, missing=(protocol.say("missing.not_examined"),), protocol=protocol.id)
    evidence = gather_evidence(procedure)
    missing = list_missing(procedure, evidence, protocol)
    discordances = find_discordances(procedure, evidence, protocol)
    steps = list(_list_urgent(procedure, evidence, on, protocol))
    if discordances:
        steps.append(_step("meeting", "next.discordant", on, protocol))
    is_waiting = any(reason.rule not in LIMITS_ONLY for reason in missing)
    if not steps and not is_waiting:
        steps = list(_follow_up(procedure, evidence, on, protocol))
    is_unseen = _why_not_seen(procedure, evidence, protocol) != ""
    is_open = is_unseen or any(reason.rule != "missing.extent" for reason in missing)
    return NextStepAdvice(
        steps=tuple(sorted(dict.fromkeys(steps), key=lambda step: (_ORDER.index(step.kind), step.due_on or date.max))),
        is_concordant=False if discordances else None if is_open else True,
        discordances=discordances,
        missing=missing,
        protocol=protocol.id,
    )


def _step(kind: StepKind, rule: str, on: date, protocol: CareProtocol, **facts: object) -> NextStep:
    days = protocol.rules[rule].values.get("days")
    due_on = on + timedelta(days=days) if isinstance(days, float) else None
    return NextStep(kind, protocol.say(rule, **facts), due_on)


def _list_urgent(procedure: Procedure, evidence: Evidence, on: date, protocol: CareProtocol) -> Iterator[NextStep]:
    for lesion in evidence.lesions:
        yield from _act_on_look(lesion, on, protocol)
        for one in lesion.results:
            yield from _act_on_result(one, lesion, on, protocol)
    for one in evidence.loose:
        if one.categories:
            yield from _act_on_result(one, None, on, protocol)
    yield from _act_on_imaging(procedure, evidence, on, protocol)
    why = _why_not_seen(procedure, evidence, protocol)
    if why:
        yield _step("image", "next.not_seen_well", on, protocol, why=why)


def _act_on_look(lesion: Lesion, on: date, protocol: CareProtocol) -> Iterator[NextStep]:
    letter, grade = lesion.finding.letter, lesion.grade
    if not lesion.samples and lesion.grade in ("D4", "D5"):
        yield _step("biopsy", "next.suspicious_not_sampled", on, protocol, finding=letter, grade=grade)
    elif not lesion.samples and lesion.grade in ("D0", "D3"):
        yield _step("biopsy", "next.not_sampled", on, protocol, finding=letter, grade=grade)
    is_cells_only = lesion.results and all(one.is_benign and not one.is_of_tissue for one in lesion.results)
    if is_cells_only and lesion.grade not in (None, "D2") and len(lesion.results) == len(lesion.samples):
        yield _step("biopsy", "next.benign_cells_only", on, protocol, finding=letter, grade=grade)


def _act_on_result(one: Sampled, lesion: Lesion | None, on: date, protocol: CareProtocol) -> Iterator[NextStep]:
    categories = set(one.categories)
    has_tissue = any(other.is_bad and other.is_of_tissue for other in (lesion.samples if lesion else ()))
    if categories & set(CANCER):
        yield _step("meeting", "next.cancer", on, protocol, sample=one.words)
        yield _step("excise", "next.excise_after_meeting", on, protocol, sample=one.words)
    elif "B4" in categories:
        yield _step("meeting", "next.suspicious_result", on, protocol, sample=one.words)
        yield _step("biopsy", "next.suspicious_result", on, protocol, sample=one.words)
    if categories & {"C4", "C5"} and not has_tissue:
        yield _step("meeting", "next.suspicious_result", on, protocol, sample=one.words)
        yield _step("biopsy", "next.cells_need_tissue", on, protocol, sample=one.words)
    if "C3" in categories:
        yield _step("meeting", "next.uncertain_cells", on, protocol, sample=one.words)
    if one.has_atypia and not one.is_bad:
        yield _step("meeting", "next.atypia", on, protocol, sample=one.words)
        if "B3" in categories:
            yield _step("excise", "next.excise_after_meeting", on, protocol, sample=one.words)
    elif "B3" in categories and not (one.has_atypia is False and lesion is not None and lesion.is_removed):
        yield _step("meeting", "next.papilloma_left", on, protocol, sample=one.words)
    if categories & set(INADEQUATE) and not _is_answered(lesion):
        yield _step("repeat", "next.inadequate", on, protocol, sample=one.words)


def _is_answered(lesion: Lesion | None) -> bool:
    """Say whether another sample of the same lesion was good enough to answer."""
    return lesion is not None and any(not set(one.categories) & set(INADEQUATE) for one in lesion.results)


def _act_on_imaging(procedure: Procedure, evidence: Evidence, on: date, protocol: CareProtocol) -> Iterator[NextStep]:
    referral = procedure.referral
    mine = [] if referral is None else [one for one in referral.imaging if one.side in (referral.side, None)]
    if referral is not None:
        if not any(set(one.categories) & {"B4", "B5a", "B5b"} for one in evidence.samples):
            for one in find_suspicious(mine, referral.side):
                yield _step("biopsy", "next.imaging_suspicious", on, protocol, imaging=name_imaging(one))
        for one in find_unfinished(mine, referral.side):
            yield _step("image", "next.imaging_unfinished", on, protocol, imaging=name_imaging(one))
    for one in mine:
        if one.birads == "6":
            yield _step("meeting", "next.known_cancer", on, protocol, imaging=name_imaging(one))
    if all(one.birads is None for one in mine):
        yield _step("image", "next.no_imaging", on, protocol)


def _why_not_seen(procedure: Procedure, evidence: Evidence, protocol: CareProtocol) -> str:
    """Say why "nothing more was found" cannot be trusted; empty when it can."""
    if not evidence.lesions and not any(orifice.is_cannulated for orifice in procedure.orifices.values()):
        return "no duct was entered"
    if procedure.view is None:
        return "nobody noted how well one could see"
    if procedure.view.grade < protocol.number("next.not_seen_well", "grade"):
        return f"the view was {procedure.view.grade} of 3"
    return ""


def _follow_up(procedure: Procedure, evidence: Evidence, on: date, protocol: CareProtocol) -> Iterator[NextStep]:
    examined = (procedure.ended_utc or procedure.opened_utc).date()
    if on >= add_months(examined, int(protocol.number("next.all_done", "months"))):
        yield _step("discharge from care", "next.all_done", on, protocol)
        return
    for rule in dict.fromkeys(
        ["next.removed" if lesion.is_removed else "next.benign" for lesion in evidence.lesions] or ["next.negative"]
    ):
        source = "next.removed" if rule == "next.removed" else "due.follow_up"
        yield from _repeat("monitor", rule, protocol.numbers(source, "months"), examined, on, protocol)
    months = protocol.numbers("next.yearly_mammography", "months")
    yield from _repeat("image", "next.yearly_mammography", months, examined, on, protocol)


def _repeat(
    kind: StepKind, rule: str, months: tuple[float, ...], examined: date, on: date, protocol: CareProtocol
) -> Iterator[NextStep]:
    """Return what is still ahead on a day; when all of it has gone by, the last one, for today."""
    days = [(int(month), add_months(examined, int(month))) for month in months]
    ahead = [(month, day) for month, day in days if day >= on] or [(days[-1][0], on)]
    for month, day in ahead:
        yield NextStep(kind, protocol.say(rule, month=month), day)
