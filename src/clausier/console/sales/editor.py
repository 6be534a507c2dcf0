"""The editor of a quote: its lines as a table, which works as a plain form and adds up while one types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clausier.console.contracts.forms import terms_by_clause
from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.sales.forms import DerogateForm, LineForm, QuoteForm
from clausier.console.sales.quotes import derogation_rows, numbered
from clausier.console.typed import whole
from clausier.contracts import queries as contracts
from clausier.contracts import services as contract_services
from clausier.contracts import values
from clausier.directory import queries as directory
from clausier.directory.models import Client
from clausier.foundation import clock, wording
from clausier.foundation.errors import InvalidInput, Refusal
from clausier.pages import sales as shown
from clausier.pages.forms import ActForm, bound
from clausier.sales import papers, policies, queries, services
from clausier.sales.models import Quote
from clausier.sales.policies import Margin, Total
from clausier.sales.services import DerogationGiven, LineGiven
from clausier.sales.services.drafting import MOST_LINES
from clausier.sales.states import QuoteState

BLANK: Final = 1
"""Empty rows at the end."""


@page("sales.write")
@require_http_methods(["GET", "POST"])
def create(request: StaffRequest) -> HttpResponse:
    """A quote for the client that the address names; without one, choose it first."""
    number = request.GET.get("client", "")
    client = directory.clients_visible_to(request.actor).filter(number=number).first()
    if client is None:
        return _choose(request)
    form = _head(request, client, Quote(provider=request.provider, client=client), {"language": "fr"})
    if form.is_bound:
        if not form.is_valid():
            form.status = 422
        elif made := form.attempt(
            lambda: services.create_quote(by=request.actor, at=clock.now(), client=client, facts=form.facts())
        ):
            return redirect("quote-write", request.provider.slug, made.number)
    return form_page(
        request,
        form,
        section="quotes",
        crumbs=[(_("Devis"), _list(request))],
        title=_("Nouveau devis"),
        act=_("Écrire les lignes"),
        back_url=_list(request),
        meta=client.name,
    )


def _choose(request: StaffRequest) -> HttpResponse:
    text = request.GET.get("q", "")
    context = {
        "section": "quotes",
        "crumbs": [(_("Devis"), _list(request)), (_("Quel client ?"), "")],
        "q": text,
        "clients": directory.clients_named(request.actor, text).filter(ended_on=None)[:40],
    }
    return render(request, "console/recurring/choose.html", context)


def _head(request: StaffRequest, client: Client, quote: Quote, initial: dict[str, Any]) -> Any:
    book = queries.book_of(quote, clock.now())
    today, language = clock.today(), papers.language_here()
    kinds = [(key, name.to(language)) for key, name in contracts.kinds(book, today).items()]
    reading = queries.book_says_validity(book, today)
    says = (
        _("Vide : %(days)s jours (%(book)s %(clause)s).")
        % {"days": reading.value, "book": book.name, "clause": reading.clause}
        if reading
        else _("Vos conditions n’en disent rien : à indiquer, ici ou par une date.")
    )
    return bound(request, QuoteForm, client, kinds, says, initial=initial)


# The editor


@page("sales.write")
@require_http_methods(["GET", "POST"])
def write(request: StaffRequest, quote: str) -> HttpResponse:
    """Write the draft: the head, and the lines, which buttons add, move and take away."""
    found = numbered(request, quote)
    if found.standing.state != QuoteState.DRAFT:
        return redirect("quote", request.provider.slug, found.number)
    head = _head(request, found.client, found, QuoteForm.of(found))
    if request.method != "POST":
        return _editor(request, found, head, _stored(request, found))
    forms = _typed(request)
    if not _readable(head, forms):
        head.status = 422
        return _editor(request, found, head, forms)
    act = request.POST.get("act", "save")
    if not _written(request, found, head, forms, act):
        return _editor(request, found, head, forms)
    if act == "issue":
        return _issued(request, found)
    if act == "save":
        messages.success(request, _("Brouillon enregistré."))
    anchor = "#nouvelle" if act in ("save", "add") else "#lignes"
    return redirect(f"{reverse('quote-write', args=[request.provider.slug, found.number])}{anchor}")


def _issued(request: StaffRequest, found: Quote) -> HttpResponse:
    """What was written is kept even where it cannot be issued yet."""
    try:
        services.issue_quote(
            by=request.actor, at=clock.now(), quote=found, site_url=request.build_absolute_uri("/")
        )
    except Refusal as refused:
        fresh = numbered(request, found.number)
        head = _head(request, fresh.client, fresh, QuoteForm.of(fresh))
        head.status = refused.status
        _blame(head, [], refused)
        return _editor(request, fresh, head, _stored(request, fresh))
    messages.success(request, _("Devis émis : il ne change plus."))
    return redirect("quote", request.provider.slug, found.number)


def _typed(request: StaffRequest) -> list[LineForm]:
    count = min(whole(request.POST.get("lines")) or 0, MOST_LINES + BLANK)
    return [LineForm(request.actor, request.POST, prefix=f"l{place}") for place in range(count)]


def _stored(request: StaffRequest, found: Quote) -> list[LineForm]:
    costs = queries.costs_of(found)
    rows = [
        {name: getattr(line, name) for name in LineForm.base_fields if hasattr(line, name)}
        | {"id": line.pk, "cost": costs.get(line.pk), "item": line.item_id}
        | {"discount_percent": line.discount_percent or None, "discount_amount": line.discount_amount or None}
        for line in found.lines.all()
    ]
    blank = [{"quantity": 1, "unit": "piece", "vat": "standard", "period": "once", "kind": "service"}] * BLANK
    return [
        LineForm(request.actor, prefix=f"l{place}", initial=row) for place, row in enumerate([*rows, *blank])
    ]


def _readable(head: ActForm, forms: Sequence[LineForm]) -> bool:
    return all([head.is_valid(), *(form.is_valid() for form in forms)])


def _written(request: StaffRequest, found: Quote, head: Any, forms: list[LineForm], act: str) -> bool:
    """Keep what was typed, once the button has moved or removed a line; whether nothing was refused."""
    kept = [form for form in _arranged(forms, act) if not form.is_empty]
    try:
        given = [_given(found, form) for form in kept]
        services.write_quote(by=request.actor, at=clock.now(), quote=found, facts=head.facts(), lines=given)
    except Refusal as refused:
        head.status = refused.status
        _blame(head, kept, refused)
        return False
    return True


def _arranged(forms: list[LineForm], act: str) -> list[LineForm]:
    """The lines once the button "up:2", "down:2", "copy:2" or "remove:2" was pressed."""
    word, _sep, place_text = act.partition(":")
    place = whole(place_text)
    rows = list(forms)
    if place is None or place >= len(rows):
        return rows
    if word == "remove":
        del rows[place]
    elif word == "copy":
        rows.insert(place + 1, rows[place])
    elif word in ("up", "down"):
        other = place + (-1 if word == "up" else 1)
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
    return rows


def _given(found: Quote, form: LineForm) -> LineGiven:
    """What a row of the editor says; a new one of the catalogue takes what is typed over what is listed."""
    said = form.cleaned_data
    known = found.lines.filter(pk=said["id"]).select_related("item").first() if said["id"] else None
    if known is None and said["item"] is not None:
        return _from_catalogue(said)
    return LineGiven(
        id=known.pk if known else None,
        item=known.item if known else None,
        label=said["label"],
        detail=said["detail"],
        quantity=_or(said["quantity"], Decimal(1)),
        unit=said["unit"] or "piece",
        unit_price=_or(said["unit_price"], Decimal(0)),
        discount_percent=_or(said["discount_percent"], Decimal(0)),
        discount_amount=_or(said["discount_amount"], Decimal(0)),
        vat=said["vat"] or "standard",
        period=said["period"] or "once",
        kind=said["kind"] or "service",
        choice=said["choice"] or "firm",
        group=said["group"],
        proposed=said["proposed"],
        equipment_class=said["equipment_class"],
        points=said["points"],
        months=said["months"],
        cost=said.get("cost"),
    )


def _from_catalogue(said: dict[str, Any]) -> LineGiven:
    line = services.line_of(said["item"], clock.today(), quantity=_or(said["quantity"], Decimal(1)))
    typed = {name: said[name] for name in ("label", "unit_price", "discount_percent") if said[name]}
    return replace(line, **typed)


def _or(value: Any, otherwise: Any) -> Any:
    return otherwise if value is None else value


def _blame(head: ActForm, forms: Sequence[LineForm], refused: Refusal) -> None:
    """Put a refusal beside the field of the line, or of the head, that it names."""
    parts = (refused.field or "").split(".")
    if len(parts) == 3 and parts[0] == "lines" and int(parts[1]) < len(forms):
        form = forms[int(parts[1])]
        form.add_error(parts[2] if parts[2] in form.fields else None, refused.says)
    elif refused.field in head.fields:
        head.add_error(refused.field, refused.says)
    else:
        head.refusal = refused


def _editor(request: StaffRequest, found: Quote, head: Any, forms: list[LineForm]) -> HttpResponse:
    totals, margins, nets = _summed(request, found, forms)
    context = {
        "section": "quotes",
        "crumbs": [(_("Devis"), _list(request)), (found.reference, "")],
        "quote": found,
        "form": head,
        "lines": list(zip(forms, nets, strict=True)),
        "line_count": len(forms),
        "errors": [error for form in forms for error in form.non_field_errors()] if head.is_bound else [],
        "totals": totals,
        "margins": margins,
        "derogations": derogation_rows(found),
        "may_see_margin": request.actor.may("sales.margin"),
    }
    return render(request, "console/sales/editor.html", context, status=head.status)


@page("sales.write")
@require_POST
def sums(request: StaffRequest, quote: str) -> HttpResponse:
    """What the lines add up to as they are typed; nothing is kept."""
    found = numbered(request, quote)
    forms = _typed(request)
    for form in forms:
        form.is_valid()
    totals, margins, _nets = _summed(request, found, forms)
    context = {"totals": totals, "margins": margins, "may_see_margin": request.actor.may("sales.margin")}
    return render(request, "console/sales/sums.html", context)


def _summed(
    request: StaffRequest, found: Quote, forms: Sequence[LineForm]
) -> tuple[list[shown.TotalRow], list[Margin], list[str]]:
    """Sums, margins and the net of each row, of what can be read of the rows."""
    language, today = papers.language_here(), clock.today()
    lines = [_amounts(found, form, today, place) for place, form in enumerate(forms)]
    nets = [wording.money(policies.net_of(line), language) if line else "" for line in lines]
    written = [line for line in lines if line]
    chosen = policies.proposed(written)
    counted = [(line, policies.net_of(line)) for line in written if policies.is_retained(line, chosen)]
    totals: list[Total] = policies.totals(counted)
    margins = (
        policies.margins(
            (line.period, net, None if line.cost is None else line.cost * line.quantity)
            for line, net in counted
        )
        if request.actor.may("sales.margin")
        else []
    )
    return shown.totals_of(totals), margins, nets


class _Amounts:
    """The figures of a row, for a sum."""

    def __init__(self, pk: int, said: dict[str, Any], vat_rate: Decimal) -> None:
        self.pk = pk
        self.quantity = _or(said.get("quantity"), Decimal(1))
        self.unit_price = _or(said.get("unit_price"), Decimal(0))
        self.discount_percent = _or(said.get("discount_percent"), Decimal(0))
        self.discount_amount = _or(said.get("discount_amount"), Decimal(0))
        self.period = said.get("period") or "once"
        self.vat_rate = vat_rate
        self.cost = said.get("cost")
        self.choice = said.get("choice") or "firm"
        self.group = said.get("group") or ""
        self.proposed = bool(said.get("proposed"))


def _amounts(found: Quote, form: LineForm, today: date, place: int) -> _Amounts | None:
    said = getattr(form, "cleaned_data", None) if form.is_bound else dict(form.initial)
    if not said or not (said.get("label") or said.get("item")):
        return None
    said = dict(said)
    item = said.get("item")
    if form.is_bound and item is not None and not said.get("id"):
        price = queries.price_on(item, today)
        if price is not None:
            said = said | {
                "unit_price": _or(said.get("unit_price"), price.amount),
                "cost": _or(said.get("cost"), price.cost),
                "period": item.period,
                "vat": item.vat,
            }
    rate = queries.vat_rate(found.provider, said.get("vat") or "standard", today)
    return _Amounts(place, said, rate)


# Derogations


@page("sales.write")
@require_http_methods(["GET", "POST"])
def derogate(request: StaffRequest, quote: str) -> HttpResponse:
    """Propose a departure from one term of the book."""
    found = numbered(request, quote)
    book = queries.book_of(found, clock.now())
    form = bound(request, DerogateForm, list(terms_by_clause(book)))

    def propose() -> Quote:
        said = form.cleaned_data
        own = book.timeline(said["term"])[-1]
        try:
            value = values.typed(own.value, said["value"])
        except values.NotOfThisType as wrong:
            raise contract_services.wrong_value(own.unit, wrong.expected) from None
        given = DerogationGiven(said["term"], value, said["reason"])
        return _rewritten(request, found, lambda kept: [*kept, given])

    if form.is_bound:
        if not form.is_valid():
            form.status = 422
        elif form.attempt(propose):
            messages.success(request, _("Dérogation proposée."))
            return redirect("quote-write", request.provider.slug, found.number)
    return form_page(
        request,
        form,
        section="quotes",
        crumbs=[(_("Devis"), _list(request)), (found.reference, _own(request, found))],
        title=_("Proposer une dérogation"),
        act=_("Proposer"),
        back_url=_own(request, found),
        meta=found.client.name,
    )


@page("sales.write")
@require_POST
def withdraw(request: StaffRequest, quote: str, derogation: int) -> HttpResponse:
    """Propose it no more."""
    found = numbered(request, quote)
    one = get_object_or_404(found.derogations, pk=derogation)
    _rewritten(request, found, lambda kept: [row for row in kept if row.term != one.term])
    return redirect("quote-write", request.provider.slug, found.number)


def _rewritten(
    request: StaffRequest,
    found: Quote,
    change: Callable[[list[DerogationGiven]], list[DerogationGiven]],
) -> Quote:
    """The draft written anew with other derogations, everything else as it is. Raises InvalidInput."""
    kept = [DerogationGiven(one.term, one.value, one.reason) for one in found.derogations.all()]
    given = change(kept)
    if len({one.term for one in given}) < len(given):
        raise InvalidInput(_("On ne déroge qu’une fois à un terme."), field="term")
    return services.write_quote(
        by=request.actor,
        at=clock.now(),
        quote=found,
        facts=services.facts_of(found),
        lines=[services.given_of(line) for line in found.lines.select_related("item")],
        derogations=given,
    )


def _list(request: StaffRequest) -> str:
    return reverse("quotes", args=[request.provider.slug])


def _own(request: StaffRequest, found: Quote) -> str:
    return reverse("quote-write", args=[request.provider.slug, found.number])
