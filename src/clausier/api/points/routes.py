"""Accounts of points: balance, movements, statement, credits and counter-entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router
from pydantic import Field

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import (
    At,
    ClientRef,
    Day,
    Given,
    Id,
    Instant,
    Key,
    Points,
    Sentence,
    Shape,
    Word,
)
from clausier.contracts import queries as contracts
from clausier.foundation import clock
from clausier.foundation.errors import InvalidInput
from clausier.prepaid import queries, services
from clausier.prepaid.models import EntryKind, PackDraw, PointAccount, PointEntry

routes = Router()
LONGEST = timedelta(days=3660)


class AccountOut(Shape):
    """The points of a contract."""

    contract: str
    client: ClientRef
    opened_on: date
    balance: Decimal = Field(description=gettext_noop("Ce qui a été acheté moins ce qui a été décompté."))
    reserved: Decimal = Field(description=gettext_noop("Ce que prendront les séances à valider."))
    available: Decimal
    low_at: Decimal = Field(description=gettext_noop("Le seuil d’alerte."))
    closed_on: date | None
    exhaustion_on: date | None = Field(description=gettext_noop("Au rythme des douze dernières semaines."))

    @classmethod
    def of(cls, account: PointAccount) -> AccountOut:
        return cls(
            contract=account.contract.number,
            client=ClientRef(number=account.client.number, name=account.client.name),
            opened_on=account.opened_on,
            balance=queries.balance(account),
            reserved=queries.reserved(account),
            available=queries.available(account),
            low_at=account.low_at,
            closed_on=account.closed_on,
            exhaustion_on=queries.exhaustion_on(account, clock.now()),
        )


class AccountLine(Shape):
    """An account, as in a list."""

    contract: str
    client: ClientRef
    opened_on: date
    balance: Decimal
    low_at: Decimal


class AccountsAsked(Asked):
    """Which accounts."""

    client: Key | None = None


class AccountGiven(Given):
    """The account of a contract, to open."""

    contract: Key
    low_at: Annotated[Points, Field(ge=0)] = Decimal(100)


class DrawOut(Shape):
    """What a movement did to a pack, signed. Without a pack: what no pack could give, owed until the next."""

    pack: int | None
    points: Decimal
    ruling: int | None


class MovementOut(Shape):
    """A movement. `points` is signed; `packs` add up to it, but for what is only reserved."""

    id: int
    kind: str
    points: Decimal
    at: At
    written_at: At
    label: str
    by: str
    worked_minutes: int | None
    accounted_minutes: int | None
    corrects: int | None
    ruling: int | None
    packs: list[DrawOut]

    @classmethod
    def of(cls, entry: PointEntry, draws: Mapping[int, Sequence[PackDraw]] | None = None) -> MovementOut:
        """`draws` of a list of movements, read at once; else those of this one are read."""
        found = (queries.draws_of([entry]) if draws is None else draws).get(entry.pk, ())
        return cls(
            id=entry.pk,
            kind=entry.kind,
            points=entry.points,
            at=entry.at,
            written_at=entry.written_at,
            label=entry.said,
            by=entry.by_name,
            worked_minutes=entry.worked_minutes,
            accounted_minutes=entry.accounted_minutes,
            corrects=entry.corrects_id,
            ruling=entry.ruling_id,
            packs=[DrawOut(pack=one.pack_id, points=one.points, ruling=one.ruling_id) for one in found],
        )

    @classmethod
    def all_of(cls, entries: Sequence[PointEntry]) -> list[MovementOut]:
        """Several, with their packs read in one question."""
        draws = queries.draws_of(entries)
        return [cls.of(entry, draws) for entry in entries]


class MovementsAsked(Asked):
    """Which movements."""

    kind: EntryKind | None = None
    since: Instant | None = None
    before: Instant | None = None


class StatementAsked(Given):
    """From a day to another, both included."""

    from_on: Day
    to_on: Day


class StatementLine(Shape):
    """A movement and the balance after it."""

    movement: MovementOut
    balance: Decimal


class StatementOut(Shape):
    """The movements between two days, both included."""

    contract: str
    from_on: date
    to_on: date
    opening: Decimal
    closing: Decimal
    reserved: Decimal = Field(description=gettext_noop("Réservé à l’instant de la demande."))
    lines: list[StatementLine]


class CreditGiven(Given):
    """Points bought, or the balance that an account starts with."""

    points: Annotated[Points, Field(gt=0)]
    label: Sentence
    bought_on: Day | None = None
    price: Annotated[Points, Field(ge=0)] | None = Field(
        None, description=gettext_noop("Hors taxes, en euros.")
    )
    reference: Word = Field("", description=gettext_noop("Le devis ou la commande."))
    expires_on: Day | None = Field(
        None, description=gettext_noop("Le dernier jour ; sans lui, ce que dit le contrat.")
    )
    months: Annotated[int, Field(ge=1, le=1200)] | None = Field(
        None, description=gettext_noop("Ou la durée convenue à l’achat, en mois.")
    )
    opening: bool = Field(False, description=gettext_noop("Vrai : le solde de départ, repris d’ailleurs."))


class CorrectionGiven(Given):
    """A counter-entry of a movement, signed."""

    movement: Id
    points: Points
    label: Sentence


@reads(
    routes,
    "/point-accounts",
    "prepaid.read",
    answers=Page[AccountLine],
    summary=gettext_noop("Lister les comptes de points"),
)
def list_accounts(request: ApiRequest, asked: Query[AccountsAsked]) -> Page[AccountLine]:
    found = queries.accounts_visible_to(request.actor)
    if asked.client:
        found = found.filter(client__number=asked.client)
    return page(found, asked, _lines, newest_first=False)


def _lines(rows: Sequence[PointAccount]) -> list[AccountLine]:
    balances = queries.balances(rows)
    return [
        AccountLine(
            contract=row.contract.number,
            client=ClientRef(number=row.client.number, name=row.client.name),
            opened_on=row.opened_on,
            balance=balances[row.pk],
            low_at=row.low_at,
        )
        for row in rows
    ]


@reads(
    routes,
    "/point-accounts/{contract}",
    "prepaid.read",
    answers=AccountOut,
    summary=gettext_noop("Lire un compte de points"),
)
def readaccount_of(request: ApiRequest, contract: Path[Key]) -> AccountOut:
    return AccountOut.of(account_of(request, contract))


@writes(
    routes,
    "POST",
    "/point-accounts",
    "prepaid.credit",
    answers=AccountOut,
    status=201,
    summary=gettext_noop("Ouvrir le compte d’un contrat"),
)
def openaccount_of(request: ApiRequest, body: AccountGiven) -> AccountOut:
    contract = contracts.contract_by_number(request.actor, body.contract)
    account = services.open_account(by=request.actor, at=clock.now(), contract=contract, low_at=body.low_at)
    return AccountOut.of(account)


@reads(
    routes,
    "/point-accounts/{contract}/movements",
    "prepaid.read",
    answers=Page[MovementOut],
    summary=gettext_noop("Lister les mouvements d’un compte"),
)
def list_movements(
    request: ApiRequest, contract: Path[Key], asked: Query[MovementsAsked]
) -> Page[MovementOut]:
    found: QuerySet[PointEntry] = account_of(request, contract).entries.all()
    exact = {"kind": asked.kind, "at__gte": asked.since, "at__lt": asked.before}
    found = found.filter(**{key: value for key, value in exact.items() if value is not None})
    return page(found, asked, MovementOut.all_of)


@reads(
    routes,
    "/point-accounts/{contract}/statement",
    "prepaid.read",
    answers=StatementOut,
    summary=gettext_noop("Lire le relevé d’un compte"),
)
def read_statement(request: ApiRequest, contract: Path[Key], asked: Query[StatementAsked]) -> StatementOut:
    if not asked.from_on <= asked.to_on <= asked.from_on + LONGEST:
        raise InvalidInput(_("La fin vient après le début, dans les dix ans."), field="to_on")
    found = queries.statement(account_of(request, contract), asked.from_on, asked.to_on)
    return StatementOut(
        contract=contract,
        from_on=found.from_on,
        to_on=found.to_on,
        opening=found.opening,
        closing=found.closing,
        reserved=found.reserved,
        lines=[
            StatementLine(movement=movement, balance=line.balance)
            for movement, line in zip(
                MovementOut.all_of([line.entry for line in found.lines]), found.lines, strict=True
            )
        ],
    )


@writes(
    routes,
    "POST",
    "/point-accounts/{contract}/credits",
    "prepaid.credit",
    answers=MovementOut,
    status=201,
    summary=gettext_noop("Créditer des points"),
)
def credit(request: ApiRequest, contract: Path[Key], body: CreditGiven) -> MovementOut:
    entry = services.credit(
        by=request.actor,
        at=clock.now(),
        account=account_of(request, contract),
        points=body.points,
        label=body.label,
        kind=EntryKind.OPENING if body.opening else EntryKind.PURCHASE,
        bought_on=body.bought_on,
        price=body.price,
        reference=body.reference,
        expires_on=body.expires_on,
        months=body.months,
    )
    return MovementOut.of(entry)


@writes(
    routes,
    "POST",
    "/point-accounts/{contract}/corrections",
    "prepaid.correct",
    answers=MovementOut,
    status=201,
    summary=gettext_noop("Passer une contre-écriture"),
)
def correct(request: ApiRequest, contract: Path[Key], body: CorrectionGiven) -> MovementOut:
    entry = account_of(request, contract).entries.get(pk=body.movement)
    counter = services.correct(
        by=request.actor, at=clock.now(), entry=entry, points=body.points, label=body.label
    )
    return MovementOut.of(counter)


def account_of(request: ApiRequest, contract: str) -> PointAccount:
    """The account of that contract, as far as the token sees it. Raises PointAccount.DoesNotExist."""
    return queries.accounts_visible_to(request.actor).get(contract__number=contract)
