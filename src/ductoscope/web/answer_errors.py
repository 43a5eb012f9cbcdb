"""Every error leaves in plain words, never as a traceback: as JSON from the API, as a page to whoever asked for one."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from ductoscope.model import (
    BadInputError,
    CalibrationError,
    ConflictError,
    DamagedFileError,
    DiskFullError,
    DuctoscopeError,
    JournalError,
    NotAllowedError,
    NotThereError,
    SourceError,
)
from ductoscope.web.clinic.pages import Pages
from ductoscope.web.texts import Texts

log = logging.getLogger(__name__)

CODES: tuple[tuple[type[DuctoscopeError], int], ...] = (
    (NotThereError, 404),
    (NotAllowedError, 403),
    (ConflictError, 409),
    (BadInputError, 409),
    (CalibrationError, 409),
    (SourceError, 503),
    (DamagedFileError, 410),
    (DiskFullError, 507),
    (JournalError, 503),
    (DuctoscopeError, 500),
)
"""Error kinds and their HTTP codes, the first that fits; 409 is "not now", as the request itself was well formed;
410 is "it was kept, and nobody can read it any more"."""

FIELD_ERRORS: Mapping[str, str] = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "unexpected_keyword_argument": "unknown_field",
    "json_invalid": "json",
    "literal_error": "choice",
    "int_from_float": "whole",
    "int_parsing": "whole",
    "int_type": "whole",
    "float_parsing": "number",
    "float_type": "number",
    "finite_number": "number",
}
"""Kind of a pydantic error to its words; dates and times are told by the beginning of their kind."""


def answer_errors(app: FastAPI, texts: Texts, pages: Pages | None = None) -> None:
    """Give `app` its answers to everything that can go wrong; with `pages`, paths outside /api get a page to read."""
    words, said = texts["errors"], texts["page_errors"]

    def answer(request: Request, sentence: str, status: int, fields: Mapping[str, str] | None = None) -> Response:
        if pages is not None and not request.scope["path"].startswith(("/api/", "/static/")):
            title = {404: said["not_found_title"], 403: said["not_allowed_title"], 409: said["conflict_title"]}
            return pages.show_error(request, title.get(status, said["title"]), sentence, status)
        content: dict[str, Any] = {"error": sentence} | (
            {"fields": dict(fields)} if fields and pages is not None else {}
        )
        return JSONResponse(content, status)

    @app.exception_handler(DuctoscopeError)
    def say_ours(request: Request, error: DuctoscopeError) -> Response:
        status = next(code for kind, code in CODES if isinstance(error, kind))
        if status >= 500 or isinstance(error, DamagedFileError):
            log.error("An act failed: %s", error)
        return answer(request, str(error), status)

    @app.exception_handler(RequestValidationError)
    def say_malformed(request: Request, error: RequestValidationError) -> Response:
        return _say_fields(request, error.errors())

    @app.exception_handler(ValidationError)
    def say_invalid(request: Request, error: ValidationError) -> Response:
        return _say_fields(request, error.errors())

    @app.exception_handler(HTTPException)
    def say_http(request: Request, error: HTTPException) -> Response:
        not_found = words["not_found"] if pages is None else said["not_found"]
        sentence = {404: not_found, 405: words["wrong_method"]}.get(error.status_code, error.detail)
        response = answer(request, sentence, error.status_code)
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(Exception)
    def say_unexpected(request: Request, error: Exception) -> Response:
        log.error("An act on the monitor failed in an unexpected way.", exc_info=error)
        return answer(request, words["unexpected"] if pages is None else said["unexpected"], 500)

    def _say_fields(request: Request, errors: Sequence[Any]) -> Response:
        fields = say_field_errors(errors, texts["field_errors"])
        causes = [error.get("ctx", {}).get("error") for error in errors]
        ours = [cause for cause in causes if isinstance(cause, BadInputError)]
        # A noun that refuses itself says so in a sentence of its own; that helps more than "look at the fields".
        sentence = str(ours[0]) if ours else (words["malformed"] if pages is None else said["malformed"])
        return answer(request, sentence, 422, fields)


def say_field_errors(errors: Sequence[Any], words: Mapping[str, str]) -> dict[str, str]:
    """Say what is wrong with each field: dotted path to a sentence. errors: as pydantic tells them."""
    said: dict[str, str] = {}
    for error in errors:
        path = ".".join(str(part) for part in error["loc"] if part not in ("body", "query", "path"))
        said.setdefault(path, _say(error, words))
    return said


def _say(error: Mapping[str, Any], words: Mapping[str, str]) -> str:
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, BadInputError):
        return str(cause)
    kind = str(error["type"])
    if error.get("input") is None and kind != "missing":
        return words["missing"]
    for start in ("datetime", "date"):
        if kind.startswith(start):
            return words[start]
    return words[FIELD_ERRORS.get(kind, "other")]
