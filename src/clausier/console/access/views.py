"""A client's standing agreements and who was on its machines; the provider's remote tools."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from clausier.access import policies, queries, services
from clausier.access.models import AgreementKind
from clausier.access.services import Answer
from clausier.access.states import AgreementState
from clausier.console.doors import StaffRequest, page
from clausier.console.tickets.conduct_forms import paper_of
from clausier.console.tickets.forms import BY_STAFF
from clausier.desk import queries as desk
from clausier.directory import queries as directory
from clausier.directory.models import Client, Contact, Site
from clausier.foundation import clock
from clausier.pages.forms import ActForm, DayField, PaperField, bound, end_of

SHOWN = 50
"""Machines taken over that the page lists, the last first; all of them go out with the client's file."""


class ToolForm(ActForm):
    """A tool to put into the list."""

    name = forms.CharField(
        label=gettext_lazy("Outil"),
        max_length=80,
        help_text=gettext_lazy("Le logiciel par lequel vous prenez la main, tel que le client le connaît."),
    )


class StandingForm(ActForm):
    """An agreement for every ticket to come."""

    rows = (("kind", "site"), ("contact", "person"), ("how", "until"), ("note",), ("document",))
    kind = forms.ChoiceField(
        label=gettext_lazy("Accord pour"),
        choices=[(kind.value, kind.label) for kind in (AgreementKind.REMOTE, AgreementKind.SITE)],
    )
    site = forms.ModelChoiceField(
        Site.objects.none(), label=gettext_lazy("Site du tiers"), required=False, empty_label="—"
    )
    contact = forms.ModelChoiceField(
        Contact.objects.none(),
        label=gettext_lazy("Donné par"),
        required=False,
        empty_label=gettext_lazy("une autre personne"),
    )
    person = forms.CharField(
        label=gettext_lazy("Son nom, si elle n’est pas dans la liste"), required=False, max_length=120
    )
    how = forms.ChoiceField(label=gettext_lazy("Comment"), choices=BY_STAFF)
    until = DayField(label=gettext_lazy("Valable jusqu’au"), required=False)
    note = forms.CharField(label=gettext_lazy("Ce qui a été dit"), required=False, max_length=500)
    document = PaperField(label=gettext_lazy("Lettre ou courriel"), required=False)

    def __init__(self, client: Client, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = directory.sites(client).filter(is_third_party=True)
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]
        self.fields["contact"].queryset = directory.contacts(client, clock.today())  # type: ignore[attr-defined]
        if not sites.exists():
            del self.fields["site"]
            self.fields["kind"].choices = [(AgreementKind.REMOTE.value, AgreementKind.REMOTE.label)]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """What `record_standing` takes."""
        said = self.cleaned_data
        answer = Answer(
            True,
            said["how"],
            contact=said["contact"],
            name=said["person"],
            until_at=end_of(said["until"]),
            note=said["note"],
            paper=paper_of(said["document"]),
        )
        site = said.get("site") if said["kind"] == AgreementKind.SITE else None
        return {"kind": said["kind"], "site": site, "answer": answer}

    def field_of(self, refused: Any) -> str | None:
        return {"until_at": "until", "name": "person"}.get(str(refused.field), refused.field)


@page("access.settle")
@require_http_methods(["GET", "POST"])
def tools(request: StaffRequest) -> HttpResponse:
    """The provider's remote tools: the list, and one more."""
    form = bound(request, ToolForm)
    if form.is_bound and form.act(services.add_tool, by=request.actor, at=clock.now()):
        messages.success(request, _("« %(name)s » est dans la liste.") % {"name": form.cleaned_data["name"]})
        return redirect("remote-tools", request.provider.slug)
    context = {
        "section": "remote-tools",
        "crumbs": [(_("Outils de prise en main"), "")],
        "form": form,
        "tools": list(queries.tools(request.actor)),
    }
    return render(request, "console/access/tools.html", context, status=form.status)


@page("access.settle")
@require_POST
def use_tool(request: StaffRequest, tool: int) -> HttpResponse:
    """Take a tool out of use, or back."""
    found = get_object_or_404(queries.tools(request.actor), pk=tool)
    is_active = request.POST.get("use") == "yes"
    services.use_tool(by=request.actor, at=clock.now(), tool=found, is_active=is_active)
    return redirect("remote-tools", request.provider.slug)


@page("access.read")
@require_http_methods(["GET", "POST"])
def client(request: StaffRequest, number: str) -> HttpResponse:
    """What the client agreed to once for all, who was on its machines, what stopped work there."""
    found = get_object_or_404(directory.clients_visible_to(request.actor), number=number)
    form = bound(request, StandingForm, found)
    if form.is_bound:
        request.actor.must("access.record")
        if form.is_valid():
            recorded = form.attempt(
                lambda: services.record_standing(
                    by=request.actor, at=clock.now(), client=found, **form.asked()
                )
            )
            if recorded:
                messages.success(request, _("Accord permanent noté."))
                return redirect("client-agreements", request.provider.slug, number)
        else:
            form.status = 422
    now = clock.now()
    sessions = list(queries.sessions_visible_to(request.actor).filter(client=found)[:SHOWN])
    seen = desk.tickets_visible_to(request.actor).filter(pk__in={one.ticket_id for one in sessions})
    tickets = dict(seen.order_by().values_list("pk", "number"))
    stops = found.stopped_interventions.select_related("ticket", "person").order_by("-at")
    context = {
        "section": "clients",
        "crumbs": [
            (_("Clients"), reverse("clients", args=[request.provider.slug])),
            (found.name, reverse("client", args=[request.provider.slug, number])),
            (_("Accords et prises en main"), ""),
        ],
        "client": found,
        "form": form,
        "rows": [
            {
                "one": one,
                "stands": policies.stands(one, now),
                "shape": "met" if policies.stands(one, now) else "lifted",
                "withdrawn": one.state == AgreementState.WITHDRAWN,
            }
            for one in queries.standing(request.actor, found)
        ],
        "sessions": [(one, tickets.get(one.ticket_id)) for one in sessions],
        "stops": list(stops[:SHOWN]),
        "may_record": request.actor.may("access.record"),
        "may_withdraw": request.actor.may("access.withdraw"),
    }
    return render(request, "console/access/client.html", context, status=form.status)


@page("access.withdraw")
@require_POST
def withdraw(request: StaffRequest, number: str, agreement: int) -> HttpResponse:
    """The client takes a standing agreement back."""
    found = get_object_or_404(directory.clients_visible_to(request.actor), number=number)
    one = get_object_or_404(queries.standing(request.actor, found), pk=agreement)
    services.withdraw_standing(
        by=request.actor, at=clock.now(), agreement=one, reason=request.POST.get("reason", "")
    )
    messages.success(request, _("Accord permanent retiré."))
    return redirect("client-agreements", request.provider.slug, number)
