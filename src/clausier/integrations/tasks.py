"""Background work for machines: telling what happened, trying again, forgetting in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from procrastinate.contrib.django import app

from clausier.foundation import clock, isolation
from clausier.foundation.models import JournalEntry
from clausier.integrations import sending, services
from clausier.integrations.models import DeliveryAttempt, DeliveryState, StoredAnswer, WebhookDelivery

QUEUE: Final = "webhooks"
ANSWERS_KEPT: Final = timedelta(hours=24)
DELIVERIES_KEPT: Final = timedelta(days=30)


@app.task(name="integrations.announce", queue=QUEUE)
@isolation.job_of_provider
def announce(*, entry: int, provider_id: int) -> int:
    """Prepare the deliveries of a journal entry; how many were made. Done again, it makes none."""
    with transaction.atomic():
        # The entry's own job: two runs of it come one after the other.
        found = JournalEntry.objects.get(pk=entry)
        return len(services.announce(found, at=clock.now()))


@app.task(name=sending.TASK, queue=QUEUE)
@isolation.job_of_provider
def deliver(*, delivery: int, attempt: int, provider_id: int) -> str:
    """Make the attempt of that number and queue the next one where it fails; the state that results.

    A job that is run again, because its worker died, sends again only what was not written down.
    """
    found = WebhookDelivery.objects.select_related("webhook").get(pk=delivery)
    if not _is_due(found, attempt):
        return found.state
    now = clock.now()
    secret = services.secret_of(found.webhook)
    answer = sending.attempt(found.webhook.url, secret=secret, delivery=found, at=now)
    with transaction.atomic():
        held = WebhookDelivery.objects.select_for_update().get(pk=delivery)
        if not _is_due(held, attempt):
            return held.state
        DeliveryAttempt.objects.create(
            provider_id=held.provider_id,
            client_id=held.client_id,
            delivery=held,
            at=now,
            status=answer.status,
            milliseconds=answer.milliseconds,
            error=answer.error,
            answer=answer.text,
        )
        _settle(held, attempt, accepted=answer.accepted)
        return held.state


def _is_due(delivery: WebhookDelivery, attempt: int) -> bool:
    return delivery.state == DeliveryState.WAITING and delivery.attempts == attempt - 1


def _settle(delivery: WebhookDelivery, attempt: int, *, accepted: bool) -> None:
    """Write what became of the attempt: delivered, tried again after the next wait, or given up."""
    now = clock.now()
    delivery.attempts = attempt
    if accepted:
        delivery.state, delivery.ended_at, delivery.next_at = DeliveryState.DELIVERED, now, None
    elif attempt > len(sending.WAITS):
        delivery.state, delivery.ended_at, delivery.next_at = DeliveryState.GIVEN_UP, now, None
    else:
        delivery.next_at = now + sending.WAITS[attempt - 1]
        sending.queue(delivery, attempt=attempt + 1, at=delivery.next_at)
    delivery.save(update_fields=["state", "attempts", "next_at", "ended_at"])


@app.periodic(cron="17 * * * *")
@app.task(name="integrations.forget", queueing_lock="integrations.forget")
@isolation.job_of_installation("what was kept for its time is forgotten for every provider")
def forget(timestamp: int) -> int:
    """Remove answers kept for repeats after a day, and the log of deliveries after thirty; how many rows.

    Idempotent; `timestamp` is the tick's.
    """
    now = clock.now()
    answers, _each = StoredAnswer.objects.filter(answered_at__lt=now - ANSWERS_KEPT).delete()
    old = WebhookDelivery.objects.filter(made_at__lt=now - DELIVERIES_KEPT)
    deliveries, _each = old.exclude(state=DeliveryState.WAITING).delete()
    return answers + deliveries
