"""Asking clients how it went, their answers, and what becomes of a bad one."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from clausier.desk import surveys
from clausier.desk.errors import NothingChanged, SurveyOver, UnknownTicket
from clausier.desk.models import EventKind, Mark, Survey, SurveyOptOut, SurveySettings, Ticket
from clausier.desk.services.held import hold
from clausier.desk.timeline import record
from clausier.directory.models import Client
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput

LONGEST: Final = 2_000
MOST_DAYS: Final = 365


@act("satisfaction.settle")
def settle_surveys(
    *,
    by: Actor,
    at: datetime,
    is_on: bool,
    percent: int,
    quiet_days: int,
    changeable_days: int,
    site_url: str,
) -> SurveySettings:
    """Whether clients are asked, of how many tickets, how often a person. Links lead to `site_url`.

    Raises InvalidInput naming the field.
    """
    if not 1 <= percent <= 100:
        raise InvalidInput(_("Entre 1 et 100 %."), field="percent")
    for field, days in (("quiet_days", quiet_days), ("changeable_days", changeable_days)):
        if not 0 <= days <= MOST_DAYS:
            raise InvalidInput(_("Entre 0 et %(most)d jours.") % {"most": MOST_DAYS}, field=field)
    held, _made = SurveySettings.objects.update_or_create(
        provider=by.provider,
        defaults={
            "is_on": is_on,
            "percent": percent,
            "quiet_days": quiet_days,
            "changeable_days": changeable_days,
            "site_url": site_url[:200],
            "changed_at": at,
        },
    )
    journal.write(
        by=by,
        at=at,
        code="desk.surveys_settled",
        about=held,
        data={
            "is_on": is_on,
            "percent": percent,
            "quiet_days": quiet_days,
            "changeable_days": changeable_days,
        },
    )
    return held


@act("satisfaction.settle")
def ask_client(*, by: Actor, at: datetime, client: Client, asked: bool) -> None:
    """Whether that client's people are asked at all. Raises NothingChanged."""
    if client.provider_id != by.provider.pk:
        raise InvalidInput(_("Choisissez un client."), field="client")
    held = SurveyOptOut.objects.filter(client=client)
    if held.exists() is not asked:
        raise NothingChanged(_("C’est déjà ainsi."))
    if asked:
        held.delete()
    else:
        SurveyOptOut.objects.create(provider=by.provider, client=client, since_at=at)
    journal.write(
        by=by,
        at=at,
        code="desk.survey_of_client_set",
        about=client,
        client_id=client.pk,
        data={"asked": asked},
    )


@act("desk.close")
def ask_opinion(*, by: Actor, at: datetime, ticket: Ticket) -> Survey | None:
    """Put the question about a closed ticket, once; None when it is not to be put."""
    held = hold(ticket, by)
    settings = surveys.settings_of(by.provider)
    if settings is None or not surveys.is_due(held, settings, at):
        return None
    survey = Survey.objects.create(
        provider=by.provider,
        client_id=held.client_id,
        ticket=held,
        contact_id=held.caller_id,
        technician_id=held.assignee_id,
        asked_at=at,
    )
    journal.write(by=by, at=at, code="desk.opinion_asked", about=held, data={"survey": survey.pk})
    return survey


@act("portal.rate")
def give_mark(*, by: Actor, at: datetime, survey: Survey, mark: int, comment: str = "") -> Survey:
    """Say how it went, or say it otherwise while that is possible. A bad mark waits for the staff.

    Raises UnknownTicket, SurveyOver, InvalidInput naming `mark` or `comment`, NothingChanged.
    """
    held = (
        Survey.objects.select_for_update()
        .filter(provider=by.provider, client_id=by.client_id or 0, pk=survey.pk)
        .first()
    )
    if held is None or (by.contact_id and held.contact_id != by.contact_id):
        raise UnknownTicket(_("Cette question n’est pas pour vous."))
    if not surveys.is_open(held, at):
        raise SurveyOver(_("Il est trop tard pour donner ou changer cet avis."))
    said = comment.strip()
    if mark not in Mark.values:
        raise InvalidInput(_("Choisissez un des trois visages."), field="mark")
    if len(said) > LONGEST:
        raise InvalidInput(
            _("Un commentaire a %(most)d signes au plus.") % {"most": LONGEST}, field="comment"
        )
    if held.mark == mark and held.comment == said:
        raise NothingChanged(_("Votre avis est déjà noté."))
    former = held.mark
    held.mark, held.comment, held.changed_at = mark, said, at
    held.answered_at = held.answered_at or at
    if mark == Mark.BAD and former != Mark.BAD:
        held.handled_at = held.handled_by = None
    held.save()
    record(
        held.ticket,
        EventKind.RATED,
        by=by,
        at=at,
        text=said,
        contact=held.contact,
        data={"mark": mark, "former": former},
    )
    journal.write(
        by=by,
        at=at,
        code="desk.mark_given",
        about=held.ticket,
        data={"survey": held.pk, "mark": mark, "former": former},
    )
    return held


@act("desk.note")
def take_up_mark(*, by: Actor, at: datetime, survey: Survey) -> Survey:
    """Say that a bad mark was taken up with the client. Raises NothingChanged, UnknownTicket."""
    held = Survey.objects.select_for_update().filter(provider=by.provider, pk=survey.pk).first()
    if held is None:
        raise UnknownTicket(_("Cet avis n’existe pas ici."))
    if held.mark != Mark.BAD or held.handled_at:
        raise NothingChanged(_("Cet avis n’attend personne."))
    held.handled_at, held.handled_by = at, by.person
    held.save(update_fields=["handled_at", "handled_by"])
    journal.write(by=by, at=at, code="desk.mark_taken_up", about=held.ticket, data={"survey": held.pk})
    return held
