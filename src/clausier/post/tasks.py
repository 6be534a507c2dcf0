"""Background work of the post: reading what came, sending what leaves, looking at mailboxes."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from procrastinate.contrib.django import app

from clausier.foundation import clock, isolation
from clausier.post import fetching, intake, outbox, sending, troubles
from clausier.post.models import Arrival, IncomingMail, Mailbox, OutgoingMail
from clausier.post.states import OutboxState, Standing

QUEUE: Final = "mail"


@app.task(name=intake.SETTLE, queue=QUEUE)
@isolation.job_of_provider
def settle(*, provider_id: int) -> int:
    """Read the messages that wait, a batch at a time; how many. Done again, it finds the rest."""
    taken = intake.settle_waiting(provider_id)
    if taken >= intake.BATCH:
        with transaction.atomic():
            intake.ask_to_settle(provider_id)
    return taken


@app.task(name=outbox.SEND, queue=QUEUE)
@isolation.job_of_provider
def send(*, mail: int, attempt: int, provider_id: int) -> str:
    """Make the attempt of that number and queue the next one where it fails; the state that results.

    Run again because its worker died, it sends the same Message-ID: it shows once.
    """
    found = OutgoingMail.objects.select_related("mailbox__provider", "conversation").get(pk=mail)
    if not outbox.is_due(found, attempt):
        return found.state
    answer = sending.attempt(found)
    with transaction.atomic():
        held = OutgoingMail.objects.select_for_update(of=("self",)).select_related("provider").get(pk=mail)
        if outbox.is_due(held, attempt):
            _write_down(held, attempt, answer)
        return held.state


def _write_down(mail: OutgoingMail, attempt: int, answer: sending.Answer) -> None:
    now = clock.now()
    mail.attempts, mail.answer = attempt, answer.says
    mail.ended_at, mail.next_at = now, None
    if answer.accepted:
        mail.state = OutboxState.SENT
    elif answer.held:
        mail.state = OutboxState.HELD
    elif answer.final:
        mail.state = OutboxState.RETURNED
    elif attempt > len(outbox.WAITS):
        mail.state = OutboxState.GIVEN_UP
    else:
        mail.ended_at, mail.next_at = None, now + outbox.WAITS[attempt - 1]
        outbox.queue(mail, attempt=attempt + 1, at=mail.next_at)
    mail.save(update_fields=["attempts", "answer", "ended_at", "next_at", "state"])
    for address, says in answer.refused:
        troubles.note(mail.provider, address, says=says, permanent=True, at=now)


@app.task(name=fetching.FETCH, queue=QUEUE)
@isolation.job_of_provider
def fetch(*, mailbox: int, provider_id: int) -> int:
    """Fetch what is new in a mailbox; how many messages were stored."""
    found = Mailbox.objects.select_related("provider").filter(pk=mailbox).first()
    return fetching.fetch(found) if found else 0


@app.periodic(cron="* * * * *")
@app.task(name="post.look", queueing_lock="post.look", queue=QUEUE)
@isolation.job_of_installation("every provider's mailboxes are looked at")
def look(timestamp: int) -> int:
    """Have every mailbox fetched and what was left unread read; how many jobs. `timestamp` is the tick's."""
    asked = 0
    for pk, provider_id in Mailbox.objects.filter(is_active=True, arrival=Arrival.IMAP).values_list(
        "pk", "provider_id"
    ):
        asked += fetching.ask_to_fetch(pk, provider_id)
    waiting = IncomingMail.objects.filter(standing=Standing.NEW).values_list("provider_id", flat=True)
    for provider_id in waiting.distinct():
        with transaction.atomic():
            intake.ask_to_settle(provider_id)
    return asked
