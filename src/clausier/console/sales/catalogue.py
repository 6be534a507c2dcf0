"""The catalogue: what is offered, its price from each day on, what is offered no more."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.sales.forms import ItemForm, NewItemForm, PriceForm
from clausier.foundation import clock
from clausier.pages.forms import ActForm, bound
from clausier.sales import queries, services
from clausier.sales.models import CatalogueItem, ItemKind
from clausier.sales.queries import PriceOn

GET_AND_POST = ["GET", "POST"]


@page("sales.read")
@require_GET
def items(request: StaffRequest) -> HttpResponse:
    """What is offered, by kind, at the prices of today."""
    actor, today = request.actor, clock.today()
    found = list(queries.items(actor))
    prices = queries.prices_on(found, today)
    order = {kind: place for place, kind in enumerate(ItemKind.values)}
    found.sort(key=lambda one: order[one.kind])
    context = {
        "section": "quotes",
        "crumbs": [(_("Devis"), reverse("quotes", args=[request.provider.slug])), (_("Catalogue"), "")],
        "groups": [
            (ItemKind(kind).label, [(one, prices.get(one.pk)) for one in rows])
            for kind, rows in groupby(found, key=lambda one: one.kind)
        ],
        "retired": queries.items(actor, offered=False),
        "may_write": actor.may("sales.catalogue"),
        "may_see_cost": actor.may("sales.margin"),
    }
    return render(request, "console/sales/catalogue.html", context)


@page("sales.read")
@require_GET
def item(request: StaffRequest, item: int) -> HttpResponse:
    """One item, with all its prices."""
    return _show(request, _item(request, item))


def _show(request: StaffRequest, found: CatalogueItem, pricing: ActForm | None = None) -> HttpResponse:
    actor, today = request.actor, clock.today()
    price = queries.price_on(found, today)
    context = {
        "section": "quotes",
        "crumbs": _crumbs(request, found.name),
        "item": found,
        "price": price,
        "why_url": _why(request, found, price),
        "history": list(found.prices.order_by("-since_on", "-pk")),
        "today": today,
        "pricing": pricing or PriceForm(initial={"since_on": today}),
        "may_write": actor.may("sales.catalogue"),
        "may_see_cost": actor.may("sales.margin"),
    }
    return render(request, "console/sales/item.html", context, status=pricing.status if pricing else 200)


def _why(request: StaffRequest, item: CatalogueItem, price: PriceOn | None) -> str:
    """Where the book's price of an hour explains itself; "" for a price of the list."""
    if price is None or price.reading is None:
        return ""
    asked = {"rule": "hourly-fee", "grade": item.word, "minutes": 60, "zone": 1, "km": 0}
    on = {"on": clock.today().isoformat()}
    return f"{reverse('why-ask', args=[request.provider.slug])}?{urlencode(asked | on)}"


@page("sales.catalogue")
@require_http_methods(GET_AND_POST)
def create(request: StaffRequest) -> HttpResponse:
    """Offer something new."""
    form = bound(request, NewItemForm, request.provider, initial={"since_on": clock.today()})
    if form.is_bound and (made := _attempt(form, lambda: _add(request, form))):
        messages.success(request, _("Article ajouté au catalogue."))
        return redirect("item", request.provider.slug, made.pk)
    return _form(request, form, _("Nouvel article"), _("Ajouter"))


def _add(request: StaffRequest, form: Any) -> CatalogueItem:
    said = form.cleaned_data
    return services.add_item(
        by=request.actor,
        at=clock.now(),
        facts=form.facts(),
        amount=said["amount"],
        cost=said["cost"],
        since_on=said["since_on"],
    )


@page("sales.catalogue")
@require_http_methods(GET_AND_POST)
def edit(request: StaffRequest, item: int) -> HttpResponse:
    """Change what an item says in new quotes."""
    found = _item(request, item)
    form = bound(request, ItemForm, request.provider, initial=ItemForm.of(found))
    done = form.is_bound and _attempt(
        form,
        lambda: services.change_item(by=request.actor, at=clock.now(), item=found, facts=form.facts()),
    )
    if done:
        messages.success(request, _("Article enregistré ; les devis émis gardent leurs mots."))
        return redirect("item", request.provider.slug, found.pk)
    return _form(request, form, found.name, _("Enregistrer"))


@page("sales.catalogue")
@require_POST
def price(request: StaffRequest, item: int) -> HttpResponse:
    """A price from a day on."""
    found = _item(request, item)
    form = PriceForm(request.POST)
    if form.act(services.set_price, by=request.actor, at=clock.now(), item=found) is None:
        return _show(request, found, form)
    messages.success(request, _("Prix enregistré ; les anciens restent connus."))
    return redirect("item", request.provider.slug, found.pk)


@page("sales.catalogue")
@require_POST
def retire(request: StaffRequest, item: int) -> HttpResponse:
    """Offer it no more."""
    services.retire_item(by=request.actor, at=clock.now(), item=_item(request, item))
    messages.success(request, _("Retiré du catalogue : ce qui est déjà chiffré ou signé reste."))
    return redirect("item", request.provider.slug, item)


@page("sales.catalogue")
@require_POST
def offer(request: StaffRequest, item: int) -> HttpResponse:
    """Offer it again."""
    services.offer_again(by=request.actor, at=clock.now(), item=_item(request, item))
    messages.success(request, _("De nouveau au catalogue."))
    return redirect("item", request.provider.slug, item)


def _attempt(form: Any, do: Any) -> Any:
    if not form.is_valid():
        form.status = 422
        return None
    return form.attempt(do)


def _item(request: StaffRequest, pk: int) -> CatalogueItem:
    known = queries.items(request.actor) | queries.items(request.actor, offered=False)
    return get_object_or_404(known.select_related("provider__book"), pk=pk)


def _crumbs(request: StaffRequest, last: str) -> list[tuple[str, str]]:
    slug = request.provider.slug
    return [
        (_("Devis"), reverse("quotes", args=[slug])),
        (_("Catalogue"), reverse("catalogue", args=[slug])),
        (last, ""),
    ]


def _form(request: StaffRequest, form: ActForm, title: str, act: str) -> HttpResponse:
    return form_page(
        request,
        form,
        section="quotes",
        crumbs=_crumbs(request, title)[:-1],
        title=title,
        act=act,
        back_url=reverse("catalogue", args=[request.provider.slug]),
    )
