"""Files as answers: a PDF that opens in the browser, a signed page that can do nothing but be read."""

from __future__ import annotations

from fastapi.responses import HTMLResponse, Response

LOCKED_IN = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""A report's page carries its own style and pictures; it runs nothing, fetches nothing, and sends nothing."""


def answer_pdf(content: bytes, name: str) -> Response:
    """Answer with a PDF under a file name that says nothing of a person."""
    headers = {"Content-Disposition": f'inline; filename="{name[:16]}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


def answer_report_page(page: str) -> HTMLResponse:
    """Answer with a report's page, which may stand in a frame of our own pages."""
    return HTMLResponse(page, headers={"Content-Security-Policy": LOCKED_IN})
