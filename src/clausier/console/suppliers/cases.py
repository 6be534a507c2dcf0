"""Cases at suppliers: the list of what is under way, the page of one, and what is done on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.suppliers import forms, reading, thread
from clausier.console.tickets.acts import uploaded
from clausier.console.tickets.reading import mail_of, ticket_or_404
from clausier.console.tickets.thread import by_day
from clausier.console.typed import whole
from clausier.desk import cases as reads
from clausier.desk import queries as desk
from clausier.desk import services
from clausier.desk.models import CaseChannel, SupplierCase, Ticket, Verdict
from clausier.desk.states import CaseState
from clausier.directory import queries as directory
from clausier.directory.models import Supplier
from clausier.foundation import clock
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput, Refusal
from clausier.pages.forms import ActForm, bound

MOST = 200  # cases shown at once
CHOICES = 12  # suppliers offered above the letter


@page("desk.read")
@require_GET
def under_way(request: StaffRequest) -> HttpResponse:
    """Cases that have not ended, by supplier: what is to be done, or all, or one's own."""
    now, slug = clock.now(), request.provider.slug
    asked = request.GET.get("voir", "")
    found = reads.under_way(request.actor)
    due = reads.to_tend(request.actor, now.astimezone(PARIS).date())
    mine = found.filter(ticket__assignee=request.actor.person)
    chosen = {"a-faire": due, "miens": mine, "termines": _ended(request)}.get(asked, found)
    rows = list(chosen[: MOST + 1])
    url = reverse("suppliers", args=[slug])
    context = {
        "crumbs": [(_("Fournisseurs"), "")],
        "groups": reading.grouped(rows[:MOST], slug, now),
        "more": len(rows) > MOST,
        "most": MOST,
        "views": [
            {"label": label, "url": f"{url}{query}", "on": on, "count": count}
            for label, query, on, count in (
                (_("En cours"), "", asked not in VIEWS, found.count()),
                (_("À faire"), "?voir=a-faire", asked == "a-faire", due.count()),
                (_("Mes tickets"), "?voir=miens", asked == "miens", mine.count()),
                (_("Terminés"), "?voir=termines", asked == "termines", 0),
            )
        ],
        **reading.tabs(request, "suppliers"),
    }
    return render(request, "console/suppliers/under_way.html", context)


VIEWS = frozenset({"a-faire", "miens", "termines"})


def _ended(request: StaffRequest) -> Any:
    found = reads.cases_visible_to(request.actor).filter(state=CaseState.ENDED)
    return found.order_by("-ended_at", "-pk")


@page("desk.suppliers")
@require_http_methods(["GET", "POST"])
def open_case(request: StaffRequest, number: int) -> HttpResponse:
    """The letter that opens a case, ready to be read over; or what was said on the supplier's portal."""
    ticket = ticket_or_404(request, number)
    supplier = _chosen(request, ticket)
    letter = reads.opening_letter(ticket, supplier)
    initial = {
        "supplier": supplier,
        "channel": CaseChannel.MAIL if supplier is None or supplier.email else CaseChannel.PORTAL,
        "subject": letter.subject,
        "text": letter.text,
    }
    form = bound(request, forms.OpenCaseForm, request.actor, initial=initial)
    made = form.is_bound and form.act(
        services.open_supplier_case, by=request.actor, at=clock.now(), ticket=ticket
    )
    if made:
        says = _("Dossier %(case)s ouvert chez %(name)s.")
        messages.success(request, says % {"case": made, "name": made.supplier})
        return redirect("case", request.provider.slug, number, made.ordinal)
    back = reverse("ticket", args=[request.provider.slug, number])
    known = directory.suppliers(request.actor).filter(ended_on=None)
    return form_page(
        request,
        form,
        section="tickets",
        crumbs=[(_("Tickets"), reverse("tickets", args=[request.provider.slug])), (str(ticket), back)],
        title=_("Ouvrir un dossier fournisseur"),
        act=_("Ouvrir le dossier"),
        back_url=back,
        meta=f"{ticket.client.name}, {ticket.title}",
        template="console/suppliers/open.html",
        why_only=ticket.verdict == Verdict.FOLLOW_UP,
        choices=[] if form.is_bound else known[:CHOICES],
        no_suppliers=not known.exists(),
        may_add=request.actor.may("directory.write"),
    )


def _chosen(request: StaffRequest, ticket: Ticket) -> Supplier | None:
    """The supplier that the letter is made for: the one asked for, else the likely one."""
    asked = whole(request.GET.get("fournisseur"))
    if asked is not None:
        return get_object_or_404(directory.suppliers(request.actor), pk=asked)
    return reads.proposed_supplier(ticket)


@page("desk.read")
@require_GET
def case(request: StaffRequest, number: int, ordinal: int) -> HttpResponse:
    """One case: its thread, who has to move, what is known there."""
    return show(request, _case(request, number, ordinal))


