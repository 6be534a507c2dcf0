"""Lists as files: a list's own address with `?fichier=csv` or `?fichier=xlsx`, under the filters in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from clausier.foundation.errors import Refusal
from clausier.transfer import sheets

ASKED = "fichier"
MOST = 50_000  # lines


class TooLong(Refusal):
    """A list of more lines than one file holds."""

    code = "too_many_lines"


def form_asked(request: HttpRequest) -> str:
    """ "csv" or "xlsx" where the list is asked for as a file, else ""."""
    asked = request.GET.get(ASKED, "")
    return asked if asked in sheets.CONTENT_TYPES else ""


def attached(content: bytes, name: str, content_type: str) -> HttpResponse:
    """Bytes to be saved under a name."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def listed(
    form: str, title: str, on: date, headings: Sequence[Any], rows: Iterable[Sequence[Any]]
) -> HttpResponse:
    """The list as a file. Raises TooLong rather than leave lines out."""
    found: list[Sequence[Any]] = []
    for row in rows:
        if len(found) == MOST:
            raise TooLong(
                _("Cette liste a plus de %(most)s lignes.") % {"most": "50\u202f000"},
                way_out=_("Resserrez les filtres, ou demandez l’archive complète."),
            )
        found.append(row)
    content = sheets.made(form, headings, found, title=title)
    return attached(content, f"{title}-{on.isoformat()}.{form}".lower(), sheets.CONTENT_TYPES[form])
