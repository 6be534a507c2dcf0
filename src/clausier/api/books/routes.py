"""Books of terms: the editions that bind, their clauses and dated values."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext_noop
from ninja import Path, Query, Router
from pydantic import Field

from clausier.api.doors import ApiRequest, reads
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import At, Shape
from clausier.contracts import queries
from clausier.foundation import books
from clausier.foundation.models import InstalledBook
from clausier.terms.outcome import plain

routes = Router()


class EditionLine(Shape):
    """An edition, as in a list."""

    name: str = Field(examples=["imri/2013"])
    digest: str
    title: str
    installed_at: At
    is_present: bool = Field(description=gettext_noop("Celle que les nouveaux contrats figent."))


class ClauseOut(Shape):
    """A numbered place of the text, in the words of the book."""

    number: str
    title: str
    gist: str


class ValueOut(Shape):
    """A dated value; without a clause it is a practice of the provider's."""

    value: Any
    since: date
    clause: str | None


class TermOut(Shape):
    """A term and its values, the first one first."""

    name: str
    label: str
    unit: str
    values: list[ValueOut]


class EditionOut(EditionLine):
    """An edition whole."""

    clauses: list[ClauseOut]
    terms: list[TermOut]


def _facts(request: ApiRequest, row: InstalledBook) -> dict[str, Any]:
    english = (get_language() or "fr").startswith("en")
    return {
        "name": row.name,
        "digest": row.digest,
        "title": row.title_en if english else row.title_fr,
        "installed_at": row.installed_at,
        "is_present": row.pk == request.actor.provider.book_id,
    }


@reads(routes, "/books", "books.read", answers=Page[EditionLine], summary=gettext_noop("Lister les livres"))
def list_books(request: ApiRequest, asked: Query[Asked]) -> Page[EditionLine]:
    found = queries.editions_readable_by(request.actor).defer("content")
    return page(found, asked, lambda rows: [EditionLine(**_facts(request, row)) for row in rows])


@reads(
    routes,
    "/books/{digest}",
    "books.read",
    answers=EditionOut,
    summary=gettext_noop("Lire une édition"),
)
def read_book(request: ApiRequest, digest: Path[str]) -> EditionOut:
    row = queries.editions_readable_by(request.actor).get(digest=digest[:64])
    book, language = books.read(row), get_language() or "fr"
    return EditionOut(
        **_facts(request, row),
        clauses=[
            ClauseOut(number=number, title=clause.title.to(language), gist=clause.gist.to(language))
            for number, clause in book.clauses.items()
        ],
        terms=[
            TermOut(
                name=name,
                label=term.label.to(language),
                unit=term.unit,
                values=[
                    ValueOut(value=plain(spell.value), since=spell.since, clause=spell.clause or None)
                    for spell in book.timeline(name)
                ],
            )
            for name, term in book.terms.items()
        ],
    )
