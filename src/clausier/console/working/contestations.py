"""Contestations of recorded work: the list, one with its answer, one told by phone or mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console import sheets
from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.mail.reading import page_of
from clausier.console.tickets.asking import ask_url
from clausier.console.tickets.reading import ticket_or_404
from clausier.console.tickets.sheets import Posted
from clausier.console.typed import whole
from clausier.console.working.tabs import tabs
from clausier.console.working.typed import CHANGE, KEEP, entries_of, sheet_of
from clausier.desk import facts, queries, services
from clausier.desk.models import Contestation, ContestationChannel, Ticket, WorkEntry
from clausier.desk.states import ContestationState
from clausier.directory import queries as directory
from clausier.directory.models import Contact
from clausier.foundation import clock
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import Refusal
from clausier.pages.forms import ActForm, LongText, bound
from clausier.pages.refusals import in_terms
from clausier.pages.work import entry_label
from clausier.terms.errors import TermsError

MARKS = {
    ContestationState.OPEN: "at-risk",
    ContestationState.UPHELD: "met",
    ContestationState.REJECTED: "lifted",
    ContestationState.WITHDRAWN: "lifted",
}
HEADINGS = (
    gettext_lazy("Client"),
    gettext_lazy("Ticket"),
    gettext_lazy("Contesté le"),
    gettext_lazy("Par"),
    gettext_lazy("Canal"),
    gettext_lazy("Motif"),
    gettext_lazy("État"),
    gettext_lazy("Répondu le"),
    gettext_lazy("Réponse"),
)


@page("desk.read")
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """Every contestation, the latest first; `?etat=`, `?client=`, `?du=` and `?au=` narrow it."""
    found, asked = _asked(request)
    if form := sheets.form_asked(request):
        return sheets.listed(form, _("contestations"), clock.today(), HEADINGS, _lines(found))
    rows, older = page_of(found, request.GET.get("avant", ""))
    context = {
        "crumbs": [(_("Travail"), ""), (_("Contestations"), "")],
        "rows": [(one, MARKS[ContestationState(one.state)]) for one in rows],
        "older": older,
        "asked": asked,
        "query": urlencode({key: value for key, value in asked.items() if value}),
        "states": [("", _("toutes")), *ContestationState.choices],
        **tabs(request, "contestations"),
    }
    return render(request, "console/working/contestations.html", context)


def _asked(request: StaffRequest) -> tuple[QuerySet[Contestation], dict[str, str]]:
    """The contestations under the filters that can be read, and these filters."""
    asked = {name: request.GET.get(name, "") for name in ("etat", "client", "agence", "du", "au")}
    found = queries.contestations(request.actor).order_by("-pk")
    if asked["etat"] in ContestationState.values:
        found = found.filter(state=asked["etat"])
    if asked["client"]:
        found = found.filter(client__number=asked["client"])
    if (agency := whole(asked["agence"])) is not None:
        found = found.filter(ticket__agency=agency)
    if first := _day(asked["du"]):
        found = found.filter(made_at__gte=datetime.combine(first, time(), PARIS))
    if last := _day(asked["au"]):
        found = found.filter(made_at__lt=datetime.combine(last + timedelta(days=1), time(), PARIS))
    return found, asked


def _day(typed: str) -> date | None:
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return found if found.year in range(2000, 2200) else None


def _lines(found: QuerySet[Contestation]) -> Iterator[Sequence[Any]]:
    for one in found:
        yield [
            one.client.name,
            one.ticket.number,
            one.made_at,
            one.author_name,
            one.get_channel_display(),
            one.reason,
            one.get_state_display(),
            one.answered_at,
            one.answer,
        ]


@page("desk.read")
@require_GET
def contestation(request: StaffRequest, contestation: int) -> HttpResponse:
    """What is contested, why, and the answer given or to give."""
    return _show(request, _found(request, contestation))


@page("desk.correct")
@require_POST
def uphold(request: StaffRequest, contestation: int) -> HttpResponse:
    """The client is right: correct what was written."""
    found = _found(request, contestation)

    def do() -> None:
        corrected = {}
        for session in queries.contested_sessions(found):
            sheet = sheet_of(session, request.POST, default=CHANGE)
            if sheet.chosen != KEEP:
                corrected[session.pk] = entries_of(sheet, request.POST)
        services.uphold_contestation(
            by=request.actor,
            at=clock.now(),
            contestation=found,
            answer=Posted(request.POST).text("answer"),
            corrected=corrected,
        )

    return _act(
        request, found, do, _("Contestation admise, travail corrigé : le client est prévenu."), "uphold"
    )


@page("desk.correct")
@require_POST
def reject(request: StaffRequest, contestation: int) -> HttpResponse:
    """The work stands, and the client reads why."""
    found = _found(request, contestation)

    def do() -> None:
        services.reject_contestation(
            by=request.actor,
            at=clock.now(),
            contestation=found,
            answer=Posted(request.POST).text("answer"),
        )

    return _act(request, found, do, _("Contestation refusée : le client est prévenu."), "reject")


@page("desk.contest")
@require_POST
def withdraw(request: StaffRequest, contestation: int) -> HttpResponse:
    """The client said that it no longer contests."""
    found = _found(request, contestation)

    def do() -> None:
        services.withdraw_contestation(
            by=request.actor,
            at=clock.now(),
            contestation=found,
            reason=Posted(request.POST).text("reason"),
        )

    return _act(request, found, do, _("Contestation retirée."), "withdraw")


def _act(
    request: StaffRequest, found: Contestation, do: Callable[[], None], done: str, which: str
) -> HttpResponse:
    try:
        do()
    except (Refusal, TermsError) as error:
        refusal = in_terms(error) if isinstance(error, TermsError) else error
        return _show(request, _found(request, found.pk), refusal, which)
    messages.success(request, done)
    return redirect("contestation", request.provider.slug, found.pk)


class ToldForm(ActForm):
    """A contestation that a client's person told by phone or mail."""

    contact = forms.ModelChoiceField(label=gettext_lazy("Qui conteste ?"), queryset=Contact.objects.none())
    channel = forms.ChoiceField(
        label=gettext_lazy("Comment l’a-t-on su ?"),
        choices=[(one.value, one.label) for one in (ContestationChannel.PHONE, ContestationChannel.MAIL)],
    )
    entries = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Ce qui est contesté"),
        queryset=WorkEntry.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    reason = LongText(label=gettext_lazy("Ce que dit le client"), max_length=4000)
    rows = (("contact", "channel"), ("entries",), ("reason",))

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = directory.contacts(ticket.client, clock.today())  # type: ignore[attr-defined]
        self.fields["entries"].queryset = queries.contestable_entries(ticket)  # type: ignore[attr-defined]
        self.fields["entries"].label_from_instance = entry_label  # type: ignore[attr-defined]


