"""Packs of points, what both sides were told, monthly statements, transfers, requests for points."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router
from pydantic import Field, StringConstraints

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.points.routes import MovementOut, account_of
from clausier.api.shapes import At, Given, Id, Key, Line, Number, Points, Sentence, Shape
from clausier.api.tickets.routes import as_download
from clausier.desk import facts
from clausier.desk import queries as desk
from clausier.foundation import clock, files
from clausier.foundation.errors import InvalidInput
from clausier.prepaid import alerts, monthly, moves, overdrafts, queries
from clausier.prepaid.models import (
    MonthlyStatement,
    OverdraftLeave,
    PointAccount,
    PointNotice,
    PointPack,
    TopUp,
    TopUpState,
    WorkBeyond,
)

routes = Router()

Month = Annotated[str, StringConstraints(pattern=r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$")]
Address = Annotated[str, StringConstraints(max_length=254)]


class PackOut(Shape):
    """Points bought together. `price` is excluding VAT; without `expires_on` it has no expiry."""

    id: int
    bought_on: date
    points: Decimal
    left: Decimal
    expires_on: date | None
    price: Decimal | None
    reference: str
    movement: int


class PointNoticeOut(Shape):
    """What both sides were told, once. The letters say what became of them."""

    id: int
    kind: str
    at: At
    told_at: At | None
    balance: Decimal
    due_on: date | None
    pack: int | None
    client_told: list[str]
    client_state: str
    staff_told: list[str]
    staff_state: str

    @classmethod
    def of(cls, row: PointNotice, *, to_staff: bool) -> PointNoticeOut:
        client, staff = row.client_mail, row.staff_mail if to_staff else None
        return cls(
            id=row.pk,
            kind=row.kind,
            at=row.at,
            told_at=row.told_at,
            balance=row.balance,
            due_on=row.due_on,
            pack=row.pack_id,
            client_told=list(client.to) if client else [],
            client_state=client.state if client else "",
            staff_told=list(staff.to) if staff else [],
            staff_state=staff.state if staff else "",
        )


class AlertsGiven(Given):
    """Thresholds and whom to tell. A number of days of 0: never."""

    low_at: Annotated[Points, Field(ge=0)]
    forecast_days: Annotated[int, Field(ge=0, le=365)] = 14
    expiry_days: Annotated[int, Field(ge=0, le=365)] = 30
    client_to: Annotated[list[Address], Field(max_length=10)] = Field(
        [], description=gettext_noop("Vide : le correspondant informatique."), examples=[[]]
    )
    staff_to: Annotated[list[Address], Field(max_length=10)] = Field(
        [], description=gettext_noop("Vide : ceux qui créditent des points."), examples=[[]]
    )


class AlertsOut(Shape):
    """Thresholds and whom is told."""

    low_at: Decimal
    forecast_days: int
    expiry_days: int
    client_to: list[str]
    staff_to: list[str]


class StatementPlanGiven(Given):
    """When the statement of each month leaves, in which language, to whom."""

    day: Annotated[int, Field(ge=1, le=28)] = 3
    language: Annotated[str, StringConstraints(pattern="^(fr|en)$")] = "fr"
    to: Annotated[list[Address], Field(max_length=10)] = Field([], examples=[[]])
    is_active: bool = True


class StatementPlanOut(Shape):
    """When the statement of each month leaves, in which language, to whom."""

    day: int
    language: str
    to: list[str]
    is_active: bool


class MonthGiven(Given):
    """The month of a statement to make."""

    month: Month = Field(examples=["2026-10"])


class SendingGiven(Given):
    """To whom; empty: to whom the account says."""

    to: Annotated[list[Address], Field(max_length=10)] = Field([], examples=[[]])


class SendingOut(Shape):
    """A statement that left, or is to."""

    at: At
    by: str
    to: list[str]
    state: str


class MonthlyOut(Shape):
    """The statement of a month, filed."""

    month: str
    language: str
    document: str
    made_at: At
    sendings: list[SendingOut]

    @classmethod
    def of(cls, row: MonthlyStatement) -> MonthlyOut:
        return cls(
            month=f"{row.month:%Y-%m}",
            language=row.language,
            document=row.document.number,
            made_at=row.made_at,
            sendings=[
                SendingOut(at=one.at, by=one.by_name, to=list(one.mail.to), state=one.mail.state)
                for one in row.sendings.select_related("mail").order_by("pk")
            ],
        )


class TransferGiven(Given):
    """Points for another account of the same client, named by its contract."""

    to: Key
    points: Annotated[Points, Field(gt=0)]
    label: Sentence = ""


class TransferOut(Shape):
    """The two sides of a transfer."""

    out: MovementOut
    into: MovementOut


class ClosedOut(Shape):
    """An account that is closed; what is left of it may be transferred."""

    contract: str
    closed_on: date | None
    balance: Decimal


class TopUpGiven(Given):
    """How many points are asked for, and a word."""

    points: Annotated[Points, Field(gt=0)] | None = None
    note: Annotated[str, StringConstraints(max_length=300)] = ""


class TopUpOut(Shape):
    """A request for points."""

    id: int
    contract: str
    points: Decimal | None
    note: str
    state: str
    asked_at: At
    asked_by: str
    ended_at: At | None
    answer: str

    @classmethod
    def of(cls, row: TopUp) -> TopUpOut:
        return cls(
            id=row.pk,
            contract=row.account.contract.number,
            points=row.points,
            note=row.note,
            state=row.state,
            asked_at=row.asked_at,
            asked_by=row.asked_by,
            ended_at=row.ended_at,
            answer=row.answer,
        )


class TopUpsAsked(Asked):
    """Which requests."""

    state: TopUpState | None = None


class TopUpAnswerGiven(Given):
    """Why no points come of a request; the client reads it."""

    answer: Line


class LeaveGiven(Given):
    """Why work may go beyond the balance."""

    reason: Line


class LeaveOut(Shape):
    """That someone answers for work beyond the balance on a ticket."""

    ticket: str
    contract: str
    reason: str
    at: At
    by: str

    @classmethod
    def of(cls, row: OverdraftLeave) -> LeaveOut:
        return cls(
            ticket=row.subject_label,
            contract=row.account.contract.number,
            reason=row.reason,
            at=row.at,
            by=row.by_name,
        )


class BeyondOut(Shape):
    """Work that points did not pay for, billed by the hour. `amount` is excluding VAT."""

    id: int
    on: str
    points: Decimal
    minutes: int
    amount: Decimal
    at: At
    ruling: int

    @classmethod
    def of(cls, row: WorkBeyond) -> BeyondOut:
        return cls(
            id=row.pk,
            on=row.subject_label,
            points=row.points,
            minutes=row.minutes,
            amount=row.amount,
            at=row.at,
            ruling=row.ruling_id,
        )


@reads(
    routes,
    "/point-accounts/{contract}/packs",
    "prepaid.read",
    answers=Page[PackOut],
    summary=gettext_noop("Lister les lots d’un compte"),
)
def list_packs(request: ApiRequest, contract: Path[Key], asked: Query[Asked]) -> Page[PackOut]:
    found = account_of(request, contract)
    return page(found.packs.all(), asked, _packs)


def _packs(rows: Sequence[PointPack]) -> list[PackOut]:
    left = queries.left_in_each(rows)
    return [
        PackOut(
            id=row.pk,
            bought_on=row.bought_on,
            points=row.points,
            left=left[row.pk],
            expires_on=row.expires_on,
            price=row.price,
            reference=row.reference,
            movement=row.entry_id,
        )
        for row in rows
    ]


@reads(
    routes,
    "/point-accounts/{contract}/alerts",
    "prepaid.read",
    answers=Page[PointNoticeOut],
    summary=gettext_noop("Lister les alertes d’un compte"),
)
def list_alerts(request: ApiRequest, contract: Path[Key], asked: Query[Asked]) -> Page[PointNoticeOut]:
    found = account_of(request, contract).notices.select_related("client_mail", "staff_mail")
    staff = not request.actor.is_client_side
    return page(found, asked, lambda rows: [PointNoticeOut.of(row, to_staff=staff) for row in rows])


@writes(
    routes,
    "PUT",
    "/point-accounts/{contract}/alert-settings",
    "prepaid.settle",
    answers=AlertsOut,
    summary=gettext_noop("Régler les alertes d’un compte"),
)
def settle_alerts(request: ApiRequest, contract: Path[Key], body: AlertsGiven) -> AlertsOut:
    account = account_of(request, contract)
    done = alerts.settle_alerts(by=request.actor, at=clock.now(), account=account, **body.model_dump())
    return AlertsOut.model_validate(done)


@writes(
    routes,
    "PUT",
    "/point-accounts/{contract}/statement-plan",
    "prepaid.settle",
    answers=StatementPlanOut,
    summary=gettext_noop("Régler l’envoi des relevés du mois"),
)
def plan_statements(request: ApiRequest, contract: Path[Key], body: StatementPlanGiven) -> StatementPlanOut:
    account = account_of(request, contract)
    plan = monthly.plan_statements(by=request.actor, at=clock.now(), account=account, **body.model_dump())
    return StatementPlanOut.model_validate(plan)


@reads(
    routes,
    "/point-accounts/{contract}/monthly-statements",
    "prepaid.read",
    answers=Page[MonthlyOut],
    summary=gettext_noop("Lister les relevés du mois"),
)
def list_monthly(request: ApiRequest, contract: Path[Key], asked: Query[Asked]) -> Page[MonthlyOut]:
    account = account_of(request, contract)
    found = queries.statements_visible_to(request.actor).filter(account=account)
    return page(found, asked, lambda rows: [MonthlyOut.of(row) for row in rows])


@writes(
    routes,
    "POST",
    "/point-accounts/{contract}/monthly-statements",
    "prepaid.settle",
    answers=MonthlyOut,
    status=201,
    summary=gettext_noop("Établir le relevé d’un mois"),
    about=gettext_noop("Établi une fois ; demandé encore, c’est le même."),
)
def make_monthly(request: ApiRequest, contract: Path[Key], body: MonthGiven) -> MonthlyOut:
    account = account_of(request, contract)
    made = monthly.make_statement(
        by=request.actor, at=clock.now(), account=account, month=_first_of(body.month)
    )
    return MonthlyOut.of(made)


@reads(
    routes,
    "/point-accounts/{contract}/monthly-statements/{month}/content",
    "prepaid.read",
    answers=None,
    summary=gettext_noop("Lire le PDF du relevé d’un mois"),
)
def read_monthly(request: ApiRequest, contract: Path[Key], month: Path[str]) -> HttpResponse:
    stored = _monthly(request, contract, month).document.file
    if stored is None:
        raise MonthlyStatement.DoesNotExist
    return as_download(files.read(stored), stored.name)


@writes(
    routes,
    "POST",
    "/point-accounts/{contract}/monthly-statements/{month}/sendings",
    "prepaid.settle",
    answers=MonthlyOut,
    status=201,
    summary=gettext_noop("Envoyer encore le relevé d’un mois"),
)
def send_monthly(
    request: ApiRequest, contract: Path[Key], month: Path[str], body: SendingGiven
) -> MonthlyOut:
    found = _monthly(request, contract, month)
    monthly.send_statement(by=request.actor, at=clock.now(), statement=found, to=body.to)
    return MonthlyOut.of(found)


def _monthly(request: ApiRequest, contract: str, month: str) -> MonthlyStatement:
    found = queries.statements_visible_to(request.actor).filter(account__contract__number=contract)
    return found.get(month=_first_of(month))


def _first_of(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise InvalidInput(_("Un mois s’écrit 2026-10."), field="month") from None


@writes(
    routes,
    "POST",
    "/point-accounts/{contract}/transfers",
    "prepaid.credit",
    answers=TransferOut,
    status=201,
    summary=gettext_noop("Transférer des points vers un autre compte du client"),
)
def transfer(request: ApiRequest, contract: Path[Key], body: TransferGiven) -> TransferOut:
    done = moves.transfer(
        by=request.actor,
        at=clock.now(),
        account=account_of(request, contract),
        to=account_of(request, body.to),
        points=body.points,
        label=body.label,
    )
    return TransferOut(out=MovementOut.of(done.out), into=MovementOut.of(done.into))


@writes(
    routes,
    "POST",
    "/point-accounts/{contract}/closing",
    "prepaid.credit",
    answers=ClosedOut,
    summary=gettext_noop("Clore le compte d’un contrat terminé"),
)
def close_account(request: ApiRequest, contract: Path[Key]) -> ClosedOut:
    done = moves.close_account(by=request.actor, at=clock.now(), account=account_of(request, contract))
    return ClosedOut(contract=done.contract.number, closed_on=done.closed_on, balance=queries.balance(done))


@reads(
    routes,
    "/point-accounts/{contract}/top-ups",
    "prepaid.read",
    answers=Page[TopUpOut],
    summary=gettext_noop("Lister les demandes de points"),
)
def list_top_ups(request: ApiRequest, contract: Path[Key], asked: Query[TopUpsAsked]) -> Page[TopUpOut]:
    found = account_of(request, contract).top_ups.select_related("account__contract")
    if asked.state:
        found = found.filter(state=asked.state)
    return page(found, asked, lambda rows: [TopUpOut.of(row) for row in rows])


@writes(
    routes,
    "POST",
    "/point-accounts/{contract}/top-ups",
    "prepaid.ask",
    answers=TopUpOut,
    status=201,
    summary=gettext_noop("Demander des points"),
    about=gettext_noop("Par un jeton d’une personne du client ; une demande à la fois."),
)
def ask_top_up(request: ApiRequest, contract: Path[Key], body: TopUpGiven) -> TopUpOut:
    account: PointAccount = account_of(request, contract)
    return TopUpOut.of(
        alerts.ask_top_up(
            by=request.actor, at=clock.now(), account=account, points=body.points, note=body.note
        )
    )


@writes(
    routes,
    "POST",
    "/point-accounts/{contract}/top-ups/{top_up}/refusal",
    "prepaid.credit",
    answers=TopUpOut,
    summary=gettext_noop("Écarter une demande de points"),
)
def decline_top_up(
    request: ApiRequest, contract: Path[Key], top_up: Path[Id], body: TopUpAnswerGiven
) -> TopUpOut:
    found = account_of(request, contract).top_ups.select_related("account__contract").get(pk=top_up)
    return TopUpOut.of(
        alerts.decline_top_up(by=request.actor, at=clock.now(), top_up=found, answer=body.answer)
    )


@reads(
    routes,
    "/point-accounts/{contract}/hourly-work",
    "prepaid.read",
    answers=Page[BeyondOut],
    summary=gettext_noop("Lister le travail facturé au-delà des points"),
)
def list_beyond(request: ApiRequest, contract: Path[Key], asked: Query[Asked]) -> Page[BeyondOut]:
    found = account_of(request, contract).beyond.all()
    return page(found, asked, lambda rows: [BeyondOut.of(row) for row in rows])


@writes(
    routes,
    "POST",
    "/tickets/{number}/overdraft-leave",
    "prepaid.override",
    answers=LeaveOut,
    status=201,
    summary=gettext_noop("Autoriser un ticket à dépasser le solde"),
)
def allow_beyond(request: ApiRequest, number: Path[Number], body: LeaveGiven) -> LeaveOut:
    ticket = desk.tickets_visible_to(request.actor).get(number=number)
    account = facts.account_of(ticket)
    if account is None:
        raise PointAccount.DoesNotExist
    return LeaveOut.of(
        overdrafts.allow_beyond(
            by=request.actor, at=clock.now(), account=account, subject=ticket, reason=body.reason
        )
    )
