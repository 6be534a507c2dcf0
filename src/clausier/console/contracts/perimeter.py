"""What a contract covers on a day, and its history; covering a machine or a person by name."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from clausier.console.contracts.terms import act_page, contract_of, crumbs, frame
from clausier.console.doors import StaffRequest, page
from clausier.contracts import queries, services
from clausier.contracts.models import CoveredItem, ItemKind
from clausier.contracts.perimeter import perimeter_of
from clausier.foundation import clock
from clausier.pages.forms import ActForm, DayField, bound
from clausier.pages.terms.reading import day_asked

GET_AND_POST = ["GET", "POST"]


class ItemForm(ActForm):
    """A machine or a person that the contract covers from a day on."""

    kind = forms.ChoiceField(label=gettext_lazy("Quoi"), choices=ItemKind.choices)
    name = forms.CharField(label=gettext_lazy("Nom"), max_length=120)
    detail = forms.CharField(
        label=gettext_lazy("Précisions"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Par exemple « 2 vCPU, 8 Go, 120 Go »."),
    )
    from_on = DayField(label=gettext_lazy("À partir du"))

    rows = (("kind", "name"), ("detail",), ("from_on",))


class EndForm(ActForm):
    """Until when."""

    until_on = DayField(label=gettext_lazy("Jusqu’au"), help_text=gettext_lazy("Ce jour exclu."))


@page("contracts.read")
@require_GET
def perimeter(request: StaffRequest, number: str) -> HttpResponse:
    """What the contract covers on the day `au`, and every change before and after."""
    found = contract_of(request, number)
    on = day_asked(request.GET.get("au", ""), clock.today())
    context = {
        **frame(request, found, "contract-perimeter"),
        "crumbs": crumbs(request, found, _("Périmètre")),
        "page": perimeter_of(found, on),
        "on": on,
        "words": queries.coverage_words(found, on),
        "may_write": request.actor.may("contracts.write"),
    }
    return render(request, "console/contracts/perimeter.html", context)


@page("contracts.write")
@require_http_methods(GET_AND_POST)
def add_item(request: StaffRequest, number: str) -> HttpResponse:
    """Cover a machine or a person by name."""
    found = contract_of(request, number)
    form = bound(request, ItemForm, initial={"from_on": clock.today()})
    if form.is_bound and form.act(services.cover_item, by=request.actor, at=clock.now(), contract=found):
        messages.success(request, _("Périmètre enregistré."))
        return redirect("contract-perimeter", request.provider.slug, found.number)
    back = reverse("contract-perimeter", args=[request.provider.slug, found.number])
    title = _("Couvrir une machine ou une personne")
    return act_page(request, form, found, title=title, act=_("Enregistrer"), back=back)


@page("contracts.write")
@require_http_methods(GET_AND_POST)
def end_item(request: StaffRequest, number: str, item: int) -> HttpResponse:
    """Say until when a machine or a person is covered."""
    found = contract_of(request, number)
    row = get_object_or_404(CoveredItem, pk=item, contract=found)
    form = bound(request, EndForm, initial={"until_on": clock.today()})
    if form.is_bound and form.act(services.end_item, by=request.actor, at=clock.now(), item=row):
        messages.success(request, _("Périmètre enregistré."))
        return redirect("contract-perimeter", request.provider.slug, found.number)
    back = reverse("contract-perimeter", args=[request.provider.slug, found.number])
    title = _("Fin de couverture : %(name)s") % {"name": row.name}
    return act_page(request, form, found, title=title, act=_("Enregistrer"), back=back)
