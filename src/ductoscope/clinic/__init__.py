"""The desk: one verb for every human act, each appends to the journal."""

from ductoscope.clinic.allowed import ALLOWED, Rule
from ductoscope.clinic.desk import PLAIN_ACTS, Desk
from ductoscope.clinic.identity import BIRTH_DATE, WRISTBAND, list_identifiers, list_numbers
from ductoscope.clinic.letters import next_letter
from ductoscope.clinic.missing import list_missing
from ductoscope.clinic.passwords import Passwords
from ductoscope.clinic.people import Visit
from ductoscope.clinic.reports import list_documents
from ductoscope.clinic.results import Match

__all__ = [
    "ALLOWED",
    "BIRTH_DATE",
    "PLAIN_ACTS",
    "WRISTBAND",
    "Desk",
    "Match",
    "Passwords",
    "Rule",
    "Visit",
    "list_documents",
    "list_identifiers",
    "list_missing",
    "list_numbers",
    "next_letter",
]
