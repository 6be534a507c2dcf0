"""Suppliers: their files, the numbers that clients have there, and what the portal tells of them."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.suppliers import forms, reading
from clausier.desk import cases
from clausier.desk import services as desk
from clausier.desk.states import CaseState
from clausier.directory import queries, suppliers
from clausier.directory.models import Supplier
from clausier.directory.names import fold
from clausier.foundation import clock
from clausier.foundation.models import LANGUAGE_NAMES
from clausier.pages.forms import bound

GET_AND_POST = ["GET", "POST"]
ENDED = 8  # cases that ended, shown on a supplier's page


@page("directory.read")
@require_GET
def files(request: StaffRequest) -> HttpResponse:
    """Every supplier, those that one still writes to first."""
    asked = request.GET.get("q", "").strip()
    found = queries.suppliers(request.actor)
    if asked:
        found = found.filter(Q(sort_key__contains=fold(asked)) | Q(domains__icontains=asked))
    under_way = Count("cases", filter=~Q(cases__state=CaseState.ENDED))
    may_tell = request.actor.may("installation.write")
    context = {
        "crumbs": [(_("Fournisseurs"), "")],
        "rows": found.annotate(open_cases=under_way).order_by("ended_on", "sort_key", "pk"),
        "asked": asked,
        "may_write": request.actor.may("directory.write"),
        "tell_form": forms.TellForm(initial={"shown": request.provider.tells_of_suppliers})
        if may_tell
        else None,
        **reading.tabs(request, "supplier-files"),
    }
    return render(request, "console/suppliers/files.html", context)


@page("directory.read")
@require_GET
def supplier(request: StaffRequest, supplier: int) -> HttpResponse:
    """A supplier: its support, its cases, the numbers that clients have there."""
    found, now, slug = _supplier(request, supplier), clock.now(), request.provider.slug
    its = cases.cases_visible_to(request.actor).filter(supplier=found)
    under_way = its.exclude(state=CaseState.ENDED).order_by("chase_on", "pk")
    ended = its.filter(state=CaseState.ENDED).order_by("-ended_at", "-pk")[:ENDED]
    context = {
        "crumbs": [*_crumbs(request), (found.name, "")],
        "found": found,
        "language": LANGUAGE_NAMES[found.language],
        "rows": [reading.row_of(one, slug, now) for one in under_way],
        "ended": [reading.row_of(one, slug, now) for one in ended],
        "references": queries.supplier_references(request.actor).filter(supplier=found),
        "may_write": request.actor.may("directory.write"),
        **reading.tabs(request, "supplier-files"),
    }
    return render(request, "console/suppliers/supplier.html", context)


@page("directory.write")
@require_http_methods(GET_AND_POST)
def create(request: StaffRequest) -> HttpResponse:
    """Another supplier."""
    form = bound(request, forms.SupplierForm)
    made = form.is_bound and form.act(suppliers.add_supplier, by=request.actor, at=clock.now())
    if made:
        messages.success(request, _("Fournisseur %(name)s ajouté.") % {"name": made.name})
        return redirect("supplier", request.provider.slug, made.pk)
    return form_page(
        request,
        form,
        section="suppliers",
        crumbs=_crumbs(request),
        title=_("Nouveau fournisseur"),
        act=_("Ajouter le fournisseur"),
        back_url=reverse("supplier-files", args=[request.provider.slug]),
    )


@page("directory.write")
@require_http_methods(GET_AND_POST)
def edit(request: StaffRequest, supplier: int) -> HttpResponse:
    """Change a supplier's file."""
    found = _supplier(request, supplier)
    form = bound(request, forms.EditSupplierForm, initial=forms.EditSupplierForm.of(found))
    if form.is_bound and form.act(
        suppliers.update_supplier, by=request.actor, at=clock.now(), supplier=found
    ):
        messages.success(request, _("Fiche enregistrée."))
        return redirect("supplier", request.provider.slug, found.pk)
    return _form(request, form, found, _("Modifier la fiche"), _("Enregistrer"))


@page("directory.write")
@require_http_methods(GET_AND_POST)
def add_reference(request: StaffRequest, supplier: int) -> HttpResponse:
    """A client's number at the supplier's."""
    found = _supplier(request, supplier)
    form = bound(request, forms.ReferenceForm, request.actor)
    if form.is_bound and form.act(
        suppliers.add_supplier_reference, by=request.actor, at=clock.now(), supplier=found
    ):
        messages.success(request, _("Numéro ajouté."))
        return redirect("supplier", request.provider.slug, found.pk)
    return _form(request, form, found, _("Numéro d’un client"), _("Ajouter le numéro"))


@page("directory.write")
@require_POST
def remove_reference(request: StaffRequest, supplier: int, reference: int) -> HttpResponse:
    """The number is no longer good."""
    found = _supplier(request, supplier)
    one = get_object_or_404(queries.supplier_references(request.actor), pk=reference, supplier=found)
    suppliers.remove_supplier_reference(by=request.actor, at=clock.now(), reference=one)
    messages.success(request, _("Numéro retiré."))
    return redirect("supplier", request.provider.slug, found.pk)


@page("installation.write")
@require_POST
def tell(request: StaffRequest) -> HttpResponse:
    """Whether the portal says since when a supplier is waited for."""
    form = forms.TellForm(request.POST)
    if form.act(desk.tell_of_suppliers, by=request.actor, at=clock.now()):
        messages.success(request, _("Enregistré."))
    return redirect("supplier-files", request.provider.slug)


def _supplier(request: StaffRequest, pk: int) -> Supplier:
    return get_object_or_404(queries.suppliers(request.actor), pk=pk)


def _crumbs(request: StaffRequest) -> list[tuple[str, str]]:
    return [(_("Fournisseurs"), reverse("supplier-files", args=[request.provider.slug]))]


def _form(request: StaffRequest, form: forms.ActForm, found: Supplier, title: str, act: str) -> HttpResponse:
    back = reverse("supplier", args=[request.provider.slug, found.pk])
    return form_page(
        request,
        form,
        section="suppliers",
        crumbs=[*_crumbs(request), (found.name, back)],
        title=title,
        act=act,
        back_url=back,
    )