def show(
    request: StaffRequest,
    found: SupplierCase,
    *,
    form: ActForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a case; `form` is the one that was refused, named, as it was typed."""
    now, slug, actor = clock.now(), request.provider.slug, request.actor
    fresh = _case(request, found.ticket.number, found.ordinal)
    ticket = ticket_or_404(request, found.ticket.number)
    events = list(reads.thread(fresh, actor))
    mails, letters = mail_of(actor, events, slug)
    said = thread.entries(events, mails=mails, letters=letters)
    made = forms.fresh(fresh)
    refused = getattr(form, "name", "")
    if form is not None:
        made[refused] = form
    context = {
        "section": "suppliers",
        "crumbs": [(_("Fournisseurs"), reverse("suppliers", args=[slug])), (str(fresh), "")],
        "case": fresh,
        "ticket": ticket,
        "row": reading.row_of(fresh, slug, now),
        "next": reading.next_step(fresh),
        "days": by_day(said, now.astimezone(PARIS).date()),
        "said_count": sum(entry.kind == "said" for entry in said),
        "letter": reads.opening_letter(ticket, fresh.supplier) if fresh.state == CaseState.PROPOSED else None,
        "open_url": _open_url(fresh, slug),
        "references": reads.references_of(ticket, fresh.supplier) if fresh.supplier else [],
        "waiting": fresh.tickets.select_related("ticket__client").order_by("since_at", "pk"),
        "promise_runs": reads.promise_runs(ticket),
        "may": actor.may("desk.suppliers"),
        "writes": fresh.state in (CaseState.WITH_SUPPLIER, CaseState.ANSWERED),
        "forms": made,
        "refused": refused,
        "refusal": refusal or (form.refusal if form is not None and refused != "write" else None),
    }
    return render(request, "console/suppliers/case.html", context, status=status)


def _open_url(found: SupplierCase, slug: str) -> str:
    url = reverse("case-open", args=[slug, found.ticket.number])
    return f"{url}?fournisseur={found.supplier_id}" if found.supplier_id else url


def _act(
    request: StaffRequest,
    number: int,
    ordinal: int,
    form_class: type[ActForm],
    do: Callable[[SupplierCase, dict[str, Any]], Any],
    done: str = "",
) -> HttpResponse:
    """Check the form, do it, show the case again and say so; refused, with what was typed."""
    found = _case(request, number, ordinal)
    form = form_class(request.POST, auto_id=f"{form_class.name}_%s")  # type: ignore[attr-defined]
    if not form.is_valid():
        form.status = 422
    elif form.attempt(lambda: do(found, form.cleaned_data) or True):
        if done:
            messages.success(request, done)
        return redirect("case", request.provider.slug, number, ordinal)
    return show(request, found, form=form, status=form.status)


@page("desk.suppliers")
@require_POST
def write(request: StaffRequest, number: int, ordinal: int) -> HttpResponse:
    """A letter, a call or a note: one box, `kind` says which."""

    def do(found: SupplierCase, said: dict[str, Any]) -> Any:
        common: dict[str, Any] = {
            "by": request.actor,
            "at": clock.now(),
            "case": found,
            "text": said["text"],
        }
        if said["kind"] == "call":
            return services.log_supplier_call(
                **common, direction=said["direction"], our_turn=said["our_turn"]
            )
        service = services.note_on_case if said["kind"] == "note" else services.write_to_supplier
        return service(**common, files=uploaded(request))

    return _act(request, number, ordinal, forms.WriteForm, do)


@page("desk.suppliers")
@require_POST
def wait(request: StaffRequest, number: int, ordinal: int) -> HttpResponse:
    def do(found: SupplierCase, said: dict[str, Any]) -> Any:
        return services.keep_waiting(by=request.actor, at=clock.now(), case=found, **said)

    return _act(request, number, ordinal, forms.WaitForm, do, _("On attend jusque-là."))


@page("desk.suppliers")
@require_POST
def change(request: StaffRequest, number: int, ordinal: int) -> HttpResponse:
    def do(found: SupplierCase, said: dict[str, Any]) -> Any:
        return services.change_case(by=request.actor, at=clock.now(), case=found, **said)

    return _act(request, number, ordinal, forms.ChangeForm, do, _("Dossier complété."))


@page("desk.suppliers")
@require_POST
def join(request: StaffRequest, number: int, ordinal: int) -> HttpResponse:
    def do(found: SupplierCase, said: dict[str, Any]) -> Any:
        other = desk.ticket_by_number(request.actor, said["ticket"])
        if other is None:
            raise InvalidInput(_("Ce ticket n’existe pas, ou vous n’y avez pas accès."), field="ticket")
        return services.join_ticket(by=request.actor, at=clock.now(), case=found, ticket=other)

    return _act(request, number, ordinal, forms.JoinForm, do, _("Ticket joint au dossier."))


@page("desk.suppliers")
@require_POST
def end(request: StaffRequest, number: int, ordinal: int) -> HttpResponse:
    def do(found: SupplierCase, said: dict[str, Any]) -> Any:
        return services.end_case(by=request.actor, at=clock.now(), case=found, **said)

    return _act(request, number, ordinal, forms.EndForm, do, _("Dossier terminé."))


@page("desk.suppliers")
@require_POST
def reopen(request: StaffRequest, number: int, ordinal: int) -> HttpResponse:
    def do(found: SupplierCase, said: dict[str, Any]) -> Any:
        return services.reopen_case(by=request.actor, at=clock.now(), case=found, **said)

    return _act(request, number, ordinal, forms.ReopenForm, do, _("Dossier rouvert."))


def _case(request: StaffRequest, number: int, ordinal: int) -> SupplierCase:
    found = reads.case_of(request.actor, number, ordinal)
    if found is None:
        raise Http404
    return found
