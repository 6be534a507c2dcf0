"""The list of tickets, the page of one, and the files that came with it."""

from __future__ import annotations

from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clausier.console import sheets
from clausier.console.context import waiting
from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.knowledge import composing
from clausier.console.teamwork import offers as bulk
from clausier.console.teamwork import reading as teamwork
from clausier.console.tickets import conduct_forms, forms, hanging, listing, reading
from clausier.desk import queries as desk
from clausier.desk import services
from clausier.desk.errors import NewerMessage
from clausier.desk.models import Attachment, Ticket
from clausier.directory import queries as directory
from clausier.foundation import clock, files
from clausier.foundation.errors import Refusal
from clausier.pages.forms import bound
from clausier.post import conversations

SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"})


@page("desk.read")
@require_GET
def tickets(request: StaffRequest) -> HttpResponse:
    """The tickets asked for, open ones as they fall due."""
    now = clock.now()
    filters = listing.Filters.of(request.GET)
    if form := sheets.form_asked(request):
        lines = listing.lines_of(request.actor, filters, now)
        return sheets.listed(form, _("tickets"), now.date(), listing.HEADINGS, lines)
    client = None
    if filters.client:
        client = directory.clients_visible_to(request.actor).filter(number=filters.client).first()
    with connection.ahead():  # type: ignore[attr-defined]
        asked = listing.Choices.asked(request.actor)
        page_asked = listing.page_asked(request.actor, filters, request.GET.get("apres", ""), now)
        waits = waiting(request, request.actor)
        choices = asked()
        found = page_asked(waits["tickets"])
    context = {
        "section": "tickets",
        "crumbs": [(_("Tickets"), "")],
        "filters": filters,
        "client": client,
        "said": filters.said(request.actor),
        "listed": found,
        "is_first": not request.GET.get("apres"),
        "choices": choices,
        "now": now,
        "bulk": bulk.offered(request.actor, choices.team, choices.tags),
        "may_number": not found.rows
        and request.actor.may("installation.write")
        and not desk.has_tickets(request.actor),
    }
    return render(request, "console/tickets/list.html", context)


@page("installation.write")
@require_http_methods(["GET", "POST"])
def first_number(request: StaffRequest) -> HttpResponse:
    """Where ticket numbers begin, chosen before the first ticket: one goes on counting from another tool."""
    form = bound(request, forms.FirstNumberForm)
    if form.is_bound and form.act(services.number_tickets_from, by=request.actor, at=clock.now()):
        says = _("Le premier ticket portera le numéro %(number)04d.")
        messages.success(request, says % {"number": form.cleaned_data["first"]})
        return redirect("tickets", request.provider.slug)
    back_url = reverse("tickets", args=[request.provider.slug])
    return form_page(
        request,
        form,
        section="tickets",
        crumbs=[(_("Tickets"), back_url)],
        title=_("Numéro du premier ticket"),
        act=_("Enregistrer"),
        back_url=back_url,
    )


@page("desk.read")
@require_GET
def ticket(request: StaffRequest, number: int) -> HttpResponse:
    """Everything about one ticket, and the acts that the reader may do on it."""
    return _page(request, reading.ticket_or_404(request, number))


@page("desk.read")
@require_GET
def attachment(request: StaffRequest, number: int, attachment: int) -> HttpResponse:
    """A file of the thread. Only pictures and PDFs are shown; anything else is saved."""
    found = reading.ticket_or_404(request, number)
    visible = desk.thread(found, request.actor)
    one = Attachment.objects.filter(pk=attachment, event__in=visible).select_related("file").first()
    if one is None:
        raise Http404
    inline = one.file.content_type in SHOWN_INLINE
    kind = one.file.content_type if inline else "application/octet-stream"
    response = HttpResponse(files.read(one.file), content_type=kind)
    response["Content-Disposition"] = content_disposition_header(not inline, one.file.name) or "inline"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def show(
    request: StaffRequest,
    found: Ticket,
    *,
    form: forms.TicketForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a ticket; `form` is the one that was refused, as it was typed."""
    # The row given may be the one from before the act.
    fresh = reading.ticket_or_404(request, found.number)
    return _page(request, fresh, form=form, refusal=refusal, status=status)


def _page(
    request: StaffRequest,
    fresh: Ticket,
    *,
    form: forms.TicketForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    events = list(desk.thread(fresh, request.actor))
    hangs = hanging.on(fresh, events)
    context = reading.page_facts(request, fresh, events, hangs, now)
    context |= teamwork.panel(request, fresh, hangs, now)
    made = forms.fresh(fresh, request.actor, now) | conduct_forms.fresh(fresh, request.actor)
    language = conversations.language_of(fresh.caller)
    standing = composing.Standing(context["promise_due_at"], context["appointment"], language)
    prefilled = composing.prefilled(request, fresh, now)
    made[forms.WriteForm.name].initial["text"] = prefilled.text
    if form is not None and form.name in made:
        made[form.name] = form
    elif form is not None:
        context["team_forms"][form.name] = form
    if form is not None and isinstance(form.refusal, NewerMessage):
        context["newer"] = reading.entries_of(context["days"], form.refusal.facts["newer"])
    context |= {"forms": made, "refused": form.name if form else "", "refusal": refusal}
    context |= {
        "prefilled": prefilled,
        "offers": composing.offers(request, fresh, now, standing=standing) if context["may"].write else [],
        "readings": composing.readings(request, fresh, language) if context["may"].write else [],
        "may_make_articles": request.actor.may("knowledge.write"),
    }
    return render(request, "console/tickets/ticket.html", context, status=status)
