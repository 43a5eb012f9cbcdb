"""Where scope, imaging and laboratory do not fit together; none of it may pass in silence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ductoscope.care.allowed import Spec, Words
from ductoscope.care.evidence import Evidence, Lesion, Sampled
from ductoscope.care.prior_imaging import find_suspicious, name_imaging
from ductoscope.care.rule import CareProtocol
from ductoscope.model.clinical import FINDING_TERMS, Procedure, Reason

_GRADES = FINDING_TERMS["suspicion"]

RULES = {
    "discordant.look_worse_than_result": Spec(
        {"grades": Words(_GRADES, needed=("D4", "D5"))}, ("finding", "grade", "samples")
    ),
    "discordant.result_worse_than_look": Spec({"grades": Words(_GRADES)}, ("finding", "grade", "samples")),
    "discordant.result_without_finding": Spec(facts=("samples",)),
    "discordant.cells_worse_than_tissue": Spec(facts=("cells", "tissue")),
    "discordant.atypia_in_benign": Spec(facts=("samples",)),
    "discordant.imaging_not_explained": Spec(facts=("imaging",)),
    "missing.not_examined": Spec(),
    "missing.suggestion": Spec(facts=("finding",)),
    "missing.grade": Spec(facts=("finding",)),
    "missing.sample": Spec(facts=("finding",)),
    "missing.result": Spec(facts=("sample", "due")),
    "missing.acknowledgement": Spec(facts=("sample",)),
    "missing.category": Spec(facts=("sample",)),
    "missing.atypia": Spec(facts=("sample",)),
    "missing.category_of_other_kind": Spec(facts=("sample",)),
    "missing.extent": Spec(facts=("places",)),
}

LIMITS_ONLY = ("missing.sample", "missing.extent")
"""What is missing and will stay so: it limits what can be said, but nobody waits for it."""


def list_missing(procedure: Procedure, evidence: Evidence, protocol: CareProtocol) -> tuple[Reason, ...]:
    """Return what must still come or be judged before everything can be compared."""
    return (
        *_miss_in_findings(procedure, evidence, protocol),
        *_miss_in_results(procedure, evidence, protocol),
        *_miss_in_extent(procedure, protocol),
    )


def find_discordances(procedure: Procedure, evidence: Evidence, protocol: CareProtocol) -> tuple[Reason, ...]:
    """Return every two of scope, imaging and laboratory that do not fit; each brings a meeting."""
    return (
        *(reason for lesion in evidence.lesions for reason in _compare_look(lesion, protocol)),
        *_compare_results(evidence, protocol),
        *_compare_imaging(procedure, evidence, protocol),
    )


def _miss_in_findings(procedure: Procedure, evidence: Evidence, protocol: CareProtocol) -> Iterator[Reason]:
    for finding in procedure.findings.values():
        if finding.state == "suggested":
            yield protocol.say("missing.suggestion", finding=finding.letter)
    for lesion in evidence.lesions:
        if lesion.grade is None:
            yield protocol.say("missing.grade", finding=lesion.finding.letter)
        if not lesion.samples:
            yield protocol.say("missing.sample", finding=lesion.finding.letter)


def _miss_in_results(procedure: Procedure, evidence: Evidence, protocol: CareProtocol) -> Iterator[Reason]:
    for one in evidence.samples:
        name = f"{one.specimen.letter} ({one.specimen.kind})"
        if one.result is None:
            yield protocol.say("missing.result", sample=name, due=_due_in_words(procedure, one))
            continue
        if not one.is_acknowledged:
            yield protocol.say("missing.acknowledgement", sample=name)
        if not one.categories:
            yield protocol.say("missing.category", sample=name)
        if "B3" in one.categories and one.has_atypia is None:
            yield protocol.say("missing.atypia", sample=name)
        is_other_kind = one.result.tissue is not None if one.is_cytology else one.result.cytology is not None
        if is_other_kind:
            yield protocol.say("missing.category_of_other_kind", sample=one.words)


def _due_in_words(procedure: Procedure, one: Sampled) -> str:
    due: date | None = procedure.specimens[one.specimen.letter].due_on
    return "a day that nobody set" if due is None else due.isoformat()


def _miss_in_extent(procedure: Procedure, protocol: CareProtocol) -> Iterator[Reason]:
    places = []
    for orifice in procedure.orifices.values():
        if not orifice.is_cannulated:
            places.append(f"opening {orifice.number}")
        elif orifice.branches_not_entered:
            places.append(f"opening {orifice.number}, branches {', '.join(orifice.branches_not_entered)}")
        elif orifice.stopped_by not in (None, "end reached"):
            places.append(f"opening {orifice.number}, beyond where the scope stopped ({orifice.stopped_by})")
    if places:
        yield protocol.say("missing.extent", places="; ".join(places))


def _compare_look(lesion: Lesion, protocol: CareProtocol) -> Iterator[Reason]:
    if not lesion.results or lesion.grade is None:
        return
    facts = {"finding": lesion.finding.letter, "grade": lesion.grade}
    rule = "discordant.look_worse_than_result"
    if lesion.grade in protocol.words(rule, "grades") and all(one.is_benign for one in lesion.results):
        yield protocol.say(rule, samples=_join(lesion.results), **facts)
    rule = "discordant.result_worse_than_look"
    bad = tuple(one for one in lesion.results if one.is_bad)
    if bad and lesion.grade in protocol.words(rule, "grades"):
        yield protocol.say(rule, samples=_join(bad), **facts)


def _compare_results(evidence: Evidence, protocol: CareProtocol) -> Iterator[Reason]:
    loose_bad = tuple(one for one in evidence.loose if one.is_bad)
    if loose_bad and not any(lesion.grade in ("D3", "D4", "D5") for lesion in evidence.lesions):
        yield protocol.say("discordant.result_without_finding", samples=_join(loose_bad))
    for group in (*(lesion.samples for lesion in evidence.lesions), evidence.loose):
        cells = tuple(one for one in group if one.is_bad and not one.is_of_tissue)
        tissue = tuple(one for one in group if one.is_of_tissue)
        if cells and tissue and all(one.is_benign for one in tissue):
            yield protocol.say("discordant.cells_worse_than_tissue", cells=_join(cells), tissue=_join(tissue))
    odd = tuple(
        one
        for one in evidence.samples
        if one.has_atypia and one.categories and all(each in ("B1", "B2", "C1", "C2") for each in one.categories)
    )
    if odd:
        yield protocol.say("discordant.atypia_in_benign", samples=_join(odd))


def _compare_imaging(procedure: Procedure, evidence: Evidence, protocol: CareProtocol) -> Iterator[Reason]:
    referral = procedure.referral
    if referral is None or any(one.is_bad for one in evidence.samples):
        return
    has_answer = any(one.categories for one in evidence.samples) or not evidence.lesions
    for one in find_suspicious(referral.imaging, referral.side) if has_answer else ():
        yield protocol.say("discordant.imaging_not_explained", imaging=name_imaging(one))


def _join(samples: tuple[Sampled, ...]) -> str:
    return ", ".join(one.words for one in samples)
