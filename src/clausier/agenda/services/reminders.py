"""Reminders: how they are settled, sent once a stage, and confirmed by whoever got them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from clausier.agenda import queries, reminding
from clausier.agenda.errors import UnknownReminder
from clausier.agenda.models import ClientReminders, Reminder, ReminderLetter, ReminderSettings
from clausier.agenda.reminding import Addressee, Reached
from clausier.directory.models import Client
from clausier.foundation import journal, outside
from clausier.foundation import queries as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Person
from clausier.post import outbox
from clausier.post.models import Mailbox
from clausier.prepaid.alerts import addresses

MOST_STAGES: Final = 6
LONGEST_AHEAD: Final = 366
RECEIPT: Final = "agenda-receipt"


@act("agenda.settle")
def settle_reminders(
    *,
    by: Actor,
    at: datetime,
    notice_days: Sequence[int],
    renewal_days: Sequence[int],
    tells_missed: bool,
    people: Sequence[Person] = (),
) -> ReminderSettings:
    """How many days before a last day for notice, and before a renewal; who is told beside the owners.

    Raises InvalidInput naming the field.
    """
    stages = {"notice_days": _stages(notice_days, "notice_days")}
    stages["renewal_days"] = _stages(renewal_days, "renewal_days")
    known = set(foundation.staff(by).values_list("person", flat=True))
    if any(person.pk not in known for person in people):
        raise InvalidInput(_("Cette personne n’est pas de l’équipe."), field="people")
    chosen = sorted({person.pk for person in people})
    row, _made = ReminderSettings.objects.update_or_create(
        provider=by.provider,
        defaults={**stages, "tells_missed": tells_missed, "people": chosen, "changed_at": at},
    )
    journal.write(
        by=by,
        at=at,
        code="agenda.reminders_settled",
        about=row,
        data={**stages, "tells_missed": tells_missed, "people": [person.full_name for person in people]},
    )
    return row


def _stages(days: Sequence[int], field: str) -> list[int]:
    found = sorted({int(one) for one in days}, reverse=True)
    if len(found) > MOST_STAGES or any(not 0 <= one <= LONGEST_AHEAD for one in found):
        raise InvalidInput(_("Six rappels au plus, de 0 à 366 jours avant."), field=field)
    return found


@act("agenda.settle")
def settle_client_reminders(
    *,
    by: Actor,
    at: datetime,
    client: Client,
    is_on: bool,
    tells_missed: bool = True,
    to: Sequence[str] = (),
) -> ClientReminders:
    """Whether the client is reminded of its own dates, and where. Raises InvalidInput naming the field."""
    if client.provider_id != by.provider.pk:
        raise InvalidInput(_("Choisissez un client."), field="client")
    found = addresses(to, "to")
    row, _made = ClientReminders.objects.update_or_create(
        client=client,
        defaults={
            "provider": by.provider,
            "is_on": is_on,
            "tells_missed": tells_missed,
            "to": found,
            "changed_at": at,
        },
    )
    data = {"is_on": is_on, "tells_missed": tells_missed, "to": found}
    journal.write(by=by, at=at, code="agenda.client_reminders_settled", about=row, data=data)
    return row


@act("agenda.settle")
def remind(*, by: Actor, at: datetime) -> list[ReminderLetter]:
    """Write to everybody who is to be reminded at `at`, each once a stage; the letters that leave.

    Without a mailbox to write from nothing leaves, and nothing is taken as told.
    """
    mailbox = outbox.mailbox_for(by.provider)
    if mailbox is None:
        return []
    settings = queries.settings_of(by.provider)
    sent = []
    for addressee, reached in list(reminding.letters_due(by, settings, at)):
        try:
            with transaction.atomic():
                sent.append(_write(addressee, reached, mailbox, by=by, at=at))
        except IntegrityError:
            continue  # another worker told it meanwhile
    return sent


def _write(
    addressee: Addressee, reached: Sequence[Reached], mailbox: Mailbox, *, by: Actor, at: datetime
) -> ReminderLetter:
    token = secrets.token_urlsafe(32)
    where = outside.address(reverse(RECEIPT, args=[by.provider.slug, token]))
    with override(addressee.language):
        subject = _subject(reached)
    mail = outbox.letter(
        "reminder" if addressee.client else "reminder-staff",
        {
            "objet": subject,
            "message": "\n".join(f"• {one.says}" for one in reached),
            "personne": addressee.name,
            "client": addressee.client.name if addressee.client else "",
            "recu": where,
        },
        mailbox=mailbox,
        client=addressee.client,
        to=[addressee.address],
        language=addressee.language,
        at=at,
    )
    letter = ReminderLetter.objects.create(
        provider=by.provider,
        client=addressee.client,
        person=addressee.person,
        contact=addressee.contact,
        name=addressee.name,
        address=addressee.address,
        mail=mail,
        digest=queries.digest_of(token),
        made_at=at,
    )
    Reminder.objects.bulk_create(
        Reminder(
            provider=by.provider,
            client=addressee.client,
            letter=letter,
            contract=one.contract,
            stage=one.stage,
            key=one.key,
            days=one.days,
            address=addressee.address,
            due_on=one.due_on,
            says=one.says[:300],
        )
        for one in reached
    )
    data = {"to": addressee.address, "of": [one.key for one in reached], "mail": mail.pk}
    journal.write(by=by, at=at, code="agenda.reminded", about=letter, data=data)
    return letter


def _subject(reached: Sequence[Reached]) -> str:
    if len(reached) == 1:
        return reached[0].says
    return ngettext("%(count)d échéance", "%(count)d échéances", len(reached)) % {"count": len(reached)}


@act("agenda.confirm")
def confirm_reminder(*, by: Actor, at: datetime, letter: ReminderLetter) -> ReminderLetter:
    """That the addressee received a reminder; the first time is kept. Raises UnknownReminder."""
    held = ReminderLetter.objects.select_for_update().filter(pk=letter.pk, provider=by.provider).first()
    if held is None:
        raise UnknownReminder(_("Ce rappel n’existe pas."))
    if held.received_at is None:
        held.received_at = at
        held.save(update_fields=["received_at"])
        journal.write(by=by, at=at, code="agenda.reminder_received", about=held, data={"mail": held.mail_id})
    return held
