"""Every error leaves as JSON with one plain sentence, never as a traceback."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from ductoscope.model import BadInputError, CalibrationError, DiskFullError, DuctoscopeError, SourceError
from ductoscope.web.texts import Texts

log = logging.getLogger(__name__)

CODES: tuple[tuple[type[DuctoscopeError], int], ...] = (
    (BadInputError, 409),
    (CalibrationError, 409),
    (SourceError, 503),
    (DiskFullError, 507),
    (DuctoscopeError, 500),
)
"""Error kinds and their HTTP codes, the first that fits; 409 is "not now", as the request itself was well formed."""


def answer_errors(app: FastAPI, texts: Texts) -> None:
    """Give `app` its answers to everything that can go wrong."""
    words = texts["errors"]

    @app.exception_handler(DuctoscopeError)
    def say_ours(_: Request, error: DuctoscopeError) -> JSONResponse:
        return JSONResponse({"error": str(error)}, next(code for kind, code in CODES if isinstance(error, kind)))

    @app.exception_handler(RequestValidationError)
    def say_malformed(_: Request, __: RequestValidationError) -> JSONResponse:
        return JSONResponse({"error": words["malformed"]}, 422)

    @app.exception_handler(HTTPException)
    def say_http(_: Request, error: HTTPException) -> JSONResponse:
        sentence = {404: words["not_found"], 405: words["wrong_method"]}.get(error.status_code, error.detail)
        return JSONResponse({"error": sentence}, error.status_code, headers=error.headers)

    @app.exception_handler(Exception)
    def say_unexpected(_: Request, error: Exception) -> JSONResponse:
        log.error("An act on the monitor failed in an unexpected way.", exc_info=error)
        return JSONResponse({"error": words["unexpected"]}, 500)
