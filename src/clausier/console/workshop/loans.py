"""Machines lent to clients: which are out, lending one, taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.mail.reading import page_of
from clausier.console.typed import whole
from clausier.console.workshop import forms
from clausier.console.workshop.views import crumbs, tabs
from clausier.desk import queries, services
from clausier.desk.services.custody import USUAL_STAY
from clausier.directory import queries as directory
from clausier.foundation import clock
from clausier.pages.forms import bound

MOST = 500  # machines out at once


@page("workshop.read")
@require_GET
def loans(request: StaffRequest) -> HttpResponse:
    """The machines that are out, the one due first on top; then those that came back."""
    seen = queries.machine_loans(request.actor)
    came, older = page_of(seen.exclude(back_at=None).order_by("-pk"), request.GET.get("avant", ""))
    context = {
        "crumbs": crumbs(request, (_("Prêts"), "")),
        "out": list(seen.filter(back_at=None).order_by("due_on", "pk")[:MOST]),
        "came": came,
        "older": older,
        "today": clock.today(),
        "may_receive": request.actor.may("workshop.receive"),
        **tabs(request, "loans"),
    }
    return render(request, "console/workshop/loans.html", context)


@page("workshop.receive")
@require_http_methods(["GET", "POST"])
def lend(request: StaffRequest) -> HttpResponse:
    """Lend a machine to the client that the address names, or while the machine it names is here."""
    custody = None
    if (number := whole(request.GET.get("machine"))) is not None:
        custody = queries.custodies(request.actor).filter(number=number).first()
    clients = directory.clients_visible_to(request.actor)
    client = custody.client if custody else clients.filter(number=request.GET.get("client", "")).first()
    slug = request.provider.slug
    if client is None:
        context = {"section": "workshop", "crumbs": crumbs(request, (_("Prêter"), "")), "clients": clients}
        return render(request, "console/workshop/choose_client.html", context)
    initial = {"due_on": clock.today() + USUAL_STAY, "lent_to": custody.brought_by if custody else ""}
    form = bound(request, forms.LendForm, initial=initial)
    made = form.is_bound and form.act(
        services.lend_machine,
        by=request.actor,
        at=clock.now(),
        client=client,
        custody=custody,
        language=get_language() or "fr",
    )
    if made:
        messages.success(request, _("Machine prêtée : faites signer le bon."))
        return redirect("workshop-loans", slug)
    return form_page(
        request,
        form,
        section="workshop",
        crumbs=crumbs(request),
        title=_("Prêter une machine"),
        act=_("Prêter"),
        back_url=reverse("workshop-loans", args=[slug]),
        meta=client.name,
    )


@page("workshop.receive")
@require_POST
def back(request: StaffRequest, loan: int) -> HttpResponse:
    """A machine that was lent is back."""
    one = get_object_or_404(queries.machine_loans(request.actor), pk=loan)
    form = forms.BackForm(request.POST)
    if form.act(services.return_loan, by=request.actor, at=clock.now(), loan=one) is None:
        says = form.refusal.says if form.refusal else _("Un état fait 300 signes au plus.")
        messages.error(request, says)
    else:
        messages.success(request, _("Machine revenue."))
    return redirect("workshop-loans", request.provider.slug)
