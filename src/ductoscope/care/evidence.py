"""What is known of one examination side by side: each lesion with its results, loose results, imaging, the view."""

from __future__ import annotations

from dataclasses import dataclass

from ductoscope.care.dues import CYTOLOGY_KINDS
from ductoscope.model.clinical import Finding, Procedure, Result, Specimen

BAD = ("B4", "B5a", "B5b", "C4", "C5")
"""Categories that are suspicious or malignant."""
CANCER = ("B5a", "B5b")
INADEQUATE = ("B1", "C1")


@dataclass(frozen=True, slots=True)
class Sampled:
    """A specimen with the newest thing that the laboratory said of it; result is None until there is one."""

    specimen: Specimen
    result: Result | None
    is_acknowledged: bool

    @property
    def is_cytology(self) -> bool:
        """Whether it holds cells, not tissue."""
        return self.specimen.kind in CYTOLOGY_KINDS

    @property
    def is_of_tissue(self) -> bool:
        """Whether the laboratory judged tissue, whatever kind of specimen was noted."""
        return self.result is not None and self.result.tissue is not None

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories of the newest result."""
        if self.result is None:
            return ()
        return tuple(one for one in (self.result.tissue, self.result.cytology) if one is not None)

    @property
    def is_bad(self) -> bool:
        """Whether a category is suspicious or malignant."""
        return any(one in BAD for one in self.categories)

    @property
    def is_benign(self) -> bool:
        """Whether every category is benign, normal or inadequate; B3 only where the laboratory says "no atypia"."""
        benign = ("B1", "B2", "C1", "C2")
        return bool(self.categories) and all(
            one in benign or (one == "B3" and self.has_atypia is False) for one in self.categories
        )

    @property
    def has_atypia(self) -> bool | None:
        """Atypia as the laboratory says."""
        return None if self.result is None else self.result.has_atypia

    @property
    def words(self) -> str:
        """Its letter and categories, for a sentence."""
        return f"{self.specimen.letter} ({self.specimen.kind}: {', '.join(self.categories)})"


@dataclass(frozen=True, slots=True)
class Lesion:
    """A finding that a person confirmed and that is not normal, with what was sampled from it.

    is_removed: a whole papilloma, or a removal noted as complete.
    """

    finding: Finding
    samples: tuple[Sampled, ...]
    is_removed: bool

    @property
    def grade(self) -> str | None:
        """Its suspicion grade, D0 to D5, None when nobody gave one."""
        return self.finding.terms.get("suspicion")

    @property
    def results(self) -> tuple[Sampled, ...]:
        """The samples that a category came for."""
        return tuple(one for one in self.samples if one.categories)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that a next step rests on. loose: specimens that belong to no lesion."""

    lesions: tuple[Lesion, ...]
    loose: tuple[Sampled, ...]

    @property
    def samples(self) -> tuple[Sampled, ...]:
        """Every specimen."""
        return (*(one for lesion in self.lesions for one in lesion.samples), *self.loose)


def gather_evidence(procedure: Procedure) -> Evidence:
    """Lay findings and results of one examination side by side."""
    samples = [
        Sampled(state.specimen, state.results[-1] if state.results else None, state.acknowledged_by is not None)
        for state in procedure.specimens.values()
    ]
    lesions = []
    for finding in procedure.findings.values():
        if finding.state != "confirmed" or _is_normal(finding):
            continue
        mine = tuple(one for one in samples if one.specimen.finding == finding.letter)
        is_removed = any(one.specimen.kind == "whole papilloma" for one in mine) or any(
            action.is_complete and action.finding == finding.letter and action.kind in ("basket", "biopsy")
            for action in procedure.actions
        )
        lesions.append(Lesion(finding, mine, is_removed))
    letters = {lesion.finding.letter for lesion in lesions}
    loose = tuple(one for one in samples if one.specimen.finding not in letters)
    return Evidence(tuple(lesions), loose)


def _is_normal(finding: Finding) -> bool:
    return finding.terms.get("suspicion") == "D1" or (
        finding.terms.get("type") == "normal variant" and finding.terms.get("suspicion") in (None, "D2")
    )
