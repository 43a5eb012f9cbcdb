"""The pages of the patient's path, and the list of the routes that they are made of."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter

from ductoscope.clinic import Desk
from ductoscope.web.clinic.acts import plain_act_routes
from ductoscope.web.clinic.after import after_routes
from ductoscope.web.clinic.audit import audit_routes
from ductoscope.web.clinic.find import find_routes
from ductoscope.web.clinic.in_room import room_routes
from ductoscope.web.clinic.occupancy import Occupancy
from ductoscope.web.clinic.pages import Pages
from ductoscope.web.clinic.path import path_routes
from ductoscope.web.clinic.patients import patient_routes
from ductoscope.web.clinic.people import people_routes
from ductoscope.web.clinic.preparation import preparation_routes
from ductoscope.web.clinic.protocol import protocol_routes
from ductoscope.web.clinic.reconcile import reconcile_routes
from ductoscope.web.clinic.referral import referral_routes
from ductoscope.web.clinic.report import report_routes
from ductoscope.web.clinic.results import results_routes
from ductoscope.web.clinic.review import review_routes
from ductoscope.web.clinic.sign_in import DemoPeople, sign_in_routes
from ductoscope.web.clinic.specimens import specimens_routes
from ductoscope.web.clinic.storage import storage_routes
from ductoscope.web.clinic.time_out import time_out_routes
from ductoscope.web.clinic.today import today_routes
from ductoscope.web.settings import MonitorSettings

CLINIC_ROUTES = (
    today_routes,
    find_routes,
    patient_routes,
    reconcile_routes,
    referral_routes,
    preparation_routes,
    path_routes,
    report_routes,
    specimens_routes,
    results_routes,
    after_routes,
    plain_act_routes,
    people_routes,
    protocol_routes,
    audit_routes,
    storage_routes,
)
"""Each makes its routes of (desk, pages)."""


def list_clinic_routes(
    desk: Desk,
    pages: Pages,
    occupancy: Occupancy,
    monitor: MonitorSettings,
    demo_people: DemoPeople,
    *,
    has_practice: bool,
) -> Iterator[APIRouter]:
    """Make every page and act of the patient's path."""
    yield sign_in_routes(desk, pages, demo_people, has_practice=has_practice)
    for make_routes in CLINIC_ROUTES:
        yield make_routes(desk, pages)
    yield time_out_routes(desk, pages, occupancy)
    yield room_routes(occupancy, pages, monitor, has_practice=has_practice)
    yield review_routes(desk, pages, occupancy, monitor)
