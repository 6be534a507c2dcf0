"""The phone form: who calls, what happens, what we owe them, said before hanging up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.call import offers, stopwatch
from clausier.console.call.draft import Draft, loose, must_have_a_caller, read
from clausier.console.call.foreseen import Situation, foresee
from clausier.console.doors import StaffRequest, page
from clausier.console.tickets.sheets import Posted, Sheet
from clausier.contracts import queries as contracts
from clausier.desk import facts, services
from clausier.desk import queries as desk
from clausier.desk.models import CallState, Impact, Origin, PhoneCall, Urgency, Verdict
from clausier.directory import queries as directory
from clausier.directory import services as directory_services
from clausier.foundation import clock, wording
from clausier.foundation import queries as foundation
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput, Refusal
from clausier.foundation.permissions import may
from clausier.pages.refusals import in_terms
from clausier.terms.book import Book
from clausier.terms.errors import TermsError

SAVING = frozenset({"take", "assign", "queue"})
FIELDS = frozenset(
    {
        "q",
        "new_client",
        "new_name",
        "new_phone",
        "called_at",
        "description",
        "cause",
        "verdict",
        "verdict_reason",
        "assignee",
    }
)
"""The fields that can show what is wrong with them."""
ON_THE_LINE = (CallState.RINGING, CallState.ANSWERED)


@page("desk.open")
@require_http_methods(["GET", "POST"])
def call(request: StaffRequest) -> HttpResponse:
    """The form; saving it opens a ticket or logs the call on one that is open already."""
    now = clock.now()
    if request.method == "GET":
        asked = _remembered(request, now)
        since = stopwatch.started(request, request.provider, now)
        return _show(request, loose(asked, request.actor, since), now)
    since = stopwatch.started(request, request.provider, now)
    data = _chosen(request.POST)
    if data.get("choose"):
        stopwatch.remember(request, str(data["choose"]))
    act = data.get("act", "")
    try:
        draft = read(data, request.actor, since)
        if act in SAVING:
            return _saved(request, draft, now)
        if data.get("attach"):
            return _attached(request, draft, now)
    except Refusal as refusal:
        return _show(request, loose(data, request.actor, since), now, refusal)
    except TermsError as error:
        return _show(request, loose(data, request.actor, since), now, in_terms(error))
    return _show(request, draft, now)


@page("desk.open")
@require_GET
def callers(request: StaffRequest) -> HttpResponse:
    """Who the text typed so far may mean."""
    text = request.GET.get("q", "").strip()
    return render(request, "console/call/callers.html", _callers(request, text))


@page("desk.open")
@require_GET
def context(request: StaffRequest) -> HttpResponse:
    """The client, the site, the contract, the open tickets of whoever was chosen."""
    now = clock.now()
    draft = loose(request.GET, request.actor, stopwatch.started(request, request.provider, now))
    return render(request, "console/call/context.html", _facts(request, draft, now))


@page("desk.open")
@require_POST
def preview(request: StaffRequest) -> HttpResponse:
    """What would be promised, with which priority and coverage, were it saved now. Writes nothing."""
    now = clock.now()
    since = stopwatch.started(request, request.provider, now)
    refusal: Refusal | None = None
    try:
        draft = read(request.POST, request.actor, since)
    except Refusal as found:
        refusal, draft = found, loose(request.POST, request.actor, since)
    return render(request, "console/call/preview.html", _facts(request, draft, now, refusal))


@page("desk.open")
@require_POST
def drop(request: StaffRequest) -> HttpResponse:
    """Forget the call: nothing is written."""
    stopwatch.over(request)
    messages.info(request, _("Appel abandonné, rien n’a été enregistré."))
    return redirect("tickets", request.provider.slug)


def _remembered(request: StaffRequest, now: datetime) -> QueryDict:
    """What the address asks for, and who was on the line when the form was left."""
    data = request.GET.copy()
    key = stopwatch.announced(request, request.provider, now)
    if key and "caller" not in data:
        data.setdefault("appel", str(key))
    announced = _announced(request, data)
    if announced is not None:
        since = announced.began_at if announced.state in ON_THE_LINE else now
        stopwatch.taken(request, request.provider, announced.pk, since)
        if announced.contact_id:
            data["caller"] = f"contact:{announced.contact_id}"
        elif announced.client_id:
            data["caller"] = f"client:{announced.client_id}"
        else:
            data["caller"] = ""
            data["q"] = data["new_phone"] = wording.phone(announced.number)
        data["called_at"] = announced.began_at.astimezone(PARIS).strftime("%Y-%m-%dT%H:%M")
        if changed := stopwatch.caller(request):
            data["caller"] = changed
    data.setdefault("caller", stopwatch.caller(request))
    return data


def _announced(request: StaffRequest, data: QueryDict) -> PhoneCall | None:
    """The call that the telephone system announced and that this form is about."""
    key = Posted(data).number("appel")
    return (
        desk.calls(request.actor).filter(pk=key).first() if key and request.actor.may("phone.read") else None
    )


def _chosen(posted: QueryDict) -> QueryDict:
    """The form with the caller that was just picked from the list put in its place."""
    data = posted.copy()
    if data.get("choose"):
        data["caller"] = str(data["choose"])
        for name in ("site", "contract"):
            data.pop(name, None)
    return data


@transaction.atomic
def _saved(request: StaffRequest, draft: Draft, now: datetime) -> HttpResponse:
    """Open the ticket. A new person is kept in the same breath, or not at all."""
    actor = request.actor
    client = must_have_a_caller(draft)
    posted = Posted(request.POST)
    if not draft.title:
        raise InvalidInput(_("Dites en quelques mots ce qui se passe."), field="description")
    terms = facts.terms_for(request.provider, draft.contract, client.agency)
    cause = _cause(draft, terms.book)
    if cause is None:
        raise InvalidInput(_("Choisissez de quoi il s’agit."), field="cause")
    contact = draft.contact or (_new_person(request, draft, now) if draft.is_new_person else None)
    ticket = services.open_ticket(
        by=actor,
        at=now,
        client=client,
        title=draft.title,
        description=posted.text("description"),
        origin=Origin.PHONE,
        nature=cause.nature,
        equipment_class=draft.equipment_class,
        impact=draft.values["impact"],
        urgency=draft.values["urgency"],
        cause=cause.key,
        caller=contact,
        site=draft.site,
        contract=draft.contract,
        equipment_label=posted.text("equipment_label"),
        called_at=draft.called_at,
        verdict=posted.text("verdict") or None,
        verdict_reason=posted.text("verdict_reason"),
        assignee=_assignee(request),
    )
    announced = _announced(request, request.POST)
    if announced is not None:
        services.take_call(by=actor, at=now, call=announced, ticket=ticket)
    stopwatch.over(request)
    messages.success(request, _("Ticket %(ticket)s ouvert.") % {"ticket": ticket})
    return redirect("ticket", request.provider.slug, ticket.number)


@transaction.atomic
def _attached(request: StaffRequest, draft: Draft, now: datetime) -> HttpResponse:
    """The call is about a ticket that is open already: log it there."""
    number = Posted(request.POST).number("attach")
    ticket = desk.ticket_by_number(request.actor, number or 0)
    if ticket is None:
        raise InvalidInput(_("Ce ticket n’est plus là : choisissez-en un autre."), field="attach")
    posted = Posted(request.POST)
    if not posted.text("description"):
        raise InvalidInput(_("Notez ce qui a été dit : le fil du ticket le gardera."), field="description")
    services.log_call(
        by=request.actor,
        at=draft.called_at,
        ticket=ticket,
        text=posted.text("description"),
        contact=draft.contact,
        direction="in",
        call=_announced(request, request.POST),
    )
    stopwatch.over(request)
    messages.success(request, _("Appel noté dans le ticket %(ticket)s.") % {"ticket": ticket})
    return redirect("ticket", request.provider.slug, ticket.number)


def _new_person(request: StaffRequest, draft: Draft, now: datetime) -> Any:
    posted = Posted(request.POST)
    try:
        return directory_services.add_contact(
            by=request.actor,
            at=now,
            client=must_have_a_caller(draft),
            full_name=posted.text("new_name"),
            phone=posted.text("new_phone"),
            site=draft.site,
        )
    except Refusal as refusal:
        # The form of a new person stands inside another: its fields have names of their own.
        refusal.field = {"full_name": "new_name", "phone": "new_phone"}.get(
            refusal.field or "", refusal.field
        )
        raise


def _assignee(request: StaffRequest) -> Any:
    """Who gets the ticket: whoever takes it, whoever is named, or nobody yet."""
    act = request.POST.get("act")
    if act == "take":
        return request.actor.person
    if act == "queue":
        return None
    chosen = Posted(request.POST).number("assignee")
    member = foundation.staff(request.actor).filter(person_id=chosen or 0).first()
    if member is None:
        raise InvalidInput(_("Choisissez à qui confier le ticket."), field="assignee")
    return member.person


def _cause(draft: Draft, book: Book) -> offers.Cause | None:
    found = offers.causes(book, draft.equipment_class, draft.called_on)
    return offers.chosen(found, draft.values.get("cause", ""))


def _callers(request: StaffRequest, text: str) -> dict[str, Any]:
    """The people and clients found, each with how many tickets the client has open."""
    found = directory.find_callers(request.actor, text) if text else []
    counts = desk.open_tickets(request.actor).filter(client__in={one.client.pk for one in found})
    per_client = dict(counts.order_by().values_list("client_id").annotate(Count("pk")))
    return {
        "text": text,
        "callers": [(one, per_client.get(one.client.pk, 0)) for one in found],
        "may_add": request.actor.may("directory.contact"),
    }


def _facts(
    request: StaffRequest, draft: Draft, now: datetime, refusal: Refusal | None = None
) -> dict[str, Any]:
    """Everything the form and its side show."""
    actor, client = request.actor, draft.client
    terms = facts.terms_for(request.provider, draft.contract, client.agency) if client else None
    book = terms.book if terms else contracts.provider_book(request.provider)
    causes = offers.causes(book, draft.equipment_class, draft.called_on)
    cause = offers.chosen(causes, draft.values.get("cause", ""))
    foreseen = foresee(actor, draft, cause, now) if client and cause else None
    return {
        "draft": draft,
        "now": now,
        "since_text": wording.stopwatch((now - draft.since).total_seconds()),
        "sheet": Sheet(draft.values, refusal, FIELDS),
        "book": book,
        "tiles": offers.tiles(book, draft.called_on),
        "causes": offers.by_nature(causes),
        "cause": cause,
        "grid": offers.grid(book, draft.called_on, draft.values["impact"], draft.values["urgency"]),
        "impacts": Impact.choices,
        "urgencies": Urgency.choices,
        "verdicts": Verdict.choices,
        "foreseen": foreseen,
        "situation": Situation.of(actor, client, draft, now) if client else None,
        "may_add": actor.may("directory.contact"),
    }


def _show(request: StaffRequest, draft: Draft, now: datetime, refusal: Refusal | None = None) -> HttpResponse:
    """The whole page, everything typed in its place."""
    slug = request.provider.slug
    page_facts = _facts(request, draft, now, refusal) | {
        "section": "tickets",
        "crumbs": [(_("Tickets"), reverse("tickets", args=[slug])), (_("Nouvel appel"), "")],
        "team": [
            member.person
            for member in foundation.staff(request.actor)
            if may(member.role, "desk.work") and member.person != request.actor.person
        ],
        "clients": directory.clients_visible_to(request.actor) if draft.is_new_person else (),
    }
    # Without script, what was typed in the search is looked up when the form is sent.
    text = draft.values.get("q", "")
    if text and draft.client is None and not draft.is_new_person:
        page_facts |= _callers(request, text)
    return render(request, "console/call/form.html", page_facts, status=refusal.status if refusal else 200)
