"""The order of a hosted service: its checklist, the opening promised; mandates of direct debits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.contracts.terms import act_page, contract_of, crumbs, frame
from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.contracts import ordering, services
from clausier.contracts.models import Contract, Mandate
from clausier.directory import queries as directory
from clausier.foundation import clock
from clausier.foundation.errors import Refusal
from clausier.pages.forms import ActForm, DayField, LongText, PaperField, bound, paper_facts

GET_AND_POST = ["GET", "POST"]


class PaperItemForm(ActForm):
    """A paper that must be there: its date and the scan."""

    dated_on = DayField(label=gettext_lazy("Date portée sur la pièce"))
    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)
    document = PaperField(
        label=gettext_lazy("Pièce datée, signée, avec cachet"),
        error_messages={"required": gettext_lazy("Joignez la pièce datée, signée et portant le cachet.")},
    )

    rows = (("dated_on", "document"), ("note",))


class MandateItemForm(ActForm):
    """Which of the client's mandates."""

    mandate = forms.ModelChoiceField(
        label=gettext_lazy("Mandat"), queryset=Mandate.objects.none(), empty_label=None
    )

    def __init__(self, contract: Contract, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["mandate"]
        field.queryset = Mandate.objects.filter(client=contract.client, ended_on=None)
        field.label_from_instance = lambda row: f"{row.reference} · {row.iban_shown} {row.bank}".strip()


class PointItemForm(ActForm):
    """What was settled on a point."""

    note = LongText(label=gettext_lazy("Ce qui est arrêté"), max_length=500)
    document = PaperField(label=gettext_lazy("Document"), required=False)


class OpeningForm(ActForm):
    """The day of opening."""

    opening_on = DayField(label=gettext_lazy("Ouverture promise le"))


class MandateForm(ActForm):
    """A signed mandate for direct debits."""

    reference = forms.CharField(
        label=gettext_lazy("Référence du mandat"),
        max_length=35,
        help_text=gettext_lazy("La référence unique (RUM) qui est sur le mandat."),
    )
    iban = forms.CharField(
        label=gettext_lazy("IBAN"),
        max_length=50,
        help_text=gettext_lazy("Gardé chiffré ; seuls ses premiers et derniers signes se voient."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    signed_on = DayField(label=gettext_lazy("Signé le"))
    document = PaperField(
        label=gettext_lazy("Mandat signé"),
        error_messages={"required": gettext_lazy("Joignez le mandat signé.")},
    )

    rows = (("reference", "signed_on"), ("iban",), ("document",))


class MandateEndForm(ActForm):
    """Since when a mandate holds no longer."""

    ended_on = DayField(label=gettext_lazy("Pris fin le"))


@page("contracts.read")
@require_GET
def order(request: StaffRequest, number: str) -> HttpResponse:
    """The checklist of a hosted contract."""
    found = contract_of(request, number)
    checklist = ordering.checklist(found)
    if checklist is None:
        raise Http404
    language = get_language() or "fr"
    context = {
        **frame(request, found, "contract-order"),
        "crumbs": crumbs(request, found, _("Commande")),
        "checklist": checklist,
        "lines": [(line.asked, line.asked.label.to(language), line.item) for line in checklist.lines],
        "mandates": list(ordering.mandates_visible_to(request.actor).filter(client=found.client)),
        "may_write": request.actor.may("contracts.write") and not checklist.is_valid,
        "may_mandate": request.actor.may("contracts.mandate"),
    }
    return render(request, "console/contracts/order.html", context)


@page("contracts.write")
@require_http_methods(GET_AND_POST)
def settle(request: StaffRequest, number: str, key: str) -> HttpResponse:
    """Tick one thing of the checklist."""
    found = contract_of(request, number)
    asked = next((one for one in ordering.asked(found) or () if one.key == key), None)
    if asked is None:
        raise Http404
    form = _item_form(request, found, asked)
    if form.is_bound and form.is_valid():
        facts = dict(form.cleaned_data)
        if "document" in facts:
            facts |= paper_facts(form)
            facts.pop("document")
        if form.attempt(
            lambda: services.settle_order_item(
                by=request.actor, at=clock.now(), contract=found, key=key, **facts
            )
        ):
            messages.success(request, _("C’est coché."))
            return redirect("contract-order", request.provider.slug, found.number)
    form.status = max(form.status, 422) if form.is_bound else 200
    title = asked.label.to(get_language() or "fr")
    return act_page(
        request,
        form,
        found,
        title=title[:1].upper() + title[1:],
        act=_("Cocher"),
        back=reverse("contract-order", args=[request.provider.slug, found.number]),
    )


def _item_form(request: StaffRequest, found: Contract, asked: ordering.Asked) -> Any:
    if asked.key == ordering.MANDATE:
        return bound(request, MandateItemForm, found)
    if asked.is_paper:
        return bound(request, PaperItemForm, initial={"dated_on": clock.today()})
    return bound(request, PointItemForm)


@page("contracts.write")
@require_POST
def reopen(request: StaffRequest, number: str, key: str) -> HttpResponse:
    """Take a tick back."""
    found = contract_of(request, number)
    return _done(
        request,
        found,
        lambda: services.reopen_order_item(by=request.actor, at=clock.now(), contract=found, key=key),
        _("C’est décoché."),
    )


@page("contracts.write")
@require_http_methods(GET_AND_POST)
def opening(request: StaffRequest, number: str) -> HttpResponse:
    """Promise the day of opening."""
    found = contract_of(request, number)
    form = bound(request, OpeningForm)
    if form.is_bound and form.act(services.promise_opening, by=request.actor, at=clock.now(), contract=found):
        messages.success(request, _("Ouverture promise."))
        return redirect("contract-order", request.provider.slug, found.number)
    back = reverse("contract-order", args=[request.provider.slug, found.number])
    return act_page(request, form, found, title=_("Date d’ouverture"), act=_("Promettre"), back=back)


@page("contracts.write")
@require_POST
def validate(request: StaffRequest, number: str) -> HttpResponse:
    """Say that the order is valid."""
    found = contract_of(request, number)
    return _done(
        request,
        found,
        lambda: services.validate_order(by=request.actor, at=clock.now(), contract=found),
        _("La commande est valable : elle ne change plus."),
    )


def _done(request: StaffRequest, found: Contract, do: Any, says: str) -> HttpResponse:
    try:
        do()
        messages.success(request, says)
    except Refusal as refused:
        messages.error(request, f"{refused.says} {refused.way_out}".strip())
    return redirect("contract-order", request.provider.slug, found.number)


@page("contracts.mandate")
@require_http_methods(GET_AND_POST)
def mandate(request: StaffRequest, number: str) -> HttpResponse:
    """Record a mandate of a client."""
    client = get_object_or_404(directory.clients_visible_to(request.actor), number=number)
    form = bound(request, MandateForm, initial={"signed_on": clock.today()})
    back = request.GET.get("contrat", "")
    slug = request.provider.slug
    back_url = (
        reverse("contract-order", args=[slug, back])
        if back and client.contracts.filter(number=back).exists()
        else reverse("client", args=[slug, client.number])
    )
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data | paper_facts(form)
        facts.pop("document", None)
        if form.attempt(
            lambda: services.record_mandate(by=request.actor, at=clock.now(), client=client, **facts)
        ):
            messages.success(request, _("Mandat enregistré."))
            return redirect(back_url)
    form.status = max(form.status, 422) if form.is_bound else 200
    return form_page(
        request,
        form,
        section="clients",
        crumbs=[
            (_("Clients"), reverse("clients", args=[slug])),
            (client.name, reverse("client", args=[slug, client.number])),
        ],
        title=_("Mandat de prélèvement"),
        act=_("Enregistrer le mandat"),
        back_url=back_url,
        meta=client.name,
    )


@page("contracts.mandate")
@require_http_methods(GET_AND_POST)
def end_mandate(request: StaffRequest, mandate: int) -> HttpResponse:
    """Note that a mandate holds no longer."""
    row = get_object_or_404(ordering.mandates_visible_to(request.actor), pk=mandate)
    form = bound(request, MandateEndForm, initial={"ended_on": clock.today()})
    back = reverse("client", args=[request.provider.slug, row.client.number])
    if form.is_bound and form.act(services.end_mandate, by=request.actor, at=clock.now(), mandate=row):
        messages.success(request, _("Fin du mandat enregistrée."))
        return redirect(back)
    return form_page(
        request,
        form,
        section="clients",
        crumbs=[(row.client.name, back)],
        title=_("Fin du mandat %(reference)s") % {"reference": row.reference},
        act=_("Enregistrer"),
        back_url=back,
        meta=f"{row.client.name}, {row.iban_shown}",
    )
