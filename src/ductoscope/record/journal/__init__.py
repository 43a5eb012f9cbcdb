"""The journal: what happened, in order, hash-chained, never edited."""

from ductoscope.record.journal.journal import Journal, open_journal
from ductoscope.record.journal.rows import (
    Draft,
    DueRow,
    PatientRow,
    Progress,
    QueuedResult,
    Verification,
    WorklistRow,
)

__all__ = [
    "Draft",
    "DueRow",
    "Journal",
    "PatientRow",
    "Progress",
    "QueuedResult",
    "Verification",
    "WorklistRow",
    "open_journal",
]
