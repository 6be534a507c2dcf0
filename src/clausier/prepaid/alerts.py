"""Telling both sides: points that run low or out, that soon will, or that expire; a client who asks for more.

Each is told once: a crossing by the movement that crossed, a forecast since the last purchase, a pack by
itself. The letters stand beside the notice, and the outbox says what became of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from clausier.directory import queries as directory
from clausier.directory.models import Contact
from clausier.foundation import journal, wording
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Membership, Person
from clausier.foundation.permissions import MATRIX
from clausier.post import conversations, outbox
from clausier.post.models import Mailbox, OutgoingMail
from clausier.prepaid import ledger, queries
from clausier.prepaid.errors import TopUpEnded
from clausier.prepaid.ledger import hold, hold_open
from clausier.prepaid.models import (
    EntryKind,
    NoticeKind,
    PointAccount,
    PointNotice,
    TopUp,
    TopUpState,
)

MOST_ADDRESSES = 10


@act("prepaid.settle")
def settle_alerts(
    *,
    by: Actor,
    at: datetime,
    account: PointAccount,
    low_at: Decimal | int,
    forecast_days: int,
    expiry_days: int,
    client_to: Sequence[str] = (),
    staff_to: Sequence[str] = (),
) -> PointAccount:
    """Under how many points, how many days ahead (zero: never), and whom to tell.

    Raises InvalidInput naming the field.
    """
    if Decimal(low_at) < 0:
        raise InvalidInput(_("Le seuil d’alerte ne peut pas être négatif."), field="low_at")
    for name, days in (("forecast_days", forecast_days), ("expiry_days", expiry_days)):
        if not 0 <= days <= 365:
            raise InvalidInput(_("Indiquez de 0 à 365 jours."), field=name)
    held = hold(account, by)
    held.low_at, held.forecast_days, held.expiry_days = Decimal(low_at), forecast_days, expiry_days
    held.client_to = addresses(client_to, "client_to")
    held.staff_to = addresses(staff_to, "staff_to")
    names = ("low_at", "forecast_days", "expiry_days", "client_to", "staff_to")
    held.save(update_fields=names)
    journal.write(
        by=by,
        at=at,
        code="prepaid.alerts_settled",
        about=held,
        data={
            "low_at": str(low_at),
            "forecast_days": forecast_days,
            "expiry_days": expiry_days,
            "client_to": held.client_to,
            "staff_to": held.staff_to,
        },
    )
    return held


def addresses(given: Sequence[str], field: str) -> list[str]:
    """Mail addresses, each once. Raises InvalidInput naming `field`."""
    found = list(dict.fromkeys(one.strip() for one in given if one.strip()))
    if len(found) > MOST_ADDRESSES:
        raise InvalidInput(_("Dix adresses au plus."), field=field)
    for one in found:
        try:
            validate_email(one)
        except ValidationError:
            raise InvalidInput(
                _("« %(address)s » n’est pas une adresse de courriel.") % {"address": one}, field=field
            ) from None
    return found


@act("prepaid.settle")
def tell(*, by: Actor, at: datetime, notice: PointNotice) -> PointNotice:
    """Write to both sides about a notice, once; the program does, by a job.

    Nothing leaves about points that were bought again before it could be told.
    """
    account = hold(notice.account, by)
    held = PointNotice.objects.select_related("pack").get(pk=notice.pk)
    if held.told_at is not None:
        return held
    mailbox = outbox.mailbox_for(account.provider)
    if mailbox is not None and _still_true(account, held, at):
        held.client_mail = _to_client(account, held, mailbox, at)
        held.staff_mail = _to_staff(account, mailbox, _objects(held), _told(account, held), at)
    held.told_at = at
    held.save(update_fields=["client_mail", "staff_mail", "told_at"])
    _write_down(account, held, by=by, at=at)
    return held


def _still_true(account: PointAccount, notice: PointNotice, at: datetime) -> bool:
    """Whether there is still something to tell: not once points were bought, nor after the contract."""
    ends_on = account.contract.ends_on
    if ends_on and ends_on < at.astimezone(PARIS).date():
        return False
    match notice.kind:
        case NoticeKind.LOW | NoticeKind.EMPTY:
            return queries.balance(account) < account.low_at or queries.balance(account) <= 0
        case NoticeKind.EXPIRY:
            return notice.pack is not None and queries.left_in(notice.pack) > 0
    return True


def _write_down(account: PointAccount, notice: PointNotice, *, by: Actor, at: datetime) -> None:
    told = [address for mail in (notice.client_mail, notice.staff_mail) if mail for address in mail.to]
    data = {
        "notice": notice.pk,
        "contract": account.contract.number,
        "balance": str(notice.balance),
        "low_at": str(account.low_at),
        "due_on": notice.due_on.isoformat() if notice.due_on else None,
        "told": told,
    }
    match notice.kind:
        case NoticeKind.LOW:
            journal.write(by=by, at=at, code="prepaid.account_low", about=account, data=data)
        case NoticeKind.EMPTY:
            journal.write(by=by, at=at, code="prepaid.account_empty", about=account, data=data)
        case NoticeKind.FORECAST:
            journal.write(by=by, at=at, code="prepaid.account_running_out", about=account, data=data)
        case _:
            journal.write(by=by, at=at, code="prepaid.pack_expiring", about=account, data=data)


def _to_client(
    account: PointAccount, notice: PointNotice, mailbox: Mailbox, at: datetime
) -> OutgoingMail | None:
    to, contact = client_side(account, at)
    if not to:
        return None
    language = conversations.language_of(contact)
    return outbox.letter(
        f"points-{notice.kind}",
        facts_of(account, notice, language, at),
        mailbox=mailbox,
        client=account.client,
        to=to,
        language=language,
        at=at,
    )


def _to_staff(
    account: PointAccount, mailbox: Mailbox, subject: dict[str, str], said: dict[str, str], at: datetime
) -> OutgoingMail | None:
    to, language = staff_side(account)
    if not to:
        return None
    facts = {
        "objet": subject[language],
        "message": said[language],
        "client": account.client.name,
        "contrat": account.contract.number,
        "solde": wording.points(queries.balance(account), language),
    }
    return outbox.letter("points-staff", facts, mailbox=mailbox, client=None, to=to, language=language, at=at)


def client_side(account: PointAccount, at: datetime) -> tuple[list[str], Contact | None]:
    """Where the client is told: the addresses of the account, else its IT correspondent."""
    contact = directory.correspondent_on(account.client, at.astimezone(PARIS).date())
    if account.client_to:
        return list(account.client_to), contact
    return ([contact.email] if contact and contact.email else []), contact


def staff_side(account: PointAccount) -> tuple[list[str], str]:
    """Where the staff is told, and in which language: of the account, else those who may credit points."""
    if account.staff_to:
        first = Person.objects.filter(email__iexact=account.staff_to[0]).first()
        return list(account.staff_to), _spoken(first)
    roles = [role.value for role in MATRIX["prepaid.credit"]]
    places = Membership.objects.working().filter(provider=account.provider_id, role__in=roles)
    people = [place.person for place in places.select_related("person").order_by("pk")]
    people = [person for person in people if person.is_active and person.email][:MOST_ADDRESSES]
    return [person.email for person in people], _spoken(people[0] if people else None)


def _spoken(person: Person | None) -> str:
    return "en" if person and person.language.startswith("en") else "fr"


def facts_of(account: PointAccount, notice: PointNotice, language: str, at: datetime) -> dict[str, str]:
    """What the variables of a letter to the client stand for."""
    runs_out = notice.due_on or queries.exhaustion_on(account, at)
    points = queries.left_in(notice.pack) if notice.pack else Decimal(0)
    return {
        "contrat": account.contract.number,
        "client": account.client.name,
        "solde": wording.points(notice.balance, language),
        "seuil": wording.points(account.low_at, language),
        "points": wording.points(points, language),
        "jour": wording.long_day(runs_out, language, year=True, weekday=False) if runs_out else "",
        "rythme": _pace(runs_out, language),
    }


def _pace(runs_out: date | None, language: str) -> str:
    if runs_out is None:
        return ""
    with override(language):
        return _("Au rythme des dernières semaines, il serait épuisé le %(day)s.") % {
            "day": wording.long_day(runs_out, language, year=True, weekday=False)
        }


def _objects(notice: PointNotice) -> dict[str, str]:
    """The subject of the letter to the staff, in both languages."""
    return {language: _said_in(language, notice) for language in ("fr", "en")}


def _said_in(language: str, notice: PointNotice) -> str:
    with override(language):
        return _("Points, %(client)s : %(what)s") % {
            "client": notice.account.client.name,
            "what": notice.get_kind_display(),
        }


def _told(account: PointAccount, notice: PointNotice) -> dict[str, str]:
    found = {}
    for language in ("fr", "en"):
        with override(language):
            found[language] = _sentence(account, notice, language)
    return found


def _sentence(account: PointAccount, notice: PointNotice, language: str) -> str:
    day = wording.long_day(notice.due_on, language, year=True, weekday=False) if notice.due_on else ""
    match notice.kind:
        case NoticeKind.EMPTY:
            return _("Le compte est épuisé.")
        case NoticeKind.LOW:
            return _("Le compte est passé sous son seuil de %(low)s.") % {
                "low": wording.points(account.low_at, language)
            }
        case NoticeKind.FORECAST:
            return _("Au rythme des dernières semaines, le compte serait épuisé le %(day)s.") % {"day": day}
    return _("Un lot périme le %(day)s : il y reste %(points)s.") % {
        "day": day,
        "points": wording.points(queries.left_in(notice.pack) if notice.pack else Decimal(0), language),
    }


# What a day brings


def look_ahead(account: PointAccount, at: datetime) -> int:
    """Note what comes near: the end by the pace, packs that expire; how many notices are new."""
    today = at.astimezone(PARIS).date()
    found = _forecast(account, at, today)
    horizon = today + timedelta(days=account.expiry_days)
    for one in queries.packs_left(account)[0]:
        last = one.pack.expires_on
        if account.expiry_days and one.left > 0 and last and today <= last <= horizon:
            found.append(_notice(account, NoticeKind.EXPIRY, at, pack=one.pack, due_on=last))
    made = 0
    for notice in found:
        try:
            with transaction.atomic():
                notice.save(force_insert=True)
                ledger.ask_to_tell(notice)
                made += 1
        except IntegrityError:
            continue  # told before
    return made


def _forecast(account: PointAccount, at: datetime, today: date) -> list[PointNotice]:
    """Told once since the last purchase, and not of an account that is low already: that was told."""
    if not account.forecast_days or queries.balance(account) < account.low_at:
        return []
    runs_out = queries.exhaustion_on(account, at)
    if runs_out is None or runs_out > today + timedelta(days=account.forecast_days):
        return []
    credits = (EntryKind.PURCHASE, EntryKind.OPENING, EntryKind.TRANSFER)
    last = account.entries.filter(kind__in=credits, points__gt=0).order_by("-pk").first()
    if last is None:
        return []
    return [_notice(account, NoticeKind.FORECAST, at, entry=last, due_on=runs_out)]


def _notice(account: PointAccount, kind: str, at: datetime, **more: object) -> PointNotice:
    return PointNotice(
        provider_id=account.provider_id,
        client_id=account.client_id,
        account=account,
        kind=kind,
        balance=queries.balance(account),
        at=at,
        **more,
    )


# A client who asks


@act("prepaid.ask")
def ask_top_up(
    *, by: Actor, at: datetime, account: PointAccount, points: Decimal | None = None, note: str = ""
) -> TopUp:
    """Ask for more points. Asked again while one waits, it is that one.

    Raises AccountClosed, InvalidInput naming `points`.
    """
    if points is not None and points <= 0:
        raise InvalidInput(_("Indiquez un nombre de points supérieur à zéro."), field="points")
    held = hold_open(account, by)
    waiting = held.top_ups.filter(state=TopUpState.WAITING).first()
    if waiting is not None:
        return waiting
    asked = TopUp.objects.create(
        provider_id=held.provider_id,
        client_id=held.client_id,
        account=held,
        points=points,
        note=" ".join(note.split())[:300],
        asked_at=at,
        asked_by=by.name,
    )
    journal.write(
        by=by,
        at=at,
        code="prepaid.top_up_asked",
        about=held,
        data={"top_up": asked.pk, "points": str(points) if points else None, "note": asked.note},
    )
    return asked


@act("prepaid.credit")
def decline_top_up(*, by: Actor, at: datetime, top_up: TopUp, answer: str) -> TopUp:
    """Answer that no points come of it, with the reason that the client reads.

    Raises TopUpEnded, InvalidInput naming `answer`.
    """
    said = " ".join(answer.split())
    if not said:
        raise InvalidInput(_("Dites pourquoi : le client le lit."), field="answer")
    moved = TopUp.objects.filter(pk=top_up.pk, provider=by.provider, state=TopUpState.WAITING).update(
        state=TopUpState.DECLINED, ended_at=at, ended_by=by.name, answer=said[:300]
    )
    if not moved:
        raise TopUpEnded(_("Quelqu’un a déjà répondu à cette demande."))
    top_up.refresh_from_db()
    journal.write(
        by=by,
        at=at,
        code="prepaid.top_up_declined",
        about=top_up.account,
        data={"top_up": top_up.pk, "answer": top_up.answer},
    )
    return top_up


def tell_top_up(top_up: TopUp, at: datetime) -> OutgoingMail | None:
    """Write to the staff that a client asks for points."""
    account = top_up.account
    mailbox = outbox.mailbox_for(account.provider)
    if mailbox is None:
        return None
    subjects, said = {}, {}
    for language in ("fr", "en"):
        with override(language):
            subjects[language] = _("%(client)s demande des points") % {"client": account.client.name}
            said[language] = _asked(top_up, language)
    return _to_staff(account, mailbox, subjects, said, at)


def _asked(top_up: TopUp, language: str) -> str:
    wanted = (
        _("%(name)s demande %(points)s.")
        % {"name": top_up.asked_by, "points": wording.points(top_up.points, language)}
        if top_up.points
        else _("%(name)s demande à recharger le compte.") % {"name": top_up.asked_by}
    )
    return f"{wanted} {top_up.note}".strip()
