"""The program's log: one JSON object a line, each with the number of the request it belongs to.

No Django here: the web server's own log has the same form, before Django is loaded.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")


class NumberedByRequest(logging.Filter):
    """Adds `request_id` to every record; empty outside a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


def configuration(form: str, level: str) -> dict[str, Any]:
    """The logging configuration: `form` is "json" or "text", `level` that of the program's own log.

    Of the libraries only warnings are kept.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request": {"()": NumberedByRequest}},
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s",
                "rename_fields": {"asctime": "at", "levelname": "level", "name": "from"},
                "datefmt": "%Y-%m-%dT%H:%M:%S%z",
            },
            "text": {"format": "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s"},
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": form, "filters": ["request"]},
        },
        "loggers": {
            "clausier": {"level": level},
            # Its own handlers print a page's fault as text, and every refused page as a warning.
            "django": {"handlers": [], "level": "ERROR", "propagate": True},
            # Strangers knock under any name: the request's own line says 400, a traceback adds nothing.
            "django.security.DisallowedHost": {"handlers": [], "level": "CRITICAL"},
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
    }
