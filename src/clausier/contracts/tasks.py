"""Background work on contracts: terms kept as days come, editions on their day, signed amendments."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from clausier.contracts import ladder, services
from clausier.contracts.models import Amendment, Contract, ServiceSuspension
from clausier.contracts.states import AmendmentState
from clausier.foundation import clock, isolation
from clausier.foundation.actors import program
from clausier.foundation.models import JournalEntry, Provider
from clausier.signatures.models import SignatureRequest


@app.periodic(cron="3 * * * *")
@app.task(name="contracts.look_at_terms", queueing_lock="contracts.look_at_terms")
@isolation.job_of_installation("the terms of every provider's contracts are looked at")
def look_at_terms(timestamp: int) -> int:
    """Have the terms kept of contracts whose next one may have come; how many. `timestamp` is the tick's."""
    found = list(ladder.to_look_at(clock.today()))
    for contract in found:
        keep_terms.defer(contract=contract.pk, provider_id=contract.provider_id)
    return len(found)


@app.task(name="contracts.keep_terms")
@isolation.job_of_provider
def keep_terms(*, contract: int, provider_id: int) -> list[int]:
    """Keep the terms of a contract up to today's; the ids of what is new. Done again, it keeps none."""
    found = Contract.objects.filter(pk=contract).first()
    if found is None:
        return []
    by = program(Provider.objects.select_related("book").get(pk=provider_id))
    return [row.pk for row in services.keep_terms(by=by, at=clock.now(), contract=found)]


@app.task(name="contracts.follow_terms")
@isolation.job_of_provider
def follow_terms(*, entry: int, provider_id: int) -> list[int]:
    """Keep the terms of the contract that an act was about, as that act leaves them."""
    told = JournalEntry.objects.get(pk=entry)
    return keep_terms(contract=told.object_id or 0, provider_id=provider_id)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="contracts-editions-in-force", name="contracts.bring_editions_into_force")
@isolation.job_of_installation("an adopted edition takes effect whoever's contract it is")
def bring_editions_into_force(timestamp: int) -> int:
    """Let contracts follow the editions whose day has come; how many. `timestamp` is the tick's."""
    at = clock.now()
    due = Contract.objects.filter(book_until_on__lte=at.date()).select_related("provider").order_by("pk")
    found = list(due)
    for contract in found:
        services.bring_edition_into_force(by=program(contract.provider), at=at, contract=contract)
    return len(found)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="contracts.begin_suspensions", name="contracts.begin_suspensions")
@isolation.job_of_installation("an announced suspension begins whoever's contract it is")
def begin_suspensions(timestamp: int) -> int:
    """Let the suspensions begin whose day has come; how many do. `timestamp` is the tick's."""
    at = clock.now()
    due = ServiceSuspension.objects.filter(begun_at=None, until_at=None, from_at__lte=at)
    found = list(due.select_related("provider", "contract").order_by("pk"))
    return sum(services.begin_suspension(by=program(one.provider), at=at, suspension=one) for one in found)


@app.task(name="contracts.apply_amendment")
@isolation.job_of_provider
def apply_amendment(*, entry: int, provider_id: int) -> int | None:
    """Apply the amendment that both have just agreed on; its id. Done again, it changes nothing."""
    told = JournalEntry.objects.get(pk=entry)
    found = Amendment.objects.filter(pk=told.object_id or 0).select_related("provider").first()
    if found is None:
        return None
    services.apply_amendment(by=program(found.provider), at=clock.now(), amendment=found)
    return found.pk


@app.task(name="contracts.follow_signature")
@isolation.job_of_provider
def follow_signature(*, entry: int, provider_id: int) -> None:
    """Bring an amendment where the signature of its paper is. Done again, it does nothing."""
    told = JournalEntry.objects.get(pk=entry)
    known = SignatureRequest.objects.select_related("document", "signer", "countersignature__document")
    request = known.get(pk=told.object_id or 0)
    amendment = Amendment.objects.select_related("provider__book").get(pk=request.about_id)
    if amendment.state != AmendmentState.SENT:
        return
    given: dict[str, Any] = {"by": program(amendment.provider), "at": told.at, "amendment": amendment}
    match told.code:
        case "signatures.signed" if amendment.client_agreed_on is None:
            services.follow_client_signature(**given, request=request)
        case "signatures.countersigned":
            if amendment.client_agreed_on is None:  # the provider was quicker than the job of the signature
                services.follow_client_signature(**given, request=request)
            services.follow_countersignature(**given, request=request)
        case "signatures.declined":
            services.withdraw_amendment(**given, reason=_declined(request.signer_name, request.reason))
        case "signatures.countersignature_refused" if request.answer:
            answer = request.answer
            services.withdraw_amendment(**given, reason=_not_countersigned(answer.name, answer.reason))


def _declined(name: str, reason: str) -> str:
    return _("Refusé par %(name)s : %(reason)s") % {"name": name, "reason": reason}


def _not_countersigned(name: str, reason: str) -> str:
    return _("Non contresigné par %(name)s : %(reason)s") % {"name": name, "reason": reason}
