"""Background work of the desk: what is measured later, and what the staff write, which leaves by mail."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from clausier.access import queries as access
from clausier.access.models import Agreement
from clausier.access.states import AgreementState
from clausier.desk import intake, letters_out, policies, presences, services, step_words, surveys, telling
from clausier.desk.models import (
    Contestation,
    Custody,
    EventKind,
    Mark,
    Notice,
    SupplierCase,
    Survey,
    Ticket,
    TicketEvent,
)
from clausier.desk.services import closings, custody, notices
from clausier.desk.states import CaseState, CustodyState, TicketState
from clausier.directory.models import Channel, Contact
from clausier.foundation import clock, isolation, mail
from clausier.foundation.actors import program
from clausier.foundation.models import JournalEntry, Membership
from clausier.foundation.permissions import Role
from clausier.post import conversations, outbox


@app.task(name="desk.write_to_client", queue="mail")
@isolation.job_of_provider
def write_to_client(*, entry: int, provider_id: int) -> int | None:
    """Put what the staff tell the client into the outbox, to whom it concerns and those in copy; its id.

    None where there is nobody to write to, or no mailbox to write from. Done again, it makes nothing.
    """
    told = JournalEntry.objects.get(pk=entry)
    event = (
        TicketEvent.objects.select_related("ticket__client", "ticket__caller", "contact", "provider")
        .filter(pk=told.data.get("event"))
        .first()
    )
    addressee = telling.addressee_of(event) if event else None
    if event is None or addressee is None or not addressee.email:
        return None
    ticket = event.ticket
    language = conversations.language_of(addressee)
    with transaction.atomic():
        at = clock.now()
        conversation = conversations.about(
            intake.filed(ticket, None), provider=event.provider, subject=ticket.title, at=at
        )
        mailbox = outbox.mailbox_for(event.provider, conversation)
        if mailbox is None:
            return None
        addressed = letters_out.addressed(ticket, conversation, addressee)
        made = outbox.reply(
            conversation,
            mailbox=mailbox,
            to=addressee.email,
            contact=addressee,
            cc=addressed.cc,
            handed_to=addressed.at_once,
            author_name=event.author_name,
            text=telling.letter_of(event, language),
            event_id=event.pk,
            language=language,
            files=[one.file for one in event.attachments.select_related("file")],
            at=at,
        )
        return made.pk if made else None


@app.task(name="desk.tell_leads", queue="mail")
@isolation.job_of_provider
def tell_leads(*, entry: int, provider_id: int) -> int:
    """Write to the owners and managers that work was contested, or is contested repeatedly; to how many.

    A job that dies between two letters writes the first again: a letter too many is better than none.
    """
    told = JournalEntry.objects.get(pk=entry)
    found = (
        Contestation.objects.select_related("ticket__client", "provider")
        .filter(pk=told.object_id or 0)
        .first()
    )
    if found is None:
        return 0
    leads = Membership.objects.working().filter(
        provider_id=provider_id, role__in=(Role.OWNER, Role.MANAGER), person__is_active=True
    )
    people = [one.person for one in leads.select_related("person")]
    with transaction.atomic():
        for person in people:
            subject, body = telling.notice_of(found, told.code, person.language)
            mail.defer(to=person.email, subject=subject, body=body)
    return len(people)


REMIND_EVERY = timedelta(days=7)


@app.periodic(cron="10 8 * * 1-5")
@app.task(name="desk.remind_of_machines", queueing_lock="desk.remind_of_machines")
@isolation.job_of_installation("machines that nobody fetches, every provider's")
def remind_of_machines(timestamp: int) -> int:
    """Remind clients of machines that are ready and past their day, once a week each; how many letters.

    `timestamp` is the tick's.
    """
    today = clock.today()
    waiting = Custody.objects.filter(state=CustodyState.READY, due_on__lt=today, ticket__isnull=False)
    unspoken = waiting.filter(Q(reminded_on=None) | Q(reminded_on__lte=today - REMIND_EVERY))
    return sum(custody.remind(pk, on=today, at=clock.now()) for pk in unspoken.values_list("pk", flat=True))


@app.task(name="desk.tell_step", queue="mail")
@isolation.job_of_provider
def tell_step(*, entry: int, provider_id: int) -> int | None:
    """Tell the client of the step that an act made: by mail at once, or as something to say by phone.

    The notice's id; None where nobody is told. Done again, it makes nothing.
    """
    told = JournalEntry.objects.get(pk=entry)
    event = (
        TicketEvent.objects.select_related("ticket__client", "ticket__caller", "ticket__agency", "provider")
        .filter(pk=told.data.get("event"))
        .first()
    )
    if event is None or _is_asked_instead(event, at=clock.now()):
        return None
    with transaction.atomic():
        at = clock.now()
        notice = notices.owed(event, at=at)
        if notice is not None and notice.channel == Channel.MAIL:
            _mail_step(notice, at=at)
        return notice.pk if notice else None


def _is_asked_instead(event: TicketEvent, *, at: datetime) -> bool:
    """Whether the letter that asks how it went says of itself that the request is closed."""
    caller = event.ticket.caller
    if event.kind != EventKind.CLOSED or caller is None or notices.channel_for(caller) != Channel.MAIL:
        return False
    settings = surveys.settings_of(event.provider)
    asked = Survey.objects.filter(ticket=event.ticket, asked_at__gte=event.written_at)
    return settings is not None and (asked.exists() or surveys.is_due(event.ticket, settings, at))


def _mail_step(notice: Notice, *, at: datetime) -> None:
    """Put the letter of a step into the outbox; without a mailbox to write from there is none."""
    event, ticket, contact = notice.event, notice.ticket, notice.contact
    conversation = conversations.about(
        intake.filed(ticket, None), provider=event.provider, subject=ticket.title, at=at
    )
    mailbox = outbox.mailbox_for(event.provider, conversation)
    if mailbox is None:
        return
    language = conversations.language_of(contact)
    with translation.override(language):
        step, link = step_words.sentence(event), _link(event)
    outbox.tell_step(
        conversation,
        mailbox=mailbox,
        to=contact.email,
        contact=contact,
        language=language,
        step=step,
        link=link,
        event_id=event.pk,
        at=at,
    )


@app.task(name="desk.ask_opinion", queue="mail")
@isolation.job_of_provider
def ask_opinion(*, entry: int, provider_id: int) -> int | None:
    """Ask the caller of a ticket just closed how it went, by mail where there is an address; the survey's id.

    None where nobody is to be asked. Done again, it asks nobody.
    """
    told = JournalEntry.objects.select_related("provider__book").get(pk=entry)
    ticket = (
        Ticket.objects.select_related("provider", "client", "caller").filter(pk=told.object_id or 0).first()
    )
    if ticket is None or told.provider is None:
        return None
    at = clock.now()
    with transaction.atomic():
        survey = services.ask_opinion(by=program(told.provider), at=at, ticket=ticket)
        if survey is not None and ticket.caller and ticket.caller.email:
            _write_survey(survey, ticket, ticket.caller, text=str(told.data.get("text", "")), at=at)
    return survey.pk if survey else None


def _write_survey(survey: Survey, ticket: Ticket, caller: Contact, *, text: str, at: datetime) -> None:
    settings = surveys.settings_of(ticket.provider)
    conversation = conversations.about(
        intake.filed(ticket, None), provider=ticket.provider, subject=ticket.title, at=at
    )
    mailbox = outbox.mailbox_for(ticket.provider, conversation)
    if mailbox is None or settings is None:
        return
    language = conversations.language_of(caller)
    with translation.override(language):
        links = "\n".join(
            _("%(mark)s : %(url)s")
            % {"mark": Mark(mark).label.capitalize(), "url": surveys.link_of(survey, settings, mark)}
            for mark in sorted(Mark.values, reverse=True)
        )
    outbox.ask_opinion(
        conversation,
        mailbox=mailbox,
        to=caller.email,
        contact=caller,
        language=language,
        text=text,
        links=links,
        at=at,
    )


def _link(event: TicketEvent) -> str:
    """Where the client answers what it is asked; "" when nothing waits or the portal is nowhere known."""
    agreed = event.data.get("agreed") if event.kind == EventKind.STEP else event.data
    pk = agreed.get("agreement") if isinstance(agreed, dict) else None
    asked = Agreement.objects.filter(pk=pk or 0, state=AgreementState.ASKED).first()
    if asked is None or not asked.site_url:
        return ""
    where = reverse("portal-agreement", args=[event.provider.slug, access.link_token(asked)])
    return asked.site_url.rstrip("/") + where


@app.task(name="desk.tell_watchers", queue="mail")
@isolation.job_of_provider
def tell_watchers(*, entry: int, provider_id: int) -> int:
    """Write to those who follow a ticket what happened on it; how many letters. Done again, it makes none."""
    told = JournalEntry.objects.get(pk=entry)
    with transaction.atomic():
        return letters_out.tell(told, at=clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="desk.forget_presences", queueing_lock="desk.forget_presences")
@isolation.job_of_installation("who was on a ticket is forgotten for every provider")
def forget_presences(timestamp: int) -> int:
    """Forget who is on no ticket any more; how many. Idempotent; `timestamp` is the tick's."""
    return presences.forget(clock.now())


