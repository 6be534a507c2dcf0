"""Moving in: the day, the files in their order, how far each is, and what was brought in so far."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from clausier.console import sheets as answers
from clausier.console.doors import StaffRequest, page
from clausier.foundation import clock
from clausier.pages.forms import ActForm, DayField
from clausier.transfer import outlines, queries, services, sheets
from clausier.transfer.kinds import KINDS
from clausier.transfer.models import ImportState, Kind

LATEST = 20

SAYS = {
    Kind.CLIENTS: gettext_lazy("Les sociétés, avec leur SIREN et leur numéro chez vous."),
    Kind.SITES: gettext_lazy("Leurs lieux : siège, ateliers, dépôts."),
    Kind.CONTACTS: gettext_lazy("Leurs gens, et qui est correspondant informatique."),
    Kind.SUPPLIERS: gettext_lazy("Constructeurs, éditeurs, opérateurs : leur support, vos numéros."),
    Kind.CONTRACTS: gettext_lazy("Ce qui est signé : type, édition, dates, matériel couvert."),
    Kind.POINTS: gettext_lazy("Ce qui reste à chaque compte au début du jour d’emménagement."),
    Kind.TICKETS: gettext_lazy("Les demandes en cours, avec l’instant de l’appel et ce qui s’est dit."),
}


class DayForm(ActForm):
    """The day of moving in."""

    day = DayField(
        label=gettext_lazy("Jour d’emménagement"),
        help_text=gettext_lazy("Le premier jour de travail dans Clausier."),
    )
    former_tool = forms.CharField(
        label=gettext_lazy("Outil que vous quittez"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Son nom paraîtra sur les soldes d’ouverture."),
    )
    rows = (("day", "former_tool"),)


@page("transfer.import")
@require_GET
def moving(request: StaffRequest) -> HttpResponse:
    """The guide: what to bring in, in which order, and how far it is."""
    return _show(request)


@page("transfer.import")
@require_POST
def day(request: StaffRequest) -> HttpResponse:
    """Set the day of moving in."""
    form = DayForm(request.POST)
    if form.act(services.set_moving_day, by=request.actor, at=clock.now()) is None:
        return _show(request, form)
    messages.success(request, _("Jour d’emménagement fixé."))
    return redirect("moving", request.provider.slug)


@page("transfer.import")
@require_GET
def outline(request: StaffRequest, kind: str) -> HttpResponse:
    """A file to fill in."""
    if kind not in KINDS:
        raise Http404
    content = outlines.outline(kind, request.actor)
    return answers.attached(content, f"clausier-{kind}.xlsx", sheets.CONTENT_TYPES[sheets.XLSX])


def _show(request: StaffRequest, form: DayForm | None = None) -> HttpResponse:
    actor = request.actor
    moving_in = queries.moving_in(actor)
    initial = {"day": moving_in.day, "former_tool": moving_in.former_tool} if moving_in else {}
    context = {
        "section": "moving",
        "crumbs": [(_("Emménager"), "")],
        "moving": moving_in,
        "form": form or DayForm(initial=initial),
        "kinds": [
            {"progress": one, "says": SAYS[one.kind], "on_the_day": KINDS[one.kind].on_the_day}
            for one in queries.progress(actor, clock.today())
        ],
        "latest": queries.imports(actor).exclude(state=ImportState.DROPPED)[:LATEST],
        "today": clock.today(),
        "may_export": actor.may("transfer.export_client"),
    }
    return render(request, "console/transfer/moving.html", context, status=form.status if form else 200)
