"""Work beyond the balance: what the terms or a written derogation allow, and who may answer for more."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.foundation import journal, rulings, wording
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import InstalledBook, Ruling
from clausier.prepaid.errors import NotEnoughPoints
from clausier.prepaid.ledger import hold_open
from clausier.prepaid.models import OverdraftLeave, PointAccount, WorkBeyond
from clausier.terms import rules
from clausier.terms.book import Book
from clausier.terms.outcome import Outcome


def asked(
    book: Book,
    *,
    points: Decimal,
    balance: Decimal,
    on: date,
    granted: bool = False,
    accounted: int | None = None,
) -> Outcome:
    """What happens to work of `points` when `balance` is there to pay for it."""
    given: dict[str, Any] = {"points": points, "balance": balance, "on": on, "granted": granted}
    return rules.ask("point-overdraft", book, given | ({"accounted": accounted} if accounted else {}))


def refuse(outcome: Outcome, *, points: Decimal, left: Decimal) -> None:
    """Raise NotEnoughPoints where the outcome refuses the work."""
    if outcome.value["verdict"] != "refused":
        return
    language = get_language() or "fr"
    says = (
        _("Le solde est de %(left)s et ce travail demande %(points)s : ce contrat limite le découvert.")
        if outcome.value["policy"] == "limit"
        else _("Le solde est de %(left)s et ce travail demande %(points)s : ce contrat exclut le découvert.")
    )
    raise NotEnoughPoints(
        says % {"left": wording.points(left, language), "points": wording.points(points, language)},
        way_out=_(
            "Créditez le compte, ou demandez à un responsable d’autoriser le dépassement sur ce ticket."
        ),
        left=left,
        points=points,
    )


@act("prepaid.override")
def allow_beyond(
    *, by: Actor, at: datetime, account: PointAccount, subject: models.Model, reason: str
) -> OverdraftLeave:
    """Answer for work beyond the balance on `subject` (a ticket), whatever the contract says.

    Given twice, the first stands. Raises AccountClosed, InvalidInput naming `reason`.
    """
    said = " ".join(reason.split())
    if not said:
        raise InvalidInput(_("Dites pourquoi ce dépassement est autorisé."), field="reason")
    held = hold_open(account, by)
    kind = subject._meta.model_name or ""
    standing = held.leaves.filter(subject_kind=kind, subject_id=subject.pk).first()
    if standing is not None:
        return standing
    leave = OverdraftLeave.objects.create(
        provider_id=held.provider_id,
        client_id=held.client_id,
        account=held,
        subject_kind=kind,
        subject_id=subject.pk,
        subject_label=str(subject)[:120],
        reason=said[:300],
        at=at,
        by_name=by.name,
    )
    journal.write(
        by=by,
        at=at,
        code="prepaid.overdraft_allowed",
        about=held,
        data={"on": leave.subject_label, "reason": leave.reason},
    )
    return leave


def keep(
    outcome: Outcome, *, account: PointAccount, book: InstalledBook, subject: models.Model, at: datetime
) -> Ruling:
    """Keep why work went beyond the balance."""
    return rulings.keep(
        outcome,
        provider=account.provider,
        book=book,
        about=subject,
        at=at,
        client_id=account.client_id,
    )


def bill_beyond(
    outcome: Outcome, *, account: PointAccount, ruling: Ruling, subject: models.Model, at: datetime
) -> WorkBeyond:
    """Write down what is billed by the hour instead: inside an act, once for each subject."""
    return WorkBeyond.objects.create(
        provider_id=account.provider_id,
        client_id=account.client_id,
        account=account,
        subject_kind=subject._meta.model_name or "",
        subject_id=subject.pk,
        subject_label=str(subject)[:120],
        points=outcome.value["beyond"],
        minutes=outcome.value["minutes"],
        amount=outcome.value["amount"],
        ruling=ruling,
        at=at,
    )