@page("desk.contest")
@require_http_methods(["GET", "POST"])
def told(request: StaffRequest, number: int) -> HttpResponse:
    """Write down what a client contested by phone or mail."""
    ticket = ticket_or_404(request, number)
    initial = {"contact": ticket.caller_id, "channel": ContestationChannel.PHONE}
    form: ToldForm = bound(request, ToldForm, ticket, initial=initial)
    of = {"by": request.actor, "at": clock.now(), "ticket": ticket}
    made = form.act(services.contest_work, **of) if form.is_bound else None
    if made:
        messages.success(request, _("Contestation notée."))
        return redirect("contestation", request.provider.slug, made.pk)
    slug = request.provider.slug
    back_url = reverse("ticket", args=[slug, number])
    return form_page(
        request,
        form,
        section="tickets",
        crumbs=[(_("Tickets"), reverse("tickets", args=[slug])), (str(ticket), back_url)],
        title=_("Noter une contestation"),
        act=_("Noter la contestation"),
        back_url=back_url,
        meta=ticket.client.name,
    )


def _found(request: StaffRequest, pk: int) -> Contestation:
    return get_object_or_404(queries.contestations(request.actor), pk=pk)


def _show(
    request: StaffRequest, found: Contestation, refusal: Refusal | None = None, which: str = ""
) -> HttpResponse:
    slug, ticket = request.provider.slug, found.ticket
    data = request.POST if which == "uphold" else None
    outcome = facts.repeated_contestation(ticket, clock.now())
    context = {
        "crumbs": [
            (_("Travail"), ""),
            (_("Contestations"), reverse("contestations", args=[slug])),
            (str(ticket), ""),
        ],
        "one": found,
        "mark": MARKS[ContestationState(found.state)],
        "ticket": ticket,
        "sheets": [sheet_of(one, data, default=CHANGE) for one in queries.contested_sessions(found)],
        "contested": {one.entry_id for one in found.contested.all()},
        "is_open": found.state == ContestationState.OPEN,
        "answer": request.POST.get("answer", "") if refusal else "",
        "refusal": refusal,
        "refused": which,
        "may_answer": request.actor.may("desk.correct"),
        "may_withdraw": request.actor.may("desk.contest"),
        "outcome": outcome.as_json() if outcome else None,
        "why_url": ask_url(slug, ticket.contract, outcome) if outcome else "",
        "kept_why": reverse("why", args=[slug, found.ruling_id]) if found.ruling_id else "",
        **tabs(request, "contestations"),
    }
    return render(
        request, "console/working/contestation.html", context, status=refusal.status if refusal else 200
    )
