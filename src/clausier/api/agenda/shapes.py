"""Dates, terms, duties, reminders and calendar addresses, as they are asked for and answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from pydantic import Field, StringConstraints

from clausier.agenda.duties import DutyRow
from clausier.agenda.models import CalendarFeed, DutyCheck, DutyState, FeedScope, Reminder, ReminderLetter
from clausier.agenda.obligations import Obligation
from clausier.api.paging import Asked
from clausier.api.shapes import At, ClientRef, Day, Given, Key, Shape, Word
from clausier.contracts.ladder import Rung
from clausier.contracts.models import ContractTerm

Kind = Literal[
    "notice",
    "announcement",
    "renewal",
    "end",
    "promise",
    "visit",
    "callback",
    "work",
    "duty",
    "loan",
    "statement",
    "expiry",
]


class ObligationOut(Shape):
    """What is owed on a day."""

    key: str = Field(description=gettext_noop("Le même aussi longtemps que la chose existe."))
    kind: str
    owed_by: str = Field(description=gettext_noop("« provider », « client » ou « both »."))
    client: ClientRef
    contract: str | None
    due_on: date
    due_at: At | None
    state: str = Field(description=gettext_noop("« due », « done » ou « missed »."))
    says: str
    book: str
    clause: str
    ruling: int | None
    place: str
    ident: str

    @classmethod
    def of(cls, one: Obligation) -> ObligationOut:
        return cls(
            key=one.key,
            kind=one.kind,
            owed_by=one.owed_by,
            client=ClientRef(number=one.client.number, name=one.client.name),
            contract=one.contract.number if one.contract else None,
            due_on=one.due_on,
            due_at=one.due_at,
            state=one.state,
            says=one.says,
            book=one.book,
            clause=one.clause,
            ruling=one.ruling,
            place=one.place,
            ident=one.ident,
        )


class ObligationsAsked(Asked):
    """Which dates; by default those of the ninety days to come and the thirty behind."""

    cursor: Annotated[str, StringConstraints(max_length=1200)] = Field(
        "", description=gettext_noop("« next » de la page précédente ; vide pour la première.")
    )
    since: Day | None = None
    until: Day | None = None
    client: Key | None = None
    kind: Kind | None = None
    owed_by: Literal["provider", "client"] | None = None
    state: Literal["due", "done", "missed"] | None = None
    clause: Word | None = Field(None, description=gettext_noop("Le livre et la clause : « imri/2013 XIII »."))
    mine: bool = False


class ContractTermOut(Shape):
    """A term of a contract, both its days included, as it stands from a day on."""

    ordinal: int
    as_of: date
    starts_on: date
    ends_on: date
    notice_by: date
    announce_by: date | None
    ruling: int | None
    announce_ruling: int | None

    @classmethod
    def of(cls, rung: Rung, kept: ContractTerm | None) -> ContractTermOut:
        return cls(
            ordinal=rung.ordinal,
            as_of=rung.as_of,
            starts_on=rung.starts_on,
            ends_on=rung.ends_on,
            notice_by=rung.notice_by,
            announce_by=rung.announce_by,
            ruling=kept.ruling_id if kept else None,
            announce_ruling=kept.announce_ruling_id if kept else None,
        )


class TimelineOut(Shape):
    """The terms of a contract so far and the next one; `replayed`: computed anew they are what was kept."""

    contract: str
    ends_on: date | None
    terms: list[ContractTermOut]
    next: ContractTermOut | None
    replayed: bool


class CheckOut(Shape):
    """That a duty was looked at."""

    id: int
    duty: str
    state: str
    note: str
    checked_on: date
    next_on: date | None
    recorded_by: str

    @classmethod
    def of(cls, one: DutyCheck) -> CheckOut:
        return cls.model_validate(one)


class DutyOut(Shape):
    """A duty of a client by its terms, and how it stands."""

    duty: str
    clause: str
    book: str
    says_fr: str
    says_en: str
    last_check: CheckOut | None
    met_by_file: bool | None = Field(
        description=gettext_noop("Vrai ou faux là où la fiche le dit elle-même ; nul ailleurs.")
    )
    stopped_tickets: list[int] = Field(
        description=gettext_noop("Les tickets dont une intervention a été arrêtée faute de l’avoir respecté.")
    )

    @classmethod
    def of(cls, row: DutyRow) -> DutyOut:
        return cls(
            duty=row.key,
            clause=row.duty.clause,
            book=row.book.name,
            says_fr=row.duty.says.fr,
            says_en=row.duty.says.en,
            last_check=CheckOut.of(row.check) if row.check else None,
            met_by_file=row.met_by_file,
            stopped_tickets=[one.ticket.number for one in row.stops],
        )


class DutiesOut(Shape):
    """The duties of a client, in the order of its terms."""

    items: list[DutyOut]


class CheckGiven(Given):
    """How a duty stands."""

    state: DutyState
    note: Annotated[str, StringConstraints(max_length=500)] = ""
    checked_on: Day | None = None
    next_on: Day | None = None


class ReminderOut(Shape):
    """What a letter reminded of."""

    key: str
    stage: str
    days: int | None = Field(description=gettext_noop("Combien de jours avant ; nul : c’était manqué."))
    due_on: date
    contract: str | None
    says: str

    @classmethod
    def of(cls, one: Reminder) -> ReminderOut:
        return cls(
            key=one.key,
            stage=one.stage,
            days=one.days,
            due_on=one.due_on,
            contract=one.contract.number if one.contract else None,
            says=one.says,
        )


class ReminderLetterOut(Shape):
    """A reminder that left, and its proof."""

    id: int
    client: str | None
    name: str
    address: str
    made_at: At
    mail: int
    sending: str = Field(
        description=gettext_noop("« waiting », « sent », « returned », « given-up » ou « held ».")
    )
    ended_at: At | None
    received_at: At | None
    reminders: list[ReminderOut]

    @classmethod
    def of(cls, one: ReminderLetter, lines: Sequence[Reminder]) -> ReminderLetterOut:
        return cls(
            id=one.pk,
            client=one.client.number if one.client else None,
            name=one.name,
            address=one.address,
            made_at=one.made_at,
            mail=one.mail_id,
            sending=one.mail.state,
            ended_at=one.mail.ended_at,
            received_at=one.received_at,
            reminders=[ReminderOut.of(line) for line in lines],
        )


class FeedOut(Shape):
    """A calendar address, without its secret."""

    id: int
    label: str
    scope: str
    about: str | None
    person: str
    made_at: At
    last_read_at: At | None

    @classmethod
    def of(cls, one: CalendarFeed) -> FeedOut:
        return cls(
            id=one.pk,
            label=one.label,
            scope=one.scope,
            about=one.about.number if one.about else None,
            person=one.person.full_name,
            made_at=one.made_at,
            last_read_at=one.last_read_at,
        )


class FeedMade(FeedOut):
    """A new calendar address; its secret is answered this once."""

    url: str


class FeedGiven(Given):
    """What the address shows."""

    scope: FeedScope = FeedScope.ALL
    about: Key | None = Field(None, description=gettext_noop("Le numéro du client, pour « client »."))
    label: Word = ""
