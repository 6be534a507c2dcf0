"""Quotes: the list, one of them with its versions, and what is done with it once it is written."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.sales.forms import AcceptForm, DeclineForm, ReceptionForm
from clausier.contracts import queries as contracts
from clausier.foundation import books, clock
from clausier.foundation.clock import PARIS
from clausier.pages import sales as shown
from clausier.pages.forms import ActForm, paper_facts
from clausier.sales import papers, queries, services
from clausier.sales.models import Quote
from clausier.sales.services import signing
from clausier.sales.states import EXPIRED, QuoteState
from clausier.terms.telling import told

ROWS = 50
STATES: Any = (
    (QuoteState.DRAFT, gettext_lazy("Brouillons")),
    (QuoteState.ISSUED, gettext_lazy("Émis")),
    ("expiring", gettext_lazy("Bientôt expirés")),
    (EXPIRED, gettext_lazy("Expirés")),
    (QuoteState.ACCEPTED, gettext_lazy("À contresigner")),
    (QuoteState.ORDERED, gettext_lazy("Commandés")),
    (QuoteState.DECLINED, gettext_lazy("Refusés")),
)


@page("sales.read")
@require_GET
def quotes(request: StaffRequest) -> HttpResponse:
    """Every quote in its last version, by state, the latest first."""
    actor, today = request.actor, clock.today()
    text, state = request.GET.get("q", "").strip(), request.GET.get("etat", "")
    found = _matching(queries.latest(actor), text, request.GET.get("client", ""))
    listed = Paginator(_in_state(found, state, request), ROWS).get_page(request.GET.get("page", ""))
    sheets = queries.sheets_of(list(listed.object_list))
    context = {
        "section": "quotes",
        "crumbs": [(_("Devis"), "")],
        "text": text,
        "state": state,
        "filters": [
            (label, _in_state(found, key, request).count(), _query(request, key, state), key == state)
            for key, label in STATES
        ],
        "rows": [
            (one, shown.mark_of(one, today), shown.sums(sheets[one.pk].totals)) for one in listed.object_list
        ],
        "listed": listed,
        "base": _query(request, state, ""),
        "may_write": actor.may("sales.write"),
    }
    template = "console/sales/rows.html" if request.htmx else "console/sales/quotes.html"  # type: ignore[attr-defined]
    return render(request, template, context)


def _matching(found: QuerySet[Quote], text: str, client: str) -> QuerySet[Quote]:
    if client:
        found = found.filter(client__number=client)
    for word in text.split():
        found = found.filter(
            Q(number__icontains=word) | Q(title__icontains=word) | Q(client__name__icontains=word)
        )
    return found


def _in_state(found: QuerySet[Quote], state: str, request: StaffRequest) -> QuerySet[Quote]:
    today = clock.today()
    if state == "expiring":
        return found.filter(pk__in=queries.expiring(request.actor, today).order_by().values("pk"))
    return queries.in_state(found, state, today) if state in dict(STATES) else found


def _query(request: StaffRequest, state: str, chosen: str) -> str:
    """The address of the list in that state; the one that is chosen lets go."""
    kept = QueryDict(mutable=True)
    for name in ("q", "client"):
        if request.GET.get(name):
            kept[name] = request.GET[name]
    if state and state != chosen:
        kept["etat"] = state
    return kept.urlencode()


@page("sales.read")
@require_GET
def quote(request: StaffRequest, quote: str) -> HttpResponse:
    """One quote in its last version."""
    return _show(request, numbered(request, quote))


@page("sales.read")
@require_GET
def version(request: StaffRequest, quote: str, version: int) -> HttpResponse:
    """One version as it was issued."""
    return _show(request, numbered(request, quote, version))


def numbered(request: StaffRequest, number: str, version: int | None = None) -> Quote:
    """The quote of the address. Raises Http404."""
    try:
        return queries.quote_numbered(request.actor, number, version)
    except Quote.DoesNotExist:
        raise Http404 from None


def _show(request: StaffRequest, found: Quote, **forms: ActForm) -> HttpResponse:
    actor, today = request.actor, clock.today()
    sheet = queries.sheet_of(found)
    lines = shown.lines_of(sheet)
    state = queries.state_of(found, today)
    everything = queries.versions(actor, found.number)
    is_last = found.pk == everything[0].pk
    context: dict[str, Any] = {
        "section": "quotes",
        "crumbs": [(_("Devis"), reverse("quotes", args=[request.provider.slug])), (found.reference, "")],
        "quote": found,
        "standing": found.standing,
        "state": state,
        "mark": shown.mark_of(found, today),
        "lines": lines,
        "totals": shown.totals_of(sheet.totals),
        "margins": queries.margins_of(actor, sheet),
        "versions": [(one, shown.mark_of(one, today)) for one in everything],
        "is_last": is_last,
        "receptions": list(found.receptions.order_by("-pk")),
        "validity": _validity(found),
        "derogations": derogation_rows(found),
        "order": queries.orders(actor).filter(quote=found).first(),
        "asked": next(iter(signing.requests_about(queries.QUOTE, found.pk, found.provider_id)), None),
        "receiving": forms.get("receiving") or ReceptionForm(initial={"received_on": today}),
        "accepting": forms.get("accepting")
        or AcceptForm(initial={"signed_on": today, "signer_name": found.contact or ""}),
        "declining": forms.get("declining") or DeclineForm(),
        "may_write": actor.may("sales.write"),
        "may_answer": actor.may("sales.answer"),
        "may_confirm": actor.may("sales.confirm"),
        "may_renew": actor.may("sales.write")
        and is_last
        and state in (EXPIRED, QuoteState.ISSUED, QuoteState.DECLINED),
    }
    status = next((one.status for one in forms.values()), 200)
    return render(request, "console/sales/quote.html", context, status=status)


def _validity(found: Quote) -> str:
    now = clock.now()
    book = queries.book_of(found, now)
    return papers.validity_words(found, book, queries.day_of(found.issued_at or now))


def derogation_rows(found: Quote) -> list[tuple[int, str, str, str, str, str]]:
    """What a quote changes in the book: id, label, clause, what the book says, what it proposes, why."""
    language = papers.language_here()
    book = books.read(found.book) if found.book else queries.book_of(found, clock.now())
    rows = []
    for one in found.derogations.all():
        own, changed = contracts.proposed_difference(
            book, one.term, one.value, found.starts_on or clock.today()
        )
        rows.append(
            (
                one.pk,
                own.label.to(language),
                own.clause or "",
                told(book, own).to(language),
                told(book, changed).to(language),
                one.reason,
            )
        )
    return rows


@page("sales.read")
@require_GET
def preview(request: StaffRequest, quote: str) -> HttpResponse:
    """The paper as it would be issued now; once issued, as it was."""
    found = numbered(request, quote)
    content = papers.quote_paper(queries.sheet_of(found), at=clock.now())
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.reference}.pdf"'
    return response


@page("sales.write")
@require_POST
def issue(request: StaffRequest, quote: str) -> HttpResponse:
    """Freeze the draft and send it."""
    found = numbered(request, quote)
    services.issue_quote(by=request.actor, at=clock.now(), quote=found, site_url=_site(request))
    messages.success(request, _("Devis émis : il ne change plus."))
    return _back(request, found)


@page("sales.write")
@require_POST
def discard(request: StaffRequest, quote: str) -> HttpResponse:
    """Throw the draft away."""
    found = numbered(request, quote)
    services.discard_quote(by=request.actor, at=clock.now(), quote=found)
    messages.success(request, _("Brouillon abandonné."))
    return redirect("quotes", request.provider.slug)


@page("sales.write")
@require_POST
def revise(request: StaffRequest, quote: str) -> HttpResponse:
    """Write the next version."""
    made = services.revise_quote(by=request.actor, at=clock.now(), quote=numbered(request, quote))
    messages.success(request, _("Nouvelle version : elle remplacera l’ancienne une fois émise."))
    return redirect("quote-write", request.provider.slug, made.number)


@page("sales.write")
@require_POST
def renew(request: StaffRequest, quote: str) -> HttpResponse:
    """Issue it anew, at the same prices or at those of today."""
    found = numbered(request, quote)
    prices = request.POST.get("prices", "same")
    services.renew_quote(
        by=request.actor, at=clock.now(), quote=found, prices=prices, site_url=_site(request)
    )
    messages.success(request, _("Devis renouvelé : une nouvelle version est émise."))
    return _back(request, found)


@page("sales.write")
@require_POST
def receive(request: StaffRequest, quote: str) -> HttpResponse:
    """Enter how the client received it."""
    found = numbered(request, quote)
    form = ReceptionForm(request.POST)
    if form.act(services.record_reception, by=request.actor, at=clock.now(), quote=found) is None:
        return _show(request, found, receiving=form)
    messages.success(request, _("Réception enregistrée."))
    return _back(request, found)


@page("sales.answer")
@require_POST
def accept(request: StaffRequest, quote: str) -> HttpResponse:
    """File the quote that the client signed on paper."""
    found = numbered(request, quote)
    form = AcceptForm(request.POST, request.FILES)
    if not form.is_valid():
        form.status = 422
        return _show(request, found, accepting=form)
    paper = paper_facts(form)
    facts = {"quote": found, "signer_name": form.cleaned_data["signer_name"], **paper}
    signed_at = _on(form.cleaned_data["signed_on"], found)
    if form.attempt(lambda: services.accept_quote(by=request.actor, at=signed_at, **facts)) is None:
        return _show(request, found, accepting=form)
    messages.success(request, _("Accord enregistré : contresignez pour en faire une commande."))
    return _back(request, found)


def _on(day: Any, found: Quote) -> datetime:
    """When a paper of that day counts as signed: its noon, but neither before the issue nor after now."""
    at = min(clock.now(), datetime.combine(day, time(12), PARIS))
    issued = found.issued_at
    return max(at, issued) if issued and queries.day_of(issued) == day else at


@page("sales.answer")
@require_POST
def decline(request: StaffRequest, quote: str) -> HttpResponse:
    """The client does not want it."""
    found = numbered(request, quote)
    form = DeclineForm(request.POST)
    if form.act(services.decline_quote, by=request.actor, at=clock.now(), quote=found) is None:
        return _show(request, found, declining=form)
    messages.success(request, _("Refus enregistré."))
    return _back(request, found)


@page("sales.confirm")
@require_POST
def confirm(request: StaffRequest, quote: str) -> HttpResponse:
    """Countersign: it becomes an order."""
    made = services.confirm_order(by=request.actor, at=clock.now(), quote=numbered(request, quote))
    messages.success(request, _("Commande %(order)s : les deux parties ont signé.") % {"order": made})
    return redirect("order", request.provider.slug, made.number)


def _site(request: StaffRequest) -> str:
    return request.build_absolute_uri("/")


def _back(request: StaffRequest, found: Quote) -> HttpResponse:
    return redirect("quote", request.provider.slug, found.number)
