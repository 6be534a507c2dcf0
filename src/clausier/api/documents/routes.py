"""Papers that count, made or received."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from clausier.api.doors import ApiRequest, reads
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import At, Shape, Word
from clausier.api.tickets.routes import as_download
from clausier.foundation import files, queries
from clausier.foundation.models import Document

routes = Router()


class DocumentOut(Shape):
    """A paper."""

    number: str
    kind: str
    title: str
    made_at: At
    made_by: str
    size: int | None
    sha256: str | None

    @classmethod
    def of(cls, row: Document) -> DocumentOut:
        return cls(
            number=row.number,
            kind=row.kind,
            title=row.title,
            made_at=row.made_at,
            made_by=row.made_by,
            size=row.file.size if row.file else None,
            sha256=row.file.sha256 if row.file else None,
        )


class DocumentsAsked(Asked):
    """Which papers."""

    kind: Word = ""


@reads(
    routes,
    "/documents",
    "contracts.read",
    answers=Page[DocumentOut],
    summary=gettext_noop("Lister les documents"),
)
def list_documents(request: ApiRequest, asked: Query[DocumentsAsked]) -> Page[DocumentOut]:
    found = queries.documents_visible_to(request.actor)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    return page(found, asked, lambda rows: [DocumentOut.of(row) for row in rows])


@reads(
    routes,
    "/documents/{number}/content",
    "contracts.read",
    answers=None,
    summary=gettext_noop("Lire le fichier d’un document"),
    about=gettext_noop("Les octets, tels qu’ils ont été conservés."),
)
def read_document(request: ApiRequest, number: Path[str]) -> HttpResponse:
    found = queries.documents_visible_to(request.actor).get(number=number[:40])
    if found.file is None:
        raise Document.DoesNotExist
    return as_download(files.read(found.file), found.file.name)
