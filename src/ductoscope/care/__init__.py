"""The rules of the patient's path: pure functions over one versioned protocol file."""

from ductoscope.care.aftercare import Aftercare, list_aftercare
from ductoscope.care.anaesthetic import limit_anaesthetic
from ductoscope.care.blood_thinners import BloodThinner, find_blood_thinners
from ductoscope.care.checklist import ChecklistItem, make_checklist
from ductoscope.care.dues import DueDates, due_dates
from ductoscope.care.next_steps import advise_next_steps
from ductoscope.care.preparation import plan_preparation
from ductoscope.care.read_protocol import load_protocol, read_protocol, shipped_text
from ductoscope.care.referral import assess_referral
from ductoscope.care.rule import CareProtocol, Rule, say_value
from ductoscope.care.studies import load_studies, read_studies, what_studies_found
from ductoscope.care.study import SiteModel, Studies, Study
from ductoscope.care.symptoms import assess_symptoms
from ductoscope.care.timers import time_plan

__all__ = [
    "Aftercare",
    "BloodThinner",
    "CareProtocol",
    "ChecklistItem",
    "DueDates",
    "Rule",
    "SiteModel",
    "Studies",
    "Study",
    "advise_next_steps",
    "assess_referral",
    "assess_symptoms",
    "due_dates",
    "find_blood_thinners",
    "limit_anaesthetic",
    "list_aftercare",
    "load_protocol",
    "load_studies",
    "make_checklist",
    "plan_preparation",
    "read_protocol",
    "read_studies",
    "say_value",
    "shipped_text",
    "time_plan",
    "what_studies_found",
]
