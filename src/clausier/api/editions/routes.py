"""The provider's own book: its drafts with what the check finds, its editions, values of law."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from ninja import Path, Query, Router
from pydantic import Field, StringConstraints

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import At, Day, Given, Id, Shape
from clausier.editions import drafting, queries, services
from clausier.editions.models import BookDraft, Edition, LawSeries, LawValue
from clausier.foundation import books, clock
from clausier.foundation.errors import InvalidInput
from clausier.terms.differences import Difference, differences
from clausier.terms.remarks import Remark

routes = Router()

Digest = Annotated[str, StringConstraints(min_length=64, max_length=64)]
Source = Annotated[str, StringConstraints(min_length=1, max_length=160)]
Value = Annotated[Decimal, Field(max_digits=10, decimal_places=4, allow_inf_nan=False)]


class FindingOut(Shape):
    """What the check found, as `clausier book check` tells it."""

    lint: str = Field(examples=["late-rate-floor"])
    severity: str = Field(description=gettext_noop("fault, legal, reference ou wording."))
    file: str
    place: str
    clause: str | None
    says: str
    would_be_right: str

    @classmethod
    def of(cls, one: Remark, language: str) -> FindingOut:
        return cls(
            lint=one.lint,
            severity=one.severity,
            file=one.file,
            place=one.place,
            clause=one.clause,
            says=one.says.to(language),
            would_be_right=one.would_be_right.to(language),
        )


class DifferenceOut(Shape):
    """One thing that an edition says otherwise than the one before."""

    kind: str = Field(description=gettext_noop("added, removed ou changed."))
    what: str = Field(description=gettext_noop("term, clause, reading, duty ou title."))
    key: str = Field(examples=["promise.onsite-server.within"])
    label: str
    before: str | None
    after: str | None
    clause_before: str | None
    clause_after: str | None

    @classmethod
    def of(cls, one: Difference, language: str) -> DifferenceOut:
        return cls(
            kind=one.kind,
            what=one.what,
            key=one.key,
            label=one.label.to(language),
            before=one.before.to(language) if one.before else None,
            after=one.after.to(language) if one.after else None,
            clause_before=one.clause_before or None,
            clause_after=one.clause_after or None,
        )


class DraftLine(Shape):
    """A draft, as in a list."""

    id: int
    base: str = Field(examples=["imri/2013"])
    effective_on: date
    state: str
    started_by: str
    started_at: At
    changed_by: str
    changed_at: At

    @classmethod
    def facts(cls, row: BookDraft) -> dict[str, Any]:
        names = set(DraftLine.model_fields) - {"id", "base"}
        return {"id": row.pk, "base": row.base.name} | {name: getattr(row, name) for name in names}


class DraftOut(DraftLine):
    """A draft whole: what the check finds in it, and what it changes."""

    findings: list[FindingOut]
    differences: list[DifferenceOut]

    @classmethod
    def of(cls, row: BookDraft) -> DraftOut:
        language = get_language() or "fr"
        return cls(
            **cls.facts(row),
            findings=[FindingOut.of(one, language) for one in drafting.checked(row.content).remarks],
            differences=[DifferenceOut.of(one, language) for one in drafting.compared(row)],
        )


class DraftGiven(Given):
    """What a draft starts from, and from which day on it is to hold."""

    base: Digest = Field(description=gettext_noop("L’empreinte de l’édition reprise."), examples=["0" * 64])
    effective_on: Day = Field(examples=["2027-01-01"])


class PublicationGiven(Given):
    """Whether what the check found was read."""

    accepted: bool = Field(
        False, description=gettext_noop("Les constats ont été lus ; sans cela, un livre qui en a est refusé.")
    )


class OwnEditionLine(Shape):
    """An edition of the provider's own."""

    id: int
    name: str = Field(examples=["exemple/2027"])
    digest: str
    former: str
    effective_on: date
    published_by: str
    published_at: At

    @classmethod
    def facts(cls, row: Edition) -> dict[str, Any]:
        return {
            "id": row.pk,
            "name": row.book.name,
            "digest": row.book.digest,
            "former": row.former.name,
            "effective_on": row.effective_on,
            "published_by": row.published_by,
            "published_at": row.published_at,
        }


class OwnEditionOut(OwnEditionLine):
    """An edition with what it changed."""

    differences: list[DifferenceOut]

    @classmethod
    def of(cls, row: Edition) -> OwnEditionOut:
        language = get_language() or "fr"
        found = differences(books.read(row.former), books.read(row.book), row.effective_on)
        return cls(**cls.facts(row), differences=[DifferenceOut.of(one, language) for one in found])


@reads(
    routes,
    "/book-drafts",
    "books.write",
    answers=Page[DraftLine],
    summary=gettext_noop("Lister les brouillons du livre"),
)
def list_book_drafts(request: ApiRequest, asked: Query[Asked]) -> Page[DraftLine]:
    found = queries.drafts(request.actor).defer("content")
    return page(found, asked, lambda rows: [DraftLine(**DraftLine.facts(row)) for row in rows])