@app.periodic(cron="23 * * * *")
@app.task(name="desk.measure_closings", queueing_lock="desk.measure_closings")
@isolation.job_of_installation("tickets closed before closing times were kept get theirs, every provider's")
def measure_closings(timestamp: int) -> int:
    """Measure what was closed before it was measured at once; how many. `timestamp` is the tick's."""
    return closings.measure_older()


@app.periodic(cron="*/15 * * * *")
@app.task(name="desk.chase_suppliers", queueing_lock="desk.chase_suppliers")
@isolation.job_of_installation("suppliers that have been silent too long are told of, every provider's")
def chase_suppliers(timestamp: int) -> int:
    """Say which suppliers are to be chased, once each, and write to whoever has the ticket; how many.

    `timestamp` is the tick's.
    """
    at = clock.now()
    waiting = SupplierCase.objects.filter(
        state=CaseState.WITH_SUPPLIER, chase_on__lte=policies.day_of(at)
    ).exclude(due_told_on=F("chase_on"))
    told = 0
    for case in waiting.exclude(ticket__state=TicketState.CLOSED).select_related(
        "provider__book", "supplier", "ticket__assignee"
    ):
        with transaction.atomic():
            if services.remind_of_chase(by=program(case.provider), at=at, case=case):
                _write_to_assignee(case)
                told += 1
    return told


def _write_to_assignee(case: SupplierCase) -> None:
    person = case.ticket.assignee
    if person is None or not person.is_active:
        return
    with translation.override(person.language):
        facts = {"case": case, "supplier": case.supplier, "title": case.ticket.title}
        mail.defer(
            to=person.email,
            subject=_("À relancer : %(supplier)s, dossier %(case)s") % facts,
            body=_(
                "%(supplier)s n’a pas répondu sur le dossier %(case)s (%(title)s).\n\n"
                "Relancez-le, notez un appel, ou dites jusqu’à quand attendre."
            )
            % facts,
        )
