"""Documents: a procedure in, a report out, and the same pages as PDF and HTML."""

from ductoscope.report.compose_leaflet import compose_leaflet
from ductoscope.report.compose_letter import compose_letter
from ductoscope.report.compose_patient_report import compose_patient_report
from ductoscope.report.compose_report import compose_report
from ductoscope.report.compose_request import compose_request
from ductoscope.report.content import hash_content, write_content
from ductoscope.report.draw_clock_face import draw_clock_face
from ductoscope.report.draw_duct_map import draw_duct_map
from ductoscope.report.render_html import render_html
from ductoscope.report.render_label import render_label
from ductoscope.report.render_pdf import render_pdf
from ductoscope.report.sign import check_signature, sign_pdf
from ductoscope.report.signature_check import SignatureCheck
from ductoscope.report.signer import Signer, load_signer, make_signer
from ductoscope.report.site import Site
from ductoscope.report.thresholds import Thresholds
from ductoscope.report.words import languages

__all__ = [
    "SignatureCheck",
    "Signer",
    "Site",
    "Thresholds",
    "check_signature",
    "compose_leaflet",
    "compose_letter",
    "compose_patient_report",
    "compose_report",
    "compose_request",
    "draw_clock_face",
    "draw_duct_map",
    "hash_content",
    "languages",
    "load_signer",
    "make_signer",
    "render_html",
    "render_label",
    "render_pdf",
    "sign_pdf",
    "write_content",
]