@writes(
    routes,
    "POST",
    "/book-drafts",
    "books.write",
    answers=DraftOut,
    status=201,
    summary=gettext_noop("Commencer un brouillon"),
)
def start_book_draft(request: ApiRequest, body: DraftGiven) -> DraftOut:
    base = next((one for one in queries.starting_points(request.actor) if one.digest == body.base), None)
    if base is None:
        raise InvalidInput(_("Aucune édition que vous pouvez reprendre n’a cette empreinte."), field="base")
    row = services.start_draft(by=request.actor, at=clock.now(), base=base, effective_on=body.effective_on)
    return DraftOut.of(row)


@reads(
    routes,
    "/book-drafts/{id}",
    "books.write",
    answers=DraftOut,
    summary=gettext_noop("Lire un brouillon et ses constats"),
)
def read_book_draft(request: ApiRequest, id: Path[Id]) -> DraftOut:
    return DraftOut.of(queries.drafts(request.actor).get(pk=id))


@writes(
    routes,
    "POST",
    "/book-drafts/{id}/publish",
    "books.publish",
    answers=OwnEditionOut,
    status=201,
    summary=gettext_noop("Publier un brouillon"),
    about=gettext_noop(
        "Les nouveaux contrats figent cette édition dès son jour d’effet ; les autres gardent la leur."
    ),
)
def publish_book_draft(request: ApiRequest, id: Path[Id], body: PublicationGiven) -> OwnEditionOut:
    draft = queries.drafts(request.actor).get(pk=id)
    edition = services.publish_draft(by=request.actor, at=clock.now(), draft=draft, accepted=body.accepted)
    return OwnEditionOut.of(edition)


@reads(
    routes,
    "/book-editions",
    "books.read",
    answers=Page[OwnEditionLine],
    summary=gettext_noop("Lister vos éditions"),
)
def list_own_editions(request: ApiRequest, asked: Query[Asked]) -> Page[OwnEditionLine]:
    found = queries.editions(request.actor)
    return page(found, asked, lambda rows: [OwnEditionLine(**OwnEditionLine.facts(row)) for row in rows])


@reads(
    routes,
    "/book-editions/{id}",
    "books.read",
    answers=OwnEditionOut,
    summary=gettext_noop("Lire ce qu’une édition a changé"),
)
def read_own_edition(request: ApiRequest, id: Path[Id]) -> OwnEditionOut:
    return OwnEditionOut.of(queries.editions(request.actor).get(pk=id))


# Values of law


class LawValueOut(Shape):
    """A value of law that people entered; the rules read it once someone else confirmed it."""

    id: int
    series: str = Field(examples=["late-payment.legal-rate"])
    period: str = Field(examples=["2026-S2"])
    since_on: date
    value: Decimal
    reference: str
    published_on: date
    entered_by: str
    entered_at: At
    confirmed_by: str | None
    confirmed_at: At | None

    @classmethod
    def of(cls, row: LawValue) -> LawValueOut:
        confirmation = getattr(row, "confirmation", None)
        return cls(
            id=row.pk,
            series=row.series,
            period=row.period,
            since_on=row.since_on,
            value=row.figure,
            reference=row.reference,
            published_on=row.published_on,
            entered_by=row.entered_by_name,
            entered_at=row.entered_at,
            confirmed_by=confirmation.confirmed_by_name if confirmation else None,
            confirmed_at=confirmation.confirmed_at if confirmation else None,
        )


class LawValueGiven(Given):
    """A value and where it was published."""

    series: LawSeries = Field(examples=["late-payment.legal-rate"])
    since_on: Day = Field(
        description=gettext_noop("Le premier jour du semestre, ou du mois d’un indice."),
        examples=["2026-07-01"],
    )
    value: Value = Field(examples=["2.70"])
    reference: Source
    published_on: Day = Field(examples=["2026-06-26"])


@reads(
    routes,
    "/law-values",
    "books.read",
    answers=Page[LawValueOut],
    summary=gettext_noop("Lister les valeurs de la loi saisies"),
)
def list_law_values(request: ApiRequest, asked: Query[Asked]) -> Page[LawValueOut]:
    found = queries.law_values(request.actor)
    return page(found, asked, lambda rows: [LawValueOut.of(row) for row in rows])


@writes(
    routes,
    "POST",
    "/law-values",
    "law.write",
    answers=LawValueOut,
    status=201,
    summary=gettext_noop("Saisir une valeur de la loi"),
    about=gettext_noop("Une autre personne la confirme ensuite."),
)
def enter_law_value(request: ApiRequest, body: LawValueGiven) -> LawValueOut:
    given = body.model_dump() | {"series": body.series.value}
    return LawValueOut.of(services.enter_law_value(by=request.actor, at=clock.now(), **given))


@writes(
    routes,
    "POST",
    "/law-values/{id}/confirm",
    "law.write",
    answers=LawValueOut,
    summary=gettext_noop("Confirmer une valeur de la loi"),
    about=gettext_noop("Par une autre personne que celle qui l’a saisie."),
)
def confirm_law_value(request: ApiRequest, id: Path[Id]) -> LawValueOut:
    value = queries.law_values(request.actor).get(pk=id)
    services.confirm_law_value(by=request.actor, at=clock.now(), value=value)
    return LawValueOut.of(queries.law_values(request.actor).get(pk=id))
