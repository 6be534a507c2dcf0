"""Reminders: those that left, with their proof; when and to whom they go."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clausier.agenda import queries, services
from clausier.console.agenda.forms import ClientReminderForm, ReminderForm
from clausier.console.agenda.views import tabs_of
from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.directory import queries as directory
from clausier.foundation import clock, outside
from clausier.pages.forms import bound
from clausier.post import outbox

ROWS: Final = 50
GET_AND_POST = ["GET", "POST"]


@page("agenda.read")
@require_GET
def sent(request: StaffRequest) -> HttpResponse:
    """Each letter with what it reminded of, what became of it, and whether its receipt was confirmed."""
    actor = request.actor
    shown = Paginator(queries.letters(actor), ROWS).get_page(request.GET.get("page", ""))
    lines = queries.reminders_in(shown.object_list)
    context = {
        "tabs": tabs_of(request, "agenda-reminders"),
        "section": "agenda",
        "crumbs": [(_("Échéances"), reverse("agenda", args=[request.provider.slug])), (_("Rappels"), "")],
        "page": shown,
        "letters": [(one, lines.get(one.pk, [])) for one in shown.object_list],
        "settings": queries.settings_of(actor.provider),
        "may_settle": actor.may("agenda.settle"),
        "has_mailbox": outbox.mailbox_for(actor.provider) is not None,
        "has_name": bool(outside.address("/")),
    }
    return render(request, "console/agenda/reminders.html", context)


@page("agenda.settle")
@require_http_methods(GET_AND_POST)
def settle(request: StaffRequest) -> HttpResponse:
    """How many days before, and who of the staff."""
    actor, back = request.actor, reverse("agenda-reminders", args=[request.provider.slug])
    now = queries.settings_of(actor.provider)
    names = ("notice_days", "renewal_days", "tells_missed", "people")
    form = bound(request, ReminderForm, actor, initial={name: getattr(now, name) for name in names})
    if form.is_bound and form.act(services.settle_reminders, by=actor, at=clock.now()):
        messages.success(request, _("Rappels réglés."))
        return redirect(back)
    return form_page(
        request,
        form,
        section="agenda",
        crumbs=[(_("Échéances"), reverse("agenda", args=[request.provider.slug])), (_("Rappels"), back)],
        title=_("Régler les rappels"),
        act=_("Enregistrer"),
        back_url=back,
        meta=_("Les propriétaires sont toujours prévenus, aux heures de bureau, une seule fois par étape."),
    )


@page("agenda.settle")
@require_http_methods(GET_AND_POST)
def settle_client(request: StaffRequest, number: str) -> HttpResponse:
    """Whether one client is reminded of its own dates."""
    client = get_object_or_404(directory.clients_visible_to(request.actor), number=number)
    slug = request.provider.slug
    back = reverse("client-duties", args=[slug, client.number])
    now = queries.client_settings(client)
    initial = {
        "is_on": now.is_on if now else False,
        "tells_missed": now.tells_missed if now else True,
        "to": "\n".join(now.to) if now else "",
    }
    form = bound(request, ClientReminderForm, initial=initial)
    if form.is_bound and form.act(
        services.settle_client_reminders, by=request.actor, at=clock.now(), client=client
    ):
        messages.success(request, _("Rappels de ce client réglés."))
        return redirect(back)
    return form_page(
        request,
        form,
        section="clients",
        crumbs=[
            (_("Clients"), reverse("clients", args=[slug])),
            (client.name, reverse("client", args=[slug, client.number])),
        ],
        title=_("Rappels au client"),
        act=_("Enregistrer"),
        back_url=back,
        meta=client.name,
    )
