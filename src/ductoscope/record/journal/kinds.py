"""Kinds of events that the journal treats alike: looks, what says who somebody is, what speaks of files."""

from __future__ import annotations

from ductoscope.model.clinical import Happened
from ductoscope.model.clinical import happened as h

LOOKS = (h.RecordLooked, h.LookRefused)
"""Who looked. They do not move a procedure on: its newest number stays as it was."""
ABOUT_PATIENTS = (h.PatientRegistered, h.PatientCorrected, h.PatientReconciled)
"""What says who somebody is."""
WITH_DOCUMENTS = (
    h.StillKept,
    h.DuctMapped,
    h.ReportSigned,
    h.LetterGiven,
    h.ProtocolChanged,
    h.ResultArrived,
    h.ResultQueued,
)
"""What may speak of a picture or document."""


def documents_of(what: Happened) -> tuple[str, ...]:
    """Return the SHA-256 of every file in the media store that belongs to what happened."""
    match what:
        case h.StillKept(still):
            return (still.sha256,)
        case h.DuctMapped(measured):
            return measured.pictures
        case h.ReportSigned(report):
            return (report.pdf, report.html)
        case h.LetterGiven(document=document) | h.ProtocolChanged(document=document):
            return (document,)
        case h.ResultArrived(result=result) | h.ResultQueued(result=result) if result.pdf is not None:
            return (result.pdf,)
    return ()


def names_of(kinds: tuple[type, ...]) -> tuple[str, ...]:
    """Return the names of kinds, as the events table has them."""
    return tuple(kind.__name__ for kind in kinds)
