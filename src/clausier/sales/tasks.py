"""What follows from signatures: a quote opened is received, signed is accepted, countersigned is ordered;
and who has to choose is reminded.
"""

from __future__ import annotations

from datetime import datetime

from procrastinate.contrib.django import app

from clausier.foundation import clock, isolation
from clausier.foundation.actors import Actor, program
from clausier.foundation.models import JournalEntry
from clausier.sales import queries, services
from clausier.sales.models import OrderChange, Quote
from clausier.sales.states import ChangeState, QuoteState
from clausier.signatures.models import SignatureRequest


@app.periodic(cron="21 * * * *")
@app.task(name="sales.remind", queueing_lock="sales.remind")
@isolation.job_of_installation("contacts of every provider's quotes are reminded")
def remind(timestamp: int) -> int:
    """Remind, in office hours, of quotes whose last day is near; how many. `timestamp` is the tick's."""
    at = clock.now()
    if at.hour not in clock.OFFICE_HOURS:
        return 0
    found = list(queries.to_remind(at.date()))
    return sum(services.remind_of_quote(by=program(one.provider), at=at, quote=one) for one in found)


@app.task(name="sales.follow_signature")
@isolation.job_of_provider
def follow_signature(*, entry: int, provider_id: int) -> None:
    """Bring a quote, or a change of an order, where its signature is. Done again, it does nothing."""
    told = JournalEntry.objects.get(pk=entry)
    known = SignatureRequest.objects.select_related("provider__book", "countersignature__document")
    request = known.get(pk=told.object_id or 0)
    by = program(request.provider)
    if request.about_kind == queries.QUOTE:
        _follow_quote(told, request, by)
    elif request.about_kind == queries.CHANGE:
        _follow_change(told, request, by)


def _follow_quote(told: JournalEntry, request: SignatureRequest, by: Actor) -> None:
    quote = Quote.objects.select_related("standing").get(pk=request.about_id)
    state, at = quote.standing.state, told.at
    if told.code == "signatures.opened" and state == QuoteState.ISSUED:
        services.note_opened(by=by, at=at, quote=quote, opened_by=request.signer_name)
    elif told.code == "signatures.signed" and state == QuoteState.ISSUED:
        _accept(quote, request, by, request.signed_at or at)
    elif told.code == "signatures.declined" and state == QuoteState.ISSUED:
        services.decline_quote(by=by, at=at, quote=quote, reason=request.reason, said_by=request.signer_name)
    elif told.code == "signatures.countersigned" and state in (QuoteState.ISSUED, QuoteState.ACCEPTED):
        if state == QuoteState.ISSUED:  # the provider was quicker than the job of the signature
            quote = _accept(quote, request, by, request.signed_at or at)
        services.confirm_order(
            by=by,
            at=at,
            quote=quote,
            countersigner_name=request.answer.name if request.answer else "",
            document=request.signed_document,
        )


def _accept(quote: Quote, request: SignatureRequest, by: Actor, at: datetime) -> Quote:
    accepted: Quote = services.accept_quote(
        by=by,
        at=at,
        quote=quote,
        signer_name=request.signature.name,
        document=request.signature.scan or request.document,
    )
    return accepted


def _follow_change(told: JournalEntry, request: SignatureRequest, by: Actor) -> None:
    change = OrderChange.objects.get(pk=request.about_id)
    if change.state != ChangeState.WAITING:
        return
    if told.code == "signatures.signed" and change.client_agreed_at is None:
        services.agree_for_client(
            by=by,
            at=request.signed_at or told.at,
            change=change,
            signer_name=request.signature.name,
            document=request.signature.scan or request.document,
        )
    elif told.code == "signatures.declined":
        services.decline_change(by=by, at=told.at, change=change, reason=request.reason)
    elif told.code == "signatures.countersigned" and change.provider_agreed_at is None:
        name = request.answer.name if request.answer else ""
        services.agree_for_provider(by=by, at=told.at, change=change, signer_name=name)
