"""The journal: one entry for each act, and whether its chain holds."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop
from ninja import Query, Router
from pydantic import Field

from clausier.api.doors import ApiRequest, reads
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import At, Id, Instant, Line, Shape, Word
from clausier.foundation import journal
from clausier.foundation.models import JournalEntry

routes = Router()


class SealOut(Shape):
    """The place of an entry in its chain, and the hash that binds it to the one before."""

    position: int
    previous: str
    hash: str


class JournalEntryOut(Shape):
    """One act."""

    id: int
    code: str = Field(examples=["desk.ticket_opened"])
    at: At = Field(description=gettext_noop("Quand c’est arrivé."))
    written_at: At = Field(description=gettext_noop("Quand c’est écrit."))
    by: str
    role: str
    about_kind: str
    about_id: int | None
    about: str
    data: dict[str, Any]
    request_id: str
    seal: SealOut | None = Field(description=gettext_noop("Nul tant que l’entrée attend son sceau."))

    @classmethod
    def of(cls, entry: JournalEntry) -> JournalEntryOut:
        seal = getattr(entry, "seal", None)
        return cls(
            id=entry.pk,
            code=entry.code,
            at=entry.at,
            written_at=entry.written_at,
            by=entry.actor_name,
            role=entry.actor_role,
            about_kind=entry.object_kind,
            about_id=entry.object_id,
            about=entry.object_label,
            data=entry.data,
            request_id=entry.request_id,
            seal=SealOut(position=seal.position, previous=seal.previous, hash=seal.hash) if seal else None,
        )


class EntriesAsked(Asked):
    """Which acts."""

    code: Word = ""
    who: Line = ""
    about_kind: Word = ""
    about_id: Id | None = None
    since: Instant | None = Field(None, description=gettext_noop("Écrits à partir de cet instant."))
    before: Instant | None = None


class VerdictOut(Shape):
    """What reading the whole chain found."""

    entries: int
    unsealed: int
    holds: bool
    breaks: list[str]


@reads(
    routes, "/journal", "journal.read", answers=Page[JournalEntryOut], summary=gettext_noop("Lire le journal")
)
def list_entries(request: ApiRequest, asked: Query[EntriesAsked]) -> Page[JournalEntryOut]:
    found = journal.of(request.actor.provider)
    exact = {
        "code": asked.code or None,
        "object_kind": asked.about_kind or None,
        "object_id": asked.about_id,
        "written_at__gte": asked.since,
        "written_at__lt": asked.before,
        "actor_name__icontains": asked.who or None,
    }
    found = found.filter(**{key: value for key, value in exact.items() if value is not None})
    return page(found, asked, lambda rows: [JournalEntryOut.of(row) for row in rows])


@reads(
    routes,
    "/journal-verdict",
    "journal.read",
    answers=VerdictOut,
    summary=gettext_noop("Vérifier la chaîne du journal"),
    about=gettext_noop("Relit tout depuis l’origine : à demander rarement."),
)
def verify(request: ApiRequest) -> VerdictOut:
    found = journal.verify_of(request.actor.provider)
    return VerdictOut(
        entries=found.entries,
        unsealed=found.unsealed,
        holds=not found.breaks,
        breaks=[f"{one.position}: {one.says}" for one in found.breaks],
    )
