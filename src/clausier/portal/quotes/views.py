"""Quotes as their client reads them: what is offered, until when, what they choose, sign or decline."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from clausier.directory.models import PortalSection
from clausier.foundation import clock
from clausier.pages import sales as shown
from clausier.pages.forms import ActForm
from clausier.pages.papers import as_received
from clausier.portal.doors import ClientRequest, page
from clausier.sales import queries, services
from clausier.sales.models import LineChoice, Quote
from clausier.sales.states import EXPIRED, QuoteState
from clausier.signatures import policies as signature_policies
from clausier.signatures import queries as signatures
from clausier.signatures.models import SignatureRequest
from clausier.signatures.states import WAITING

SECTION = PortalSection.CONTRACTS
NAV = "quotes"


class DeclineForm(ActForm):
    """Why not."""

    reason = forms.CharField(
        label=gettext_lazy("Pourquoi ?"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


@page("sales.read", SECTION)
@require_GET
def quotes(request: ClientRequest) -> HttpResponse:
    """The client's quotes, the latest first."""
    today = clock.today()
    found = list(queries.latest(request.actor))
    sheets = queries.sheets_of(found)
    rows = [(one, shown.mark_of(one, today), shown.sums(sheets[one.pk].totals)) for one in found]
    return render(request, "portal/quotes/list.html", {"section": NAV, "rows": rows})


@page("sales.read", SECTION)
@require_GET
def quote(request: ClientRequest, quote: str) -> HttpResponse:
    """One quote. That the client opened it here proves that it was received (ims 5.1)."""
    found = _quote(request, quote)
    if request.actor.may("sales.answer"):
        services.note_opened(by=request.actor, at=clock.now(), quote=found)
        found = _quote(request, quote)
    return _show(request, found)


def _show(request: ClientRequest, found: Quote, declining: ActForm | None = None) -> HttpResponse:
    today = clock.today()
    sheet = queries.sheet_of(found)
    lines = shown.lines_of(sheet)
    state = queries.state_of(found, today)
    context: dict[str, Any] = {
        "section": NAV,
        "quote": found,
        "standing": found.standing,
        "state": state,
        "mark": shown.mark_of(found, today),
        "lines": lines,
        "totals": shown.totals_of(sheet.totals),
        "groups": shown.choice_groups(lines),
        "options": shown.options_of(lines),
        "asked": _to_sign(request, found),
        "order": queries.orders(request.actor).filter(quote=found).first(),
        "expired": state == EXPIRED,
        "may_answer": request.actor.may("sales.answer") and state == QuoteState.ISSUED,
        "declining": declining or DeclineForm(),
    }
    status = declining.status if declining else 200
    return render(request, "portal/quotes/quote.html", context, status=status)


def _to_sign(request: ClientRequest, found: Quote) -> SignatureRequest | None:
    """The paper that the reader, and nobody else, is asked to sign."""
    about = signatures.about(request.actor, queries.QUOTE, found.pk).filter(state__in=WAITING).first()
    return about if about and signature_policies.is_signer(about, request.actor) else None


@page("sales.read", SECTION)
@require_GET
def paper(request: ClientRequest, quote: str) -> HttpResponse:
    """The quote as it was issued."""
    found = _quote(request, quote)
    if found.document is None or found.document.file is None:
        raise Http404
    return as_received(found.document.file)


@page("sales.answer", SECTION)
@require_POST
def choose(request: ClientRequest, quote: str) -> HttpResponse:
    """Options and alternatives; the order form of what is retained is then to be signed."""
    found = _quote(request, quote)
    services.choose_lines(
        by=request.actor,
        at=clock.now(),
        quote=found,
        chosen=_chosen(request, found),
        site_url=request.build_absolute_uri("/"),
    )
    messages.success(request, _("Votre choix est enregistré : voici ce qui reste à signer."))
    return redirect("portal-quote", request.provider.slug, found.number)


def _chosen(request: ClientRequest, found: Quote) -> set[int]:
    """The lines whose boxes and buttons were ticked; alternatives are named by their group's place."""
    typed = {value for name in request.POST for value in request.POST.getlist(name)}
    free = found.lines.exclude(choice=LineChoice.FIRM).values_list("pk", flat=True)
    return {pk for pk in free if f"ligne-{pk}" in typed}


@page("sales.answer", SECTION)
@require_POST
def decline(request: ClientRequest, quote: str) -> HttpResponse:
    """Not wanted, and why."""
    found = _quote(request, quote)
    form = DeclineForm(request.POST)
    if form.act(services.decline_quote, by=request.actor, at=clock.now(), quote=found) is None:
        return _show(request, found, form)
    messages.success(request, _("Votre réponse est transmise."))
    return redirect("portal-quote", request.provider.slug, found.number)


def _quote(request: ClientRequest, number: str) -> Quote:
    try:
        return queries.quote_numbered(request.actor, number)
    except Quote.DoesNotExist:
        raise Http404 from None
