"""The statement of the month: made once by a job, filed, sent to whom the account says, again by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from clausier.foundation import documents, journal, wording
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.post import outbox
from clausier.post.models import Mailbox
from clausier.prepaid import alerts, papers, queries
from clausier.prepaid.errors import NobodyToWriteTo
from clausier.prepaid.ledger import hold
from clausier.prepaid.models import MonthlyStatement, PointAccount, StatementPlan, StatementSending

LANGUAGES = ("fr", "en")
DOCUMENT = "point-statement"


@act("prepaid.settle")
def plan_statements(
    *,
    by: Actor,
    at: datetime,
    account: PointAccount,
    day: int,
    language: str = "fr",
    to: Sequence[str] = (),
    is_active: bool = True,
) -> StatementPlan:
    """Have the statement of each month made on `day` of the next one, for `to` (else the IT correspondent).

    The first is that of the month in which it is asked. Raises InvalidInput naming the field.
    """
    if not 1 <= day <= 28:
        raise InvalidInput(_("Choisissez un jour de 1 à 28 : chaque mois les a."), field="day")
    if language not in LANGUAGES:
        raise InvalidInput(_("Faites un choix dans la liste."), field="language")
    held = hold(account, by)
    plan, made = StatementPlan.objects.get_or_create(
        account=held,
        defaults={
            "provider_id": held.provider_id,
            "client_id": held.client_id,
            "since_on": at.astimezone(PARIS).date().replace(day=1),
        },
    )
    if is_active and not plan.is_active:
        plan.since_on = at.astimezone(PARIS).date().replace(day=1)
    plan.day, plan.language, plan.is_active = day, language, is_active
    plan.to = alerts.addresses(to, "to")
    plan.save()
    journal.write(
        by=by,
        at=at,
        code="prepaid.statements_planned",
        about=held,
        data={"day": day, "language": language, "to": plan.to, "is_active": is_active, "first": made},
    )
    return plan


@act("prepaid.settle")
def make_statement(
    *, by: Actor, at: datetime, account: PointAccount, month: date, language: str | None = None
) -> MonthlyStatement:
    """File the statement of `month` (any day of it) and send it to whom the plan says; made before: that one.

    Raises InvalidInput naming `month` for one that is not over, or before the account.
    """
    first = month.replace(day=1)
    held = hold(account, by)
    _check_month(held, first, at)
    standing = held.monthly.filter(month=first).first()
    if standing is not None:
        return standing
    plan = StatementPlan.objects.filter(account=held).first()
    spoken = language or (plan.language if plan else "fr")
    found = queries.statement(held, first, queries.last_day_of(first))
    with override(spoken):
        title = _("Relevé de points, %(month)s") % {"month": wording.month(first, spoken, year=True)}
        name = f"{_('releve')}-{held.contract.number}-{first:%Y-%m}.pdf"
    document = documents.file_document(
        papers.statement(found, language=spoken, at=at),
        by=by,
        at=at,
        kind=DOCUMENT,
        title=f"{title}, {held.contract.number}",
        name=name,
        client_id=held.client_id,
    )
    made = MonthlyStatement.objects.create(
        provider_id=held.provider_id,
        client_id=held.client_id,
        account=held,
        month=first,
        language=spoken,
        document=document,
        made_at=at,
    )
    mailbox = outbox.mailbox_for(held.provider)
    to = recipients(held, at)
    if plan is not None and plan.is_active and mailbox is not None and to:
        _send(made, mailbox, to, by=by, at=at)
    journal.write(
        by=by,
        at=at,
        code="prepaid.statement_made",
        about=held,
        data={
            "month": f"{first:%Y-%m}",
            "document": document.number,
            "told": to if made.sendings.exists() else [],
        },
    )
    return made


def _check_month(account: PointAccount, first: date, at: datetime) -> None:
    today = at.astimezone(PARIS).date()
    if queries.last_day_of(first) >= today:
        raise InvalidInput(_("Ce mois n’est pas terminé : son relevé se fait ensuite."), field="month")
    if queries.last_day_of(first) < account.opened_on:
        raise InvalidInput(_("Le compte n’était pas ouvert ce mois-là."), field="month")


@act("prepaid.settle")
def send_statement(
    *, by: Actor, at: datetime, statement: MonthlyStatement, to: Sequence[str] = ()
) -> StatementSending:
    """Send a filed statement again, to `to` or to whom the plan says.

    Raises NobodyToWriteTo, InvalidInput.
    """
    account = hold(statement.account, by)
    chosen = alerts.addresses(to, "to") or recipients(account, at)
    mailbox = outbox.mailbox_for(account.provider)
    if not chosen or mailbox is None:
        raise NobodyToWriteTo(
            _("Aucune boîte d’envoi n’est réglée.")
            if chosen
            else _("Ce client n’a pas d’adresse à qui l’envoyer."),
            field="to",
            way_out=_("Indiquez une adresse, ou nommez un correspondant informatique.")
            if not chosen
            else _("Ajoutez une boîte dans Courrier, Boîtes."),
        )
    sending = _send(statement, mailbox, chosen, by=by, at=at)
    journal.write(
        by=by,
        at=at,
        code="prepaid.statement_sent",
        about=account,
        data={"month": f"{statement.month:%Y-%m}", "to": chosen},
    )
    return sending


def recipients(account: PointAccount, at: datetime) -> list[str]:
    """To whom the statement goes: the plan's addresses, else those told of alerts."""
    plan = StatementPlan.objects.filter(account=account).first()
    return list(plan.to) if plan and plan.to else alerts.client_side(account, at)[0]


def _send(
    statement: MonthlyStatement, mailbox: Mailbox, to: Sequence[str], *, by: Actor, at: datetime
) -> StatementSending:
    account, language = statement.account, statement.language
    closing = queries.statement(account, statement.month, queries.last_day_of(statement.month)).closing
    facts = {
        "contrat": account.contract.number,
        "client": account.client.name,
        "solde": wording.points(closing, language),
        "mois": wording.month(statement.month, language, year=True),
    }
    mail = outbox.letter(
        "points-statement",
        facts,
        mailbox=mailbox,
        client=account.client,
        to=to,
        language=language,
        at=at,
        by_name=by.name,
        files=[statement.document.file] if statement.document.file else [],
    )
    return StatementSending.objects.create(
        provider_id=statement.provider_id,
        client_id=statement.client_id,
        statement=statement,
        mail=mail,
        at=at,
        by_name=by.name,
    )
