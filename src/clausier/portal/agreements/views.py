"""The client agrees, refuses, takes back: on a request, by the link of a mail, or once for all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from clausier.access import policies, queries, services
from clausier.access.models import Agreement, How
from clausier.access.states import AgreementState
from clausier.desk import queries as desk
from clausier.desk import services as desk_services
from clausier.desk.models import Ticket
from clausier.desk.services import agreements as asking
from clausier.directory.models import PortalSection
from clausier.foundation import clock, isolation
from clausier.foundation.errors import Refusal
from clausier.pages.forms import ActForm, DayField, bound, end_of
from clausier.portal.agreements import reading
from clausier.portal.doors import ClientRequest, anyone, page

SECTION = PortalSection.REQUESTS
SHOWN = 50
LONGEST_NOTE = 500


class StandingForm(ActForm):
    """An agreement for every request to come."""

    until = DayField(
        label=gettext_lazy("Jusqu’au"), required=False, help_text=gettext_lazy("Vide : sans terme.")
    )
    note = forms.CharField(label=gettext_lazy("Un mot"), required=False, max_length=LONGEST_NOTE)
    agreed = forms.BooleanField(
        label=gettext_lazy("J’autorise la prise en main pour toutes nos demandes à venir."),
        error_messages={"required": gettext_lazy("Cochez cette case pour donner l’accord.")},
    )

    def field_of(self, refused: Refusal) -> str | None:
        return "until" if refused.field == "until_at" else refused.field


@page("portal.consent", SECTION)
@require_http_methods(["GET", "POST"])
def agreements(request: ClientRequest) -> HttpResponse:
    """What stands for every request, and each time someone was on a machine of the company."""
    form = bound(request, StandingForm)
    if form.is_bound:
        if not form.is_valid():
            form.status = 422
        elif form.attempt(lambda: _give(request, form)):
            messages.success(request, _("Accord permanent donné. Vous pouvez le retirer à tout moment."))
            return redirect("portal-agreements", request.provider.slug)
    now = clock.now()
    sessions = list(queries.sessions_visible_to(request.actor)[:SHOWN])
    seen = desk.tickets_visible_to(request.actor).filter(pk__in={one.ticket_id for one in sessions})
    numbers = dict(seen.order_by().values_list("pk", "number"))
    context = {
        "section": SECTION,
        "form": form,
        "rows": [
            (one, policies.stands(one, now), one.state == AgreementState.WITHDRAWN)
            for one in queries.standing(request.actor, request.client)
        ],
        "sessions": [(one, numbers.get(one.ticket_id)) for one in sessions],
    }
    return render(request, "portal/agreements/page.html", context, status=form.status)


def _give(request: ClientRequest, form: Any) -> Agreement:
    said = form.cleaned_data
    return services.give_standing(
        by=request.actor, at=clock.now(), until_at=end_of(said["until"]), note=said["note"]
    )


def _asked(request: ClientRequest, pk: int) -> tuple[Agreement, Ticket | None]:
    """The agreement and its request, if the reader sees both."""
    one = queries.agreements_visible_to(request.actor).filter(pk=pk).first()
    if one is None:
        raise Http404
    ticket = desk.tickets_visible_to(request.actor).filter(pk=one.ticket_id or 0).first()
    if one.ticket_id is not None and ticket is None:
        raise Http404
    return one, ticket


@page("portal.answer", SECTION)
@require_POST
def answer(request: ClientRequest, agreement: int) -> HttpResponse:
    """Yes or no to what is asked on a request."""
    one, ticket = _asked(request, agreement)
    if ticket is None or request.POST.get("answer") not in ("yes", "no"):
        raise Http404
    given = request.POST["answer"] == "yes"
    note = request.POST.get("note", "").replace("\0", "")
    desk_services.answer_agreement(by=request.actor, at=clock.now(), agreement=one, given=given, note=note)
    messages.success(request, _("Merci, votre réponse est transmise."))
    return redirect("portal-ticket", request.provider.slug, ticket.number)


@page("access.withdraw", SECTION)
@require_POST
def withdraw(request: ClientRequest, agreement: int) -> HttpResponse:
    """Take an agreement back, whenever one likes."""
    one, ticket = _asked(request, agreement)
    reason = request.POST.get("reason", "").replace("\0", "")
    act = desk_services.withdraw_agreement if ticket else services.withdraw_standing
    act(by=request.actor, at=clock.now(), agreement=one, reason=reason)
    messages.success(request, _("Accord retiré."))
    if ticket:
        return redirect("portal-ticket", request.provider.slug, ticket.number)
    return redirect("portal-agreements", request.provider.slug)


def _has_left(one: Agreement) -> bool:
    """Whether the person it was sent to is no more at the client's."""
    left_on = one.asked_of.left_on if one.asked_of else None
    return left_on is not None and left_on <= clock.today()


@anyone
@never_cache
@require_http_methods(["GET", "POST"])
def by_link(request: HttpRequest, provider: str, token: str) -> HttpResponse:
    """The one question that a mail's link opens; only a button answers, not what merely fetches the page."""
    with isolation.everything("a link is looked up to learn which question it answers"):
        one = queries.by_link(token)
        if one is None or one.provider.slug != provider or _has_left(one):
            raise Http404
        actor = asking.answerer(one)
    isolation.enter(actor.scope)
    refusal: Refusal | None = None
    if request.method == "POST" and request.POST.get("answer") in ("yes", "no"):
        try:
            one = desk_services.answer_agreement(
                by=actor,
                at=clock.now(),
                agreement=one,
                given=request.POST["answer"] == "yes",
                note=request.POST.get("note", "").replace("\0", ""),
                how=How.LINK,
            )
        except Refusal as refused:
            refusal = refused
    ticket = Ticket.objects.filter(pk=one.ticket_id or 0).first()
    context = {
        "provider": actor.provider,
        "question": reading.question(one),
        "ticket": ticket,
        "over": one.state != AgreementState.ASKED,
        "refusal": refusal,
    }
    response = render(
        request, "portal/agreements/link.html", context, status=refusal.status if refusal else 200
    )
    # Not "no-referrer": browsers then send forms from nowhere (Origin: null), and those are refused.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
