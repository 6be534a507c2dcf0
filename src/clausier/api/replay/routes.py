"""What if? A draft or an edition run against the recorded facts of a period."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext_noop
from ninja import Path, Query, Router
from pydantic import Field

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import At, Day, Given, Id, Key, Shape, Word
from clausier.contracts import queries as contracts
from clausier.directory import queries as directory
from clausier.foundation import clock
from clausier.overview import services
from clausier.overview.models import KeptReplay, ReplayState
from clausier.overview.replay import KINDS, Question, choices, text_of
from clausier.pages.replay import plainly

routes = Router()

MOST_CHANGES = 2000


class ReplayBookOut(Shape):
    """A book that may be replayed."""

    key: str = Field(description=gettext_noop("Ce que « book » attend."), examples=["draft-12"])
    name: str = Field(description=gettext_noop("L’édition, ou celle dont part le brouillon."))
    is_draft: bool


class ReplayBooksOut(Shape):
    """Open drafts first, then the editions."""

    books: list[ReplayBookOut]


class ReplayAsked(Given):
    """Which book, over which days, both included; of one client or one contract."""

    book: Word | None = Field(
        None,
        description=gettext_noop(
            "Un brouillon (draft-12), ou l’empreinte ou le nom d’une édition que vous pouvez lire ; sans "
            "rien, le brouillon changé en dernier, sinon votre édition."
        ),
        examples=["imri/2013"],
    )
    from_on: Day = Field(examples=["2026-01-01"])
    to_on: Day = Field(examples=["2026-11-20"])
    client: Key | None = None
    contract: Key | None = None
    all_books: bool = Field(
        False, description=gettext_noop("Aussi les contrats qui suivent un livre d’une autre famille.")
    )


class ReplayPart(Given):
    """How much of what was found is given."""

    changes: int = Field(
        200,
        ge=0,
        le=MOST_CHANGES,
        description=gettext_noop("Combien de faits qui changent sont donnés, les plus marquants d’abord."),
    )


class KeptReplayOut(Shape):
    """A replay that was asked for: where it stands, and until when what it found is kept."""

    id: int
    state: str = Field(description=", ".join(ReplayState.values))
    failure: str = Field(description=gettext_noop("Pourquoi il n’a pas pu se faire."))
    book: str
    from_on: date
    to_on: date
    client: str | None
    contract: str | None
    all_books: bool
    facts: int = Field(description=gettext_noop("Les faits rejoués."))
    changed: int = Field(description=gettext_noop("Ceux qui finissent autrement."))
    asked_at: At
    made_at: At | None
    expires_at: At

    @classmethod
    def of(cls, one: KeptReplay) -> KeptReplayOut:
        return cls(
            id=one.pk,
            state=one.state,
            failure=one.failure,
            book=one.book_name,
            from_on=one.first,
            to_on=one.last,
            client=one.asked["client"] or None,
            contract=one.asked["contract"] or None,
            all_books=one.asked["all_books"],
            facts=one.facts,
            changed=one.others,
            asked_at=one.asked_at,
            made_at=one.made_at,
            expires_at=one.expires_at,
        )


class ReplayTallyOut(Shape):
    """Clocks by how they stand; what was lifted is not counted."""

    owed: int
    met: int
    missed: int
    running: int
    not_owed: int


class ReplayClocksOut(Shape):
    """The clocks of one kind, as they stood and as they would stand."""

    before: ReplayTallyOut
    after: ReplayTallyOut


class ReplayAmountOut(Shape):
    """Points, or euros excl. VAT, as they were and as they would be."""

    before: Decimal
    after: Decimal
    delta: Decimal


class ReplayLineOut(Shape):
    """What the book changes for a contract, for a client without one, or in all."""

    client: str | None
    contract: str | None
    promise: ReplayClocksOut
    target: ReplayClocksOut
    points: ReplayAmountOut
    hourly: ReplayAmountOut
    facts: int = Field(description=gettext_noop("Les faits rejoués."))
    changed: int = Field(description=gettext_noop("Ceux qui finissent autrement."))
    moved: int = Field(description=gettext_noop("Ceux dont seule l’échéance change."))


class ReplaySideOut(Shape):
    """One side: of a clock its state, of an amount the figure, of a day the day; nothing is owed without."""

    state: str | None = Field(None, examples=["met-late"])
    due_at: At | None = None
    late_seconds: int | None = Field(None, description=gettext_noop("Secondes ouvertes au-delà."))
    amount: Decimal | None = None
    on: date | None = None


class ReplayChangeOut(Shape):
    """A fact that comes out otherwise."""

    kind: str = Field(description=", ".join(KINDS))
    client: str
    contract: str | None
    ticket: int | None
    subject: int = Field(description=gettext_noop("Le ticket, la séance, l’heure à facturer ou le contrat."))
    at: At
    before: ReplaySideOut
    after: ReplaySideOut


class UnruledOut(Shape):
    """Facts that the book has no answer to, and why."""

    kind: str
    says: str
    facts: int


class FallenOut(Shape):
    """A derogation that the book would leave without object."""

    contract: str
    term: str


class ReplayOut(Shape):
    """All that the book would have changed."""

    book: str
    from_on: date
    to_on: date
    total: ReplayLineOut
    lines: list[ReplayLineOut]
    changes: list[ReplayChangeOut]
    changes_in_all: int
    unruled: list[UnruledOut]
    fallen: list[FallenOut]
    left_alone: int = Field(
        description=gettext_noop("Contrats d’une autre famille de livres, qui n’ont pas été rejoués.")
    )


@reads(
    routes,
    "/replay/books",
    "books.replay",
    answers=ReplayBooksOut,
    summary=gettext_noop("Lister les livres à rejouer"),
)
def list_replay_books(request: ApiRequest) -> ReplayBooksOut:
    found = choices(request.actor)
    return ReplayBooksOut(
        books=[ReplayBookOut(key=one.key, name=one.name, is_draft=one.draft is not None) for one in found]
    )


@writes(
    routes,
    "POST",
    "/replays",
    "books.replay",
    answers=KeptReplayOut,
    status=202,
    summary=gettext_noop("Demander le rejeu d’un livre sur les faits d’une période"),
    about=gettext_noop(
        "Ce que le livre aurait répondu aux appels, au travail et aux contrats de la période, dérogations "
        "comprises. Trois ans au plus. Il se calcule en arrière-plan : relisez-le, puis son résultat. Rien "
        "d’autre n’est écrit."
    ),
)
def ask_replay(request: ApiRequest, body: ReplayAsked) -> KeptReplayOut:
    actor = request.actor
    question = Question(
        text_of(actor, body.book or choices(actor)[0].key),
        body.from_on,
        body.to_on,
        directory.client_by_number(actor, body.client) if body.client else None,
        contracts.contract_by_number(actor, body.contract) if body.contract else None,
        body.all_books,
    )
    return KeptReplayOut.of(services.ask_replay(by=actor, at=clock.now(), question=question))


@reads(
    routes,
    "/replays",
    "books.replay",
    answers=Page[KeptReplayOut],
    summary=gettext_noop("Lister ses rejeux"),
)
def list_replays(request: ApiRequest, asked: Query[Asked]) -> Page[KeptReplayOut]:
    return page(services.replays(request.actor), asked, lambda rows: [KeptReplayOut.of(one) for one in rows])


@reads(
    routes,
    "/replays/{id}",
    "books.replay",
    answers=KeptReplayOut,
    summary=gettext_noop("Lire où en est un rejeu"),
)
def read_replay(request: ApiRequest, id: Path[Id]) -> KeptReplayOut:
    return KeptReplayOut.of(services.replays(request.actor).get(pk=id))


@writes(
    routes,
    "DELETE",
    "/replays/{id}",
    "books.replay",
    answers=KeptReplayOut,
    summary=gettext_noop("Effacer un rejeu"),
    about=gettext_noop("Avant son terme ; les faits n’en sont pas touchés."),
)
def discard_replay(request: ApiRequest, id: Path[Id]) -> KeptReplayOut:
    found = services.replays(request.actor).get(pk=id)
    services.discard_replay(by=request.actor, at=clock.now(), kept=found)
    return KeptReplayOut.of(found)


@reads(
    routes,
    "/replays/{id}/result",
    "books.replay",
    answers=ReplayOut,
    summary=gettext_noop("Lire ce qu’un rejeu a trouvé"),
    about=gettext_noop("Tel qu’il a été trouvé alors. Tant qu’il se calcule : replay_not_ready."),
)
def read_replay_result(request: ApiRequest, id: Path[Id], asked: Query[ReplayPart]) -> ReplayOut:
    found = services.read_replay(request.actor, services.replays(request.actor).get(pk=id))
    language = get_language() or "fr"
    shown: dict[str, Any] = plainly.totals_as_json(found)
    return ReplayOut(
        **shown,
        changes=[
            ReplayChangeOut(**one) for one in plainly.changes_as_json(found, found.changes[: asked.changes])
        ],
        changes_in_all=len(found.changes),
        unruled=[
            UnruledOut(kind=one.kind, says=one.says.to(language), facts=one.count) for one in found.unruled
        ],
        fallen=[FallenOut(contract=one.contract.number, term=one.label.to(language)) for one in found.fallen],
        left_alone=found.left_alone,
    )
